"""Recorded messages as they were decided, to be decided again by other rules."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import BindParameter, Column, Connection, Row, Select, bindparam, select

from bot.ledger import decisions
from bot.ledger.contacts import CONTACT, Changed
from bot.ledger.conversations import NOBODY
from bot.ledger.inbox import InboxId, message_of
from bot.ledger.schema import contacts, conversations, inbox, optout_changes, optouts, outbox
from bot.ledger.schema import decisions as decisions_table
from bot.model import ChangeKind, Decision, InboundMessage, LongcodeId, Reply, RuleId
from bot.rules.guards import paused

_PAGE: Final = 200
"""People whose messages are in memory at once."""
_ROWS: Final = 1_000
_THESE: Final[BindParameter[str]] = bindparam("people", expanding=True)
_OF_MESSAGE: Final[Sequence[Column[Any]]] = [
    column for column in inbox.c if column.name not in ("status", "decide_after")
]
_DECIDED: Final[Select[Any]] = (
    select(
        *_OF_MESSAGE,
        conversations.c.contact,
        conversations.c.number.label("our_number"),
        conversations.c.longcode_id,
        *(column for column in decisions.COLUMNS if column.name != "trace"),
        outbox.c.tags.label("answered_tags"),
    )
    .join(conversations, conversations.c.id == inbox.c.conversation_id)
    .join(decisions_table, decisions_table.c.inbox_id == inbox.c.id)
    .outerjoin(outbox, outbox.c.id == inbox.c.answers_id)
    .where(conversations.c.contact.in_(_THESE))
    .order_by(conversations.c.contact, inbox.c.id)
)
# What was queued later, by a timer or a person, was not decided with the message.
_LEFT: Final = (
    select(outbox.c.inbox_id, outbox.c.text, outbox.c.image, outbox.c.rule, outbox.c.asks)
    .join(conversations, conversations.c.id == outbox.c.conversation_id)
    .join(decisions_table, decisions_table.c.inbox_id == outbox.c.inbox_id)
    .where(
        conversations.c.contact.in_(_THESE),
        outbox.c.created_at == decisions_table.c.decided_at,
        outbox.c.is_notice.is_(False),
        outbox.c.by.is_(None),
    )
    .order_by(outbox.c.id)
)
_VALUES: Final = select(contacts).where(contacts.c.number.in_(_THESE))
_OUT: Final = select(optouts.c.number).where(optouts.c.number.in_(_THESE))
_CHANGES: Final = (
    select(optout_changes).where(optout_changes.c.number.in_(_THESE)).order_by(optout_changes.c.id)
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A message with what was known when it was decided, and what was decided."""

    id: InboxId
    message: InboundMessage
    """With the number and the tags of our record, where the webhook brought none."""
    longcode_id: LongcodeId | None
    contact: Mapping[str, str]
    state: str | None
    opted_out: bool
    handed_over: bool
    """A person of ours had the conversation in hand."""
    at: datetime
    """When it was decided."""
    decision: Decision
    """Without its trace; its replies are the messages that were queued then, as they left."""
    answered_with: InboxId | None
    """The last text of its burst, with which it was decided."""


def recorded(connection: Connection, since: datetime | None = None) -> Iterator[Recorded]:
    """One person after the other, each in the order in which it was decided."""
    for person in people(connection, since):
        yield from (one for one in person if since is None or one.message.received_at >= since)


def person(connection: Connection, number: str) -> Sequence[Recorded]:
    """All that one has said, in the order in which it was decided."""
    return next(people_of(connection, [number]), ())


def people(connection: Connection, since: datetime | None = None) -> Iterator[Sequence[Recorded]]:
    """All that each person has said who wrote since then, in the order in which it was decided.

    What was stored then is read off the changes that decisions made since; what one of us stored by
    hand counts as if it had always been so. As much as 200 people have said is in memory at once.
    """
    for page in pages(connection, since):
        yield from people_of(connection, page)


