"""What waits for its time, as people take it back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.errors import UnknownError, UsageError, plain
from bot.ledger import scheduled
from bot.ledger.scheduled import Kind, Scheduled


def one(connection: Connection, written: str) -> Scheduled:
    """What can be taken back, by its id. Raises UnknownError, UsageError."""
    found = scheduled.find(connection, written)
    if found is None:
        told = "nothing waits under that id; `bot scheduled` lists it"
        raise UnknownError(f"{plain(written)}: {told}")
    if found.kind is Kind.EXPIRY:
        raise UsageError(
            f"{found.id}: something ends by itself then, which cannot be cancelled;"
            f" `bot conversations handoff {found.number}` ends questions"
        )
    return found


def cancel(connection: Connection, written: str, now: datetime) -> Scheduled:
    """It is not said. Raises UnknownError, UsageError."""
    found = one(connection, written)
    if not scheduled.cancel(connection, found, now):
        raise UsageError(f"{found.id}: was said or taken back a moment ago")
    return found
