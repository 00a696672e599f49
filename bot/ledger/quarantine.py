"""Signed events that could not be read, for a person to look at."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from bot.ledger.inbox import Kept, event_digest, keep_once
from bot.ledger.schema import quarantine


def keep_unreadable(
    connection: Connection, event: str, body: bytes, because: str, now: datetime
) -> Kept:
    """Store a signed body that cannot be read, for a person to look at."""
    row = {"event": event, "body": body, "because": because, "received_at": now}
    return keep_once(connection, quarantine, [{"key": event_digest(event, body), **row}])[0]


def quarantined(connection: Connection) -> list[Row[Any]]:
    return list(connection.execute(select(quarantine).order_by(quarantine.c.id)))


def quarantined_one(connection: Connection, row_id: int) -> Row[Any] | None:
    return connection.execute(select(quarantine).where(quarantine.c.id == row_id)).one_or_none()


def release(connection: Connection, row_id: int) -> None:
    """It is out of the quarantine: read after all, or not wanted."""
    connection.execute(delete(quarantine).where(quarantine.c.id == row_id))
