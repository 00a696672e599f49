"""A person of ours writes in a conversation, takes it, or gives it back to the bot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.engine.handoffs import END, taken, written
from bot.engine.outbound import tags_of_person
from bot.errors import UnknownError, UsageError
from bot.ledger import conversations, handoffs, history, inbox, outbox, views
from bot.ledger.conversations import Conversation
from bot.ledger.history import Turn
from bot.ledger.locks import advisory_lock
from bot.ledger.outbox import Queued, Status
from bot.ledger.views import ConversationView
from bot.messaging.outgoing import LONGEST_TEXT, in_parts, refuse_opted_out
from bot.messaging.resources import Resources
from bot.model import Change, OutboundMessage
from bot.rules.guards.paused import after_person
from bot.text.words import storable


@dataclass(frozen=True, slots=True)
class Wish:
    """Who of us wants which conversation."""

    contact: str
    """The person's number, E.164."""
    number: str | None
    """Ours; None where they wrote last."""
    by: str


@dataclass(frozen=True, slots=True)
class PersonText:
    """What one of us writes."""

    wanted: Wish
    text: str
    seen: int | None = None
    """The last message of ours that they have seen, or 0; None: nobody asks what came after it."""


def read_text(written: object) -> str:
    """Raises UsageError."""
    if not isinstance(written, str) or not written.strip():
        raise UsageError("text: is missing")
    if len(written) > LONGEST_TEXT:
        raise UsageError(f"text: has more than {LONGEST_TEXT} characters")
    return storable(written)


def write(connection: Connection, said: PersonText, resources: Resources, now: datetime) -> str:
    """Queue a text of one of us; its externalId. The bot is silent for `paused.after_person`.

    Raises UnknownError, OptedOutError where the person has left, UsageError where it is too long,
    or somebody of us wrote what they have not seen: also they themselves, by the same form twice.
    """
    conversation = _found(connection, said.wanted)
    if said.seen is not None:
        by = handoffs.written_after(connection, conversation.id, said.seen)
        if by is not None:
            who = "You have" if by == said.wanted.by else f"{by} has"
            raise UsageError(f"{who} written meanwhile. Look at it, then send yours.")
    return say(connection, conversation, said.text, said.wanted.by, resources, now)


def say(
    connection: Connection,
    conversation: Conversation,
    text: str,
    by: str,
    resources: Resources,
    now: datetime,
) -> str:
    """The same where the conversation is known, and its person's lock is held."""
    refuse_opted_out(connection, conversation.contact)
    ids, policy = resources.new_ids(), resources.settings.long_texts
    message = OutboundMessage(
        external_id=ids.external_id,
        request_id=ids.request_id,
        to=conversation.contact,
        text=text,
        longcode_id=conversation.longcode_id,
        tags=tags_of_person(outbox.last_tags(connection, conversation.id)),
    )
    whole = Queued(message, conversation.id, None, None, now, by=by)
    parts = in_parts(whole, policy, resources.new_ids)
    if parts[0].status is Status.DEAD:
        raise UsageError("text: is too long for one message; see BOT_LONG_TEXTS")
    thread = history.load(connection, conversation, timedelta(), now)
    silent = after_person(resources.rules().guards)
    _change(connection, conversation, written(thread, now, by, silent), now)
    outbox.put(connection, parts, now)
    return message.external_id


def hand_over(connection: Connection, wanted: Wish, quiet: int, now: datetime) -> ConversationView:
    """It ends after `quiet` seconds without a text. Raises UnknownError, OptedOutError."""
    conversation = _found(connection, wanted)
    refuse_opted_out(connection, conversation.contact)
    _change(connection, conversation, taken(now, wanted.by, quiet), now)
    return views.one(connection, conversation.id)


def release(connection: Connection, wanted: Wish, now: datetime) -> ConversationView:
    """Also what only the text of a person of ours had made silent. Raises UnknownError."""
    return give_back(connection, _found(connection, wanted), now)


def give_back(
    connection: Connection, conversation: Conversation, now: datetime
) -> ConversationView:
    """The bot answers in it again."""
    _change(connection, conversation, END, now)
    return views.one(connection, conversation.id)


def _found(connection: Connection, wanted: Wish) -> Conversation:
    advisory_lock(connection, inbox.contact_lock(wanted.contact))
    found = conversations.chosen(connection, wanted.contact, wanted.number)
    if found is None:
        ours = "" if wanted.number is None else f" on {wanted.number}"
        raise UnknownError(f"there is no conversation with {wanted.contact}{ours}")
    return found


def _change(
    connection: Connection, conversation: Conversation, change: Change, now: datetime
) -> None:
    before = history.load(connection, conversation, timedelta(), now)
    after = before.changed([change], now)
    history.store(connection, [Turn(conversation, before, after, because="")], now)
    conversations.seen_to(connection, conversation.id, now)
    if change is not END:
        outbox.drop_said_by_rules(connection, conversation.id, now)
