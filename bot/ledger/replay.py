"""Recorded messages as they were decided, to be decided again by other rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from bot.ledger import contacts, opt_outs
from bot.ledger.contacts import Changed
from bot.ledger.conversations import NOBODY
from bot.ledger.inbox import message_of
from bot.ledger.schema import conversations, decisions, inbox, outbox
from bot.model import ChangeKind, InboundMessage, LongcodeId
from bot.rules.guards import paused

_PAGE: Final = 200
"""People whose numbers are in memory at once."""
_PEOPLE: Final = select(conversations.c.contact).distinct().order_by(conversations.c.contact)
_DECIDED: Final = (
    select(
        inbox,
        conversations.c.number.label("our_number"),
        conversations.c.longcode_id,
        decisions.c.rule,
        decisions.c.changes,
        decisions.c.decided_at,
        outbox.c.tags.label("answered_tags"),
    )
    .join(conversations, conversations.c.id == inbox.c.conversation_id)
    .join(decisions, decisions.c.inbox_id == inbox.c.id)
    .outerjoin(outbox, outbox.c.id == inbox.c.answers_id)
    .order_by(inbox.c.id)
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A message with what was known when it was decided."""

    message: InboundMessage
    """With the number and the tags of our record, where the webhook brought none."""
    longcode_id: LongcodeId | None
    contact: Mapping[str, str]
    state: str | None
    opted_out: bool
    handed_over: bool
    """A person of ours had the conversation in hand."""


def recorded(connection: Connection, since: datetime | None = None) -> Iterator[Recorded]:
    """One person after the other, each in the order in which it was decided.

    What was stored then is read off the changes that decisions made since; what one of us stored by
    hand counts as if it had always been so. As much as one person has said is in memory at once.
    """
    last = NOBODY
    while people := connection.scalars(
        _PEOPLE.where(conversations.c.contact > last).limit(_PAGE)
    ).all():
        for person in people:
            for one in _of(connection, person):
                if since is None or one.message.received_at >= since:
                    yield one
        last = people[-1]


def _of(connection: Connection, person: str) -> Iterator[Recorded]:
    rows = connection.execute(_DECIDED.where(conversations.c.contact == person)).all()
    stored, history = contacts.known(connection, person), opt_outs.history(connection, person)
    set_by_rules = {
        change["name"]
        for row in rows
        for change in row.changes
        if change["kind"] == ChangeKind.CONTACT
    }
    values = {name: value for name, value in stored.values.items() if name not in set_by_rules}
    is_out = stored.opt_out is not None and not history
    by_others = [change for change in history if change.by != contacts.CONTACT]
    states: dict[int, tuple[str | None, datetime | None]] = {}
    for row in rows:
        while by_others and by_others[0].at <= row.decided_at:
            is_out = by_others.pop(0).changed is not Changed.IN
        state, until = states.get(row.conversation_id, (None, None))
        if until is not None and until <= row.decided_at:
            state = None
        in_hand = row.rule == paused.NAME
        yield Recorded(_message(row), row.longcode_id, dict(values), state, is_out, in_hand)
        is_out = _opted_out(row.changes, before=is_out)
        _apply(row.changes, values)
        states[row.conversation_id] = _state(row.changes, states.get(row.conversation_id))


def _message(row: Row[Any]) -> InboundMessage:
    message = message_of(row)
    tags = message.tags or row.answered_tags or {}
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
