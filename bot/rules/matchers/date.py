"""`date`: a date is found in the text; captured as YYYY-MM-DD.

    when: {date: true}                              # captured as `date`
    when: {date: {as: day, gte: today}}             # the first such, captured as `day`
    when: {date: {as: day, between: [2026-12-20, 2027-01-06]}}
    when: {date: {eq: tomorrow}}

What is read, and what it is in a message of Thursday, 15 January 2026:

    2026-03-05 · 2026/3/5 · 3/5 · 3/5/2026 · 3/5/26 · 3-5-2026 · 3.5.2026 → 2026-03-05
    March 5 · Mar. 5th, 2026 · 5 march · the 5th of March 2026 · Thu, Mar 5 → 2026-03-05
    today · tonight · tonite · 2nite · 2day · hoy · this thursday → 2026-01-15
    tomorrow · tomorow · tommorrow · tmrw · tmr · tmw · 2moro · 2morrow → 2026-01-16
    the day after tomorrow · in 2 days · in two days · 2 days from now → 2026-01-17
    Friday · this Friday · fri · on fri · viernes · Friday the 16th → 2026-01-16
    next Friday · Friday next week · a week from Friday · Fri 23rd · the 23rd → 2026-01-23
    Monday · next Monday · lunes · Monday the 19th → 2026-01-19
    Thursday · next Thursday · in a week · a week from today → 2026-01-22
    Wednesday · weds · miércoles → 2026-01-21
    Friday the 13th → 2026-02-13
    2/31 · Monday the 20th · Friday, March 5 · 24/7 · next week → none
    last Friday · every Monday · Mondays · Friday after next · the day before Friday → none
    not Monday · can't do Monday · Monday doesn't work · not Monday or Tuesday → none
    I may come · 5 may be too many · I sat down · the sun · 1/2 cup · 10/10 would recommend → none

Time is told from when the message was received, in the file's time zone. A date without a year is
the next such date, today included. A day of the week is the next such day after today; with `next`
it is that of the next week, which begins on Monday, with `this` it may be today. Where a person
may mean the nearer one, ask: `next Friday`, said on a Thursday, is in eight days. The month comes
first in `3/5`, or the day with `defaults: {dates: dmy}`. A day of the week that does not fit its
date, what is not in the calendar and a date that is denied are none. With `during: open` the day is
one on which the calendar `open` is open at some time.

A value stands in the first 2,000 characters of a text, at one of the first 200 places.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import islice
from typing import ClassVar, Final

from bot.model import CaptureValue
from bot.rules.json_schema import TEXT, Schema, said
from bot.rules.matchers.base import Reading
from bot.rules.matchers.date_grammar import BEGINS, DAY, find_day, is_joined
from bot.rules.matchers.finder import MOST_PLACES, Bound, Conventions, Finder, Found
from bot.rules.nodes import Node

_OF_ALL_LENGTHS: Final = (*range(1, 8), *range(22, 29))
"""Each day of the week with a day of one digit, and with one of two."""


class Date(Finder):
    NAME: ClassVar[str] = "date"
    EXAMPLE: ClassVar[str] = "2026-12-31"
    TRIED: ClassVar[tuple[str, ...]] = (
        "2026-01-20",
        *(
            f"{year}-{month:02}-{day:02}"
            for year in (2026, 2025)
            for month in range(1, 13)
            for day in _OF_ALL_LENGTHS
        ),
    )
    MORE_KEYS: ClassVar[Mapping[str, Schema]] = {
        "during": said(TEXT, "The name of a calendar that is open on that day.")
    }
    __slots__ = ()

    @classmethod
    def _bounds(cls, sign: str, node: Node, reading: Reading) -> Iterator[Bound]:
        if sign != "during":
            yield from super()._bounds(sign, node, reading)
            return
        name, calendars = reading.problems.text(node, "date.during"), reading.sheet.calendars
        if name in calendars:
            yield Bound(sign, (name,))
        elif calendars:
            reading.problems.unknown(node, "calendar", name, calendars)
        else:
            what = f"date.during: there is no calendar `{name}`"
            reading.problems.error(node, "unknown-key", what, "define it in calendars:")

    def _holds(self, bound: Bound, found: CaptureValue, wanted: list[CaptureValue | None]) -> bool:
        if bound.sign != "during":
            return super()._holds(bound, found, wanted)
        calendar = self.sheet.calendars[bound.texts[0]]
        return calendar.is_open_on(date.fromisoformat(str(found)))

    @staticmethod
    def find(text: str, conventions: Conventions) -> Iterator[Found]:
        return (found for found in days(text, conventions) if found.value)


def days(text: str, conventions: Conventions) -> Iterator[Found]:
    """The days of a text; the value is empty where people deny it, or differ about it."""
    denied_to = -1
    for start, end, day in islice(_read(text, conventions), MOST_PLACES):
        if denied_to >= 0 and is_joined(text, denied_to, start):
            day = None
        denied_to = end if day is None else -1
        yield Found(start, end, day.isoformat() if day else "")


def _read(text: str, conventions: Conventions) -> Iterator[tuple[int, int, date | None]]:
    at = 0
    while (begins := BEGINS.search(text, at)) is not None:
        at = begins.end()
        found = DAY.match(text, begins.start())
        if found is not None and (read := find_day(found, conventions)) is not None:
            at = read[1]
            yield read
