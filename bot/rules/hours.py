"""When something is open: hours of days of the week, and calendars made of them."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, TypeAlias

from bot.timezones import local

EVERY_DAY: Final = frozenset(range(7))
MIDNIGHT: Final = 24 * 60
_YEAR: Final = 367
Dates: TypeAlias = tuple[tuple[date, date], ...]


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of days of the week, in minutes of the day; `end` up to 24:00, itself not in it."""

    days: Set[int] = EVERY_DAY
    begin: int = 0
    end: int = MIDNIGHT
    dates: Dates = ()
    """First and last days of those that it is limited to, if any."""
    timezone: str = ""

    def holds(self, instant: datetime) -> bool:
        here = local(instant, self.timezone)
        return self.is_in(here.date(), here.hour * 60 + here.minute)

    def is_in(self, day: date, minute: int) -> bool:
        if self.begin < self.end:
            return self.begin <= minute < self.end and self._is_on(day)
        if minute >= self.begin:
            return self._is_on(day)
        return minute < self.end and self._is_on(day - timedelta(days=1))

    def covers(self, other: Window | Calendar) -> bool:
        """It holds whenever the other does, for certain."""
        if not isinstance(other, Window) or self.timezone != other.timezone:
            return False
        is_longer = (self.begin, self.end) == (other.begin, other.end) or (
            self.begin <= other.begin < other.end <= self.end
        )
        return is_longer and self.days >= other.days and self.dates in ((), other.dates)

    def _is_on(self, day: date) -> bool:
        return day.weekday() in self.days and (
            not self.dates or any(first <= day <= last for first, last in self.dates)
        )


@dataclass(frozen=True, slots=True)
class Calendar:
    """Hours with their exceptions, under a name."""

    windows: tuple[Window, ...]
    closed: tuple[Window, ...] = ()
    also: tuple[Window, ...] = ()
    """Open whatever the others say."""
    timezone: str = ""
    hours: str = ""
    """As they are written, for people."""

    def holds(self, instant: datetime) -> bool:
        here = local(instant, self.timezone)
        return self._is_in(here.date(), here.hour * 60 + here.minute)

    def covers(self, other: Window | Calendar) -> bool:
        """As of a window."""
        return self == other

    def is_open_on(self, day: date) -> bool:
        """At some time of that day."""
        begins = {window.begin for window in (*self.windows, *self.also)}
        ends = {window.end % MIDNIGHT for window in self.closed}
        return any(self._is_in(day, minute) for minute in {0, *begins, *ends})

    def opens_after(self, instant: datetime) -> datetime | None:
        """When it opens next, on its clocks; None where it does not within a year."""
        here = local(instant, self.timezone)
        begins = {0, *(window.begin for window in (*self.windows, *self.also))}
        minutes = sorted(begins | {window.end % MIDNIGHT for window in self.closed})
        for day in (here.date() + timedelta(days=ahead) for ahead in range(_YEAR)):
            for minute in minutes:
                at = datetime.combine(day, time(*divmod(minute, 60)), here.tzinfo)
                if at > here and self._begins_at(day, minute):
                    return at
        return None

    def ends_after(self, instant: datetime, timezone: str) -> datetime | None:
        """When it ends that holds at that instant on the clocks of that zone, in UTC.

        None where it does not hold, or does not end within a year.
        """
        if not self.holds_in(instant, timezone):
            return None
        first = local(instant, timezone).date()
        for day in (first + timedelta(days=ahead) for ahead in range(_YEAR)):
            for at in sorted(self._turns(day, timezone)):
                if at > instant and not self.holds_in(at, timezone):
                    return at
        return None

    def holds_in(self, instant: datetime, timezone: str) -> bool:
        """On the clocks of that zone."""
        here = local(instant, timezone)
        return self._is_in(here.date(), here.hour * 60 + here.minute)

    def is_always(self) -> bool:
        """At every minute of a week without dates of its own."""
        week = [date(1999, 2, 1) + timedelta(days=ahead) for ahead in range(7)]
        return all(self._is_in(day, minute) for day in week for minute in self._minutes())

    def _turns(self, day: date, timezone: str) -> set[datetime]:
        """When something may begin or end on a day; twice what the clocks show twice."""
        clocks = [time(*divmod(minute, 60)) for minute in self._minutes()]
        twice = [*clocks, *(clock.replace(fold=1) for clock in clocks)]
        zone = local(datetime(2000, 1, 1, tzinfo=UTC), timezone).tzinfo
        return {datetime.combine(day, clock, zone).astimezone(UTC) for clock in twice}

    def _minutes(self) -> set[int]:
        windows = (*self.windows, *self.closed, *self.also)
        return {0} | {minute % MIDNIGHT for one in windows for minute in (one.begin, one.end)}

    def _begins_at(self, day: date, minute: int) -> bool:
        before = (day, minute - 1) if minute else (day - timedelta(days=1), MIDNIGHT - 1)
        return self._is_in(day, minute) and not self._is_in(*before)

    def _is_in(self, day: date, minute: int) -> bool:
        if any(window.is_in(day, minute) for window in self.also):
            return True
        is_open = any(window.is_in(day, minute) for window in self.windows)
        return is_open and not any(window.is_in(day, minute) for window in self.closed)
