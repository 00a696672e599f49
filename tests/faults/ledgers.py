"""Ledgers for many short lives: files in a folder, or databases of one PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql
from sqlalchemy import URL, NullPool, create_engine, make_url, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from bot.ledger.database import open_database

_MIGRATED: Final = "with all tables"


@contextmanager
def made_in(place: str) -> Iterator[None]:
    """`place` is a folder, or the URL of any database of a PostgreSQL."""
    first = new(place, _MIGRATED, is_empty=True)
    open_database(first).close()
    yield
    remove(place, first)


def remove(place: str, url: str) -> None:
    """A file stays, with its folder."""
    if "://" in place:
        order = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(_name(make_url(url)))
        with psycopg.connect(place, autocommit=True) as connection:
            connection.execute(order)


def _name(url: URL) -> sql.Identifier:
    return sql.Identifier(url.database or "")


def new(place: str, name: str, *, is_empty: bool = False) -> str:
    """The URL of one more ledger there, with all tables unless it is empty."""
    if "://" not in place:
        path = Path(place) / f"{name}.db"
        if not is_empty:
            shutil.copy(path.with_name(f"{_MIGRATED}.db"), path)
        return f"sqlite:///{path}"
    like = "template1" if is_empty else _MIGRATED
    order = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    with psycopg.connect(place, autocommit=True) as connection:
        connection.execute(order.format(sql.Identifier(name), sql.Identifier(like)))
    return make_url(place).set(database=name).render_as_string(hide_password=False)


def rows(url: str, query: str) -> Sequence[Sequence[Any]]:
    """What a query finds, by a connection of its own; nothing where a table is missing."""
    parsed = make_url(url)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    engine = create_engine(parsed, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]
    except (OperationalError, ProgrammingError):
        return []
