"""Opt-outs: what ends with one, who gets no texts, and each change with who, why and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from bot.ledger import contacts, outbox, questions
from bot.ledger.contacts import CONTACT, Changed, OptOut, is_digest
from bot.ledger.inbox import contact_lock
from bot.ledger.locks import advisory_lock
from bot.ledger.schema import optout_changes, optouts
from bot.model import Reason

_ALL: Final = select(
    optouts.c.number, optouts.c.since, optouts.c.said_at, optouts.c.because, optouts.c.by
).order_by(optouts.c.since, optouts.c.number)
_CHANGES: Final = select(
    optout_changes.c.at, optout_changes.c.change, optout_changes.c.because, optout_changes.c.by
).order_by(optout_changes.c.id)
_PAGE: Final = 500
"""Rows that are in memory at once."""


@dataclass(frozen=True, slots=True)
class OptedOut:
    """One who gets no texts."""

    number: str | None
    """None of one who was forgotten."""
    opt_out: OptOut


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody was opted out or in."""

    at: datetime
    changed: Changed
    because: str
    by: str


def leave(
    connection: Connection,
    number: str,
    because: str,
    now: datetime,
    *,
    said_at: datetime | None = None,
    by: str = CONTACT,
) -> OptOut:
    """They get no texts any more, and all that waits for them ends, on each of our numbers.

    Else it could come after a later START. How it stands then; see `contacts.opt_out`.
    """
    advisory_lock(connection, contact_lock(number))
    had_left = contacts.is_opted_out(connection, number)
    outbox.drop_queued(connection, number, Reason.OPT_OUT, now, had_left=had_left)
    questions.end_all(connection, number, Reason.OPT_OUT, now)
    return contacts.opt_out(connection, number, because, now, said_at, by)


def listed(connection: Connection) -> Iterator[OptedOut]:
    """All of them, the oldest first."""
    for number, *rest in connection.execute(_ALL.execution_options(yield_per=_PAGE)):
        yield OptedOut(None if is_digest(number) else number, OptOut(*rest))


def history(connection: Connection, number: str) -> list[Change]:
    """Each change, the oldest first."""
    found = connection.execute(_CHANGES.where(optout_changes.c.number == number))
    return [Change(at, Changed(change), because, by) for at, change, because, by in found]
