"""The lane: one for all sends of an account, with a rate, at times a pause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, insert, select, update

from bot.ledger.database import advisory_lock, insert_on_conflict
from bot.ledger.schema import attempts, lanes
from bot.model import Rate

_ACCOUNT: Final = "default"
BY_HAND: Final = "paused by hand"
"""A pause that only a person ends; the others end at a restart too."""
LONGEST_WAIT: Final = timedelta(seconds=120)
"""That the provider can ask for: `sending.wait_of` takes no more."""
SENDER_GONE_AFTER: Final = timedelta(seconds=15)
"""Without a sign of life of one of several machines; each sweep of theirs gives one."""

_LANE: Final = select(lanes).where(lanes.c.account == _ACCOUNT)
# The end of the attempt counts: when the provider saw it lies somewhere before.
_ENDED: Final = (
    select(func.coalesce(attempts.c.finished_at, attempts.c.started_at))
    .order_by(attempts.c.id.desc())
    .limit(1)
    .offset(bindparam("others"))
)


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing can be sent now; `until` is when to look again, None when something changes."""

    until: datetime | None


@dataclass(frozen=True, slots=True)
class Lane:
    """How the sends of an account stand."""

    paused: str | None = None
    """Why nothing is sent; None while it runs."""
    not_before: datetime | None = None
    """The provider asked to wait until then."""
    sender_seen_at: datetime | None = None
    """When who sends last gave a sign of life: in one process at its start, of several machines
    every few seconds. None where nobody has begun to send."""


def lock(connection: Connection) -> None:
    """Until the transaction ends nobody else claims a message, on whichever machine."""
    advisory_lock(connection, "lane")


def wait(connection: Connection, rate: Rate, now: datetime) -> Nothing | None:
    """Why nothing may be sent now, or None where the next message may leave."""
    lock(connection)
    lane = state(connection)
    if lane.paused is not None:
        return Nothing(None)
    if lane.not_before is not None and lane.not_before > now:
        until = min(lane.not_before, now + LONGEST_WAIT)
        if until < lane.not_before:  # the clock was set back
            back_off_until(connection, until)
        return Nothing(until)
    ended = connection.execute(_ENDED, {"others": rate.count - 1}).scalar_one_or_none()
    if ended is None:
        return None
    if ended > now:
        # The clock was set back, nobody knows how far: as if all of it had just been sent.
        connection.execute(
            update(attempts).where(attempts.c.finished_at > now).values(finished_at=now)
        )
        ended = now
    free = ended + timedelta(seconds=rate.seconds)
    return Nothing(free) if free > now else None


def state(connection: Connection) -> Lane:
    row = connection.execute(_LANE).one_or_none()
    return Lane() if row is None else Lane(row.paused, row.not_before, row.sender_seen_at)


def pause(connection: Connection, because: str) -> None:
    """Send nothing until `resume`."""
    _change(connection, {"paused": because})


def resume(connection: Connection) -> None:
    """Send again, whoever paused it."""
    _change(connection, {"paused": None})


def end_pause_of_provider(connection: Connection) -> None:
    """A pause that the provider's answer brought ends: after a start the key may be another."""
    connection.execute(
        update(lanes)
        .where(lanes.c.account == _ACCOUNT, lanes.c.paused != BY_HAND)
        .values(paused=None)
    )


def back_off_until(connection: Connection, at: datetime) -> None:
    """The provider wants no request before."""
    _change(connection, {"not_before": at})


def note_sender(connection: Connection, at: datetime | None) -> None:
    """Somebody sends; None: nobody does. Without the lane's lock, which a claim may hold."""
    row = {"account": _ACCOUNT, "sender_seen_at": at}
    statement = insert_on_conflict(connection, lanes).values(row)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["account"], set_={"sender_seen_at": at})
    )


def _change(connection: Connection, values: Mapping[str, Any]) -> None:
    lock(connection)
    changed = connection.execute(update(lanes).where(lanes.c.account == _ACCOUNT).values(**values))
    if not changed.rowcount:
        connection.execute(insert(lanes).values(account=_ACCOUNT, **values))
