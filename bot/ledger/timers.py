"""Timers: what happens in a conversation by itself, one row each, found by when it is due.

Of what expires the thread of the conversation says what there is, and a row is there so that it is
found. What is said later stands in its row alone; of that a thread is loaded with what is due.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Integer,
    bindparam,
    delete,
    exists,
    func,
    select,
    update,
)

from bot.engine.waiting import Ended, Later, Timer, TimerKind, Which
from bot.ledger.database import insert_on_conflict
from bot.ledger.inbox import id_of as inbox_id_of
from bot.ledger.schema import conversations, decisions, holds, inbox, timers
from bot.model import Outcome, Reason

_DUE: Final = "due"
_EXPIRIES: Final = (TimerKind.QUESTION, TimerKind.STATE, TimerKind.HANDOFF)
_SAID: Final = (TimerKind.FOLLOW_UP, TimerKind.REPLY)
_NOW: Final = bindparam("now", type_=timers.c.due_at.type)
_FIRST: Final = (
    select(timers.c.id, timers.c.conversation_id, conversations.c.contact)
    .join(conversations, conversations.c.id == timers.c.conversation_id)
    .where(
        timers.c.status == _DUE,
        timers.c.due_at <= _NOW,
        # What came in before it is decided first: it may be the answer.
        ~exists().where(
            inbox.c.status == "waiting",
            inbox.c.sender == conversations.c.contact,
            inbox.c.received_at < timers.c.due_at,
        ),
        ~exists().where(holds.c.number == conversations.c.contact),
    )
    .order_by(timers.c.due_at, timers.c.id)
    .limit(bindparam("most", type_=Integer))
)
# Of one conversation or person: by the bare column SQLite would look through all that is due.
_IS_DUE: Final = func.coalesce(timers.c.status, "") == _DUE
_OF: Final = timers.c.conversation_id == bindparam("conversation")
_WAITS: Final = (_OF, _IS_DUE, timers.c.kind.in_(_SAID))
_END: Final = delete(timers).where(_OF, _IS_DUE, timers.c.kind.in_(_EXPIRIES))
_READ: Final = (
    *(timers.c.due_at, timers.c.kind, timers.c.key),
    *(timers.c.unless_replied, timers.c.is_latest, timers.c.of_handoff, timers.c.content),
)
_LOAD: Final = (
    select(*_READ).where(*_WAITS, timers.c.due_at <= _NOW).order_by(timers.c.due_at, timers.c.id)
)
_SEPARATOR: Final = "\n"  # no key has one
_KEYS: Final = select(func.aggregate_strings(timers.c.key, _SEPARATOR)).where(*_WAITS)


@dataclass(frozen=True, slots=True)
class DueTimer:
    """A row whose time has come."""

    id: int
    conversation_id: int
    contact: str


def due(connection: Connection, now: datetime, limit: int) -> Sequence[DueTimer]:
    """The first that are due and before which nothing waits to be decided, the oldest first.

    Those of somebody to whom nothing leaves are not.
    """
    rows = connection.execute(_FIRST, {"now": now, "most": limit})
    return [DueTimer(row.id, row.conversation_id, row.contact) for row in rows]


def is_due(connection: Connection, timer: DueTimer, now: datetime) -> bool:
    """Whether it still is, and nobody else was faster."""
    still = select(timers.c.id).where(
        timers.c.id == timer.id, timers.c.status == _DUE, timers.c.due_at <= now
    )
    return connection.execute(still).first() is not None


def is_waiting(conversation_id: Any) -> Any:
    """Whether something is to be said later in a conversation, as a column of a query."""
    return exists().where(
        timers.c.conversation_id == conversation_id, _IS_DUE, timers.c.kind.in_(_SAID)
    )


def load(
    connection: Connection, conversation_id: int, now: datetime
) -> tuple[tuple[Timer, ...], Set[str]]:
    """What is to be said in a conversation and is due, and the keys of all that is to be said."""
    of = {"conversation": conversation_id}
    rows = connection.execute(_LOAD, {**of, "now": now})
    found = tuple(Timer(at, TimerKind(kind), *rest) for at, kind, *rest in rows)
    return found, frozenset((connection.execute(_KEYS, of).scalar_one() or "").split(_SEPARATOR))


def keep(connection: Connection, conversation_id: int, expiries: Iterable[Timer]) -> None:
    """These are what expires in a conversation, and nothing else does."""
    connection.execute(_END, {"conversation": conversation_id})
    for timer in expiries:
        put(connection, conversation_id, timer)


def put(connection: Connection, conversation_id: int, timer: Timer) -> None:
    """It waits, in place of what has its name."""
    answers = Later.of(timer).answers if timer.kind is TimerKind.REPLY else None
    row = {
        "due_at": timer.due_at,
        "status": _DUE,
        "reason": "",
        "done_at": None,
        "unless_replied": timer.unless_replied,
        "is_latest": timer.is_latest,
        "of_handoff": timer.of_handoff,
        "content": timer.content,
        "inbox_id": None if answers is None else inbox_id_of(connection, answers),
    }
    statement = insert_on_conflict(connection, timers).values(
        conversation_id=conversation_id, kind=timer.kind, key=timer.key, **row
    )
    named = ["conversation_id", "kind", "key"]
    connection.execute(statement.on_conflict_do_update(index_elements=named, set_=row))


def end(connection: Connection, conversation_id: int, ended: Ended, now: datetime) -> None:
    """What waited in a conversation has happened, or is dropped; why stays on record."""
    taken = (timers.c.conversation_id == conversation_id, _IS_DUE, _which(ended))
    if not ended.reason:
        connection.execute(delete(timers).where(*taken))
        return
    _drop(connection, taken, ended.reason, now)


def _drop(connection: Connection, taken: Iterable[Any], reason: str, now: datetime) -> None:
    dropped = update(timers).where(*taken).returning(timers.c.inbox_id)
    drop = {"status": "dropped", "reason": reason, "done_at": now}
    ids = connection.scalars(dropped.values(**drop)).all()
    if answered := [row_id for row_id in ids if row_id is not None]:
        settle(connection, answered, Outcome.SUPPRESSED, reason)


def settle(
    connection: Connection, answered: Sequence[int], outcome: Outcome, reason: str | None
) -> None:
    """Messages whose answers waited for the end of quiet hours: how they end after all."""
    held = decisions.c.inbox_id.in_(answered), decisions.c.outcome == Outcome.HELD
    settled = update(decisions).where(*held, decisions.c.reason == Reason.QUIET_HOURS)
    connection.execute(settled.values(outcome=outcome, reason=reason))


def _which(ended: Ended) -> Any:
    match ended.which:
        case Which.ONE:
            return (timers.c.kind == ended.kind) & (timers.c.key == ended.key)
        case Which.UNLESS_REPLIED:
            return timers.c.unless_replied.is_(True)
        case Which.LATEST:
            return timers.c.is_latest.is_(True)
        case Which.OF_HANDOFF:
            return timers.c.of_handoff.is_(True)
        case Which.ALL:
            return timers.c.kind.in_(_SAID)


def drop(
    connection: Connection, conversation_id: int, timer: Timer, reason: str, now: datetime
) -> None:
    """It was due, and nothing is said: why stays on record until the next of its name."""
    this = timers.c.kind == timer.kind, timers.c.key == timer.key
    _drop(connection, (timers.c.conversation_id == conversation_id, *this), reason, now)


def drop_row(connection: Connection, row_id: int, reason: str, now: datetime) -> None:
    """It will not be said."""
    _drop(connection, (timers.c.id == row_id, timers.c.status == _DUE), reason, now)


def give_up(connection: Connection, timer: DueTimer, reason: str, now: datetime) -> None:
    """It cannot be decided, and must not come again and again."""
    given_up = {"status": "dropped", "reason": reason, "done_at": now}
    connection.execute(update(timers).where(timers.c.id == timer.id).values(**given_up))


def end_all(connection: Connection, contact: str, reason: str, now: datetime) -> None:
    """Nothing happens by itself any more in any conversation with a person."""
    ids = select(conversations.c.id).where(conversations.c.contact == contact)
    theirs = (timers.c.conversation_id.in_(ids), _IS_DUE)
    connection.execute(delete(timers).where(*theirs, timers.c.kind.in_(_EXPIRIES)))
    _drop(connection, theirs, reason, now)


def move(connection: Connection, old: int, new: int) -> None:
    """The conversation is a part of another one; of two with the same name the other's stays."""
    mine = timers.c.conversation_id == old
    other = timers.alias()
    same = exists().where(
        other.c.conversation_id == new, other.c.kind == timers.c.kind, other.c.key == timers.c.key
    )
    expires = timers.c.kind.in_(_EXPIRIES)
    connection.execute(delete(timers).where(mine, expires | same))
    connection.execute(update(timers).where(mine).values(conversation_id=new))
