"""The matcher and the filter by themselves, as `bot.plugins.testing` lets one try them."""

from __future__ import annotations

import doctest

import example_bot_plugin
import pytest
from example_bot_plugin import OrderNumber, spaced

from bot.plugins import Match, Miss
from bot.plugins.testing import match, match_in_rules, mistakes, render


def test_an_order_is_found_and_captured() -> None:
    assert match(OrderNumber, "true", "where is #48215?") == Match({"order_number": "48215"})
    assert match(OrderNumber, "{as: order}", "48215") == Match({"order": "48215"})


@pytest.mark.parametrize("text", ["where is 48251?", "0", "", "x48215", "²²²²"])
def test_anything_else_is_none(text: str) -> None:
    wanted = Miss("contains no number with a right check digit")
    assert match(OrderNumber, "true", text) == wanted


def test_it_stands_beside_other_matchers() -> None:
    assert match_in_rules(OrderNumber, "{order_number: true, keywords: [where]}", "where 48215")


def test_what_is_wrong_in_the_rule_file_is_said() -> None:
    assert mistakes(OrderNumber, "{at: order}") == [
        "test:1:2: unknown key of order_number `at` (known: as)"
    ]
    assert mistakes(OrderNumber, "no") == ["test:1:1: order_number: needs true"]


def test_the_filter_in_a_reply() -> None:
    assert render("{{ order | spaced }}", {"spaced": spaced}, order="48215") == "48 215"


def test_what_the_docstrings_show() -> None:
    assert doctest.testmod(example_bot_plugin).failed == 0
