"""`date`: a date is found in the text; captured as YYYY-MM-DD.

    when: {date: true}                              # captured as `date`
    when: {date: {as: day, gte: today}}             # the first such, captured as `day`
    when: {date: {as: day, between: [2026-12-20, 2027-01-06]}}
    when: {date: {eq: tomorrow}}

Read are `2026-03-05`, `3/5`, `3/5/2026`, `3/5/26`, `3-5-2026` and `5.3.2026` (the month first, or
the day with `defaults: {dates: dmy}`), `March 5`, `5th of March 2026`, `Fri, Mar 5`, `today`,
`tonight`, `tomorrow`, `day after tomorrow`, and days of the week in full or by their first three
letters. Time is told from when the message was received, in the file's time zone. A date without
a year is the next such date, today included. A day of the week is the next such day after today:
`Friday`, said on a Friday, is in seven days (`next Friday` too). What is not in the conventions
(31/02) is not a date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import ClassVar, Final

from bot.rules.matchers.finder import Conventions, Finder, Found

_MONTH: Final = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_WEEKDAY: Final = (
    "mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?"
    "|sat(?:urday)?|sun(?:day)?"
)
_WEEKDAYS: Final = "mon tue wed thu fri sat sun".split()
_RELATIVE: Final = {
    "today": 0,
    "tonight": 0,
    "tomorrow": 1,
    "tmrw": 1,
    "tmw": 1,
    "day after tomorrow": 2,
}
# Where a date may begin: the longer pattern is tried only there.
_BEGINS: Final = re.compile(
    rf"(?<![\w/.:])[0-9]|(?<!\w)(?:{'|'.join(_MONTHS + _WEEKDAYS)}|to|tm|day after)"
)
_DATE: Final = re.compile(
    rf"""
    (?: (?P<weekday_before>{_WEEKDAY})\.?,?\ (?:the\ )? )?
    (?:
        (?P<y>[0-9]{{4}})(?P<s>[-/.])(?P<ym>[0-9]{{1,2}})(?P=s)(?P<yd>[0-9]{{1,2}})
    |   (?P<a>[0-9]{{1,2}})(?P<t>[-/.])(?P<b>[0-9]{{1,2}})(?P=t)(?P<c>[0-9]{{4}}|[0-9]{{2}})
    |   (?P<p>[0-9]{{1,2}})/(?P<q>[0-9]{{1,2}}) (?!/)
    |   (?P<month>{_MONTH})\.?[ ]?(?:the[ ])?(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?
        (?![0-9:]|[ ]?[ap]\.?m\b) (?:,?[ ](?P<year>[0-9]{{4}})(?![0-9:]))?
    |   (?P<day2>[0-9]{{1,2}})(?:st|nd|rd|th)?(?:[ ]of)?[ -]?(?P<month2>{_MONTH})\b
        (?:\.?,?[ -](?P<year2>[0-9]{{4}})(?![0-9:]))?
    )
    (?![0-9])
    | (?P<relative>{"|".join(map(re.escape, _RELATIVE))}) (?!\w)
    | (?P<weekday>{_WEEKDAY}) (?![\w'])
    """,
    re.VERBOSE,
)


class Date(Finder):
    NAME: ClassVar[str] = "date"
    EXAMPLE: ClassVar[str] = "2026-12-31"
    __slots__ = ()

    @staticmethod
    def find(text: str, conventions: Conventions) -> Iterator[Found]:
        at = 0
        while (begins := _BEGINS.search(text, at)) is not None:
            found = _DATE.match(text, begins.start())
            day = None if found is None else _day(found, conventions)
            if found is None or day is None:
                at = begins.end()
            else:
                yield Found(found.start(), found.end(), day.isoformat())
                at = found.end()


def _day(found: re.Match[str], conventions: Conventions) -> date | None:
    """None where the calendar has no such day."""
    try:
        return _read(found, conventions)
    except (ValueError, OverflowError):
        return None


def _read(found: re.Match[str], conventions: Conventions) -> date | None:
    part = found.groupdict()
    today = conventions.today
    if part["relative"]:
        return today + timedelta(days=_RELATIVE[part["relative"]])
    if part["weekday"]:
        ahead = _WEEKDAYS.index(part["weekday"][:3]) - today.weekday()
        return today + timedelta(days=(ahead - 1) % 7 + 1)
    if part["y"]:
        return date(int(part["y"]), int(part["ym"]), int(part["yd"]))
    if part["c"]:
        month, day = _order(part["a"], part["b"], conventions)
        return date(_century(part["c"], today), month, day)
    if part["p"]:
        return _next(*_order(part["p"], part["q"], conventions), today)
    month = _MONTHS.index((part["month"] or part["month2"])[:3]) + 1
    day = int(part["day"] or part["day2"])
    year = part["year"] or part["year2"]
    return date(int(year), month, day) if year else _next(month, day, today)


def _order(first: str, second: str, conventions: Conventions) -> tuple[int, int]:
    """Month and day."""
    return (int(second), int(first)) if conventions.day_first else (int(first), int(second))


def _century(written: str, today: date) -> int:
    """Two digits name the year from 80 years ago to 19 years ahead."""
    if len(written) == 4:
        return int(written)
    oldest = today.year - 80
    return oldest + (int(written) - oldest) % 100


def _next(month: int, day: int, today: date) -> date | None:
    """The next such date from today on; a 29 February may be eight years away."""
    for year in range(today.year, today.year + 9):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    return None
