"""`--at` in words: which moment is meant, on the clocks of the rules."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.moments import moment
from bot.errors import UsageError
from tests.integration.cli.conftest import TIMES, Bot

NOW = datetime(2026, 1, 15, 17, 4, 5, tzinfo=UTC)
"""A Thursday, 12:04:05 in New York."""
ZONE = "America/New_York"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("now", "2026-01-15T17:04:05+00:00"),
        ("in 2 hours", "2026-01-15T19:04:05+00:00"),
        ("in 90 minutes", "2026-01-15T18:34:05+00:00"),
        ("In an hour", "2026-01-15T18:04:05+00:00"),
        ("in half an hour", "2026-01-15T17:34:05+00:00"),
        ("in 3 days", "2026-01-18T12:04:05-05:00"),
        ("in 3 days at 9am", "2026-01-18T09:00:00-05:00"),
        ("tomorrow 10:00", "2026-01-16T10:00:00-05:00"),
        ("10:00 tomorrow", "2026-01-16T10:00:00-05:00"),
        ("Friday 9AM", "2026-01-16T09:00:00-05:00"),
        ("on friday at 9:30 pm", "2026-01-16T21:30:00-05:00"),
        ("thursday 5pm", "2026-01-22T17:00:00-05:00"),
        ("today 8pm", "2026-01-15T20:00:00-05:00"),
        ("yesterday", "2026-01-14T12:04:05-05:00"),
        ("yesterday at 10:00", "2026-01-14T10:00:00-05:00"),
        ("noon", "2026-01-15T12:00:00-05:00"),
        ("9:05", "2026-01-15T09:05:00-05:00"),
        ("july 1 17:30", "2026-07-01T17:30:00-04:00"),
        ("2026-01-20 09:30", "2026-01-20T09:30:00-05:00"),
        ("2026-01-20", "2026-01-20T00:00:00-05:00"),
        ("2026-01-20T09:30Z", "2026-01-20T09:30:00+00:00"),
    ],
)
def test_a_moment_in_words(said: str, meant: str) -> None:
    assert moment(said, ZONE, "at", NOW).isoformat() == meant


@pytest.mark.parametrize(
    "said",
    [
        *("", "soon", "9", "friday 9", "friday 25:00", "yesterdays", "2 hours ago", "in hours"),
        *(
            "not friday 9am",
            "monday or tuesday 9am",
            "friday 9am please",
            "9999-12-31",
            "0001-01-01",
        ),
        "in 1000000000 hours",
    ],
)
def test_what_is_no_moment_or_could_be_two(said: str) -> None:
    with pytest.raises(UsageError) as raised:
        moment(said, ZONE, "at", NOW)
    assert str(raised.value) == f"at {said}: is not a time, for example {TIMES}"


PIECES = st.sampled_from("tomorrow friday 9am in 2 hours 10:00 at noon 2026-01-15 half - T".split())


@given(st.one_of(st.text(), st.lists(PIECES).map(" ".join)))
def test_whatever_is_said_is_a_moment_or_a_mistake(said: str) -> None:
    with contextlib.suppress(UsageError):
        assert moment(said, ZONE, "at", NOW).utcoffset() is not None


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Tokyo"])
def test_the_clocks_are_those_of_the_rules(zone: str, bot: Bot, folder: Path) -> None:
    (folder / "rules" / "shop.yaml").write_text(
        f"timezone: {zone}\nrules:\n  - id: early\n    when: {{during: 'Mon-Sun 09:00-09:30'}}\n"
        "    reply: We are here.\n"
    )
    early, late = (
        [one["outcome"] for one in bot("dry-run", "x", "--at", at, "--json").objects]
        for at in ("tomorrow 9:15", "tomorrow 9:45")
    )
    assert (early, late) == (["replied"], ["unmatched"])
