"""Who else is told what was decided: kept with the decision, tried until somebody has it.

A row that is claimed is nobody else's until its lease ends: whoever died with it leaves it then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Integer, Row, bindparam, or_, select, update

from bot.ledger.database import insert_on_conflict
from bot.ledger.schema import conversations, notifications
from bot.ledger.sending import backoff

LEASE: Final = timedelta(seconds=30)
"""Longer than a try takes."""
GIVES_UP_AFTER: Final = timedelta(hours=24)
_NOW: Final = bindparam("now", type_=notifications.c.due_at.type)
_FREE: Final = or_(notifications.c.claimed_until.is_(None), notifications.c.claimed_until <= _NOW)


class Kind(StrEnum):
    POST = "post"
    """JSON to the URL in `target`."""
    TEXT = "text"
    """A text to the colleague whose number is in `target`."""
    FORWARD = "forward"
    """A text of that colleague to the person of the conversation."""


class Status(StrEnum):
    DUE = "due"
    DONE = "done"
    DEAD = "dead"
    """Nobody took it for a day, or a colleague may not be told: a person must look at it."""
    DROPPED = "dropped"


_DUE: Final = (
    select(notifications)
    .where(notifications.c.status == Status.DUE, notifications.c.due_at <= _NOW, _FREE)
    .order_by(notifications.c.due_at, notifications.c.id)
    .limit(bindparam("most", type_=Integer))
)
_THIS: Final = notifications.c.id == bindparam("row")
_TAKE: Final = (
    update(notifications)
    .where(_THIS, notifications.c.status == Status.DUE, _FREE)
    .values(claimed_until=bindparam("until", type_=notifications.c.due_at.type))
)


@dataclass(frozen=True, slots=True)
class Notification:
    """Somebody is to be told something about a conversation."""

    id: int
    key: str
    request_id: str
    """The same at each try, 32 hex digits."""
    conversation_id: int
    kind: Kind
    target: str
    body: str
    tries: int
    created_at: datetime
    claimed_until: datetime
    """Until then nobody else has it."""


@dataclass(frozen=True, slots=True)
class Untold:
    """A dead letter to a program or to a colleague."""

    id: int
    at: datetime
    """Since when it waits for a person."""
    target: str
    body: str
    reason: str
    rule: str | None
    contact: str
    """About whom it is."""
    our_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be told, before it is kept."""

    key: str
    request_id: str
    conversation_id: int
    kind: Kind
    target: str
    body: str
    rule: str | None = None
    status: Status = Status.DUE
    reason: str = ""


def put(connection: Connection, wanted: Wanted, now: datetime) -> None:
    """Once: what is there under that key stays."""
    row = {**asdict(wanted), "tries": 0, "due_at": now, "created_at": now}
    statement = insert_on_conflict(connection, notifications).values(**row)
    connection.execute(statement.on_conflict_do_nothing(index_elements=["key"]))


def claim(connection: Connection, limit: int, now: datetime) -> Sequence[Notification]:
    """What is due and nobody has, the oldest first; it is ours for as long as LEASE."""
    rows = connection.execute(_DUE, {"now": now, "most": limit}).all()
    mine = {"now": now, "until": now + LEASE}
    return [
        Notification(
            *(row.id, row.key, row.request_id, row.conversation_id, Kind(row.kind)),
            *(row.target, row.body, row.tries + 1, row.created_at, now + LEASE),
        )
        for row in rows
        if connection.execute(_TAKE, {**mine, "row": row.id}).rowcount == 1
    ]


def taken(connection: Connection, told: Notification, now: datetime) -> bool:
    """Somebody has it; False where another machine had it meanwhile."""
    return _set(connection, told, status=Status.DONE, tries=told.tries, done_at=now)


def failed(connection: Connection, told: Notification, because: str, now: datetime) -> Status:
    """Tried again later, unless that has gone on for a day; how it stands."""
    status = Status.DEAD if now - told.created_at >= GIVES_UP_AFTER else Status.DUE
    due_at = now + backoff(told.tries, told.request_id)
    done_at = now if status is Status.DEAD else None
    stands = {"status": status, "reason": because, "due_at": due_at, "done_at": done_at}
    _set(connection, told, tries=told.tries, **stands)
    return status


def dropped(connection: Connection, told: Notification, because: str) -> None:
    """Nobody is to be told it; in the transaction in which it was `taken`."""
    values = {"status": Status.DROPPED, "reason": because}
    connection.execute(update(notifications).where(notifications.c.id == told.id).values(**values))


def refused(connection: Connection, told: Notification, because: str) -> None:
    """As `dropped`, for a person to look at: one for each colleague and reason, no flood."""
    same = select(notifications.c.id).where(
        notifications.c.status == Status.DEAD,
        notifications.c.target == told.target,
        notifications.c.reason == because,
    )
    if connection.scalar(same.limit(1)) is not None:
        dropped(connection, told, because)
        return
    values = {"status": Status.DEAD, "reason": because}
    connection.execute(update(notifications).where(notifications.c.id == told.id).values(**values))


def let_go(connection: Connection) -> None:
    """After a start of the only process: what was claimed when it died is free."""
    connection.execute(
        update(notifications)
        .where(notifications.c.status == Status.DUE, notifications.c.claimed_until.is_not(None))
        .values(claimed_until=None)
    )


def dead(connection: Connection) -> list[Untold]:
    """What nobody took, the oldest first."""
    return [_untold(row) for row in connection.execute(_DEAD.order_by(notifications.c.id))]


def retry(connection: Connection, row_id: int, now: datetime) -> None:
    """For another day."""
    again = {"status": Status.DUE, "due_at": now, "created_at": now, "tries": 0, "done_at": None}
    connection.execute(update(notifications).where(notifications.c.id == row_id).values(**again))


def drop(connection: Connection, row_id: int, now: datetime) -> None:
    """Never."""
    dropped = {"status": Status.DROPPED, "done_at": now}
    connection.execute(update(notifications).where(notifications.c.id == row_id).values(**dropped))


_DEAD: Final = (
    select(notifications, conversations.c.contact, conversations.c.number)
    .join(conversations, conversations.c.id == notifications.c.conversation_id)
    .where(notifications.c.status == Status.DEAD)
)


def _untold(row: Row[Any]) -> Untold:
    at = row.done_at or row.created_at
    return Untold(row.id, at, row.target, row.body, row.reason, row.rule, row.contact, row.number)


def _set(connection: Connection, told: Notification, **values: object) -> bool:
    mine = update(notifications).where(
        notifications.c.id == told.id,
        notifications.c.status == Status.DUE,
        notifications.c.claimed_until == told.claimed_until,
    )
    return connection.execute(mine.values(claimed_until=None, **values)).rowcount == 1
