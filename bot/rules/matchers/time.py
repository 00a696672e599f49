"""`time`: a time of day is found in the text; captured as HH:MM.

    when: {time: true}                              # captured as `time`
    when: {time: {as: at, between: ["09:00", 5pm]}}
    when: {time: {between: [10pm, 2am]}}            # over midnight
    when: {time: {lt: noon}}

What is read, and what it is:

    17:30 · 5:30pm · 5.30 PM · 5:30p · 530pm · 530p · 5:30:45.123 pm → 17:30
    5pm · 5 p.m. · 5p · five pm · 5pmish → 17:00
    noon · 12 noon · midday → 12:00
    midnight · 12am · 12:00 midnight → 00:00
    3-5pm · 3 to 5pm · 3 or 4pm · between 3 and 5pm · 3:00-5:30pm → 15:00
    11-1pm · from 11 to 1pm → 11:00
    7:30 tonight · 7:30 in the evening · tonight at 7:30 · 7:30 friday night → 19:30
    8 in the morning · 8:00 tomorrow morning · tomorrow morning at 8 → 08:00
    half past 3 · 3:30 in the afternoon · 30 min past 3 → 15:30
    quarter to 5 · a quarter before five → 16:45
    3 o'clock · three o'clock · 3 oclock pm → 15:00
    5:30 → 05:30
    at 5 · 8 o'clock · a table for 8 tonight · 10 to 5pm → none
    5 am I right · not 5pm · 13pm · 10:60 · apt 5a → none

The beginning of a range has the half of the day of its end, or the one before it. An hour that is
spoken (`half past 3`, `3 o'clock`) is after noon from twelve to six; a later one says too little.
`5:30` is read as it stands, and a number alone is not a time, unless the file says in which hours
such times lie, `defaults: {times: {prefer: "08:00-20:00"}}`: then `5:30`, `at 5` and `around 5`
are in the afternoon, and `05:30` and `17:30` stay. What would lie in them twice, or never, is none.

A value stands in the first 2,000 characters of a text, at one of the first 200 places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, Final

from bot.rules.matchers.finder import ALONE, MOST_PLACES, Conventions, Finder, Found
from bot.text.late import late

_NAMES: Final = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}
_HOURS: Final = "one two three four five six seven eight nine ten eleven twelve".split()
_NOON: Final = 12 * 60
_DAYS: Final = (
    "today|tomorrow|tmrw?|tmw|(?:mon|tues?|wed(?:nes)?|thu(?:r?s)?|fri|sat(?:ur)?|sun)(?:day)?"
)
_PART: Final = "morning|afternoon|evening|night"
_NIGHT: Final = "tonight|tonite|2nite"
_HALF: Final = (
    r"(?P<{0}gap>[ ]?)(?P<{0}half>[ap])"
    r"(?:(?P<{0}m>\.?[ ]?m)(?:ish)?(?![\w'])\.?|(?![\w'.])|\.(?!\w))"
)
_CLOCK: Final = late(
    rf"""
    (?<!\w) (?:12(?::00)?[ ]?)? (?P<name>{"|".join(_NAMES)}) (?!\w)
    | (?<![0-9:/$€£#]) (?<![0-9][.,]) (?<!half[ ])
    (?: (?P<past>half|(?:a[ ])?quarter|[0-9]{{1,2}}(?:[ ]min(?:ute)?s?)?(?=[ ]past))
        [ ](?P<side>past|after|to|till?|before)[ ] )?
    (?:
        (?P<hour>[0-9]{{1,2}})
        (?: :(?P<minute>[0-5][0-9])(?::[0-5][0-9](?:[.,][0-9]{{1,9}})?)?
        |   \.(?P<minute2>[0-5][0-9])(?=[ ]?[ap]\.?[ ]?m\b)
        |   (?P<minute3>[0-5][0-9])(?=[ ]?[ap](?:\.?m)?\b)
        )?
    |   (?<!\w)(?P<word>{"|".join(_HOURS)})(?!\w)
    )
    (?! [:/][0-9] | [0-9] | [.,][0-9] | [ ]?[%$€£°] )
    (?P<oclock>[ ]?o'?[ ]?clock)?
    (?: {_HALF.format("")} )?
    """,
    re.VERBOSE,
)
TIME_BEGINS: Final = late(rf"\d|noon|mid|half|a(?!\w)|quarter|t|this|in|{'|'.join(_HOURS)}")
"""What the first word of one looks like."""
_RANGE: Final = late(
    r"(?P<sign>[ ]?-[ ]?|[ ](?:to|or|and|till?|until|thru|through)[ ])"
    r"(?P<hour>[0-9]{1,2})(?:[:.]?[0-5][0-9])?" + _HALF.format("")
)
_PART_AFTER: Final = late(
    rf",?[ ](?:(?P<the>in[ ]the|at)|this|(?:on[ ])?(?:{_DAYS}))[ ](?P<part>{_PART})\b"
    rf"|,?[ ](?P<night>{_NIGHT})\b"
)
_PART_BEFORE: Final = late(
    rf"(?<!\w)(?:(?P<night>{_NIGHT})|(?:in[ ]the|this|(?:{_DAYS}))[ ](?P<part>{_PART}))"
    r",?[ ](?P<at>(?:at|@|around|about|by|from|after|before|between)[ ]?)?$"
)
_AT: Final = late(r"(?:(?<!\w)(?:at|around|by|until|till?|from|after|before|between)[ ]|@[ ]?)$")
_FOR: Final = late(r"(?<!\w)for[ ]$")
_FROM: Final = late(r"(?<!\w)(?:from|between)[ ]$")
_NOT: Final = late(r"(?<!\w)(?<!why[ ])not[ ](?:at[ ])?$")
_FLAT: Final = late(r"(?<!\w)(?:apt|apartment|unit|suite|ste|room|rm|no|gate|seat|flat|#)\.?[ ]?$")
# `150p/msg`, `10p per min`
_PENCE: Final = late(r"[ ]?(?:/|(?:per|an?|each|msgs?|mins?|txts?|texts?|sms|calls?)\b)")
_ALONE: Final = late("(?:[ ]?ish)?" + ALONE)
_LOOK_BACK: Final = 32
"""Characters before a time that say what it is."""


class Time(Finder):
    NAME: ClassVar[str] = "time"
    EXAMPLE: ClassVar[str] = "17:30"
    TRIED: ClassVar[tuple[str, ...]] = (
        *(f"{hour:02}:{minute}" for minute in ("30", "00") for hour in (9, *range(24))),
    )
    WRAPS: ClassVar[bool] = True
    __slots__ = ()

    @staticmethod
    def find(text: str, conventions: Conventions) -> Iterator[Found]:
        return (found for found in times(text, conventions) if found.value)


def times(text: str, conventions: Conventions) -> Iterator[Found]:
    """The times of a text; the value is empty where it could be either half of the day."""
    at = 0
    for _ in range(MOST_PLACES):
        found = _CLOCK.search(text, at)
        if found is None:
            return
        at = found.end()
        if found["name"]:
            time: Found | None = Found(found.start(), at, _NAMES[found["name"]])
        else:
            time = _Clock(found, conventions).read()
        if time is None:
            at = max(found.end("hour"), found.end("word"))
        else:
            at = time.end
            denied = _NOT.search(text, max(0, time.start - _LOOK_BACK), time.start)
            yield Found(time.start, time.end, "") if denied else time


class _Clock:
    """A number that may be an hour, with what stands around it."""

    def __init__(self, found: re.Match[str], conventions: Conventions) -> None:
        self._found = found
        self._text = found.string
        self._prefer = conventions.prefer
        self._hour = int(found["hour"]) if found["hour"] else _HOURS.index(found["word"]) + 1
        minute = found["minute"] or found["minute2"] or found["minute3"]
        self._has_minute = minute is not None
        self._minute = int(minute or 0) + _offset(found)
        self._is_spoken = bool(found["past"] or found["oclock"])

    def read(self) -> Found | None:
        """None where it is not a time; without a value where it may be two."""
        found = self._found
        if self._hour > 23 or (found["past"] == "half" and found["side"] != "past"):
            return None
        if found["half"] and self._is_half():
            return self._with_half(found.end(), found["half"])
        if found["minute3"]:
            return None
        end = found.start("gap") if found["half"] else found.end()
        return self._in_range(end) or self._in_part(end) or self._bare(end)

    def _is_half(self) -> bool:
        """`5:30p`, `5p` and `5 pm`; not `at 5:30 a friend comes`, nor `apartment 5a`."""
        found = self._found
        if found["m"]:
            return True
        if not found["minute"] and _PENCE.match(self._text, found.end()):
            return False
        after = self._text[found.end() : found.end() + 2].lstrip(" ")
        if found["gap"]:
            return self._has_minute and not after[:1].isalnum()
        return self._has_minute or self._before(_FLAT) is None

    def _with_half(self, end: int, half: str) -> Found | None:
        found, hour = self._found, self._hour
        if (
            found["gap"]
            and found["m"] == "m"
            and re.match(r" i(?![\w'])", self._text[end : end + 3])
        ):
            return self._ambiguous(end)
        if hour > 12:
            return self._at(end, hour) if half == "p" and self._has_minute else None
        if not hour and not self._has_minute:
            return None
        return self._at(end, hour % 12 + (12 if half == "p" else 0))

    def _in_range(self, end: int) -> Found | None:
        """`3-5pm`: the beginning lies in the half of the end, or in the one before it."""
        last = _RANGE.match(self._text, end)
        if last is None or not 1 <= self._hour <= 12 or not 1 <= int(last["hour"][:2]) <= 12:
            return None
        sign = last["sign"].strip()
        if sign == "and" and self._before(_FROM) is None:
            return None
        if sign == "to" and self._hour in (5, 10) and self._before(_FROM) is None:
            return self._ambiguous(last.end())  # `10 to 5pm` may be 16:50
        half = 12 if last["half"] == "p" else 0
        hour = self._hour % 12 + half
        if hour > int(last["hour"]) % 12 + half:
            hour = (hour + 12) % 24
        return self._at(end, hour)

    def _in_part(self, end: int) -> Found | None:
        """`7:30 tonight`, `tonight at 8`."""
        if not 1 <= self._hour <= 12:
            return None
        is_bare = not (self._has_minute or self._is_spoken)
        if (after := _PART_AFTER.match(self._text, end)) is not None:
            told = after["the"] and self._before(_FOR) is None
            if is_bare and not (told or self._before(_AT) or self._found.start() == 0):
                return None  # `a table for 8 tonight`
            return self._in(after["part"] or "night", self._found.start(), after.end())
        before = self._before(_PART_BEFORE)
        if before is not None and (before["at"] or not is_bare):
            return self._in(before["part"] or "night", before.start(), end)
        return None

    def _in(self, part: str, start: int, end: int) -> Found:
        """In this part of the day; without a value where no such hour is in it."""
        hour = self._hour % 12
        if part == "morning":
            is_in = hour > 0
        elif part == "afternoon":
            is_in, hour = hour < 8, hour + 12
        elif part == "evening":
            is_in, hour = hour > 2, hour + 12
        else:
            is_in, hour = hour > 4 or not hour, hour + 12 if hour else 0
        return Found(start, end, _shown(hour * 60 + self._minute) if is_in else "")

    def _bare(self, end: int) -> Found | None:
        """Without a word for the half of the day."""
        if not (self._has_minute or self._is_spoken):
            if self._prefer and self._stands_alone(end):
                return self._within(self._prefer, end)
            return None
        if not 1 <= self._hour <= 12 or (self._found["hour"] or "").startswith("0"):
            return self._at(end, self._hour)
        if self._prefer:
            return self._within(self._prefer, end)
        if not self._is_spoken:
            return self._at(end, self._hour)
        at = (self._hour % 12 * 60 + self._minute) % _NOON
        return Found(self._found.start(), end, _shown(at + _NOON) if at < _NOON / 2 else "")

    def _stands_alone(self, end: int) -> bool:
        """`at 5`, or `5` as the whole text; not `at 5 Main Street`."""
        alone = _ALONE.match(self._text, end)
        if alone is None or not 1 <= self._hour <= 12:
            return False
        rest = self._text[: self._found.start()] + self._text[alone.end() :]
        return self._before(_AT) is not None or not re.search(r"\w", rest)

    def _within(self, hours: tuple[int, int], end: int) -> Found:
        """In those that the file prefers; nowhere, where they hold both halves or neither."""
        begin, close = hours
        at = (self._hour % 12 * 60 + self._minute) % _NOON
        lying = [
            minute
            for minute in (at, at + _NOON)
            if (begin <= minute < close if begin < close else minute >= begin or minute < close)
        ]
        return Found(self._found.start(), end, _shown(lying[0]) if len(lying) == 1 else "")

    def _before(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        start = self._found.start()
        return pattern.search(self._text, max(0, start - _LOOK_BACK), start)

    def _at(self, end: int, hour: int) -> Found:
        return Found(self._found.start(), end, _shown(hour * 60 + self._minute))

    def _ambiguous(self, end: int) -> Found:
        return Found(self._found.start(), end, "")


def _offset(found: re.Match[str]) -> int:
    """Minutes of `half past`, `quarter to`, `20 past`."""
    past = found["past"]
    if past is None:
        return 0
    minutes = 30 if past == "half" else 15 if "quarter" in past else int(past.split()[0])
    return minutes if found["side"] in ("past", "after") else -minutes


def _shown(minutes: int) -> str:
    hour, minute = divmod(minutes % (24 * 60), 60)
    return f"{hour:02}:{minute:02}"
