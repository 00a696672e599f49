"""Contacts to whom nothing of the bot's leaves until somebody has decided, and why.

What waited for them, and what comes to wait, is held in the outbox; texts of guards and of people
of ours leave.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, or_, select, update

from bot.ledger.database import insert_on_conflict
from bot.ledger.outbox import GUARD, Status
from bot.ledger.prepared import Prepared
from bot.ledger.schema import holds, outbox
from bot.model import Reason

_HELD: Final = Prepared(select(holds.c.reason).where(holds.c.number == bindparam("person")))
_WAITING: Final = (
    outbox.c.recipient == bindparam("person"),
    outbox.c.status == Status.DUE,
    outbox.c.by.is_(None),
    or_(outbox.c.rule.is_(None), outbox.c.rule.not_like(f"{GUARD}%")),
)
_HOLD: Final = update(outbox).where(*_WAITING).values(status=Status.HELD)
_LET_GO: Final = (
    update(outbox)
    .where(
        outbox.c.recipient == bindparam("person"),
        outbox.c.status == Status.HELD,
        outbox.c.reason.in_((Reason.WRONG_NUMBER, Reason.LIKELY_OPT_OUT)),
    )
    .values(status=Status.DUE, reason="")
)


def reason_of(connection: Connection, number: str) -> Reason | None:
    """Why nothing leaves to them; None where it does."""
    found = _HELD(connection, person=number).value
    return None if found is None else Reason(found)


def may_hold(row: Any) -> bool:
    """Neither a guard nor a person of ours says it."""
    return row.by is None and not (row.rule or "").startswith(GUARD)


def change(connection: Connection, number: str, reason: Reason | None, now: datetime) -> None:
    """Nothing leaves to them from now on, for that reason; with None it does again.

    Who calls holds the lock of the contact.
    """
    if reason is None:
        connection.execute(delete(holds).where(holds.c.number == number))
        connection.execute(_LET_GO, {"person": number})
        return
    stored = {"reason": reason, "since": now}
    statement = insert_on_conflict(connection, holds).values(number=number, **stored)
    connection.execute(statement.on_conflict_do_update(index_elements=["number"], set_=stored))
    keep_back(connection, number, reason)


def keep_back(connection: Connection, number: str, reason: Reason) -> None:
    """What waits for them is held."""
    connection.execute(_HOLD, {"person": number, "reason": reason})
