"""Conversations as people look at them: both directions in their order, for every front end."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, Row, func, select

from bot.engine.conversation import lasting
from bot.ledger import contacts, decisions, media, outbox, scheduled
from bot.ledger.decisions import Recorded
from bot.ledger.inbox import InboxId, message_of
from bot.ledger.media import MediaView
from bot.ledger.outbox import OutboundView, Status
from bot.ledger.questions import handoff_of, question_of
from bot.ledger.scheduled import Scheduled
from bot.ledger.schema import attempts, conversations, inbox
from bot.ledger.schema import decisions as decisions_table
from bot.ledger.schema import outbox as outbox_table
from bot.model import Handoff, InboundMessage, LongcodeId, Question


@dataclass(frozen=True, slots=True)
class ConversationView:
    """One person and one of our numbers."""

    id: int
    contact: str
    """The person's number, E.164."""
    number: str
    """Ours, E.164; empty while nobody knows it."""
    longcode_id: LongcodeId | None
    state: str | None
    """It may have ended."""
    state_until: datetime | None
    question: Question | None
    """What was asked last, open or not."""
    handoff: Handoff | None
    """A person of ours has it in hand, or had until just now."""
    received: int
    changed_at: datetime
    read_to: datetime | None
    """When one of ours last had something new of it before them."""

    def state_at(self, now: datetime) -> str | None:
        """None where there is no state, or it has ended."""
        return lasting(self.state, self.state_until, now)


@dataclass(frozen=True, slots=True)
class InboundView:
    """A message of theirs, and what was decided about it."""

    id: InboxId
    message: InboundMessage
    answers_id: int | None
    """The message of ours that it answers."""
    status: str
    recorded: Recorded | None
    """None until it is decided."""
    media: Sequence[MediaView] = ()
    """Of its attachments those that are kept, or are to be."""


@dataclass(frozen=True, slots=True)
class Chain:
    """A conversation with all that was said, oldest first."""

    conversation: ConversationView
    opted_out: bool
    contact: Mapping[str, str]
    """What is stored of the person."""
    messages: tuple[InboundView | OutboundView, ...]
    scheduled: tuple[Scheduled, ...] = ()
    """What will happen in it by itself, the next first."""


VIEW: Final = select(
    conversations.c.id,
    conversations.c.contact,
    conversations.c.number,
    conversations.c.longcode_id,
    conversations.c.state,
    conversations.c.state_until,
    conversations.c.question,
    conversations.c.handoff,
    conversations.c.received,
    conversations.c.changed_at,
    conversations.c.read_to,
)


def chains_with(connection: Connection, contact: str) -> list[Chain]:
    """Every conversation with a person, in the order in which they began."""
    mine = VIEW.where(conversations.c.contact == contact).order_by(conversations.c.id)
    return [_chain(connection, view_of(row)) for row in connection.execute(mine).all()]


def one(connection: Connection, conversation_id: int) -> ConversationView:
    """One that there is, without what was said."""
    return view_of(connection.execute(VIEW.where(conversations.c.id == conversation_id)).one())


def view_of(row: Any) -> ConversationView:
    """From the columns of VIEW."""
    read = {"question": question_of(row.question), "handoff": handoff_of(row.handoff)}
    return ConversationView(**{**row._mapping, **read})


def _chain(connection: Connection, conversation: ConversationView) -> Chain:
    heard = _inbound(connection, conversation)
    answered = {one.answers_id for one in heard}
    said: list[tuple[_Place, InboundView | OutboundView]] = [
        *(((one.id, 0, 0, 0, one.id), one) for one in heard),
        *_outbound(connection, conversation, answered),
    ]
    person = contacts.known(connection, conversation.contact)
    return Chain(
        conversation,
        person.opt_out is not None,
        person.values,
        tuple(message for _, message in sorted(said, key=lambda one: one[0])),
        tuple(scheduled.of_conversation(connection, conversation.id)),
    )


def inbound(connection: Connection, row_id: int) -> InboundView | None:
    """One message of theirs; None where there is no such."""
    rows = connection.execute(_INBOUND.where(inbox.c.id == row_id)).all()
    return next(iter(_inbound_views(connection, rows)), None)


_DECIDED: Final = tuple(column.name for column in decisions.COLUMNS)
"""The last columns of what follows."""
_INBOUND: Final = select(
    inbox, *(column.label(f"decided_{column.name}") for column in decisions.COLUMNS)
).outerjoin(decisions_table, decisions_table.c.inbox_id == inbox.c.id)


def _inbound(connection: Connection, conversation: ConversationView) -> list[InboundView]:
    mine = _INBOUND.where(inbox.c.conversation_id == conversation.id).order_by(inbox.c.id)
    return _inbound_views(connection, connection.execute(mine).all())


def _inbound_views(connection: Connection, rows: Sequence[Row[Any]]) -> list[InboundView]:
    kept = media.of_messages(connection, [row.id for row in rows if row.media_url])
    return [
        InboundView(
            row.id,
            message_of(row),
            row.answers_id,
            row.status,
            _recorded(row[-len(_DECIDED) :]),
            kept.get(row.id, ()),
        )
        for row in rows
    ]


def _recorded(row: Sequence[Any]) -> Recorded | None:
    decided = dict(zip(_DECIDED, row, strict=True))
    return None if decided["outcome"] is None else decisions.read(decided)


_Place: TypeAlias = tuple[int, int, int, int, int]
"""In a chain, by the counts of the ledger and no clock: the last of the inbox before it, ours
after theirs, in the order in which ours left, another system's behind ours. What waits has no place
before it leaves: it stands last, by when that will be."""


def _outbound(
    connection: Connection, conversation: ConversationView, answered: Set[int | None]
) -> list[tuple[_Place, OutboundView]]:
    tried = select(func.max(attempts.c.id)).where(attempts.c.outbox_id == outbox_table.c.id)
    mine = outbox_table.c.conversation_id == conversation.id
    rows = connection.execute(
        select(outbox_table, tried.scalar_subquery().label("attempt"))
        .where(mine)
        .order_by(outbox_table.c.id)
    ).all()
    places = [_place(row, is_answered=row.id in answered) for row in rows]
    return list(zip(places, outbox.with_parts([*map(outbox.view, rows)]), strict=True))


def _place(row: Row[Any], *, is_answered: bool) -> _Place:
    if row.status == Status.DUE and not is_answered:  # else an earlier try has left after all
        return sys.maxsize, 1, int(row.due_at.timestamp() * 1_000), 0, row.id
    if row.status == Status.IMPORTED:
        return row.after_id, 1, row.after_attempt, 1, row.id
    return row.after_id, 1, sys.maxsize if row.attempt is None else row.attempt, 0, row.id
