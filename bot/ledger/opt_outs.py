"""Opt-outs as people look at them: who gets no texts, and each change with who, why and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from bot.ledger.contacts import Changed, OptOut, is_digest
from bot.ledger.schema import optout_changes, optouts

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


def listed(connection: Connection) -> Iterator[OptedOut]:
    """All of them, the oldest first."""
    for number, *rest in connection.execute(_ALL.execution_options(yield_per=_PAGE)):
        yield OptedOut(None if is_digest(number) else number, OptOut(*rest))


def history(connection: Connection, number: str) -> list[Change]:
    """Each change, the oldest first."""
    found = connection.execute(_CHANGES.where(optout_changes.c.number == number))
    return [Change(at, Changed(change), because, by) for at, change, because, by in found]
