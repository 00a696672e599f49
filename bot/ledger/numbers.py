"""Our numbers as the provider lists them: the id and the number are two names of one thing.

What was listed once stays known: the chains of a number that is gone, or was registered anew under
another id, are still that number's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from bot.ledger.database import insert_on_conflict
from bot.ledger.schema import numbers
from bot.model import LongcodeId

_ALL: Final = select(numbers.c.longcode_id, numbers.c.number).order_by(
    numbers.c.listed_at, numbers.c.longcode_id
)


@dataclass(frozen=True, slots=True)
class OurNumbers:
    """All that were ever listed."""

    by_id: Mapping[LongcodeId, str] = field(default_factory=dict)
    by_number: Mapping[str, LongcodeId] = field(default_factory=dict)
    """The id under which each was listed last."""

    def are_two(self, longcode_id: LongcodeId | None, number: str) -> bool:
        """Whether both are known to be ours, and not the same."""
        known = None if longcode_id is None else self.by_id.get(longcode_id)
        return known is not None and number in self.by_number and known != number


def load(connection: Connection) -> OurNumbers:
    rows = [(LongcodeId(row.longcode_id), row.number) for row in connection.execute(_ALL)]
    return OurNumbers(dict(rows), {number: longcode_id for longcode_id, number in rows})


def store(connection: Connection, listed: Mapping[LongcodeId, str], now: datetime) -> None:
    """A list as the provider gives it now."""
    for longcode_id, number in sorted(listed.items()):
        new = {"number": number, "listed_at": now}
        statement = insert_on_conflict(connection, numbers).values(longcode_id=longcode_id, **new)
        connection.execute(
            statement.on_conflict_do_update(index_elements=["longcode_id"], set_=new)
        )
