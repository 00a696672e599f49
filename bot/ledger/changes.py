"""Whether anything has changed that people look at: a look that costs the same at any size."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, Select, func, select

from bot.ledger.outbox import Status
from bot.ledger.schema import (
    attempts,
    decisions,
    inbox,
    lanes,
    notices,
    optout_changes,
    outbox,
    quarantine,
    timers,
)

_MOST: Final = 1_000
"""Rows that are counted."""
_LAST: Final = 20
"""Tries that are looked at: more are never under way."""


def _standing(status: Status) -> Select[Any]:
    some = select(outbox.c.id).where(outbox.c.status == status).limit(_MOST).subquery()
    return select(func.count()).select_from(some)


_TO_COME: Final = select(timers.c.id).where(timers.c.status == "due").limit(_MOST).subquery()
_LATEST: Final = select(attempts.c.finished_at).order_by(attempts.c.id.desc()).limit(_LAST)
_SEEN: Final = select(
    *(
        column.scalar_subquery()
        for column in (
            select(func.max(inbox.c.id)),
            select(func.min(inbox.c.id)).where(inbox.c.status == "waiting"),
            select(func.max(decisions.c.inbox_id)),
            select(func.max(outbox.c.id)),
            *map(_standing, (Status.DUE, Status.SENDING, Status.DEAD, Status.HELD)),
            select(func.max(attempts.c.id)),
            select(func.count(_LATEST.subquery().c.finished_at)),
            select(func.max(notices.c.id)),
            select(func.max(quarantine.c.id)),
            select(func.max(optout_changes.c.id)),
            select(func.count(lanes.c.paused)),
            select(func.max(timers.c.id)),
            select(func.count()).select_from(_TO_COME),
        )
    )
)


def mark(connection: Connection) -> str:
    """Another one after each message, decision, send, status, opt-out and timer; no secret."""
    seen = connection.execute(_SEEN).one()
    return "-".join("" if one is None else str(one) for one in seen)
