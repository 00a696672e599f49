"""Events other than messages: what they say of a message of ours."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

from sqlalchemy import Connection

from bot.errors import WebhookError
from bot.ledger import contacts, inbox, opt_outs, outbox
from bot.ledger.inbox import Kept
from bot.messaging import elsewhere
from bot.provider import events
from bot.provider.events import DeliveryStatus
from bot.provider.sent_events import SentNotice

Told: TypeAlias = DeliveryStatus | SentNotice | None
"""What an event says; None where nothing is made of it."""


def keep_notice(connection: Connection, event: str, body: bytes, told: Told, now: datetime) -> Kept:
    """Keep an event other than a message; what it says of one of ours is noted once."""
    kept = inbox.keep_notice(connection, event, body, now)
    if kept.duplicate:
        return kept
    match told:
        case DeliveryStatus() if not _note_delivery(connection, told, now):
            inbox.keep_early(connection, kept.id, told.message_id)
        case SentNotice():
            elsewhere.note_sent(connection, told, now)
            note_early(connection, told.message_id, now)
    return kept


def note_early(connection: Connection, message_id: str | None, now: datetime) -> None:
    """What the provider said of a message before its answer told us which id it has."""
    if message_id is None:
        return
    for body in inbox.early(connection, message_id):
        try:
            status = events.read_delivery_status(events.read_json(body))
        except WebhookError:  # an earlier version of the bot read it
            continue
        _note_delivery(connection, status, now)


def _note_delivery(connection: Connection, status: DeliveryStatus, at: datetime) -> bool:
    """Whether it is about a message that is known here."""
    if status.opted_out:  # first: who sends takes the lock of the person before the message too
        _opt_out(connection, status, at)
    return outbox.delivered(connection, status) is not None


def _opt_out(connection: Connection, status: DeliveryStatus, at: datetime) -> None:
    number = status.number or outbox.recipient_of(connection, status)
    if number is not None:
        opt_outs.leave(connection, number, "delivery-status 11", at, by=contacts.PROVIDER)
