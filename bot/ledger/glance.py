"""A look at a database, which makes none and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import SQLAlchemyError

from bot.ledger.database import engine_of, parsed_url, path_of, unusable


def is_there(url: str) -> bool:
    """Whether there is a ledger. Raises LedgerError."""
    parsed = parsed_url(url)
    if parsed.get_backend_name() == "sqlite":
        path = path_of(parsed)
        return path is not None and path.exists()
    with _connected(parsed) as connection:
        return bool(connection.scalar(text(_HAS_TABLES)))


_HAS_TABLES: Final = "SELECT to_regclass('alembic_version') IS NOT NULL"


def look_at_server(url: str) -> tuple[int, tuple[str, ...]]:
    """The version of a PostgreSQL, and which of the settings are off that a power cut asks for.

    Raises LedgerError.
    """
    with _connected(parsed_url(url)) as connection:
        number = connection.scalar(text("SHOW server_version_num"))
        safe = ("fsync", "full_page_writes")
        off = tuple(name for name in safe if connection.scalar(text(f"SHOW {name}")) != "on")
    return int(number or 0), off


@contextmanager
def _connected(parsed: URL) -> Iterator[Connection]:
    """Raises LedgerError."""
    try:
        engine = engine_of(parsed)
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()
    except (SQLAlchemyError, ImportError) as error:
        raise unusable(parsed, error) from error
