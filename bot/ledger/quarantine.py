"""Signed events that could not be read, for a person to look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, select

from bot.ledger.inbox import Kept, event_digest, keep_once
from bot.ledger.schema import quarantine

_ALL: Final = select(
    *(quarantine.c.id, quarantine.c.event, quarantine.c.body),
    *(quarantine.c.because, quarantine.c.received_at),
).order_by(quarantine.c.id)


@dataclass(frozen=True, slots=True)
class Quarantined:
    """An event as it came."""

    id: int
    event: str
    body: bytes
    because: str
    """What is wrong with it."""
    received_at: datetime


def keep_unreadable(
    connection: Connection, event: str, body: bytes, because: str, now: datetime
) -> Kept:
    """Store a signed body that cannot be read, for a person to look at."""
    row = {"event": event, "body": body, "because": because, "received_at": now}
    return keep_once(connection, quarantine, [{"key": event_digest(event, body), **row}])[0]


def listed(connection: Connection) -> list[Quarantined]:
    """All of them, oldest first."""
    return [Quarantined(*row) for row in connection.execute(_ALL)]


def one(connection: Connection, row_id: int) -> Quarantined | None:
    row = connection.execute(_ALL.where(quarantine.c.id == row_id)).one_or_none()
    return None if row is None else Quarantined(*row)


def release(connection: Connection, row_id: int) -> None:
    """It is out of the quarantine: read after all, or not wanted."""
    connection.execute(delete(quarantine).where(quarantine.c.id == row_id))
