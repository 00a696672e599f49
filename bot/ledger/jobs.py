"""The tables of procrastinate, which says when on several machines; PostgreSQL only.

Its schema and what leads from one version to the next come with the library:
https://procrastinate.readthedocs.io/en/stable/howto/production/migrations.html
"""

from __future__ import annotations

from collections.abc import Collection, Set
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, text

DEAD_AFTER: Final = 10.0
"""Seconds without a sign of life until the others take over from a machine."""


def migrate(connection: Connection) -> bool:
    """Create the tables, or bring them a step nearer to the version that is installed.

    Whether they are there now; each step goes in a transaction of its own, since some need what the
    one before has committed. The last script that ran is noted as the comment of a table. Raises
    ImportError without the extra `postgres`.
    """
    from procrastinate.schema import SchemaManager

    folder = Path(SchemaManager.get_migrations_path())
    scripts = sorted(path.name for path in folder.glob("[0-9]*.sql"))
    known = _known(connection)
    if known is None:
        _run(connection, SchemaManager.get_schema(), scripts[-1])
        return True
    for name in scripts:
        if name > known:
            _run(connection, (folder / name).read_text(encoding="utf-8"), name)
            return name == scripts[-1]
    return True


def is_under_way(connection: Connection, job_id: int) -> bool:
    """A job that was taken away from its machine is gone."""
    return connection.execute(_UNDER_WAY, {"job": job_id}).first() is not None


def held(connection: Connection, workers: Collection[int]) -> Set[int]:
    """Jobs that these workers have taken and not finished."""
    return set(connection.execute(_HELD, {"workers": list(workers)}).scalars())


WAITING: Final = (
    "SELECT lock FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = ANY(%(locks)s)"
)
"""For procrastinate's own connections: those of the locks for which a job waits for a machine."""
_HELD: Final = text(
    "SELECT id FROM procrastinate_jobs WHERE status = 'doing' AND worker_id = ANY(:workers)"
)
_UNDER_WAY: Final = text("SELECT 1 FROM procrastinate_jobs WHERE status = 'doing' AND id = :job")


def _known(connection: Connection) -> str | None:
    """The script that brought the tables where they are; None where there are none."""
    if connection.scalar(text("SELECT to_regclass('procrastinate_jobs')")) is None:
        return None
    return connection.scalar(text(_NOTED)) or ""


_NOTED: Final = "SELECT obj_description('procrastinate_jobs'::regclass, 'pg_class')"


def _run(connection: Connection, script: str, name: str) -> None:
    """Several statements at once, which no prepared statement can be."""
    connection.connection.driver_connection.execute(script)  # type: ignore[union-attr]
    connection.execute(text(f"COMMENT ON TABLE procrastinate_jobs IS '{name}'"))
