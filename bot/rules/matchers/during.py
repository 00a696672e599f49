"""`during`, `outside`: the message was received in these hours, or was not.

    when: {during: "Mon-Fri 09:00-17:00"}
    when: {during: "Mon-Fri 08:00-18:00, Sat 9am-1pm"}      # several windows in one text
    when: {outside: ["Mon-Fri 09:00-12:00, 13:00-17:00", "Sat 10:00-14:00"]}
    when: {during: {hours: "09:00-17:00", timezone: America/Chicago}}
    when: {during: {dates: [2026-12-25, 2026-12-31..2027-01-02]}}
    when: {during: "Fri,Sat 22:00-02:00"}           # until two on Saturday and on Sunday

The end is not in it: 17:00 is closed. A window over midnight belongs to the day on which it
begins. A calendar has a name and exceptions, for all files of the rule set:

    calendars:
      open:
        hours: ["Mon-Fri 09:00-17:00", "Sat 10:00-14:00"]
        except: [2026-12-25, "2026-12-24 12:00-24:00", 2026-12-31..2027-01-02]
        also: ["2026-12-20 10:00-16:00"]

It is used by its name, `during: open`, `outside: open`, and of a day, `date: {during: open}`: the
day is open at some time. In templates `{{ calendars.open }}` is its hours as they are written, and
`{{ calendars.open.next | time }}` when it opens next, nothing where it never does.

Days alone are whole days, hours alone are every day; `5pm` may stand for 17:00. `hours` and `dates`
beside each other must both hold. Local time in the file's zone, or in `timezone`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import ClassVar, Final, Self
from zoneinfo import ZoneInfo

from bot.model import Match, Miss
from bot.rules.hours import EVERY_DAY, MIDNIGHT, Calendar, Dates, Window
from bot.rules.json_schema import TEXT, TEXTS, Schema, by_kind, keyed, said
from bot.rules.matchers.base import HIT, Matcher, MessageView, Reading
from bot.rules.matchers.covering import Case, Cases, Claim, Denial
from bot.rules.matchers.finder import SOME_DAY
from bot.rules.matchers.hours_meant import meant_hours
from bot.rules.matchers.time import Time
from bot.rules.nodes import Mapping, Node, Scalar, Sequence
from bot.rules.problems import Problems
from bot.text.dates import iso_date
from bot.text.late import late
from bot.text.spelling import did_you_mean
from bot.timezones import local

_HOUR: Final = 60
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_LIST: Final = late(r"[a-z]+(?: ?- ?[a-z]+)?(?:(?: ?, ?| )[a-z]+(?: ?- ?[a-z]+)?)*")
# Days that come after a time begin a window of their own.
_NEXT_DAYS: Final = late(r"(?<=[0-9m.])[ ]?[,;][ ]?(?=(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b)")
CALENDAR_KEYS: Final = ("hours", "except", "also")
_HINT: Final = "for example Mon-Fri 09:00-17:00"
_CALENDAR: Final = "a calendar of that name stands at the top of a file"
_HOLIDAYS: Final = ("christmas", "xmas", "holiday", "thanksgiving", "easter", "new year", "4th of")


class During(Matcher):
    NAME: ClassVar[str] = "during"
    WANTED: ClassVar[bool] = True
    __slots__ = ("timezone", "windows", "written")

    def __init__(self, windows: tuple[Window | Calendar, ...], written: str, timezone: str) -> None:
        self.windows = windows
        self.written = written
        self.timezone = timezone

    @classmethod
    def read(cls, node: Node, reading: Reading) -> Self:
        problems, timezone = reading.problems, reading.sheet.timezone
        items = node.items if isinstance(node, Sequence) else [node]
        if not items:
            problems.error(node, "empty-list", f"{cls.NAME}: needs at least one time", _HINT)
        calendars = reading.sheet.calendars
        windows: list[Window | Calendar] = []
        for item in items:
            if isinstance(item, Scalar) and item.text in calendars:
                windows.append(calendars[item.text])
            elif not is_unknown_calendar(item, calendars, problems, cls.NAME):
                windows.extend(_item(item, timezone, problems, cls.NAME))
        return cls(tuple(windows), ", ".join(map(_written, items)), timezone)

    def match(self, seen: MessageView) -> Match | Miss:
        received_at = seen.message.received_at
        if any(window.holds(received_at) for window in self.windows) is self.WANTED:
            return HIT
        here = local(received_at, self.timezone)
        day = _DAYS[here.weekday()][:3].title()
        return Miss(f"received {day} {here:%Y-%m-%d %H:%M}, wanted {self.NAME}: {self.written}")

    @classmethod
    def schema(cls) -> Schema:
        keys = {
            "hours": said(TEXTS, "For example Mon-Fri 09:00-17:00."),
            "timezone": said(TEXT, "An IANA name, for example America/Chicago."),
            "dates": said(TEXTS, "Days, for example 2026-12-25 or 2026-12-31..2027-01-02."),
        }
        return by_kind(TEXTS, mapping=keyed(keys, least=1))

    def cases(self) -> Cases:
        return tuple((During((window,), "", self.timezone),) for window in self.windows)

    def mutants(self) -> Iterator[tuple[str, Matcher]]:
        for at, window in enumerate(self.windows):
            for how, other in _an_hour_off(window):
                windows = (*self.windows[:at], other, *self.windows[at + 1 :])
                yield f"`{self.NAME}` {how}", type(self)(windows, self.written, self.timezone)

    def repairs(self, seen: MessageView) -> Iterator[MessageView]:
        yield from self._moved(seen, matches=True)

    def breaks(self, seen: MessageView) -> Iterator[MessageView]:
        yield from self._moved(seen, matches=False)

    def _moved(self, seen: MessageView, *, matches: bool) -> Iterator[MessageView]:
        """The same at the next moment that is one of these hours, or is none."""
        for at in _moments(local(seen.message.received_at, self.timezone)):
            moved = replace(seen.message, received_at=at), replace(seen.context, now=at)
            view = MessageView(*moved)
            if isinstance(self.match(view), Match) is matches:
                yield view
                return

    def covers(self, other: Claim) -> bool:
        return isinstance(other, During) and all(
            any(window.covers(theirs) for window in self.windows) for theirs in other.windows
        )

    def is_left_by(self, denied: Case) -> bool:
        """The hours of all together are always."""
        others = (one for one in denied if isinstance(one, During) and one.WANTED)
        windows = [*self.windows, *(window for one in others for window in one.windows)]
        plain = [one for one in windows if isinstance(one, Window) and not one.dates]
        zones = {window.timezone for window in plain}
        return any(
            Calendar(tuple(one for one in plain if one.timezone == zone), timezone=zone).is_always()
            for zone in zones
        )


class Outside(During):
    NAME: ClassVar[str] = "outside"
    WANTED: ClassVar[bool] = False
    __slots__ = ()

    def cases(self) -> Cases:
        return (tuple(Denial((case,), self.NAME) for case in super().cases()),)


def _an_hour_off(hours: Window | Calendar) -> Iterator[tuple[str, Window | Calendar]]:
    """Hours that begin later or end sooner, each window by itself."""
    if isinstance(hours, Calendar):
        for at, window in enumerate(hours.windows):
            for how, other in _an_hour_off(window):
                windows = (*hours.windows[:at], other, *hours.windows[at + 1 :])
                yield how, replace(hours, windows=windows)  # type: ignore[arg-type]
    elif hours.begin + _HOUR < hours.end:
        begins, ends = f"{hours.begin // 60:02}:{hours.begin % 60:02}", hours.end
        yield f"begins an hour after {begins}", replace(hours, begin=hours.begin + _HOUR)
        until = f"{ends // 60:02}:{ends % 60:02}"
        yield f"ends an hour before {until}", replace(hours, end=ends - _HOUR)


def _moments(after: datetime) -> Iterator[datetime]:
    """Quarters of an hour in the week that follows, then of each quarter of a day of a year."""
    quarter = after.replace(minute=after.minute - after.minute % 15, second=0, microsecond=0)
    yield from (quarter + timedelta(minutes=15 * number) for number in range(1, 96 * 8))
    yield from (quarter + timedelta(hours=6 * number) for number in range(4 * 8, 4 * 366))


def is_unknown_calendar(
    node: Node, calendars: Iterable[str], problems: Problems, what: str
) -> bool:
    """A name where others are known: an error that says which."""
    known = tuple(calendars)
    is_name = isinstance(node, Scalar) and re.fullmatch(r"[A-Za-z][\w-]*", node.text) is not None
    if not (known and is_name and isinstance(node, Scalar)) or _is_hours(node.text):
        return False
    message = f"{what}: `{node.text}` is not a calendar"
    problems.error(node, "unknown-calendar", message, did_you_mean(node.text, known))
    return True


def _item(node: Node, timezone: str, problems: Problems, what: str) -> Iterator[Window]:
    if not isinstance(node, Mapping):
        for window in _windows(node, problems, what):
            yield replace(window, timezone=timezone)
        return
    problems.known_keys(node, ("hours", "timezone", "dates"), f"key of {what}")
    hours, dates, zone = (node.get(key) for key in ("hours", "dates", "timezone"))
    if hours is None and dates is None:
        problems.error(node, "missing-key", f"{what}: needs `hours` or `dates`", _HINT)
    windows = read_windows(hours, problems, f"{what}.hours") if hours is not None else [Window()]
    days = _dates(dates, problems, f"{what}.dates") if dates is not None else ()
    if zone is not None:
        timezone = _timezone(zone, problems, f"{what}.timezone") or timezone
    for window in windows:
        yield replace(window, dates=days, timezone=timezone)


def read_calendars(node: Node, timezone: str, problems: Problems) -> dict[str, Calendar]:
    """`calendars`, by name; local times are in the zone."""
    found: dict[str, Calendar] = {}
    mapping = problems.mapping(
        node, "calendars", 'calendars: {open: {hours: "Mon-Fri 09:00-17:00"}}'
    )
    for name, value in mapping.items() if mapping is not None else ():
        what = f"calendars.{name.text}"
        inner = problems.mapping(value, what, _example_of(name.text, value))
        if inner is None:
            found[name.text] = Calendar(())  # it has been told, its name is none that lacks
            continue
        problems.known_keys(inner, CALENDAR_KEYS, f"key of {what}")
        hours = inner.get("hours")
        if isinstance(hours, Mapping):
            problems.error(
                hours, "not-a-text", f"{what}.hours: needs a text or a list of them", _HINT
            )
            found[name.text] = Calendar(())
            continue
        if hours is None:
            problems.error(inner, "missing-key", f"{what}: needs `hours`", _HINT)
            continue
        found[name.text] = Calendar(
            windows=tuple(read_windows(hours, problems, f"{what}.hours")),
            closed=_exceptions(inner.get("except"), problems, f"{what}.except"),
            also=_exceptions(inner.get("also"), problems, f"{what}.also"),
            timezone=timezone,
            hours=", ".join(scalar.text.strip() for scalar in problems.texts(hours, what)),
        )
    return found


def _example_of(name: str, node: Node) -> str:
    hours = meant_hours(node.text, _is_hours) if isinstance(node, Scalar) else None
    return f'{name}: {{hours: "{hours or "Mon-Fri 09:00-17:00"}"}}'


def _exceptions(node: Node | None, problems: Problems, what: str) -> tuple[Window, ...]:
    """`2026-12-25`, `2026-12-24 12:00-24:00`, `2026-12-24..2026-12-26`."""
    found: list[Window] = []
    for scalar in problems.texts(node, what) if node is not None else ():
        if (listed := _several(scalar.text)) is not None:
            message = f"{what}: one text is one day, or days in a row"
            problems.error(scalar, "dates", message, f"write a list: {listed}")
            continue
        written, _, hours = scalar.text.strip().partition(" ")
        if hours and iso_date(written) is None and (day := _proposed_dates(scalar.text)):
            problems.error(scalar, "dates", f"{what}: `{scalar.text}` is not a date", day)
            continue
        dates = _dates(Scalar(written, scalar.place), problems, what)
        windows = [Window()]
        if hours:
            windows = list(_windows(Scalar(hours, scalar.place), problems, what))
        found.extend(replace(window, dates=dates) for window in windows)
    return tuple(found)


def read_windows(node: Node, problems: Problems, what: str) -> list[Window]:
    """Of a text or a list of them."""
    if isinstance(node, Sequence) and not node.items:
        problems.error(node, "empty-list", f"{what}: needs at least one time", _HINT)
    scalars = problems.texts(node, what)
    return [window for scalar in scalars for window in _windows(scalar, problems, what)]


def _windows(node: Node, problems: Problems, what: str) -> Iterator[Window]:
    """Of one text: days, then times with commas between them; either may be missing."""
    before = len(problems.found)
    text = " ".join(problems.text(node, what).lower().replace("\u2013", "-").split())
    if len(problems.found) > before:
        return
    try:
        if not text:
            raise ValueError("is not a time")
        for part in _NEXT_DAYS.split(text):
            yield from _of_days(part)
    except ValueError as error:
        shown = node.text if isinstance(node, Scalar) else text
        message, hint = f"{what}: `{shown}` {error}", _proposal(shown)
        code = "unknown-calendar" if hint.startswith(_CALENDAR) else "hours"
        problems.error(node, code, message, hint)


def _proposal(text: str) -> str:
    """How to write what was meant, else an example."""
    day = iso_date(text)
    if day is not None:
        return f"a day: {{dates: [{day}]}}"
    if any(holiday in text.lower() for holiday in _HOLIDAYS):
        return "a holiday by its date, in a calendar: except: [2026-12-25]"
    meant = meant_hours(text, _is_hours)
    if meant is None and re.fullmatch(r"[A-Za-z][\w-]*", text):
        return f'{_CALENDAR}: calendars: {{{text}: {{hours: "Mon-Fri 09:00-17:00"}}}}'
    return f'write "{meant}"' if meant is not None else _HINT


def _is_hours(text: str) -> bool:
    try:
        return bool(
            [*(window for part in _NEXT_DAYS.split(text.lower()) for window in _of_days(part))]
        )
    except ValueError:
        return False


def _of_days(text: str) -> Iterator[Window]:
    """Days, then times with commas between them. Raises ValueError."""
    written_days = _DAY_LIST.match(text)
    days = _days(written_days[0]) if written_days else EVERY_DAY
    times = text[written_days.end() if written_days else 0 :].strip(" ,")
    for part in times.split(",") if times else ():
        begin, end = _times(part)
        yield Window(days, begin, end)
    if not times:
        yield Window(days)


def _several(text: str) -> str | None:
    """`2026-12-25, 2026-12-26` as a list; None where it is one day."""
    days = [_proposed_dates(part.strip()) for part in re.split("[,;]", text) if part.strip()]
    known = [day for day in days if day is not None]
    return f"[{', '.join(known)}]" if 1 < len(known) == len(days) else None


def _days(text: str) -> Set[int]:
    """Raises ValueError."""
    days: set[int] = set()
    for part in re.split(r" ?, ?| (?!-)(?<!- )", text):
        first, dash, last = (name.strip() for name in part.partition("-"))
        begin = _day(first)
        end = _day(last) if dash else begin
        days.update((begin + step) % 7 for step in range((end - begin) % 7 + 1))
    return frozenset(days)


def _day(name: str) -> int:
    found = [at for at, day in enumerate(_DAYS) if len(name) >= 3 and day.startswith(name)]
    if not found:
        raise ValueError(f"holds `{name}`, which is not a day of the week")
    return found[0]


def _times(text: str) -> tuple[int, int]:
    """Raises ValueError."""
    begin, dash, end = (part.strip() for part in text.partition("-"))
    if not dash:
        raise ValueError("needs a time at which it begins and one at which it ends")
    times = minutes(begin), minutes(end)
    if times[0] == times[1]:
        raise ValueError("ends when it begins; the whole day is 00:00-24:00")
    if times[0] == MIDNIGHT:
        raise ValueError("begins at 24:00; write 00:00")
    return times


def read_hours(node: Node, problems: Problems, what: str) -> tuple[int, int] | None:
    """One span of every day, in minutes; None where it is wrong."""
    windows = list(_windows(node, problems, what))
    if len(windows) == 1 and windows[0].days == EVERY_DAY:
        return windows[0].begin, windows[0].end
    if windows:
        problems.error(node, "hours", f"{what}: needs hours of every day", "08:00-20:00")
    return None


def minutes(text: str) -> int:
    """Of the day, at a time of it. Raises ValueError."""
    if text == "24:00":
        return MIDNIGHT
    clock = Time.value(text, SOME_DAY)
    if clock is None:
        is_hour = re.fullmatch("[0-9]|1[0-9]|2[0-3]", text) is not None
        hint = f"; write {int(text):02}:00, or with am or pm" if is_hour else ""
        raise ValueError(f"holds `{text}`, which is not a time{hint}")
    hour, minute = str(clock).split(":")
    return int(hour) * 60 + int(minute)


def _dates(node: Node, problems: Problems, what: str) -> Dates:
    if isinstance(node, Sequence) and not node.items:
        problems.error(node, "empty-list", f"{what}: needs at least one date", "2026-12-25")
    found = []
    for scalar in problems.texts(node, what):
        first, dots, last = (part.strip() for part in scalar.text.partition(".."))
        try:
            begin = _date(first)
            end = _date(last) if dots else begin
            if end < begin:
                raise ValueError("ends before it begins")
            found.append((begin, end))
        except ValueError as error:
            hint = _proposed_dates(scalar.text) or "2026-12-25, or 2026-12-24..2026-12-26"
            problems.error(scalar, "dates", f"{what}: `{scalar.text}` {error}", hint)
    return tuple(found)


def _proposed_dates(text: str) -> str | None:
    """`12/24/2026 - 12/26/2026` as dates are written here."""
    ends = [iso_date(part) for part in re.split(r"\s*(?:\.\.|\bto\b|–|\s-\s)\s*", text)]
    known = [end for end in ends if end is not None]
    return "..".join(known) if len(known) == len(ends) <= 2 else None


def _date(text: str) -> date:
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError("is not a date")


def _timezone(node: Node, problems: Problems, what: str) -> str | None:
    name = problems.text(node, what)
    try:
        return ZoneInfo(name).key
    except (KeyError, OSError, ValueError):
        hint = "an IANA name, for example America/Chicago"
        problems.error(node, "timezone", f"{what}: `{name}` is not a time zone", hint)
        return None


def _written(node: Node) -> str:
    match node:
        case Scalar():
            return node.text
        case Sequence():
            return ", ".join(map(_written, node.items))
        case _:
            return " ".join(_written(value) for _, value in node.items())
