"""Follow-ups: hours at which they cannot leave, dates that are none, names that two share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.authoring.lint.sources import warning
from bot.errors import Problem
from bot.rules.matchers.date import Date
from bot.rules.questions import parts
from bot.rules.quiet import NIGHT, Quiet
from bot.rules.rule import FollowUp, Rule
from bot.rules.ruleset import Ruleset

_MORNING: Final = 9 * 60
"""Minutes of the day; of a date without a time, where `at` says none."""
_ONE_NAME: Final = re.compile(r"\{\{-?\s*(?:conversation\.)?(\w+)\s*-?\}\}")
_MONDAY: Final = datetime(2026, 1, 5, tzinfo=UTC)
"""Of a week in which no clocks are set."""


def said_later(ruleset: Ruleset) -> Iterator[Problem]:
    """What is odd about the follow-ups of all rules."""
    everyone = [*ruleset.rules, *([ruleset.fallback] if ruleset.fallback else [])]
    first: dict[str, tuple[Rule, FollowUp]] = {}
    for rule in everyone:
        for part in parts(rule):
            for later in part.follow_ups:
                yield from _at_night(part, later)
                yield from _of_any_text(rule, later)
                other, earlier = first.setdefault(later.key, (rule, later))
                if other.id != rule.id and _differ(earlier, later):
                    yield _shared(later, other)


def _at_night(part: Rule, later: FollowUp) -> Iterator[Problem]:
    minute = later.at if later.at is not None else _MORNING if later.on is not None else None
    if minute is None:
        return
    quiet = part.quiet or NIGHT
    ends = {_ends(quiet, minute, day) for day in range(7)}
    if None in ends:
        return
    shown = f"{minute // 60:02}:{minute % 60:02}"
    hours = "the night, 21:00-08:00" if part.quiet is None else "its quiet hours"
    until = f": it leaves at {next(iter(ends))}" if len(ends) == 1 else ": it leaves when they end"
    hint = 'at: "10:00"' if part.quiet is None else "another `at`, or other `quiet_hours`"
    if later.at is None:
        shown = f"{shown}, where nothing says `at`,"
    yield warning(later.place, "at-night", f"follow_up: {shown} lies in {hours}{until}", hint)


def _ends(quiet: Quiet, minute: int, day: int) -> str | None:
    """What the clock shows when it may leave, on that day of a week; None where it may then."""
    at = _MONDAY + timedelta(days=day, minutes=minute)
    until = quiet.until(at, "UTC")
    return None if until is None else f"{until:%H:%M}"


def _of_any_text(rule: Rule, later: FollowUp) -> Iterator[Problem]:
    """`on` is an answer that need not be a date."""
    found = _ONE_NAME.fullmatch(later.on.source.strip()) if later.on is not None else None
    if found is None:
        return
    for part in parts(rule):
        for question in part.ask.questions if part.ask is not None else ():
            dates = question.accept.walk() if question.accept is not None else ()
            if question.name == found[1] and not any(isinstance(one, Date) for one in dates):
                yield warning(
                    later.place,
                    "on-any-text",
                    f"follow_up.on: the answer `{question.name}` need not be a date, and the reply"
                    " fails where it is none",
                    "give that question accept: {date: true}",
                )


def _differ(one: FollowUp, other: FollowUp) -> bool:
    """They are not two ways to the same thing, such as a reminder of a visit and of a moved one."""
    return (one.on is None) != (other.on is None)


def _shared(later: FollowUp, other: Rule) -> Problem:
    return warning(
        later.place,
        "shared-key",
        f"follow_up: its key `{later.key}` is that of rule `{other.id}` too: in a conversation the"
        " later one takes the place of the other",
        f"key: {later.rule}",
    )
