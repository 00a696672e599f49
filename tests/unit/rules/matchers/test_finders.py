"""Whatever a text holds, a finder finds a value of its kind, or none."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import Place
from bot.model import CaptureValue, Match
from bot.rules.matchers import REGISTRY, read_when
from bot.rules.matchers.base import MessageView, Sheet
from bot.rules.matchers.finder import Finder
from bot.rules.nodes import Mapping as MappingNode
from bot.rules.nodes import Node, Scalar
from bot.rules.problems import Problems
from tests.build import context, inbound

PLACE = Place("made.yaml", 1, 1)
PIECES = """
    1 5 10 12 26 31 99 2026 3/4 10/10 1/2 24/7 5:30 17:45 .5 2½ ½ ² ٤٥ − - / . , : ( ) + $ # @
    k M a p am pm a.m. o'clock half quarter past to at in and the next this last every not can't
    no one two twenty five hundred dozen days weeks from now today tomorrow 2moro tonight morning
    monday mon sat sun may march mar jan 20th th nd miércoles mañana hoy 555 0123 +44 ann shop.com
""".split()
TEXTS = (
    st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join)
    | st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
    | st.text(max_size=10_000)
)


def is_number(value: CaptureValue) -> bool:
    return not isinstance(value, str) and math.isfinite(value)


def is_date(value: CaptureValue) -> bool:
    return date.fromisoformat(str(value)).isoformat() == value


def is_time(value: CaptureValue) -> bool:
    return time.fromisoformat(str(value)).strftime("%H:%M") == value


def is_phone(value: CaptureValue) -> bool:
    return re.fullmatch(r"\+[1-9][0-9]{6,14}", str(value)) is not None


KINDS: Mapping[str, Callable[[CaptureValue], bool]] = {
    "number": is_number,
    "date": is_date,
    "time": is_time,
    "phone": is_phone,
    "email": lambda value: "@" in str(value),
}


def test_every_finder_is_held_to_its_kind() -> None:
    finders = {name for name, matcher in REGISTRY.items() if issubclass(matcher, Finder)}
    assert finders == set(KINDS)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("prefer", [None, (480, 1200), (1320, 120)])
@given(text=TEXTS)
@settings(deadline=None, max_examples=150)
def test_a_value_is_of_its_kind_and_a_slot_reads_the_same(
    name: str, prefer: tuple[int, int] | None, text: str
) -> None:
    sheet = Sheet(prefer=prefer)
    says = f"* {{value:{name}}} *"
    for key, written, capture in ((name, "true", name), ("says", says, "value")):
        pairs: dict[str, tuple[Scalar, Node]] = {key: (Scalar(key, PLACE), Scalar(written, PLACE))}
        when = read_when(MappingNode(pairs, PLACE), Problems(), sheet)
        result = when.match(MessageView(inbound(text), context()))
        assert not isinstance(result, Match) or KINDS[name](result.captures[capture])
