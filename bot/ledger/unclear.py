"""Refusals that leave open whether the message is wrong or the address: another message tells.

Where the next one, of another conversation, is refused like that too, with none taken in between,
it is the address. The first one was a dead letter by then, and comes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import takewhile
from typing import Final

from sqlalchemy import Connection, and_, bindparam, exists, func, select, update

from bot.ledger.outbox import Status, parts_behind
from bot.ledger.schema import attempts, outbox
from bot.provider.answers import About

ACCEPTED: Final = "accepted"
"""In `attempts.result`, beside the words of `About`."""
_MOST: Final = 100
"""Tries that are looked at."""

_BEFORE: Final = (
    select(attempts.c.outbox_id, attempts.c.result, outbox.c.conversation_id)
    .join(outbox, outbox.c.id == attempts.c.outbox_id)
    .where(attempts.c.id < bindparam("attempt"), attempts.c.result.is_not(None))
    .order_by(attempts.c.id.desc())
    .limit(_MOST)
)


def refused_alike(connection: Connection, outbox_id: int, attempt_id: int) -> Sequence[int]:
    """Messages that were refused so since one was taken last; none if all are of one conversation.

    `outbox_id` is the message that is refused so now.
    """
    before = connection.execute(_BEFORE, {"attempt": attempt_id}).all()
    since_one_was_taken = takewhile(lambda row: row.result != ACCEPTED, before)
    alike = [row for row in since_one_was_taken if row.result == About.UNCLEAR]
    of = select(outbox.c.conversation_id).where(outbox.c.id == outbox_id)
    conversation = connection.execute(of).scalar_one()
    if all(row.conversation_id == conversation for row in alike):
        return []
    return sorted({row.outbox_id for row in alike} - {outbox_id})


def is_at_fault(connection: Connection, outbox_id: int, attempt_id: int) -> bool:
    """Whether the message was refused so before, and others have been taken since."""
    earlier = select(func.min(attempts.c.id)).where(
        attempts.c.outbox_id == outbox_id,
        attempts.c.id < attempt_id,
        attempts.c.result == About.UNCLEAR,
    )
    first = connection.execute(earlier).scalar_one()
    if first is None:
        return False
    since = exists().where(and_(attempts.c.id > first, attempts.c.result == ACCEPTED))
    return bool(connection.execute(select(since)).scalar_one())


def come_back(connection: Connection, outbox_ids: Sequence[int], now: datetime) -> None:
    """They are not dead letters: nothing is known against them."""
    connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(outbox_ids), outbox.c.status == Status.DEAD)
        .values(status=Status.DUE, due_at=now, done_at=None)
    )
    for outbox_id in outbox_ids:
        behind = update(outbox).where(*parts_behind(outbox_id, Status.HELD))
        connection.execute(behind.values(status=Status.DUE, reason=""))
