"""What could not be sent: kept until a person sends it again or drops it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, select, update

from bot.ledger.outbox import Queued, Status, message_of, parts_behind
from bot.ledger.schema import attempts, conversations, outbox
from bot.model import OutboundMessage

_DEAD: Final = (
    select(outbox, conversations.c.number.label("our_number"))
    .join(conversations, conversations.c.id == outbox.c.conversation_id)
    .where(outbox.c.status == Status.DEAD)
)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that waits for a person."""

    id: int
    queued: Queued
    """As it stands in the outbox, with its reason."""
    at: datetime
    """Since when it waits."""
    our_number: str
    """E.164; empty while nobody knows it."""


@dataclass(frozen=True, slots=True)
class Try:
    """One try to send a message."""

    at: datetime
    answer: str
    """What came of it; empty where nobody knows yet."""


def listed(connection: Connection) -> list[DeadLetter]:
    """All of them, oldest first."""
    return [_read(row) for row in connection.execute(_DEAD.order_by(outbox.c.id))]


def one(connection: Connection, outbox_id: int) -> DeadLetter | None:
    """None where it is not a dead letter."""
    row = connection.execute(_DEAD.where(outbox.c.id == outbox_id)).one_or_none()
    return None if row is None else _read(row)


def tries(connection: Connection, outbox_id: int) -> list[Try]:
    """Oldest first."""
    made = select(attempts.c.started_at, attempts.c.answer).order_by(attempts.c.id)
    found = connection.execute(made.where(attempts.c.outbox_id == outbox_id))
    return [Try(at, answer) for at, answer in found]


def revive(connection: Connection, outbox_id: int, message: OutboundMessage, now: datetime) -> None:
    """Send it after all, as `message` says, whoever has written meanwhile."""
    connection.execute(
        update(outbox)
        .where(outbox.c.id == outbox_id)
        .values(
            status=Status.DUE,
            request_id=message.request_id,
            text=message.text,
            is_mms=message.is_mms,
            longcode_id=message.longcode_id,
            due_at=now,
            due_since=now,
            tries=0,
            done_at=None,
            unless_replied=False,
        )
    )
    behind = update(outbox).where(*parts_behind(outbox_id, Status.HELD))
    connection.execute(
        behind.values(status=Status.DUE, reason="", due_at=now, unless_replied=False)
    )


def drop(connection: Connection, outbox_id: int, now: datetime) -> None:
    """Never send it; it stays in its conversation with its reason."""
    connection.execute(
        update(outbox)
        .where(outbox.c.id == outbox_id)
        .values(status=Status.DROPPED, done_at=now, reason="dropped: " + outbox.c.reason)
    )
    connection.execute(
        update(outbox)
        .where(*parts_behind(outbox_id, Status.HELD))
        .values(status=Status.DROPPED, done_at=now, reason="dropped: " + outbox.c.reason)
    )


def _read(row: Row[Any]) -> DeadLetter:
    queued = Queued(
        message_of(row),
        row.conversation_id,
        row.inbox_id,
        row.rule,
        row.due_at,
        Status.DEAD,
        row.reason,
        row.confirms_opt_out,
        by=row.by,
        of_handoff=row.of_handoff,
        is_notice=row.is_notice,
    )
    return DeadLetter(row.id, queued, row.done_at or row.created_at, row.our_number)
