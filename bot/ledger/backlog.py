"""How the ledger stands: what waits, since when, and what needs a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, func, select

from bot.ledger import budget, lane
from bot.ledger.budget import Budget
from bot.ledger.due import NEXT_DUE
from bot.ledger.failures import Failing, failing
from bot.ledger.lane import Lane
from bot.ledger.outbox import Status
from bot.ledger.schema import attempts, decisions, inbox, outbox, quarantine

_NOW: Final = bindparam("now", type_=outbox.c.due_at.type)
_INBOX: Final = select(func.count(), func.min(inbox.c.received_at)).where(
    inbox.c.status == "waiting"
)
_OUTBOX: Final = select(func.count(), func.min(outbox.c.due_at)).where(
    outbox.c.status == Status.DUE, outbox.c.due_at <= _NOW
)
_UNDER_WAY: Final = select(func.count()).where(outbox.c.status == Status.SENDING)
_DECIDED: Final = select(decisions.c.decided_at).order_by(decisions.c.inbox_id.desc()).limit(1)
_TRIED: Final = (
    select(func.coalesce(attempts.c.finished_at, attempts.c.started_at))
    .order_by(attempts.c.id.desc())
    .limit(1)
)
_DEAD: Final = select(func.count()).where(outbox.c.status == Status.DEAD)
_QUARANTINED: Final = select(func.count()).select_from(quarantine)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What waits at a moment; the seconds are those of what waits longest."""

    undecided: int
    undecided_seconds: float
    undecided_idle_seconds: float
    """For how long messages wait and none at all was decided."""
    due: int
    """Messages that should have left by now."""
    due_seconds: float
    due_idle_seconds: float
    """For how long one could have left and none at all was tried; 0 while the lane is paused, the
    provider asked to wait, or nobody sends."""
    dead_letters: int
    quarantined: int
    failing: Sequence[Failing] = ()
    """Rules that could not answer, and that nobody has looked after."""
    segments: int | None = None
    """That have left today; None where nobody counts them."""
    budget: str | None = None
    """How the budget of the day stands, where that is worth a warning."""
    paused: str | None
    """Why the sender is paused, and what ends that; None while it runs."""


def backlog(connection: Connection, now: datetime, allowed: Budget | None = None) -> Backlog:
    """Costs as much as there is that waits, not as much as is stored."""
    undecided, undecided_since = connection.execute(_INBOX).one()
    due, due_since = connection.execute(_OUTBOX, {"now": now}).one()
    stands = lane.state(connection)
    return Backlog(
        undecided=undecided,
        undecided_seconds=_seconds(undecided_since, now),
        undecided_idle_seconds=min(
            _seconds(undecided_since, now),
            _seconds(connection.execute(_DECIDED).scalar_one_or_none() or undecided_since, now),
        ),
        due=due,
        due_seconds=_seconds(due_since, now),
        due_idle_seconds=_due_idle(connection, stands, now) if due else 0.0,
        dead_letters=connection.execute(_DEAD).scalar_one(),
        quarantined=connection.execute(_QUARANTINED).scalar_one(),
        failing=failing(connection),
        segments=None if allowed is None else budget.spent(stands, allowed.day(now)),
        budget=budget.note(allowed, stands, now),
        paused=f"{stands.paused} ({stands.way_out()})" if stands.paused is not None else None,
    )


def is_settled(connection: Connection, now: datetime) -> bool:
    """Nothing is to be decided or sent by now, and nothing is on its way."""
    undecided, _ = connection.execute(_INBOX).one()
    due, _ = connection.execute(_OUTBOX, {"now": now}).one()
    return not (undecided or due or connection.execute(_UNDER_WAY).scalar_one())


def _due_idle(connection: Connection, state: Lane, now: datetime) -> float:
    if state.paused is not None or state.sender_seen_at is None:
        return 0.0
    next_due = NEXT_DUE(connection, now=now).first
    if next_due is None:  # what is due waits behind one of its conversation that is not
        return 0.0
    tried_at = connection.execute(_TRIED).scalar_one_or_none()
    since = max(filter(None, (next_due.due_at, tried_at, state.not_before)))
    return _seconds(since, now)


def _seconds(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max((now - since).total_seconds(), 0.0)
