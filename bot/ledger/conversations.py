"""Conversations: one person, one of our numbers, one ordered chain of both directions.

A conversation is keyed by the person and our number. Our number has two names, see
`bot.ledger.numbers`: a chain that began under an id whose number nobody knew takes the number when
it is listed, and chains that turn out to be one are joined.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from bot.engine.conversation import Thread
from bot.engine.timers import expiries_of
from bot.ledger import questions, timers
from bot.ledger.inbox import contact_lock
from bot.ledger.locks import advisory_lock
from bot.ledger.numbers import OurNumbers
from bot.ledger.outbox import names_of
from bot.ledger.schema import (
    colleague_codes,
    conversations,
    inbox,
    notifications,
    outbox,
    uses,
)
from bot.model import Handoff, InboundMessage, LongcodeId, Per, Question, RuleId

# Statements of every message are built once: building costs more than running them.
_ANSWERED: Final = select(
    *(outbox.c.external_id, outbox.c.recipient),
    *(outbox.c.id, outbox.c.conversation_id, outbox.c.longcode_id),
    *(outbox.c.rule, outbox.c.tags),
).where(
    outbox.c.external_id.in_(bindparam("names", expanding=True)),
    outbox.c.recipient.in_(bindparam("senders", expanding=True)),
)
_ALL: Final = select(conversations, timers.is_waiting(conversations.c.id).label("waits"))
_OF_CONTACTS: Final = _ALL.where(
    conversations.c.contact.in_(bindparam("contacts", expanding=True))
).order_by(conversations.c.changed_at.desc(), conversations.c.id.desc())
_BEGIN: Final = insert(conversations).returning(conversations.c.id, sort_by_parameter_order=True)


NOBODY: Final = ""
"""The contact of a conversation that is left of somebody who was forgotten."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The message of ours that an inbound message answers, as the provider's hint names it."""

    id: int
    conversation_id: int
    longcode_id: LongcodeId | None
    rule: RuleId | None
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Conversation:
    id: int
    contact: str
    number: str
    """Ours; empty while nobody knows it."""
    longcode_id: LongcodeId | None
    """The id that last sent from it, where one did."""
    state: str | None
    state_until: datetime | None
    values: Mapping[str, str]
    received: int
    question: Question | None = None
    state_from: tuple[RuleId, str] | None = None
    handoff: Handoff | None = None
    waits: bool = False
    """Something is to be said in it later."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message, and what tells where it belongs."""

    message: InboundMessage
    answers: Answered | None = None
    longcode_id: LongcodeId | None = None
    """The number of ours that it came to, where that is stated."""


def answered(connection: Connection, messages: Sequence[InboundMessage]) -> list[Answered | None]:
    """Of each: only a message to that very person counts, the provider's `externalId` is a hint."""
    names = [
        () if one.external_id is None else names_of(one.external_id, one.sender) for one in messages
    ]
    if not any(names):
        return [None] * len(messages)
    wanted = {
        "names": [name for both in names for name in both],
        "senders": [one.sender for one in messages],
    }
    rows = connection.execute(_ANSWERED, wanted)
    found = {(name, to): Answered(*rest) for name, to, *rest in rows}
    return [
        next((found[name, one.sender] for name in both if (name, one.sender) in found), None)
        for one, both in zip(messages, names, strict=True)
    ]


def conversations_of(
    connection: Connection, arrivals: Sequence[Arrival], ours: OurNumbers, now: datetime
) -> list[Conversation]:
    """The chains that messages of different people belong to, new where there are none.

    The pair of numbers decides. Which number of ours an id has, the provider's list alone says; a
    chain of an id that it does not have takes the number of the first answer.
    """
    known = _with_each(connection, [one.message.sender for one in arrivals])
    found = [
        _conversation_of(connection, one, known.get(one.message.sender, ()), ours)
        for one in arrivals
    ]
    missing = [one for one, old in zip(arrivals, found, strict=True) if old is None]
    begun = iter(_begin_each(connection, [_Pair.of(one) for one in missing], now))
    return [next(begun) if one is None else one for one in found]


