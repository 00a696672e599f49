"""A moment as people say it to a command: ISO, `tomorrow 10:00`, `friday 9am`, `in 2 hours`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.errors import UsageError, plain
from bot.rules.matchers.date import days
from bot.rules.matchers.finder import Conventions, Found
from bot.rules.matchers.time import times
from bot.text.late import late
from bot.text.words import normalise, words
from bot.timezones import local

_EXAMPLES: Final = "2026-01-15T17:30, `tomorrow 10:00`, `friday 9am` or `in 2 hours`"
_LONGEST: Final = 60
"""Characters of what is read as words."""
_SPAN: Final = late(r"in (\d{1,6}|an?|one|half an) ?(s|m|h)[a-z]*")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours"}
_COUNTS: Final = {"a": 1.0, "an": 1.0, "one": 1.0, "half an": 0.5}
_YESTERDAY: Final = "yesterday"
"""What people write of a time to come never means it, so that `date` does not read it."""
_JOINS: Final = frozenset({"at", "on"})


def iso(written: str, timezone: str, what: str) -> datetime:
    """An ISO time; without an offset it is in `timezone`. Raises UsageError."""
    return _known(_iso(written), timezone, (what, written), "2026-01-15T17:30")


def moment(written: str, timezone: str, what: str, now: datetime) -> datetime:
    """As `iso`, or in words, on the clocks of `timezone`. Raises UsageError.

    A day alone is at the present time of day, a time alone is today.
    """
    found = _iso(written) or _in_words(written, timezone, now)
    return _known(found, timezone, (what, written), _EXAMPLES)


def _iso(written: str) -> datetime | None:
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return None


def _known(at: datetime | None, timezone: str, of: tuple[str, str], example: str) -> datetime:
    if at is None or not 1900 <= at.year < 2900:  # room for zones and delays at both ends
        what, written = of
        raise UsageError(f"{what} {plain(written)}: is not a time, for example {example}")
    return at if at.tzinfo is not None else at.replace(tzinfo=ZoneInfo(timezone))


def _in_words(written: str, timezone: str, now: datetime) -> datetime | None:
    said, here = normalise(written[:_LONGEST]), local(now, timezone)
    if said == "now":
        return now
    if (span := _SPAN.fullmatch(said)) is not None:
        count = _COUNTS.get(span[1]) or float(span[1])
        return now + timedelta(**{_UNITS[span[2]]: count})
    conventions = Conventions(here.date())
    day: object
    if words(said)[:1] == (_YESTERDAY,):
        day, rest = str(here.date() - timedelta(days=1)), said.removeprefix(_YESTERDAY)
    else:
        day, rest = _first(days, said, conventions)
    clock, rest = _first(times, rest, conventions)
    if (day is None and clock is None) or {*words(rest)} - _JOINS:
        return None
    on = here.date() if day is None else date.fromisoformat(str(day))
    at = here.time() if clock is None else time.fromisoformat(str(clock))
    return datetime.combine(on, at, ZoneInfo(timezone))


def _first(
    find: Callable[[str, Conventions], Iterator[Found]], text: str, conventions: Conventions
) -> tuple[object, str]:
    """The first value of a kind, and the text without it."""
    for found in find(text, conventions):
        if found.value:
            return found.value, f"{text[: found.start]} {text[found.end :]}"
    return None, text
