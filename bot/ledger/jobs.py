"""The tables of procrastinate, which says when on several machines; PostgreSQL only.

Its schema comes with the library: https://procrastinate.readthedocs.io/en/stable/howto/production/migrations.html
"""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path
from typing import Final, TypeAlias

from sqlalchemy import Connection, text

from bot.errors import LedgerError

Version: TypeAlias = tuple[int, ...]

_FILE: Final = re.compile(r"(\d\d)\.(\d\d)\.(\d\d)_\d\d_\w+\.sql")
_NEEDS: Final = "several machines need more packages: pip install 'bot[postgres]'"


def migrate(connection: Connection) -> None:
    """Create the tables, or bring them up to the version that is installed.

    Raises LedgerError without the extra `postgres`.
    """
    try:
        from procrastinate.schema import SchemaManager
    except ImportError:
        raise LedgerError(_NEEDS) from None

    installed = _version(version("procrastinate"))
    known = _known(connection)
    if known is None:
        _run(connection, SchemaManager.get_schema())
    else:
        for path in sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql")):
            found = _FILE.fullmatch(path.name)
            if found and known < tuple(map(int, found.groups())):
                _run(connection, path.read_text(encoding="utf-8"))
    if known is None or known < installed:
        said = ".".join(map(str, installed))
        connection.execute(text(f"COMMENT ON TABLE procrastinate_jobs IS '{said}'"))


def _known(connection: Connection) -> Version | None:
    """The version whose tables there are."""
    if connection.scalar(text("SELECT to_regclass('procrastinate_jobs')")) is None:
        return None
    said = connection.scalar(text("SELECT obj_description('procrastinate_jobs'::regclass)"))
    return _version(said or "")


def _version(written: str) -> Version:
    return tuple(int(part) for part in re.findall(r"\d+", written)[:3])


def _run(connection: Connection, script: str) -> None:
    """Several statements at once, which no prepared statement can be."""
    connection.connection.driver_connection.execute(script)  # type: ignore[union-attr]