def _conversation_of(
    connection: Connection, arrival: Arrival, known: Sequence[Conversation], ours: OurNumbers
) -> Conversation | None:
    message, answers, longcode_id = arrival.message, arrival.answers, arrival.longcode_id
    hinted = [one for one in known if answers is not None and one.id == answers.conversation_id]
    found: Conversation | None
    if message.number:
        same = [one for one in known if _number(one, ours) == message.number]
        unnumbered = [one for one in known if not _number(one, ours)]
        found = _joined(
            connection,
            same
            or [one for one in hinted if one in unnumbered]
            or [one for one in unnumbered if longcode_id and one.longcode_id == longcode_id][:1]
            or [one for one in unnumbered if one.longcode_id is None][:1],
            message.number,
        )
    else:
        found = next(iter(hinted or known), None)
    if found is None or longcode_id is None:
        return found
    return replace(found, longcode_id=longcode_id)


def conversation_to(
    connection: Connection,
    contact: str,
    longcode_id: LongcodeId,
    ours: OurNumbers,
    now: datetime,
) -> Conversation:
    """The chain for a message that we begin with, which names our number by its id."""
    known = _with(connection, contact)
    number = ours.by_id.get(longcode_id, "")
    if number:
        same = [one for one in known if _number(one, ours) == number]
    else:
        same = [one for one in known if one.longcode_id == longcode_id][:1]
    found = _joined(connection, same, number or (same[0].number if same else ""))
    return found or begin(connection, contact, number, longcode_id, now)


def conversation_from(
    connection: Connection, contact: str, number: str, ours: OurNumbers, now: datetime
) -> Conversation:
    """The chain with a number of ours whose id nobody knows."""
    same = [one for one in _with(connection, contact) if _number(one, ours) == number]
    found = _joined(connection, same, number)
    return found or begin(connection, contact, number, None, now)


@dataclass(frozen=True, slots=True)
class _Pair:
    """Whose chain it is to be."""

    contact: str
    number: str
    longcode_id: LongcodeId | None

    @classmethod
    def of(cls, arrival: Arrival) -> _Pair:
        message = arrival.message
        return cls(message.sender, message.number, arrival.longcode_id)


def begin(
    connection: Connection, contact: str, number: str, longcode_id: LongcodeId | None, now: datetime
) -> Conversation:
    return _begin_each(connection, [_Pair(contact, number, longcode_id)], now)[0]


def _begin_each(
    connection: Connection, pairs: Sequence[_Pair], now: datetime
) -> list[Conversation]:
    if not pairs:
        return []
    rows: list[dict[str, Any]] = [
        {
            "contact": pair.contact,
            "number": pair.number,
            "longcode_id": pair.longcode_id,
            "values": {},
            "received": 0,
            "changed_at": now,
        }
        for pair in pairs
    ]
    ids = connection.execute(_BEGIN, rows).scalars()
    return [
        Conversation(row_id, pair.contact, pair.number, pair.longcode_id, None, None, {}, 0)
        for row_id, pair in zip(ids, pairs, strict=True)
    ]


def by_id(connection: Connection, conversation_id: int) -> Conversation:
    """One that there is."""
    found = _ALL.where(conversations.c.id == conversation_id)
    return _read(connection.execute(found).one())


def chosen(connection: Connection, contact: str, number: str | None) -> Conversation | None:
    """Of a person's, the one with that number of ours; else where they last wrote.

    None where there is none.
    """
    found = _with(connection, contact)
    if number is not None:
        found = [one for one in found if one.number == number]
    last = select(inbox.c.conversation_id).where(
        inbox.c.conversation_id.in_([one.id for one in found])
    )
    heard = connection.scalar(last.order_by(inbox.c.id.desc()).limit(1))
    return next((one for one in found if one.id == heard), found[0] if found else None)


def seen_to(connection: Connection, conversation_id: int, now: datetime) -> None:
    """A person of ours has looked after it: what was held in it before waits for nobody."""
    seen = update(conversations).where(conversations.c.id == conversation_id)
    connection.execute(seen.values(seen_to_at=now, read_to=now))


