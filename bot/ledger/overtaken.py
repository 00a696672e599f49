"""What was to leave and does not: why what has happened since it was queued forbids it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, or_, select

from bot.ledger.contacts import is_opted_out
from bot.ledger.outbox import GUARD
from bot.ledger.schema import decisions, inbox, outbox
from bot.model import Handoff, Reason

CONFIRM_WITHIN: Final = timedelta(minutes=5)
"""From an opt-out to its confirmation, which a later one would need a good reason for:
47 CFR 64.1200(a)(12)."""
# A part of a longer confirmation is not another one.
_LATER: Final = (
    select(outbox.c.id)
    .where(
        outbox.c.recipient == bindparam("person"),
        outbox.c.id > bindparam("message"),
        outbox.c.confirms_opt_out,
        outbox.c.part_of.is_(None),
    )
    .limit(1)
)
# What a phone sends by itself is not writing.
_WROTE: Final = (
    select(inbox.c.id)
    .join(decisions, decisions.c.inbox_id == inbox.c.id)
    .where(
        inbox.c.conversation_id == bindparam("conversation"),
        # Since it was queued, or claimed; what came in just before may be decided after that.
        or_(
            inbox.c.id > bindparam("after"),
            decisions.c.decided_at > bindparam("queued", type_=decisions.c.decided_at.type),
        ),
        func.coalesce(decisions.c.reason, "").not_in((Reason.TAPBACK, Reason.AUTO_REPLY)),
    )
    .limit(1)
)


def why(connection: Connection, row: Any, now: datetime) -> Reason | None:
    """None where it may leave; `row` is of the outbox, with the `handoff` of its conversation."""
    if row.confirms_opt_out:
        # Who left again meanwhile is told once: 47 CFR 64.1200(a)(12) allows one confirmation.
        if _is_there(connection, _LATER, person=row.recipient, message=row.id):
            return Reason.OPT_OUT
        return Reason.TOO_OLD if now - row.due_since > CONFIRM_WITHIN else None
    if is_opted_out(connection, row.recipient):
        return Reason.OPTED_OUT
    if row.handoff is not None and _is_silenced(row, now):
        return Reason.PAUSED
    if row.unless_replied and _has_written(connection, row):
        return Reason.SUPERSEDED
    return None


def _has_written(connection: Connection, row: Any) -> bool:
    since = {"after": row.after_id, "queued": row.created_at}
    return _is_there(connection, _WROTE, conversation=row.conversation_id, **since)


def _is_there(connection: Connection, found: Any, **named: object) -> bool:
    return connection.execute(found, named).first() is not None


def _is_silenced(row: Any, now: datetime) -> bool:
    """The bot says it, and a person of ours has the conversation in hand.

    What tells of a handoff leaves, but not that nobody came.
    """
    tells = row.of_handoff and not row.unless_replied
    ordinary = row.rule is not None and not row.rule.startswith(GUARD) and not tells
    return ordinary and Handoff.of(row.handoff).due_at > now
