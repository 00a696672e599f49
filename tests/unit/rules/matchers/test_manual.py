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
LISTED = [*FINDERS, "answer"]


def forms(name: str) -> Iterator[tuple[str, str]]:
    page = sys.modules[REGISTRY[name].__module__].__doc__ or ""
    for listed, value in re.findall(r"^    (.+) → (.+)$", page, re.MULTILINE):
        yield from ((form.strip(), value) for form in listed.split("·"))


def found_by(name: str, value: str, text: str) -> Match | None:
    problems = Problems()
    key, written = Scalar(name, PLACE), Scalar(value, PLACE)
    when = read_when(Mapping({name: (key, written)}, PLACE), problems)
    assert problems.found == []
    result = when.match(MessageView(inbound(text), context()))
    return result if isinstance(result, Match) else None


@pytest.mark.parametrize(
    ("name", "form", "value"), [(name, *pair) for name in FINDERS for pair in forms(name)]
)
def test_a_form_of_the_page_is_read_as_it_says(name: str, form: str, value: str) -> None:
    found = found_by(name, "true", form)
    assert (str(found.captures[name]) if found else "none") == value


@pytest.mark.parametrize(("form", "value"), [*forms("answer")])
def test_an_answer_of_the_page_means_what_it_says(form: str, value: str) -> None:
    meant = [answer for answer in ("yes", "no") if found_by("answer", answer, form)]
    assert meant == ([] if value == "none" else [value])


@pytest.mark.parametrize("name", LISTED)
def test_each_page_lists_what_is_read_and_what_is_not(name: str) -> None:
    values = {value for _, value in forms(name)}
    assert "none" in values
    assert len(values) > 1


def test_a_matcher_is_registered_by_its_own_name() -> None:
    assert {name: matcher.NAME for name, matcher in REGISTRY.items()} == {n: n for n in REGISTRY}
