"""How often each rule decided of late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Integer, bindparam, func, select

from bot.ledger.schema import decisions
from bot.ledger.since import first_since

_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)
_SINCE: Final = bindparam("since", type_=decisions.c.decided_at.type)
_HITS: Final = (
    select(
        decisions.c.rule,
        func.count().filter(decisions.c.decided_at >= _SINCE).label("day"),
        func.count().label("week"),
        func.max(decisions.c.decided_at).label("last"),
    )
    .where(decisions.c.inbox_id >= bindparam("first", type_=Integer), decisions.c.rule.is_not(None))
    .group_by(decisions.c.rule)
)


@dataclass(frozen=True, slots=True)
class Hits:
    """Messages about which a rule decided."""

    day: int
    """In the last 24 hours."""
    week: int
    """In the last seven days."""
    last: datetime


def rule_hits(connection: Connection, now: datetime) -> Mapping[str, Hits]:
    """By rule, those of the last week alone."""
    first = first_since(connection, decisions.c.inbox_id, decisions.c.decided_at, now - _WEEK)
    wanted = {"first": first, "since": now - _DAY}
    return {
        row.rule: Hits(row.day, row.week, row.last) for row in connection.execute(_HITS, wanted)
    }
