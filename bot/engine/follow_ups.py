"""A rule puts off what it says: when its time comes, and what waits until then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.engine import waiting
from bot.engine.quiet import zone_of
from bot.errors import ReplyError
from bot.model import Change, ChangeKind, Match
from bot.rules.matchers.base import MessageView
from bot.rules.quiet import NIGHT
from bot.rules.rule import FollowUp, OneOf, Rule
from bot.text.dates import iso_date
from bot.timezones import local

_DAY: Final = 86_400
_MOMENT: Final = timedelta(microseconds=1)
_MORNING: Final = time(9)
"""Of a date without a time, where the rule names none."""


def put_off(
    rule: Rule, spec: FollowUp, match: Match, names: Mapping[str, object], seen: MessageView
) -> tuple[Change | None, str]:
    """What waits, or ends to wait, and what the author is told of it.

    Raises ReplyError where it is not a date.
    """
    now, zone = local(seen.context.now, "UTC"), zone_of(rule, seen.context.contact)
    try:
        due_at = _due_at(spec, names, now, zone)
        waits_until = due_at and (rule.quiet or NIGHT).until(due_at, zone)
    except (OverflowError, ValueError):
        raise ReplyError("follow_up: is due at a time that no clock will show") from None
    is_known = spec.key in seen.context.waiting
    if due_at is None or due_at <= now:
        why = "has no date" if due_at is None else f"was due {_shown(due_at, zone)}"
        ends = Change(ChangeKind.FOLLOW_UP, spec.key) if is_known else None
        return ends, f"follow-up {spec.key} {why}: nothing is said later"
    due_at = waits_until or due_at
    answers = {} if seen.context.question is None else seen.context.question.captures
    later = waiting.FollowUp(
        rule=spec.rule,
        path=spec.path,
        captures={**answers, **match.captures},
        tags=dict(seen.message.tags),
        text=seen.message.text,
        preview=_preview(spec, names),
    )
    how = "replaced, due" if is_known else "due"
    change = later.change(spec.key, local(due_at, "UTC"), unless_replied=spec.unless_replied)
    return change, f"follow-up {spec.key} {how} {_shown(due_at, zone)}"


def _preview(spec: FollowUp, names: Mapping[str, object]) -> str:
    """Empty where it cannot be made yet: what it names may be stored by then."""
    first = (one.choices[0] if isinstance(one, OneOf) else one for one in spec.replies)
    try:
        return "\n".join(one.text.render(names) for one in first)
    except ReplyError:
        return ""


def _due_at(
    spec: FollowUp, names: Mapping[str, object], now: datetime, zone: str
) -> datetime | None:
    """None where it is to be on a date that is not there."""
    if spec.on is None:
        return _at_next(spec.at, max(now + timedelta(seconds=spec.after), now + _MOMENT), zone)
    written = spec.on.render(names).strip()
    if not written:
        return None
    day = _moment(written, spec.at, zone)
    days, seconds = divmod(abs(spec.after - spec.before), _DAY)
    sign = 1 if spec.after else -1
    # Whole days on the calendar, so that the hour stays in the night that clocks are set.
    moved = day.replace(tzinfo=None) + sign * timedelta(days=days)
    there = moved.replace(tzinfo=ZoneInfo(zone))
    return local(there, "UTC") + sign * timedelta(seconds=seconds)


def _at_next(minute: int | None, at: datetime, zone: str) -> datetime:
    """The first time that clocks show that, not before `at`."""
    if minute is None:
        return at
    here = local(at, zone)
    clock = time(*divmod(minute, 60))
    today = datetime.combine(here.date(), clock, ZoneInfo(zone))
    if local(today, "UTC") >= local(at, "UTC"):
        return today
    return datetime.combine(here.date() + timedelta(days=1), clock, ZoneInfo(zone))


def _moment(written: str, minute: int | None, zone: str) -> datetime:
    """On the clocks of the zone. Raises ReplyError."""
    try:
        found = datetime.fromisoformat(written)
        clock = found.time() if len(written) > len("2026-12-25") else _MORNING
    except ValueError:
        day = iso_date(written)
        if day is None:
            raise ReplyError(f"follow_up.on: `{written}` is not a date") from None
        found, clock = datetime.fromisoformat(day), _MORNING
    if found.tzinfo is not None:
        found = local(found, zone)
        clock = found.time()
    return datetime.combine(found, clock if minute is None else time(*divmod(minute, 60)))


def _shown(at: datetime, zone: str) -> str:
    return f"{local(at, zone):%Y-%m-%d %H:%M %Z}"
