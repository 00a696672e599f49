"""What is to be said later, and what ends by itself: as people look at it, and take it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from bot.engine.waiting import FollowUp, Later, Timer, TimerKind
from bot.ledger import timers as waiting
from bot.ledger.inbox import contact_lock
from bot.ledger.locks import advisory_lock
from bot.ledger.outbox import Status, finish
from bot.ledger.schema import conversations, outbox, timers
from bot.model import Reason

_PREFIX: Final = "timer-"


class Kind(StrEnum):
    REPLY = "reply"
    """Its text is fixed."""
    FOLLOW_UP = "follow-up"
    EXPIRY = "expiry"
    """A question, a state or a handoff ends; something may be said then."""


_KINDS: Final = {TimerKind.REPLY: Kind.REPLY, TimerKind.FOLLOW_UP: Kind.FOLLOW_UP}


@dataclass(frozen=True, slots=True)
class Scheduled:
    """What waits for its time."""

    id: str
    """`timer-5`; `out-5` of a message that is queued already."""
    kind: Kind
    due_at: datetime
    number: str
    """The person's, E.164."""
    our_number: str
    """Empty while nobody knows it."""
    rule: str | None
    text: str | None
    """Of a follow-up as it read when it was put off; None of an expiry."""


_TIMERS: Final = (
    select(
        timers,
        conversations.c.contact,
        conversations.c.number,
        conversations.c.question,
        conversations.c.state_from,
        conversations.c.handoff,
    )
    .join(conversations, conversations.c.id == timers.c.conversation_id)
    .where(timers.c.status == "due")
)
_QUEUED: Final = (
    select(outbox, conversations.c.number)
    .join(conversations, conversations.c.id == outbox.c.conversation_id)
    .where(
        # Put off on purpose, not by a try in vain.
        outbox.c.status == Status.DUE,
        outbox.c.tries == 0,
        outbox.c.due_at > outbox.c.created_at,
    )
)


def listed(connection: Connection, most: int | None = None) -> list[Scheduled]:
    """All of it, or the next so many; the next first."""
    timed = _TIMERS.order_by(timers.c.due_at, timers.c.id).limit(most)
    queued = _QUEUED.order_by(outbox.c.due_at, outbox.c.id).limit(most)
    return _read(connection, timed, queued)[:most]


def of_conversation(connection: Connection, conversation_id: int) -> Sequence[Scheduled]:
    """The same of one conversation."""
    return _read(
        connection,
        _TIMERS.where(timers.c.conversation_id == conversation_id),
        _QUEUED.where(outbox.c.conversation_id == conversation_id),
    )


def _read(connection: Connection, timed: Any, queued: Any) -> list[Scheduled]:
    found = [*map(_of_timer, connection.execute(timed).all())]
    found += map(_of_queued, connection.execute(queued).all())
    return sorted(found, key=lambda one: (one.due_at, one.id))


def _of_queued(row: Row[Any]) -> Scheduled:
    told = (row.due_at, row.recipient, row.number, row.rule, row.text)
    return Scheduled(f"out-{row.id}", Kind.REPLY, *told)


def _of_timer(row: Row[Any]) -> Scheduled:
    kind = TimerKind(row.kind)
    rule, text = _said(row, kind)
    shown = _KINDS.get(kind, Kind.EXPIRY)
    return Scheduled(f"{_PREFIX}{row.id}", shown, row.due_at, row.contact, row.number, rule, text)


def _said(row: Row[Any], kind: TimerKind) -> tuple[str | None, str | None]:
    """The rule that says it, and what."""
    timer = Timer(row.due_at, kind, content=row.content)
    match kind:
        case TimerKind.FOLLOW_UP:
            put_off = FollowUp.of(timer)
            return put_off.rule, put_off.preview
        case TimerKind.REPLY:
            reply = Later.of(timer).reply
            return reply.rule, reply.text
        case TimerKind.STATE:
            return (row.state_from or [None])[0], None
        case TimerKind.HANDOFF:
            return (row.handoff or {}).get("rule"), None
        case TimerKind.QUESTION:
            return (row.question or {}).get("rule"), None


def find(connection: Connection, written: str) -> Scheduled | None:
    """By its id; None where nothing of that id waits."""
    prefix, _, number = written.rpartition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    if f"{prefix}-" == _PREFIX:
        row = connection.execute(_TIMERS.where(timers.c.id == int(number))).one_or_none()
        return None if row is None else _of_timer(row)
    mine = _QUEUED.where(outbox.c.id == int(number))
    row = connection.execute(mine).one_or_none() if prefix == "out" else None
    return None if row is None else _of_queued(row)


def cancel(connection: Connection, one: Scheduled, now: datetime) -> bool:
    """It is not said; False where it was said or dropped a moment ago. Not of an expiry."""
    advisory_lock(connection, contact_lock(one.number))
    if find(connection, one.id) is None:
        return False
    row_id = int(one.id.rpartition("-")[2])
    if one.id.startswith(_PREFIX):
        waiting.drop_row(connection, row_id, Reason.CANCELLED, now)
    else:
        finish(connection, row_id, Status.DROPPED, Reason.CANCELLED, now)
    return True
