"""What is older than the owner wants to keep is deleted, a little at a time.

Opt-outs stay for ever, dead letters and quarantine until a person has seen to them. What is known
of a person goes with the last of their conversations.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Column, Connection, Table, delete, exists, func, or_, select

from bot.ledger import media
from bot.ledger.locks import advisory_lock
from bot.ledger.notifications import Status as Told
from bot.ledger.outbox import Status
from bot.ledger.schema import (
    attempts,
    caught_up,
    colleague_codes,
    contacts,
    conversations,
    decisions,
    inbox,
    inbox_items,
    notices,
    notifications,
    outbox,
    timers,
    uses,
)
from bot.ledger.since import first_since

_STEP: Final = 200
"""Rows of each table in one transaction: few enough that no webhook waits long behind them."""
_DONE: Final = (Status.ACCEPTED, Status.DROPPED, Status.IMPORTED)

# By the bare column a database would sort all that was ever sent, for each step.
_STATUS: Final = func.coalesce(outbox.c.status, "")


def purge(connection: Connection, before: datetime, uses_before: datetime) -> int:
    """Delete the oldest rows of before that time; their number, 0 when there are none left.

    `uses_before` is for what cooldowns and limits count, which may look further back.
    """
    advisory_lock(connection, "purge")
    return (
        _purge_sent(connection, before)
        + _purge_received(connection, before)
        + _purge_rows(connection, notices, notices.c.received_at, before)
        + _purge_opt_outs_of_threads(connection, before)
        + _purge_rows(connection, uses, uses.c.at, uses_before)
        + _purge_timers(connection, before)
        + _purge_notifications(connection, before)
        + _purge_conversations(connection, before)
        + _purge_inbox_items(connection, before)
    )


def _purge_sent(connection: Connection, before: datetime) -> int:
    old = select(outbox.c.id).where(
        outbox.c.id < _boundary(connection, outbox, outbox.c.created_at, before),
        _STATUS.in_(_DONE),
    )
    ids = connection.scalars(old.order_by(outbox.c.id).limit(_STEP)).all()
    connection.execute(delete(attempts).where(attempts.c.outbox_id.in_(ids)))
    return _delete(connection, outbox, ids)


def _purge_received(connection: Connection, before: datetime) -> int:
    old = select(inbox.c.id).where(
        inbox.c.id < _boundary(connection, inbox, inbox.c.received_at, before),
        inbox.c.status == "decided",
        inbox.c.received_at < before,  # what was caught up is older than its id
        ~exists().where(outbox.c.inbox_id == inbox.c.id),
    )
    ids = connection.scalars(old.order_by(inbox.c.id).limit(_STEP)).all()
    connection.execute(delete(decisions).where(decisions.c.inbox_id.in_(ids)))
    media.leave(connection, ids)
    connection.execute(delete(caught_up).where(caught_up.c.inbox_id.in_(ids)))
    return _delete(connection, inbox, ids)


def _purge_rows(
    connection: Connection, table: Table, at: Column[datetime], before: datetime
) -> int:
    old = select(table.c.id).where(table.c.id < _boundary(connection, table, at, before))
    return _delete(connection, table, connection.scalars(old.limit(_STEP)).all())


def _purge_timers(connection: Connection, before: datetime) -> int:
    """What was dropped; what waits stays, however long ago it was put off."""
    old = select(timers.c.id).where(timers.c.done_at < before, timers.c.status != "due")
    return _delete(connection, timers, connection.scalars(old.limit(_STEP)).all())


def _purge_opt_outs_of_threads(connection: Connection, before: datetime) -> int:
    """The opt-outs themselves stay."""
    old = caught_up.c.inbox_id.is_(None), caught_up.c.noted_at < before
    ids = connection.scalars(select(caught_up.c.id).where(*old).limit(_STEP)).all()
    return _delete(connection, caught_up, ids)


def _purge_notifications(connection: Connection, before: datetime) -> int:
    """But for what waits, or waits for a person."""
    ended = notifications.c.status.in_((Told.DONE, Told.DROPPED))
    old = select(notifications.c.id).where(ended, notifications.c.created_at < before)
    return _delete(connection, notifications, connection.scalars(old.limit(_STEP)).all())


def _purge_conversations(connection: Connection, before: datetime) -> int:
    old = select(conversations.c.id, conversations.c.contact).where(
        conversations.c.id < select(func.max(conversations.c.id)).scalar_subquery(),
        conversations.c.changed_at < before,
        ~exists().where(inbox.c.conversation_id == conversations.c.id),
        ~exists().where(outbox.c.conversation_id == conversations.c.id),
        ~exists().where(notifications.c.conversation_id == conversations.c.id),
    )
    rows = connection.execute(old.limit(_STEP)).all()
    ids = [row.id for row in rows]
    connection.execute(delete(timers).where(timers.c.conversation_id.in_(ids)))
    of_them = colleague_codes.c.conversation_id.in_(ids)
    connection.execute(delete(colleague_codes).where(of_them))
    deleted = _delete(connection, conversations, ids)
    connection.execute(
        delete(contacts).where(
            contacts.c.number.in_([row.contact for row in rows]),
            ~exists().where(conversations.c.contact == contacts.c.number),
        )
    )
    return deleted


def _purge_inbox_items(connection: Connection, before: datetime) -> int:
    """Dead letters and quarantine stay, and with them what a person did about them."""
    old = (
        inbox_items.c.changed_at < before,
        or_(*map(inbox_items.c.item.like, ("in-%", "handoff-%"))),
    )
    items = connection.scalars(select(inbox_items.c.item).where(*old).limit(_STEP)).all()
    connection.execute(delete(inbox_items).where(inbox_items.c.item.in_(items)))
    return len(items)


def _delete(connection: Connection, table: Table, ids: Sequence[int]) -> int:
    connection.execute(delete(table).where(table.c.id.in_(ids)))
    return len(ids)


def _boundary(connection: Connection, table: Table, at: Column[datetime], before: datetime) -> int:
    """The first id of that time or later, and at most the last of all.

    That one stays: SQLite would give its id away again.
    """
    last = connection.scalar(select(func.max(table.c.id))) or 0
    return min(first_since(connection, table.c.id, at, before), last)
