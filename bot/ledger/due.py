"""What may leave next, and when to look again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, exists, func, or_, select, true, update

from bot.ledger.outbox import Status
from bot.ledger.prepared import Prepared
from bot.ledger.schema import conversations, outbox

SLOWEST_RETRY: Final = timedelta(minutes=5)


def next_due(*, in_order: bool = True) -> Any:
    """What may leave next; `in_order`: nothing before what its conversation waits for."""
    now = bindparam("now", type_=outbox.c.due_at.type)
    other = outbox.alias()
    # Two questions: for both in one SQLite reads the whole conversation.
    same = other.c.conversation_id == outbox.c.conversation_id
    blocked = or_(
        exists().where(same, other.c.status == Status.SENDING),
        exists().where(
            same,
            other.c.status == Status.DUE,
            other.c.id < outbox.c.id,
            # One that is delayed on purpose and was never tried lets others pass.
            or_(_is_due(other, now), other.c.tries > 0),
        ),
    )
    return (
        select(
            outbox,
            conversations.c.number,
            conversations.c.longcode_id.label("last_longcode_id"),
            conversations.c.handoff,
        )
        .join(conversations, conversations.c.id == outbox.c.conversation_id)
        .where(
            outbox.c.status == Status.DUE, _is_due(outbox, now), ~blocked if in_order else true()
        )
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(1)
    )


def _is_due(table: Any, now: Any) -> Any:
    """What was due when it was queued stays so when the clock is set back."""
    at_once = and_(table.c.tries == 0, table.c.due_at <= table.c.created_at)
    return or_(table.c.due_at <= now, at_once)


NEXT_DUE: Final = Prepared(next_due())


_FURTHEST: Final = bindparam("furthest", type_=outbox.c.due_at.type)


_FAR_RETRIES: Final = (
    update(outbox)
    .where(outbox.c.status == Status.DUE, outbox.c.due_at > _FURTHEST, outbox.c.tries > 0)
    .values(due_at=_FURTHEST)
)


_NEXT_TIME: Final = select(func.min(outbox.c.due_at)).where(
    outbox.c.status == Status.DUE,
    outbox.c.due_at > bindparam("now", type_=outbox.c.due_at.type),
)


def catch_up(connection: Connection, now: datetime) -> None:
    """No retry is further away than the longest back-off, unless the clock was set back."""
    furthest = now + SLOWEST_RETRY * 1.25
    connection.execute(_FAR_RETRIES, {"furthest": furthest})


def next_time(connection: Connection, now: datetime) -> datetime | None:
    """What is due already waits behind one of its conversation that is not."""
    found: datetime | None = connection.execute(_NEXT_TIME, {"now": now}).scalar_one()
    return found
