"""What could not be sent: kept until a person sends it again or drops it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from bot.ledger.outbox import Status
from bot.ledger.schema import attempts, conversations, outbox
from bot.model import OutboundMessage


def listed(connection: Connection) -> list[Row[Any]]:
    """All of them, oldest first."""
    dead = select(outbox).where(outbox.c.status == Status.DEAD).order_by(outbox.c.id)
    return list(connection.execute(dead))


def one(connection: Connection, outbox_id: int) -> Row[Any] | None:
    """A dead letter with the number of ours it belongs to, or None where it is none."""
    return connection.execute(
        select(outbox, conversations.c.number.label("our_number"))
        .join(conversations, conversations.c.id == outbox.c.conversation_id)
        .where(outbox.c.id == outbox_id, outbox.c.status == Status.DEAD)
    ).one_or_none()


def tries(connection: Connection, outbox_id: int) -> list[Row[Any]]:
    """Each try to send it with its answer, oldest first."""
    made = select(attempts).where(attempts.c.outbox_id == outbox_id).order_by(attempts.c.id)
    return list(connection.execute(made))


def revive(connection: Connection, outbox_id: int, message: OutboundMessage, now: datetime) -> None:
    """Send it after all, as `message` says; the same `X-Request-Id` goes along."""
    connection.execute(
        update(outbox)
        .where(outbox.c.id == outbox_id)
        .values(
            status=Status.DUE,
            text=message.text,
            is_mms=message.is_mms,
            longcode_id=message.longcode_id,
            due_at=now,
            tries=0,
            done_at=None,
        )
    )


def drop(connection: Connection, outbox_id: int, now: datetime) -> None:
    """Never send it; it stays in its conversation with its reason."""
    connection.execute(
        update(outbox)
        .where(outbox.c.id == outbox_id)
        .values(status=Status.DROPPED, done_at=now, reason="dropped: " + outbox.c.reason)
    )
