"""How the ledger stands: what waits, since when, and what needs a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, func, select

from bot.ledger import lane
from bot.ledger.outbox import Status
from bot.ledger.schema import inbox, outbox, quarantine

_NOW: Final = bindparam("now", type_=outbox.c.due_at.type)
_INBOX: Final = select(func.count(), func.min(inbox.c.received_at)).where(
    inbox.c.status == "waiting"
)
_OUTBOX: Final = select(func.count(), func.min(outbox.c.due_at)).where(
    outbox.c.status == Status.DUE, outbox.c.due_at <= _NOW
)
_DEAD: Final = select(func.count()).where(outbox.c.status == Status.DEAD)
_QUARANTINED: Final = select(func.count()).select_from(quarantine)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What waits at a moment; the seconds are those of what waits longest."""

    undecided: int
    undecided_seconds: float
    due: int
    """Messages that should have left by now."""
    due_seconds: float
    dead_letters: int
    quarantined: int
    paused: str | None
    """Why the sender is paused; None while it runs."""


def backlog(connection: Connection, now: datetime) -> Backlog:
    """Costs as much as there is that waits, not as much as is stored."""
    undecided, undecided_since = connection.execute(_INBOX).one()
    due, due_since = connection.execute(_OUTBOX, {"now": now}).one()
    return Backlog(
        undecided=undecided,
        undecided_seconds=_seconds(undecided_since, now),
        due=due,
        due_seconds=_seconds(due_since, now),
        dead_letters=connection.execute(_DEAD).scalar_one(),
        quarantined=connection.execute(_QUARANTINED).scalar_one(),
        paused=lane.state(connection).paused,
    )


def _seconds(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max((now - since).total_seconds(), 0.0)
