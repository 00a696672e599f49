"""Locks by name between machines, for as long as a transaction lasts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, text

_SHARE: Final = text(
    "SELECT pg_advisory_xact_lock_shared("
    "hashtextextended(current_schema() || ':' || CAST(:name AS text), 0))"
)
_HOLD: Final = text(
    "SELECT pg_advisory_xact_lock("
    "hashtextextended(current_schema() || ':' || CAST(:name AS text), 0))"
)
_HOLD_ALL: Final = text(
    "SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ':' || name, 0))"
    " FROM unnest(CAST(:names AS text[])) AS name"
)


def advisory_lock(connection: Connection, name: str) -> None:
    """Nobody else goes on who asks for the same name, until this transaction has ended.

    On SQLite it is alone anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_HOLD, {"name": name})


def advisory_locks(connection: Connection, names: Iterable[str]) -> None:
    """Many at once, in an order that is the same for all who ask for several."""
    if connection.dialect.name == "postgresql":
        connection.execute(_HOLD_ALL, {"names": sorted(names)})


def shared_lock(connection: Connection, name: str) -> None:
    """Many hold it at once, but nobody while one has the `advisory_lock` of that name."""
    if connection.dialect.name == "postgresql":
        connection.execute(_SHARE, {"name": name})
