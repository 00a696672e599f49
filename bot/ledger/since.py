"""Where in a table a time begins, without an index of its own: ids rise with time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, func, select


def first_since(
    connection: Connection, key: Column[Any], at: Column[datetime], since: datetime
) -> int:
    """The first key of that time or later, found by halving; behind the last where all is older.

    0 where the table is empty.
    """
    # One query each: SQLite looks through the whole table for both at once.
    first, last = (connection.scalar(select(end)) for end in (func.min(key), func.max(key)))
    low, high = (first, last + 1) if first is not None and last is not None else (0, 0)
    while low < high:
        middle = (low + high) // 2
        following = select(at).where(key >= middle).order_by(key).limit(1)
        found = connection.execute(following).scalar_one()
        if found < since:
            low = middle + 1
        else:
            high = middle
    return int(low)
