"""`quiet_hours`: hours in which what a rule says waits until they end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from bot.model import OnEnd
from bot.rules.hours import Calendar, Window
from bot.rules.matchers.during import is_unknown_calendar, read_windows
from bot.rules.nodes import Mapping as MappingNode
from bot.rules.nodes import Node, Scalar
from bot.rules.problems import Problems

QUIET_KEYS: Final = ("hours", "on_end", "keep")
_EXAMPLE: Final = 'quiet_hours: "21:00-08:00"'


class Quiet(NamedTuple):
    """When nothing leaves, and what comes of what waits for the end of that."""

    hours: Calendar
    on_end: OnEnd = OnEnd.EACH
    keep: timedelta | None = None
    """What is older when it may leave does not; None where it always does."""

    def until(self, at: datetime, timezone: str) -> datetime | None:
        """When it ends that holds then on the clocks of the zone; None where it does not hold."""
        return self.hours.ends_after(at, timezone)


NIGHT: Final = Quiet(Calendar((Window(begin=21 * 60, end=8 * 60),)))
"""For what nobody has just asked for: 47 CFR 64.1200(c)(1)."""


def read_quiet(
    node: Node | None, problems: Problems, calendars: Mapping[str, Calendar]
) -> Quiet | None:
    """`"21:00-08:00"`, the name of a calendar, or `{hours, on_end, keep}`."""
    if node is None:
        return None
    hours, on_end, keep = node, OnEnd.EACH, None
    if isinstance(node, MappingNode):
        meant = problems.known_keys(node, QUIET_KEYS, "key of quiet_hours")
        written = node.get("hours")
        if written is None:
            if "hours" not in meant:
                what = "quiet_hours: needs `hours`"
                problems.error(node, "missing-key", what, 'hours: "21:00-08:00"')
            return None
        hours, on_end = written, _on_end(node.get("on_end"), problems)
        if (kept := node.get("keep")) is not None:
            keep = timedelta(seconds=problems.duration(kept, "quiet_hours.keep") or 0)
    calendar = _hours(hours, problems, calendars)
    if calendar.windows and calendar.is_always():
        what = "quiet_hours: are all hours of all days, so nothing would ever leave"
        problems.error(hours, "always-quiet", what, _EXAMPLE)
    return Quiet(calendar, on_end, keep)


def _hours(node: Node, problems: Problems, calendars: Mapping[str, Calendar]) -> Calendar:
    if isinstance(node, Scalar) and node.text in calendars:
        return calendars[node.text]
    if isinstance(node, Scalar) and problems.is_flag(node):
        what = f"quiet_hours: `{node.text}` says not which hours"
        problems.error(node, "hours", what, f"{_EXAMPLE}; without the line there are none")
        return Calendar(())
    if is_unknown_calendar(node, calendars, problems, "quiet_hours"):
        return Calendar(())
    return Calendar(tuple(read_windows(node, problems, "quiet_hours")))


def _on_end(node: Node | None, problems: Problems) -> OnEnd:
    if node is None:
        return OnEnd.EACH
    text = problems.text(node, "quiet_hours.on_end")
    if text in list(OnEnd):
        return OnEnd(text)
    what = f"quiet_hours.on_end: `{text}` is unknown"
    problems.error(node, "on-end", what, "on_end: each, or on_end: latest")
    return OnEnd.EACH
