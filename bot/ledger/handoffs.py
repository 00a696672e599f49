"""Conversations that were handed to a person of ours, as those look at them who see to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, select

from bot.engine.waiting import TimerKind
from bot.ledger.notifications import Kind, Status
from bot.ledger.questions import handoff_of
from bot.ledger.schema import conversations, inbox, notifications, outbox, timers
from bot.model import Handoff

_LAST: Final = (
    select(inbox.c.text)
    .where(inbox.c.conversation_id == conversations.c.id)
    .order_by(inbox.c.id.desc())
    .limit(1)
)
_TOLD: Final = notifications.alias()
_UNTOLD: Final = (
    select(_TOLD.c.id)
    .where(
        _TOLD.c.conversation_id == conversations.c.id,
        _TOLD.c.status.in_((Status.DEAD, Status.DROPPED)),
        _TOLD.c.kind != Kind.FORWARD,
        _TOLD.c.reason.not_in(("", "dry run")),
    )
    .order_by(_TOLD.c.id.desc())
    .limit(1)
)
# By the timer that ends it: of those there are as many as handoffs, of conversations there are all.
_OPEN: Final = (
    select(
        conversations.c.id,
        conversations.c.contact,
        conversations.c.number,
        conversations.c.handoff,
        _LAST.scalar_subquery().label("text"),
        notifications.c.target,
        notifications.c.reason,
        notifications.c.created_at,
    )
    .join(timers, timers.c.conversation_id == conversations.c.id)
    .outerjoin(notifications, notifications.c.id == _UNTOLD.scalar_subquery())
    .where(timers.c.kind == TimerKind.HANDOFF, timers.c.status == "due")
)


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A conversation that is in a person's hands now."""

    id: int
    """Of the conversation."""
    contact: str
    number: str
    """Ours; empty while nobody knows it."""
    handoff: Handoff
    text: str | None
    """What they wrote last."""
    untold: str
    """Whom nobody could tell of it, and why; mostly empty."""


def listed(connection: Connection, now: datetime) -> list[HandedOver]:
    """The longest first; what only a text of one of us made silent is none."""
    found = [read for row in connection.execute(_OPEN) if (read := _read(row)) is not None]
    still = [one for one in found if one.handoff.due_at > now]
    return sorted(still, key=lambda one: one.handoff.since)


def one(connection: Connection, conversation_id: int) -> HandedOver | None:
    """None where it is not handed over."""
    row = connection.execute(_OPEN.where(conversations.c.id == conversation_id)).one_or_none()
    return None if row is None else _read(row)


def is_handed_over() -> ColumnElement[bool]:
    """Of a conversation, in a query."""
    is_quiet: ColumnElement[bool] = conversations.c.handoff["quiet"].as_integer() > 0
    return is_quiet


def _read(row: Any) -> HandedOver | None:
    handoff = handoff_of(row.handoff)
    if handoff is None or not handoff.is_handed_over:
        return None
    is_untold = row.created_at is not None and row.created_at >= handoff.since
    untold = f"{row.target} was not told: {row.reason}" if is_untold else ""
    return HandedOver(row.id, row.contact, row.number, handoff, row.text, untold)


def written_after(connection: Connection, conversation_id: int, message_id: int) -> str | None:
    """Who of us wrote last in it after that message of ours; None where nobody did."""
    written = (
        select(outbox.c.by)
        .where(
            outbox.c.conversation_id == conversation_id,
            outbox.c.id > message_id,
            outbox.c.by.is_not(None),
        )
        .order_by(outbox.c.id.desc())
    )
    return connection.scalar(written.limit(1))
