"""Canned replies in one conversation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from bot.engine.conversation import Thread
from bot.errors import UnknownError
from bot.ledger import contacts, conversations
from bot.ledger.conversations import Conversation
from bot.ledger.inbox import message_of
from bot.ledger.schema import inbox
from bot.model import InboundMessage
from bot.rules.matchers.base import MessageView


def seen_last(
    connection: Connection, contact: str, number: str | None, now: datetime
) -> MessageView:
    """What they wrote last, as rules see it; nothing where they have not written.

    `number`: ours; None where they wrote last. Raises UnknownError.
    """
    found = conversations.chosen(connection, contact, number)
    if found is None:
        raise UnknownError(f"there is no conversation with {contact}")
    person = contacts.known(connection, contact)
    thread = Thread(
        contact=person.values,
        values=found.values,
        state=found.state,
        state_until=found.state_until,
        received=found.received,
    )
    message = _last(connection, found, now)
    context = thread.context(message, now, answered_rule=None, longcode_id=found.longcode_id)
    return MessageView(message, context)


def _last(connection: Connection, of: Conversation, now: datetime) -> InboundMessage:
    latest = select(inbox).where(inbox.c.conversation_id == of.id).order_by(inbox.c.id.desc())
    row = connection.execute(latest.limit(1)).one_or_none()
    if row is not None:
        return message_of(row)
    return InboundMessage(key="", sender=of.contact, number=of.number, received_at=now)