def pages(connection: Connection, since: datetime | None = None) -> Iterator[Sequence[str]]:
    """The numbers of those who wrote since then, 200 at a time."""
    every = select(conversations.c.contact).where(conversations.c.contact != NOBODY).distinct()
    if since is not None:
        every = every.join(inbox, inbox.c.conversation_id == conversations.c.id).where(
            inbox.c.received_at >= since
        )
    ordered = every.order_by(conversations.c.contact).execution_options(yield_per=_ROWS)
    yield from connection.scalars(ordered).partitions(_PAGE)


@dataclass(slots=True)
class _Person:
    """What is stored of somebody, beside their messages."""

    values: Mapping[str, str] = field(default_factory=dict)
    is_out: bool = False
    changes: list[Row[Any]] = field(default_factory=list)
    """Of their opt-out, the oldest first."""


def people_of(connection: Connection, page: Sequence[str]) -> Iterator[Sequence[Recorded]]:
    """As `people`, of those with these numbers."""
    these = {"people": list(page)}
    known = {number: _Person() for number in page}
    for row in connection.execute(_VALUES, these):
        known[row.number].values = row._mapping[contacts.c["values"]]
    for row in connection.execute(_OUT, these):
        known[row.number].is_out = True
    for row in connection.execute(_CHANGES, these):
        known[row.number].changes.append(row)
    replies: dict[int, list[Reply]] = {}
    for row in connection.execute(_LEFT, these):
        reply = Reply(text=row.text, image=row.image, rule=RuleId(row.rule or ""), asks=row.asks)
        replies.setdefault(row.inbox_id, []).append(reply)
    rows = connection.execute(_DECIDED, these).all()
    for number, of_person in itertools.groupby(rows, key=lambda row: str(row.contact)):
        yield list(_messages(list(of_person), known[number], replies))


def _messages(
    rows: Sequence[Row[Any]], person: _Person, replies: Mapping[int, Sequence[Reply]]
) -> Iterator[Recorded]:
    set_by_rules = {
        change["name"]
        for row in rows
        for change in row.changes
        if change["kind"] == ChangeKind.CONTACT
    }
    values = {name: text for name, text in person.values.items() if name not in set_by_rules}
    is_out = person.is_out and not person.changes
    by_others = [change for change in person.changes if change.by != CONTACT]
    states: dict[int, tuple[str | None, datetime | None]] = {}
    for row in rows:
        while by_others and by_others[0].at <= row.decided_at:
            is_out = by_others.pop(0).change != Changed.IN
        state, until = states.get(row.conversation_id, (None, None))
        if until is not None and until <= row.decided_at:
            state = None
        sent = replies.get(row.id)
        read = decisions.read(row._mapping, traced=False)
        yield Recorded(
            id=InboxId(row.id),
            message=_message(row),
            longcode_id=row.longcode_id,
            contact=dict(values),
            state=state,
            opted_out=is_out,
            handed_over=row.rule == paused.NAME,
            at=read.at,
            decision=replace(read.decision, replies=tuple(sent)) if sent else read.decision,
            answered_with=read.answered_with,
        )
        is_out = _opted_out(row.changes, before=is_out)
        _apply(row.changes, values)
        states[row.conversation_id] = _state(row.changes, states.get(row.conversation_id))


def _message(row: Row[Any]) -> InboundMessage:
    message = message_of(row)
    tags = message.tags or row.answered_tags or {}
    if message.number and message.tags == tags:
        return message
    return replace(message, number=message.number or row.our_number, tags=tags)


def _opted_out(changes: Sequence[Mapping[str, Any]], *, before: bool) -> bool:
    for change in changes:
        if change["kind"] in (ChangeKind.OPT_OUT, ChangeKind.OPT_IN):
            before = change["kind"] == ChangeKind.OPT_OUT
    return before


def _apply(changes: Sequence[Mapping[str, Any]], values: dict[str, str]) -> None:
    for change in changes:
        if change["kind"] != ChangeKind.CONTACT:
            continue
        if change["value"] is None:
            values.pop(change["name"], None)
        else:
            values[change["name"]] = change["value"]


def _state(
    changes: Sequence[Mapping[str, Any]], before: tuple[str | None, datetime | None] | None
) -> tuple[str | None, datetime | None]:
    for change in changes:
        if change["kind"] == ChangeKind.STATE:
            until = change["value"]
            before = change["name"] or None, datetime.fromisoformat(until) if until else None
    return before or (None, None)
