"""Every matcher against its file of cases: match and miss as twins, and mistakes in its YAML."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingOf
from datetime import datetime
from pathlib import Path

import pytest

from bot.model import CaptureValue, LongcodeId, Match, Miss
from bot.rules.matchers import REGISTRY, read_when
from bot.rules.matchers.base import MessageView, Sheet, When
from bot.rules.matchers.during import read_calendars, read_hours
from bot.rules.nodes import Mapping, Node, Scalar, Sequence
from bot.rules.problems import Problems
from tests.build import NOW, OUR_NUMBER, PERSON, context, inbound
from tests.case_files import parameters, read_cases, text_of, texts_of

DIRECTORY = Path(__file__).parent
MESSAGE = ("say", "tags", "from", "to", "media", "at")
CONTEXT = ("longcode", "contact", "values", "state", "answered_rule", "received_at", "unmatched_at")
SHEET = ("timezone", "dates", "prefer", "calendars", "lists", "vars")
KNOWN = ("when", *MESSAGE, *CONTEXT, *SHEET, "captures", "miss", "error")


def kind(case: Mapping) -> str:
    return next((key for key in ("miss", "error") if key in case.pairs), "match")


def read(name: str, case: Mapping) -> tuple[When, list[str]]:
    value = case.get("when")
    assert value is not None, case.place
    key = Scalar(name, case.place)
    problems = Problems()
    when = read_when(Mapping({name: (key, value)}, case.place), problems, sheet(case))
    return when, [str(problem).partition(": ")[2] for problem in problems.found]


def sheet(case: Mapping) -> Sheet:
    lists = case.get("lists")
    return Sheet(
        timezone=text_of(case, "timezone", "America/New_York"),
        day_first=text_of(case, "dates", "mdy") == "dmy",
        prefer=read_hours(prefer, Problems(), "prefer") if (prefer := case.get("prefer")) else None,
        calendars=read_calendars(
            calendars, text_of(case, "timezone", "America/New_York"), Problems()
        )
        if (calendars := case.get("calendars"))
        else {},
        lists={
            name.text: {
                value.text: (value.text, *(item.text for item in items_of(synonyms)))
                for value, synonyms in (values.items() if isinstance(values, Mapping) else ())
            }
            for name, values in (lists.items() if isinstance(lists, Mapping) else ())
        },
        variables=texts_of(case.get("vars")),
    )


def items_of(node: Node | None) -> list[Scalar]:
    items = node.items if isinstance(node, Sequence) else []
    return [item for item in items if isinstance(item, Scalar)]


def instants(case: Mapping, key: str) -> tuple[datetime, ...]:
    return tuple(datetime.fromisoformat(item.text) for item in items_of(case.get(key)))


def captures(case: Mapping) -> dict[str, CaptureValue]:
    """What stands there without quotes is a number where it can be one."""
    wanted = case.get("captures")
    pairs = wanted.items() if isinstance(wanted, Mapping) else ()
    return {key.text: capture(value) for key, value in pairs}


def capture(node: Node) -> CaptureValue:
    assert isinstance(node, Scalar), node.place
    if node.plain and re.fullmatch(r"-?\d+", node.text):
        return int(node.text)
    if node.plain and re.fullmatch(r"-?\d+\.\d+", node.text):
        return float(node.text)
    return node.text


def seen(case: Mapping) -> MessageView:
    longcode = text_of(case, "longcode")
    at = datetime.fromisoformat(text_of(case, "at", NOW.isoformat()))
    return MessageView(
        inbound(
            text_of(case, "say"),
            sender=text_of(case, "from", PERSON),
            number=text_of(case, "to", OUR_NUMBER),
            tags=texts_of(case.get("tags")),
            media_url=text_of(case, "media") or None,
            received_at=at,
        ),
        context(
            now=at,
            longcode_id=LongcodeId(int(longcode)) if longcode else None,
            contact=texts_of(case.get("contact")),
            values=texts_of(case.get("values")),
            state=text_of(case, "state") or None,
            answered_rule=text_of(case, "answered_rule") or None,
            received_at=instants(case, "received_at"),
            unmatched_at=instants(case, "unmatched_at"),
        ),
    )


@pytest.mark.parametrize("name", REGISTRY)
def test_every_matcher_has_cases_that_match_that_miss_and_that_are_wrong(name: str) -> None:
    cases = read_cases(DIRECTORY / f"{name}.yaml", KNOWN)
    assert {kind(case) for case in cases} == {"match", "miss", "error"}


def test_every_file_of_cases_belongs_to_a_matcher() -> None:
    assert {path.stem for path in DIRECTORY.glob("*.yaml")} == set(REGISTRY)


def typed(captures: MappingOf[str, CaptureValue]) -> dict[str, tuple[type, CaptureValue]]:
    """So that 2 is not 2.0."""
    return {name: (type(value), value) for name, value in captures.items()}


@pytest.mark.parametrize(("name", "case"), parameters(DIRECTORY, list(REGISTRY), KNOWN))
def test_case(name: str, case: Mapping) -> None:
    when, errors = read(name, case)
    if kind(case) == "error":
        wanted = text_of(case, "error")
        assert len(errors) == 1
        assert wanted in errors[0]
        return
    assert errors == []
    result = when.match(seen(case))
    if kind(case) == "match":
        assert isinstance(result, Match), result
        assert typed(result.captures) == typed(captures(case))
        assert set(captures(case)) <= when.captures()
        needs = when.needs()
        if needs is not None:  # else the index would leave out a rule that matches
            assert needs.are_met(seen(case))
    else:
        assert isinstance(result, Miss)
        assert text_of(case, "miss") in result.because
