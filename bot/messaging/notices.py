"""Events other than messages: what they say of a message of ours."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.ledger import contacts, inbox, outbox
from bot.ledger.inbox import Kept
from bot.provider.events import DeliveryStatus


def keep_notice(
    connection: Connection, event: str, body: bytes, status: DeliveryStatus | None, now: datetime
) -> Kept:
    """Keep an event other than a message; what it says of one of ours is noted once."""
    kept = inbox.keep_notice(connection, event, body, now)
    if status is not None and not kept.duplicate:
        _note_delivery(connection, status, now)
    return kept


def _note_delivery(connection: Connection, status: DeliveryStatus, at: datetime) -> None:
    recipient = outbox.delivered(
        connection,
        external_id=status.external_id,
        message_id=status.message_id,
        word=status.word,
        is_final=status.is_final,
    )
    number = status.number or recipient
    if status.opted_out and number is not None:
        contacts.opt_out(connection, number, "delivery-status 11", at)
        outbox.drop_queued(connection, number, "opt-out", at)
