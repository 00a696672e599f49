"""The people in shares, by a hash of the number: a machine decides what waits of a whole share.

A job for each person cost more than all deciding. On PostgreSQL only: where one process decides,
it takes whoever waits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Set
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Integer, bindparam, case, func, or_, select

from bot.ledger.inbox import Waiting, contact_lock, read
from bot.ledger.locks import advisory_locks
from bot.ledger.schema import inbox

SHARES: Final = 16
"""More than the machines of one database take at a time, so that none has nothing to do."""

_NOW: Final = bindparam("now", type_=inbox.c.received_at.type)
_SHARE: Final = func.get_byte(func.sha256(func.convert_to(inbox.c.sender, "UTF8")), 0) % SHARES
_IS_TO_BE: Final = or_(inbox.c.decide_after.is_(None), inbox.c.decide_after <= _NOW)
_FIRST: Final = (
    select(inbox.c.id, inbox.c.sender)
    .where(inbox.c.status == "waiting", _IS_TO_BE, bindparam("share") == _SHARE)
    .order_by(inbox.c.id)
    .limit(bindparam("most", type_=Integer))
)
_STILL: Final = (
    select(inbox)
    .where(inbox.c.id.in_(bindparam("ids", expanding=True)), inbox.c.status == "waiting", _IS_TO_BE)
    .order_by(inbox.c.id)
)
_OVERDUE: Final = (
    select(_SHARE)
    .where(
        inbox.c.status == "waiting",
        case(
            (
                inbox.c.decide_after.is_(None),
                inbox.c.received_at < bindparam("before", type_=inbox.c.received_at.type),
            ),
            else_=inbox.c.decide_after <= _NOW,
        ),
    )
    .distinct()
)


def share_of(sender: str) -> int:
    """Always the same, on each machine and in the database."""
    return hashlib.sha256(sender.encode()).digest()[0] % SHARES


def waiting(connection: Connection, share: int, limit: int, now: datetime) -> list[Waiting]:
    """The oldest messages of these people that are to be decided now, in order.

    Until the transaction ends nobody else changes anything about who sent them.
    """
    found = connection.execute(_FIRST, {"share": share, "most": limit, "now": now}).all()
    if not found:
        return []
    advisory_locks(connection, [contact_lock(sender) for sender in {row.sender for row in found}])
    # Another may have had them until now.
    still = {"ids": [row.id for row in found], "now": now}
    return [read(row) for row in connection.execute(_STILL, still)]


def overdue(connection: Connection, received_before: datetime, now: datetime) -> Set[int]:
    """Shares in which a message waits since then; or one that waited for more texts until now."""
    return set(connection.execute(_OVERDUE, {"before": received_before, "now": now}).scalars())