def join_listed(connection: Connection, ours: OurNumbers, limit: int) -> int:
    """Give up to `limit` chains the number that their id is listed with now; how many it were.

    Those of a person that turn out to be one are joined.
    """
    nameless = select(conversations.c.contact, conversations.c.longcode_id).where(
        conversations.c.number == "", conversations.c.longcode_id.in_(ours.by_id)
    )
    rows = connection.execute(nameless.order_by(conversations.c.contact).limit(limit)).all()
    for contact, longcode_id in rows:
        advisory_lock(connection, contact_lock(contact))
        number = ours.by_id[longcode_id]
        same = [one for one in _with(connection, contact) if _number(one, ours) == number]
        _joined(connection, same, number)
    return len(rows)


def _with(connection: Connection, contact: str) -> Sequence[Conversation]:
    """Every chain of a person, the one with the latest change first."""
    return _with_each(connection, [contact]).get(contact, ())


def _with_each(
    connection: Connection, contacts: Sequence[str]
) -> Mapping[str, Sequence[Conversation]]:
    found: dict[str, list[Conversation]] = {}
    for row in connection.execute(_OF_CONTACTS, {"contacts": contacts}):
        found.setdefault(row.contact, []).append(_read(row))
    return found


def _number(conversation: Conversation, ours: OurNumbers) -> str:
    if conversation.number or conversation.longcode_id is None:
        return conversation.number
    return ours.by_id.get(conversation.longcode_id, "")


def _joined(
    connection: Connection, same: Sequence[Conversation], number: str
) -> Conversation | None:
    """One chain of those that are the same, under that number of ours; the latest change first."""
    if not same:
        return None
    if len(same) == 1 and same[0].number == number:
        return same[0]
    first = min(same, key=lambda one: one.id)
    for other in same:
        if other.id != first.id:
            _move(connection, other.id, first.id)
    latest = next((one for one in same if one.state is not None), same[0])
    asked = next((one.question for one in same if one.question is not None), None)
    handoff = next((one.handoff for one in same if one.handoff is not None), None)
    whole = replace(
        first,
        number=number,
        longcode_id=next((one.longcode_id for one in same if one.longcode_id is not None), None),
        state=latest.state,
        state_until=latest.state_until,
        state_from=latest.state_from,
        question=asked if handoff is None else None,
        handoff=handoff,
        values={name: value for one in reversed(same) for name, value in one.values.items()},
        received=sum(one.received for one in same),
        waits=any(one.waits for one in same),
    )
    connection.execute(
        update(conversations).where(conversations.c.id == first.id).values(_row(whole))
    )
    timers.keep(connection, first.id, expiries_of(thread_of(whole)))
    return whole


def thread_of(conversation: Conversation) -> Thread:
    """What the conversation's own row holds of its thread."""
    return Thread(
        values=conversation.values,
        state=conversation.state,
        state_until=conversation.state_until,
        state_from=conversation.state_from,
        question=conversation.question,
        handoff=conversation.handoff,
        received=conversation.received,
    )


def _move(connection: Connection, old: int, new: int) -> None:
    """All that was said in one chain belongs to another."""
    for table in (inbox, outbox, notifications, colleague_codes):
        moved = update(table).where(table.c.conversation_id == old)
        connection.execute(moved.values(conversation_id=new))
    used = update(uses).where(uses.c.scope == Per.CONVERSATION, uses.c.owner == str(old))
    connection.execute(used.values(owner=str(new)))
    timers.move(connection, old, new)
    connection.execute(delete(conversations).where(conversations.c.id == old))


def _row(conversation: Conversation) -> dict[Any, Any]:
    return {
        conversations.c.number: conversation.number,
        conversations.c.longcode_id: conversation.longcode_id,
        conversations.c.state: conversation.state,
        conversations.c.state_until: conversation.state_until,
        conversations.c["values"]: dict(conversation.values),
        conversations.c.received: conversation.received,
        conversations.c.question: questions.written(conversation.question),
        conversations.c.handoff: None
        if conversation.handoff is None
        else conversation.handoff.as_object(),
        conversations.c.state_from: conversation.state_from,
    }


def _read(row: Row[Any]) -> Conversation:
    return Conversation(
        row.id,
        row.contact,
        row.number,
        row.longcode_id,
        row.state,
        row.state_until,
        row._mapping[conversations.c["values"]],
        row.received,
        questions.question_of(row.question),
        questions.state_from_of(row.state_from),
        questions.handoff_of(row.handoff),
        row.waits,
    )
