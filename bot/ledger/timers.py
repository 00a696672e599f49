"""Timers: what happens in a conversation by itself, one row each, found by when it is due.

The thread of the conversation says what they are; a row is there so that they are found.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Integer, bindparam, delete, exists, select, update

from bot.ledger.database import insert_on_conflict
from bot.ledger.schema import conversations, holds, inbox, timers
from bot.model import Timer

_DUE: Final = "due"
_FIRST: Final = (
    select(timers.c.id, timers.c.conversation_id, conversations.c.contact)
    .join(conversations, conversations.c.id == timers.c.conversation_id)
    .where(
        timers.c.status == _DUE,
        timers.c.due_at <= bindparam("now", type_=timers.c.due_at.type),
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
_OF: Final = timers.c.conversation_id == bindparam("conversation")
_END: Final = delete(timers).where(_OF, timers.c.status == _DUE)


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


def keep(connection: Connection, conversation_id: int, wanted: Iterable[Timer]) -> None:
    """These are the timers of a conversation, and no others."""
    connection.execute(_END, {"conversation": conversation_id})
    for timer in wanted:
        row = {"due_at": timer.due_at, "status": _DUE, "reason": "", "done_at": None}
        statement = insert_on_conflict(connection, timers).values(
            conversation_id=conversation_id, kind=timer.kind, **row
        )
        connection.execute(
            statement.on_conflict_do_update(index_elements=["conversation_id", "kind"], set_=row)
        )


def drop(
    connection: Connection, conversation_id: int, timer: Timer, reason: str, now: datetime
) -> None:
    """It was due, and nothing is said: why stays on record until the next of its kind."""
    dropped = update(timers).where(_OF, timers.c.kind == timer.kind)
    connection.execute(
        dropped.values(status="dropped", reason=reason, done_at=now),
        {"conversation": conversation_id},
    )


def give_up(connection: Connection, timer: DueTimer, now: datetime) -> None:
    """It cannot be decided: a fault of ours, which must not come again and again."""
    given_up = {"status": "dropped", "reason": "a fault in the bot, see its log", "done_at": now}
    connection.execute(update(timers).where(timers.c.id == timer.id).values(**given_up))


def end(connection: Connection, conversation_id: int) -> None:
    """The conversation is a part of another one from now on."""
    connection.execute(delete(timers).where(_OF), {"conversation": conversation_id})
