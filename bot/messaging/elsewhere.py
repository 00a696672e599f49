"""Messages that other systems sent: told by a file, by a program, or by the provider's webhook.

They stand in the chain, so that who answers them is answered by the right number and rules. They
silence nothing: campaigns are among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from bot.errors import UsageError, plain
from bot.ledger import conversations, imports, inbox, numbers, outbox
from bot.ledger.conversations import Conversation
from bot.ledger.locks import advisory_lock
from bot.ledger.numbers import OurNumbers
from bot.ledger.outbox import Queued, Status
from bot.model import LongcodeId, OutboundMessage
from bot.provider import events
from bot.provider.ids import new_ids
from bot.provider.sent_events import SentNotice
from bot.text import phone_numbers
from bot.text.words import storable


@dataclass(frozen=True, slots=True, kw_only=True)
class SentElsewhere:
    """A message that another system sent."""

    external_id: str
    to: str
    """E.164."""
    longcode_id: LongcodeId
    tags: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    """Empty where nobody told it."""
    at: datetime


def read_sent_elsewhere(data: object, now: datetime) -> SentElsewhere:
    """Of `{externalId, longcodeId, to, tags?, text?, sentAt?}`. Raises UsageError."""
    if not isinstance(data, dict):
        raise UsageError("is not a JSON object")
    external_id, text = data.get("externalId"), data.get("text")
    named = isinstance(external_id, str | int) and not isinstance(external_id, bool)
    if not named or not 0 < len(str(external_id)) <= 1_000:
        raise UsageError("externalId: is missing")
    longcode_id = phone_numbers.longcode_id(data.get("longcodeId"))
    if longcode_id is None:
        raise UsageError("longcodeId: needs the id of one of your numbers, for example 123")
    to = phone_numbers.e164(data.get("to"))
    if to is None:
        raise UsageError("to: needs a phone number, for example +15555550123")
    if odd := events.odd_member({"tags": data.get("tags")}):
        raise UsageError(odd)
    if not isinstance(text, str | None):
        raise UsageError("text: is not a text")
    return SentElsewhere(
        external_id=storable(str(external_id)),
        longcode_id=longcode_id,
        to=to,
        tags=events.read_tags(data),
        text=storable(text or ""),
        at=_sent_at(data.get("sentAt"), now),
    )


def _sent_at(written: Any, now: datetime) -> datetime:
    if not written and not isinstance(written, int | float):
        return now
    try:
        at = datetime.fromisoformat(written)
    except (TypeError, ValueError):
        at = None
    if at is None or not 1900 <= at.year < 2900:
        shown = f" {plain(written)[:40]}" if isinstance(written, str) else ""
        raise UsageError(f"sentAt{shown}: is not a time, for example 2026-01-15T17:30:00Z")
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def import_message(connection: Connection, sent: SentElsewhere) -> bool:
    """Note a message that another system sent; False where it is known already.

    What was not known of it is noted all the same.
    """
    advisory_lock(connection, inbox.contact_lock(sent.to))
    known = imports.known(connection, sent.external_id, sent.to)
    if known is not None:
        imports.complete(connection, known, sent.text, sent.tags, sent.longcode_id)
        return False
    ours = numbers.load(connection)
    conversation_id = None
    if sent.longcode_id not in ours.by_id:
        conversation_id = imports.quoted_in(connection, sent.to, sent.external_id)
    if conversation_id is None:
        conversation_id = conversations.conversation_to(
            connection, sent.to, sent.longcode_id, ours, sent.at
        ).id
    message = OutboundMessage(
        external_id=sent.external_id,
        request_id=new_ids().request_id,
        to=sent.to,
        text=sent.text,
        longcode_id=sent.longcode_id,
        tags=sent.tags,
    )
    _put(connection, message, conversation_id, sent.at)
    return True


def note_sent(connection: Connection, sent: SentNotice, now: datetime) -> None:
    """What the provider tells of a message that left: in the chain, unless it stands there already.

    Where it does not say whom it went to, or from which number of ours, nothing is noted.
    """
    ours = numbers.load(connection)
    for to in sent.to:
        advisory_lock(connection, inbox.contact_lock(to))
        known = imports.told_of(connection, sent, to)
        if known is not None:
            imports.complete(connection, known, sent.text, sent.tags, sent.longcode_id)
            imports.identify(connection, known, sent.message_id)
            continue
        conversation = _conversation(connection, sent, to, ours, now)
        if conversation is None:
            continue
        ids = new_ids()
        message = OutboundMessage(
            external_id=sent.external_id or ids.external_id,
            request_id=ids.request_id,
            to=to,
            text=sent.text,
            image=sent.image,
            longcode_id=sent.longcode_id or conversation.longcode_id,
            tags=sent.tags,
        )
        imports.identify(
            connection, _put(connection, message, conversation.id, now), sent.message_id
        )


def _conversation(
    connection: Connection, sent: SentNotice, to: str, ours: OurNumbers, now: datetime
) -> Conversation | None:
    """Our number by its id, by itself, or because there is only one."""
    longcode_id = sent.longcode_id or ours.by_number.get(sent.number)
    if longcode_id is None and not sent.number and len(ours.by_number) == 1:
        [longcode_id] = ours.by_number.values()
    if longcode_id is not None:
        return conversations.conversation_to(connection, to, longcode_id, ours, now)
    if sent.number:
        return conversations.conversation_from(connection, to, sent.number, ours, now)
    return None


def _put(
    connection: Connection, message: OutboundMessage, conversation_id: int, at: datetime
) -> int:
    own_id = message.external_id
    if outbox.is_known(connection, own_id):  # one id for all that a campaign went to
        message = imports.named_for(message)
    row = Queued(message, conversation_id, None, None, at, status=Status.IMPORTED)
    row_id = outbox.put_one(connection, row, at)
    imports.place(connection, row_id, own_id)
    return row_id
