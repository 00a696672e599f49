"""Whether a question is open: once its message was sent; refused or dropped it is closed.

Who changes a question holds the lock of its person, as those do who decide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select, update

from bot.engine.conversation import Thread
from bot.engine.timers import expiries_of
from bot.ledger import timers
from bot.ledger.inbox import contact_lock
from bot.ledger.locks import advisory_lock
from bot.ledger.schema import conversations, outbox
from bot.model import Handoff, Question, RuleId

_ASKS: Final = (
    select(
        outbox.c.asks,
        outbox.c.recipient,
        outbox.c.conversation_id,
        conversations.c.question,
        conversations.c.handoff,
        conversations.c.state,
        conversations.c.state_until,
        conversations.c.state_from,
    )
    .join(conversations, conversations.c.id == outbox.c.conversation_id)
    .where(outbox.c.id == bindparam("message"), outbox.c.asks.is_not(None))
)
_STORE: Final = update(conversations).where(conversations.c.id == bindparam("conversation"))


def written(question: Question | None) -> dict[str, Any] | None:
    """As it is stored."""
    return None if question is None else question.as_object()


def question_of(stored: Mapping[str, Any] | None) -> Question | None:
    """The same back."""
    return None if stored is None else Question.of(stored)


def handoff_of(stored: Mapping[str, Any] | None) -> Handoff | None:
    return None if stored is None else Handoff.of(stored)


def state_from_of(stored: Sequence[str] | None) -> tuple[RuleId, str] | None:
    """Whose `on_expiry` is said: a rule, and which part of it."""
    return None if stored is None else (RuleId(stored[0]), stored[1])


def sending(connection: Connection, outbox_id: int, now: datetime) -> None:
    """Its message is on its way: from now on an answer may come."""
    _change(connection, outbox_id, lambda question: replace(question, sending_at=now))


def sent(connection: Connection, outbox_id: int, now: datetime) -> None:
    """It is open since its message was sent, and its clock runs from then."""
    _change(connection, outbox_id, lambda question: question.sent(question.sending_at or now))


def unsent(connection: Connection, outbox_id: int) -> None:
    """The message was surely not taken, and is tried again."""
    _change(connection, outbox_id, lambda question: replace(question, sending_at=None))


def closed(connection: Connection, outbox_id: int) -> None:
    """The message will not leave, unless a person sends the dead letter again."""
    _change(
        connection, outbox_id, lambda question: replace(question, sending_at=None, asked_at=None)
    )


def end_all(connection: Connection, contact: str, reason: str, now: datetime) -> None:
    """Who has left is asked nothing more, and told nothing later, on none of our numbers."""
    theirs = conversations.c.contact == contact
    connection.execute(
        update(conversations).where(theirs).values(question=None, state_from=None, handoff=None)
    )
    timers.end_all(connection, contact, reason, now)


def _change(connection: Connection, outbox_id: int, change: Callable[[Question], Question]) -> None:
    message = {"message": outbox_id}
    found = connection.execute(_ASKS, message).one_or_none()
    if found is None:
        return
    advisory_lock(connection, contact_lock(found.recipient))
    row = connection.execute(_ASKS, message).one()
    before = question_of(row.question)
    if before is None or before.key != row.asks:
        return
    after = change(before)
    stored = {"conversation": row.conversation_id, "question": after.as_object()}
    connection.execute(_STORE, stored)
    thread = Thread(
        question=after,
        handoff=handoff_of(row.handoff),
        state=row.state,
        state_until=row.state_until,
        state_from=state_from_of(row.state_from),
    )
    timers.keep(connection, row.conversation_id, expiries_of(thread))
