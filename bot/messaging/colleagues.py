"""A colleague is told by a text, and answers with the code at its end."""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from bot.engine.body import ABOUT_THEMSELVES
from bot.errors import OptedOutError, UsageError
from bot.ledger import colleagues, contacts, conversations, inbox, notifications, numbers, outbox
from bot.ledger.conversations import Conversation
from bot.ledger.locks import advisory_lock
from bot.ledger.notifications import Kind, Notification, Wanted
from bot.ledger.outbox import Queued
from bot.messaging import handoff
from bot.messaging.outgoing import in_parts
from bot.messaging.resources import Resources
from bot.model import InboundMessage, OutboundMessage, Reason

SIGN: Final = "#"
"""With which a code begins."""
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look alike."""
_CODE: Final = re.compile(r"\s*#([A-Za-z0-9]{4})(?![A-Za-z0-9])[\s:,-]*")
_LEFT: Final = "Not sent: they have opted out of our texts."


def code_in(text: str) -> tuple[str, str] | None:
    """The code with which a text begins, and the rest of it.

    >>> code_in("#AB12: On my way"), code_in("ab12 On my way"), code_in("#ab123 no")
    (('ab12', 'On my way'), None, None)
    """
    found = _CODE.match(text)
    return None if found is None else (found[1].lower(), text[found.end() :].strip())


def is_answer(connection: Connection, sender: str, text: str) -> bool:
    """Whether a colleague answers a notice of theirs."""
    found = code_in(text)
    return (
        found is not None and colleagues.conversation_of(connection, sender, found[0]) is not None
    )


def pass_on(
    connection: Connection, answer: InboundMessage, resources: Resources, now: datetime
) -> None:
    """Keep what a colleague answers for the person; it is said in a transaction of its own."""
    found, sender = code_in(answer.text), answer.sender
    conversation = found and colleagues.conversation_of(connection, sender, found[0])
    if found is None or conversation is None or not found[1]:
        return
    wanted = Wanted(
        key=answer.key,
        request_id=resources.new_ids().request_id,
        conversation_id=conversation,
        kind=Kind.FORWARD,
        target=sender,
        body=found[1],
    )
    notifications.put(connection, wanted, now)


def tell(connection: Connection, told: Notification, resources: Resources, now: datetime) -> str:
    """Queue a text to a colleague; why it is not, where it must not be."""
    about = conversations.by_id(connection, told.conversation_id)
    colleague = told.target
    advisory_lock(connection, inbox.contact_lock(colleague))
    ours = numbers.load(connection)
    if colleague in (*ours.by_number, about.number):
        return "it is a number of ours"
    if colleague == about.contact:
        return ABOUT_THEMSELVES
    if contacts.is_opted_out(connection, colleague):
        return Reason.OPTED_OUT
    if colleagues.told_lately(connection, colleague, now) >= colleagues.MOST:
        return Reason.LIMIT
    with_them = _conversation(connection, colleague, about, resources, now)
    code = _code(connection, colleague, about.id, now)
    ids = resources.new_ids()
    message = OutboundMessage(
        external_id=ids.external_id,
        request_id=ids.request_id,
        to=colleague,
        text=f"{told.body} #{code}",
        longcode_id=with_them.longcode_id,
    )
    whole = Queued(message, with_them.id, None, None, now, is_notice=True)
    parts = in_parts(whole, resources.settings.long_texts, resources.new_ids)
    outbox.put(connection, parts, now)
    return ""


def say(connection: Connection, told: Notification, resources: Resources, now: datetime) -> str:
    """Queue what a colleague says to the person; why it is not, where it must not be."""
    conversation = conversations.by_id(connection, told.conversation_id)
    advisory_lock(connection, inbox.contact_lock(conversation.contact))
    by = name_of(connection, told.target)
    try:
        handoff.say(connection, conversation, told.body, by, resources, now)
    except OptedOutError:
        _tell_back(connection, told, _LEFT, resources, now)
        return "opted-out"
    except UsageError as error:
        _tell_back(connection, told, f"Not sent: {error}", resources, now)
        return str(error)
    return ""


def name_of(connection: Connection, colleague: str) -> str:
    """Who of us it is: by the name that is stored of them, else by the end of their number."""
    values = contacts.known(connection, colleague).values
    named = values.get("name") or values.get("first_name")
    return named or f"colleague …{colleague[-4:]}"


def _tell_back(
    connection: Connection, told: Notification, text: str, resources: Resources, now: datetime
) -> None:
    wanted = Wanted(
        key=f"{told.key}-back",
        request_id=resources.new_ids().request_id,
        conversation_id=told.conversation_id,
        kind=Kind.TEXT,
        target=told.target,
        body=text,
    )
    notifications.put(connection, wanted, now)


def _conversation(
    connection: Connection,
    colleague: str,
    about: Conversation,
    resources: Resources,
    now: datetime,
) -> Conversation:
    """With the colleague, on the number of ours that the person wrote to."""
    ours = numbers.load(connection)
    line = about.longcode_id or ours.by_number.get(about.number) or resources.settings.longcode_id
    if line is not None:
        return conversations.conversation_to(connection, colleague, line, ours, now)
    found = conversations.chosen(connection, colleague, about.number)
    return found or conversations.begin(connection, colleague, about.number, None, now)


def _code(connection: Connection, colleague: str, conversation_id: int, now: datetime) -> str:
    """The same for all that they are told about a conversation."""
    known = colleagues.code_of(connection, colleague, conversation_id)
    while known is None:
        new = "".join(secrets.choice(_LETTERS) for _ in range(4))
        if colleagues.conversation_of(connection, colleague, new) is None:
            colleagues.keep(connection, colleague, new, conversation_id, now)
            known = new
    return known
