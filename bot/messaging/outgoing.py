"""Messages that we begin with: first messages, and dead letters sent again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from bot.engine import outbound
from bot.engine.outbound import Ids
from bot.errors import OptedOutError, UsageError
from bot.ledger import contacts, conversations, dead_letters, inbox, numbers, outbox
from bot.ledger.dead_letters import DeadLetter
from bot.ledger.locks import advisory_lock
from bot.ledger.outbox import Queued, Status
from bot.model import LongcodeId, LongTexts, OutboundMessage, Reason
from bot.provider.ids import new_ids
from bot.text import phone_numbers
from bot.text.words import storable


def in_parts(whole: Queued, policy: LongTexts, fresh: Callable[[], Ids] = new_ids) -> list[Queued]:
    """The messages that carry a text, each under ids of its own; a dead letter where none can."""
    parts = outbound.parts_of(whole.message, policy, fresh)
    if not parts:
        return [replace(whole, status=Status.DEAD, reason=Reason.TOO_LONG)]
    first, *others = (replace(whole, message=part) for part in parts)
    of = whole.part_of or whole.message.external_id
    return [first, *(replace(other, part_of=of) for other in others)]


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstMessage:
    """A message that begins a conversation, as a program or a person asks for it."""

    to: str
    """E.164."""
    text: str
    longcode_id: LongcodeId
    tags: Mapping[str, str] = field(default_factory=dict)
    image: str | None = None
    """Public URL of a picture."""
    external_id: str | None = None
    """None where a fresh one will do."""


def refuse_opted_out(connection: Connection, to: str) -> None:
    """Raises OptedOutError where the person has left."""
    if contacts.is_opted_out(connection, to):
        raise OptedOutError(f"to: {to} has opted out and gets no messages")


def first_message(
    connection: Connection, first: FirstMessage, policy: LongTexts, now: datetime
) -> str:
    """Queue the first message of a conversation; its externalId, the first part's of a long one.

    Raises OptedOutError where the person has left, UsageError where the text is too long.
    """
    advisory_lock(connection, inbox.contact_lock(first.to))
    refuse_opted_out(connection, first.to)
    ours = numbers.load(connection)
    conversation = conversations.conversation_to(connection, first.to, first.longcode_id, ours, now)
    ids = new_ids()
    message = OutboundMessage(
        external_id=first.external_id or ids.external_id,
        request_id=ids.request_id,
        to=first.to,
        text=first.text,
        image=first.image,
        longcode_id=first.longcode_id,
        tags=first.tags,
    )
    parts = in_parts(Queued(message, conversation.id, None, None, now), policy)
    if parts[0].status is Status.DEAD:
        raise UsageError("text: is too long for one message; see BOT_LONG_TEXTS")
    outbox.put(connection, parts, now)
    return message.external_id


def retry(
    connection: Connection,
    dead: DeadLetter,
    policy: LongTexts,
    longcode_id: LongcodeId | None,
    now: datetime,
) -> bool:
    """Send a dead letter again, from that number where one is given; False while it is too long.

    What was to be an MMS stays one. The same content goes by the same `X-Request-Id`, in case the
    provider has it already; for other content that would be another message's.
    """
    before = dead.queued.message
    message = replace(before, longcode_id=longcode_id or before.longcode_id)
    whole = replace(dead.queued, message=message, due_at=now, status=Status.DUE, reason="")
    first, *others = in_parts(whole, LongTexts.MMS if message.is_mms else policy)
    if first.status is Status.DEAD:
        return False
    again = first.message
    if again != before:
        again = replace(again, request_id=new_ids().request_id)
    dead_letters.revive(connection, dead.id, again, now)
    outbox.put(connection, others, now)
    return True


_EXTERNAL_ID: Final = re.compile("[A-Za-z0-9_-]{1,64}")


LONGEST_TEXT: Final = 1_550
"""Characters, of an MMS at MTA."""


def read_first_message(body: bytes) -> FirstMessage:
    """From JSON. Raises UsageError, which names the field."""
    try:
        root = json.loads(body)
    except (ValueError, RecursionError):
        raise UsageError("the body is not JSON") from None
    if not isinstance(root, dict):
        raise UsageError("the body is not a JSON object")
    return first_message_of(root)


def first_message_of(root: Mapping[str, Any]) -> FirstMessage:
    """The same of members that are read already."""
    known = {"to", "text", "longcodeId", "tags", "externalId", "image"}
    if unknown := sorted(root.keys() - known):
        raise UsageError(
            f"{storable(unknown[0])[:40]}: is not a field; known: {', '.join(sorted(known))}"
        )
    to = phone_numbers.e164(root.get("to"))
    if to is None:
        raise UsageError("to: needs a phone number, for example +15555550123")
    longcode_id = phone_numbers.longcode_id(root.get("longcodeId"))
    if longcode_id is None:
        raise UsageError("longcodeId: needs the id of one of your numbers, for example 123")
    text, image = root.get("text") or "", root.get("image")
    if not isinstance(text, str) or (not text.strip() and not image):
        raise UsageError("text: is missing")
    if len(text) > LONGEST_TEXT:
        raise UsageError(f"text: has more than {LONGEST_TEXT} characters")
    if image is not None and not (isinstance(image, str) and re.match("https?://", image)):
        raise UsageError("image: needs a public URL")
    external_id = root.get("externalId")
    if external_id is not None and not (
        isinstance(external_id, str) and _EXTERNAL_ID.fullmatch(external_id)
    ):
        raise UsageError("externalId: needs 1 to 64 of A-Z, a-z, 0-9, _ and -")
    return FirstMessage(
        to=to,
        text=storable(text),
        longcode_id=longcode_id,
        tags=read_tags(root.get("tags")),
        image=storable(image) if image else None,
        external_id=external_id,
    )


def read_tags(tags: object) -> Mapping[str, str]:
    """Raises UsageError."""
    if tags is None:
        return {}
    if not isinstance(tags, dict) or not all(isinstance(value, str) for value in tags.values()):
        raise UsageError("tags: needs names with texts")
    if len(tags) > outbound.MOST_TAGS or any(len(n) > 64 or len(v) > 64 for n, v in tags.items()):
        raise UsageError(
            f"tags: at most {outbound.MOST_TAGS}, names and texts at most 64 characters"
        )
    return {storable(name): storable(value) for name, value in tags.items()}
