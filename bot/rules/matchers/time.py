"""`time`: a time of day is found in the text; captured as HH:MM.

    when: {time: true}                              # captured as `time`
    when: {time: {as: at, between: ["09:00", 5pm]}}
    when: {time: {lt: noon}}

Read are `17:30`, `5:30pm`, `5.30 pm`, `5pm`, `5 p.m.`, `noon`, `midday` and `midnight` (00:00).
`5:30` alone is 05:30; a number alone (`at 5`) is not a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, Final

from bot.rules.matchers.finder import Calendar, Finder, Found

_NAMES: Final = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}
_HALF: Final = r"[ ]?(?P<{}>[ap])\.?m\b\.?"
_TIME: Final = re.compile(
    rf"""
    (?<![0-9:/]) (?<![0-9][.,])
    (?P<hour>[0-9]{{1,2}})
    (?:
        :(?P<minute>[0-5][0-9])(?::[0-5][0-9])?(?![0-9:]) (?:{_HALF.format("h1")})?
    |   \.(?P<minute2>[0-5][0-9]){_HALF.format("h2")}
    |   {_HALF.format("h3")}
    )
    | (?<!\w)(?P<name>{"|".join(_NAMES)})(?!\w)
    """,
    re.VERBOSE,
)


class Time(Finder):
    NAME: ClassVar[str] = "time"
    EXAMPLE: ClassVar[str] = "17:30"
    __slots__ = ()

    @staticmethod
    def find(text: str, calendar: Calendar) -> Iterator[Found]:
        for found in _TIME.finditer(text):
            value = _clock(found)
            if value is not None:
                yield Found(found.start(), found.end(), value)


def _clock(found: re.Match[str]) -> str | None:
    """None where no clock shows it: 25:00, 13pm."""
    if found["name"]:
        return _NAMES[found["name"]]
    hour, half = int(found["hour"]), found["h1"] or found["h2"] or found["h3"]
    if half and hour <= 12:
        if not hour and not found["minute"]:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    elif hour > 23 or (half and not found["minute"]):
        return None
    return f"{hour:02}:{found['minute'] or found['minute2'] or '00'}"
