"""Texts whose answer could not be made, and that no person has looked at, by rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Text, and_, cast, select

from bot.ledger.schema import decisions, inbox_items
from bot.model import Outcome

_MOST: Final = 1_000
"""Of the latest that are looked at."""
_FAILED: Final = (
    select(decisions.c.rule, decisions.c.reason, decisions.c.decided_at)
    .outerjoin(
        inbox_items,
        and_(
            inbox_items.c.item == "in-" + cast(decisions.c.inbox_id, Text),
            inbox_items.c.changed_at >= decisions.c.decided_at,
        ),
    )
    .where(decisions.c.outcome == Outcome.FAILED, inbox_items.c.done_at.is_(None))
    .order_by(decisions.c.inbox_id.desc())
    .limit(_MOST)
)


@dataclass(frozen=True, slots=True)
class Failing:
    """A rule that could not answer."""

    rule: str | None
    """None where it was a fault of the bot."""
    count: int
    first: datetime
    last: datetime
    reason: str
    """Of the latest; empty where it was a fault of the bot."""


def failing(connection: Connection) -> Sequence[Failing]:
    """By rule, the latest first; what a person has done with is over."""
    found: dict[str | None, Failing] = {}
    for rule, reason, at in connection.execute(_FAILED):
        known = found.get(rule, Failing(rule, 0, at, at, reason or ""))
        found[rule] = Failing(rule, known.count + 1, at, known.last, known.reason)
    return tuple(found.values())
