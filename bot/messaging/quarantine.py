"""Events that could not be read, tried again."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.errors import WebhookError
from bot.ledger import inbox, quarantine
from bot.ledger.quarantine import Quarantined
from bot.messaging import notices
from bot.provider import events


def take(connection: Connection, one: Quarantined) -> str | None:
    """Why it cannot be read still, or None where it is taken in."""
    try:
        data = events.read_json(one.body)
        if one.event == "message-reply":
            message = events.read_message_reply(data, received_at=one.received_at)
            inbox.keep(connection, [message])
        else:
            status = events.read_delivery_status(data) if one.event == "delivery-status" else None
            notices.keep_notice(connection, one.event, one.body, status, one.received_at)
    except WebhookError as error:
        return str(error)
    quarantine.release(connection, one.id)
    return None
