"""Plug-ins written before `bot.plugins` go on working, and are told."""

from __future__ import annotations

import importlib
import sys

import pytest

from bot import plugins
from bot.plugins import testing


@pytest.mark.parametrize(
    ("old", "name", "new"),
    [
        ("matcher", "Needs", plugins.Needs),
        ("matcher", "Seen", plugins.MessageView),
        ("source", "Mapping", plugins.Mapping),
        ("testing", "match", testing.match),
    ],
)
def test_an_old_path_leads_to_the_same_thing_with_a_warning(
    old: str, name: str, new: object
) -> None:
    sys.modules.pop(f"bot.{old}", None)
    with pytest.warns(DeprecationWarning, match=f"bot.{old} goes with 2.0"):
        module = importlib.import_module(f"bot.{old}")
    assert getattr(module, name) is new


def test_a_path_that_never_was_leads_nowhere() -> None:
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("bot.pipeline")
