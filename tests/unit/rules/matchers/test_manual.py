"""What the pages of the finders list as read is read so, and what they list as none is none."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

import pytest

from bot.errors import Place
from bot.model import Match
from bot.rules.matchers import REGISTRY, read_when
from bot.rules.matchers.base import MessageView
from bot.rules.matchers.finder import Finder
from bot.rules.nodes import Mapping, Scalar
from bot.rules.problems import Problems
from tests.build import context, inbound

PLACE = Place("manual", 1, 1)
FINDERS = [name for name, matcher in REGISTRY.items() if issubclass(matcher, Finder)]


def forms(name: str) -> Iterator[tuple[str, str]]:
    page = sys.modules[REGISTRY[name].__module__].__doc__ or ""
    for listed, value in re.findall(r"^    (.+) → (.+)$", page, re.MULTILINE):
        yield from ((form.strip(), value) for form in listed.split("·"))


@pytest.mark.parametrize(
    ("name", "form", "value"), [(name, *pair) for name in FINDERS for pair in forms(name)]
)
def test_a_form_of_the_page_is_read_as_it_says(name: str, form: str, value: str) -> None:
    key, flag = Scalar(name, PLACE), Scalar("true", PLACE)
    when = read_when(Mapping({name: (key, flag)}, PLACE), Problems())
    result = when.match(MessageView(inbound(form), context()))
    found = str(result.captures[name]) if isinstance(result, Match) else "none"
    assert found == value


@pytest.mark.parametrize("name", FINDERS)
def test_each_page_lists_what_is_read_and_what_is_not(name: str) -> None:
    values = {value for _, value in forms(name)}
    assert "none" in values
    assert len(values) > 1
