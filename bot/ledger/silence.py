"""How long a rule has decided nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.ledger.schema import decisions, inbox
from bot.ledger.stats import received


@dataclass(frozen=True, slots=True)
class Silence:
    """Of a rule, since it last decided about a message, or since the first one that there is."""

    days: int
    messages: int
    """That came in meanwhile."""


def silences(connection: Connection, rules: Iterable[str], now: datetime) -> Mapping[str, Silence]:
    """Of each of these rules, in whole days; nothing where no message has come in."""
    first = connection.scalar(select(func.min(inbox.c.received_at)))
    if first is None:
        return {}
    latest = (
        select(decisions.c.rule, func.max(inbox.c.received_at).label("last"))
        .join(inbox, inbox.c.id == decisions.c.inbox_id)
        .where(decisions.c.rule.is_not(None))
        .group_by(decisions.c.rule)
    )
    last = {row.rule: row.last for row in connection.execute(latest)}
    found = {}
    for rule in rules:
        since = last.get(rule, first)
        many = received(connection, since) - (rule in last)
        found[rule] = Silence(max(0, (now - since).days), many)
    return found
