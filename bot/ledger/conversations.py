"""Conversations: one person, one of our numbers, one ordered chain of both directions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from bot.ledger.schema import (
    conversations,
    outbox,
)
from bot.model import InboundMessage, LongcodeId, RuleId

# Statements of every message are built once: building costs more than running them.
_ANSWERED: Final = select(
    outbox.c.id, outbox.c.conversation_id, outbox.c.longcode_id, outbox.c.rule
).where(outbox.c.external_id == bindparam("external_id"), outbox.c.recipient == bindparam("sender"))
_LATEST: Final = select(conversations).order_by(conversations.c.changed_at.desc()).limit(1)
_OF_PAIR: Final = _LATEST.where(
    conversations.c.contact == bindparam("contact"),
    conversations.c.number == bindparam("number"),
)
_UNNUMBERED: Final = (
    select(conversations)
    .where(conversations.c.contact == bindparam("contact"), conversations.c.number == "")
    .order_by(conversations.c.changed_at.desc())
)
_BEGIN: Final = insert(conversations).returning(conversations.c.id)


@dataclass(frozen=True, slots=True)
class Answered:
    """The message of ours that an inbound message answers, as the provider's hint names it."""

    id: int
    conversation_id: int
    longcode_id: LongcodeId | None
    rule: RuleId | None


@dataclass(frozen=True, slots=True)
class Conversation:
    id: int
    contact: str
    number: str
    longcode_id: LongcodeId | None
    state: str | None
    state_until: datetime | None
    values: Mapping[str, str]
    received: int


def answered(connection: Connection, message: InboundMessage) -> Answered | None:
    """Only a message to that very person counts: the provider's `externalId` is a hint."""
    if message.external_id is None:
        return None
    wanted = {"external_id": message.external_id, "sender": message.sender}
    row = connection.execute(_ANSWERED, wanted).one_or_none()
    return None if row is None else Answered(*row)


def conversation_of(
    connection: Connection,
    message: InboundMessage,
    answers: Answered | None,
    longcode_id: LongcodeId | None,
    now: datetime,
) -> Conversation:
    """The chain that a message belongs to, new where there is none.

    The pair of numbers decides. A chain that we began without knowing our own number in E.164
    takes the number of the first answer.
    """
    mine = conversations.c.contact == message.sender
    found: Row[Any] | None = None
    if message.number:
        pair = {"contact": message.sender, "number": message.number}
        found = connection.execute(_OF_PAIR, pair).one_or_none()
        found = found or _numberless(connection, message, answers, longcode_id)
    elif answers is not None:
        found = _first(connection, mine, conversations.c.id == answers.conversation_id)
    if found is None and not message.number:
        found = _first(connection, mine)
    if found is not None:
        known = _conversation(found)
        return known if longcode_id is None else replace(known, longcode_id=longcode_id)
    return begin(connection, message.sender, message.number, longcode_id, now)


def begin(
    connection: Connection, contact: str, number: str, longcode_id: LongcodeId | None, now: datetime
) -> Conversation:
    row: dict[str, Any] = {
        "contact": contact,
        "number": number,
        "longcode_id": longcode_id,
        "values": {},
        "received": 0,
        "changed_at": now,
    }
    row_id = connection.execute(_BEGIN, row).scalar_one()
    return Conversation(row_id, contact, number, longcode_id, None, None, {}, 0)


def conversation_to(
    connection: Connection, contact: str, longcode_id: LongcodeId | None, now: datetime
) -> Conversation:
    """The chain for a first message of ours, which knows the id of our number only."""
    mine = conversations.c.contact == contact
    found = _first(connection, mine, conversations.c.longcode_id == longcode_id)
    if found is None:
        return begin(connection, contact, "", longcode_id, now)
    return _conversation(found)


def _numberless(
    connection: Connection,
    message: InboundMessage,
    answers: Answered | None,
    longcode_id: LongcodeId | None,
) -> Row[Any] | None:
    """A chain that we began, which this message gives the number of ours."""
    unnumbered = connection.execute(_UNNUMBERED, {"contact": message.sender}).all()
    hinted = answers.conversation_id if answers is not None else None
    found = (
        next((row for row in unnumbered if row.id == hinted), None)
        or next((row for row in unnumbered if longcode_id and row.longcode_id == longcode_id), None)
        or next((row for row in unnumbered if row.longcode_id is None), None)
    )
    if found is None:
        return None
    return connection.execute(
        update(conversations)
        .where(conversations.c.id == found.id)
        .values(number=message.number)
        .returning(conversations)
    ).one()


def _first(connection: Connection, *where: Any) -> Row[Any] | None:
    return connection.execute(_LATEST.where(*where)).one_or_none()


def _conversation(row: Row[Any]) -> Conversation:
    return Conversation(
        row.id,
        row.contact,
        row.number,
        row.longcode_id,
        row.state,
        row.state_until,
        row._mapping[conversations.c["values"]],
        row.received,
    )
