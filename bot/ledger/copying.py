"""A ledger copied whole: from a file to a server, or back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy import Connection, Table, delete, func, insert, select, text

from bot.errors import LedgerError
from bot.ledger import lane
from bot.ledger.database import Database, clock_of, newest_version, version
from bot.ledger.schema import digest_keys, lanes, metadata, numbers, trials

_BATCH: Final = 1_000
_MADE_BY_ITSELF: Final = (digest_keys, lanes, numbers, trials)
"""What a ledger has in which nothing ever happened."""

Progress = Callable[[int, int], None]
"""Is told how many rows are copied, and how many there are."""


def copy(source: Database, target: Database, progress: Progress) -> Mapping[str, int]:
    """All rows, all or none; how many there are of each table.

    Nobody writes to either meanwhile. Raises LedgerError where a server works on one of them,
    where the source is of another version, and where the target has something already.
    """
    with (
        source.only_sender() as at_source,
        target.only_sender() as at_target,
        source.transaction() as old,
        target.transaction() as new,
    ):
        _refuse_other_version(old)
        for connection, which, is_alone in ((old, "from", at_source), (new, "to", at_target)):
            _lock(connection)
            _refuse_used(connection, which, is_alone=is_alone)
        _empty(new)
        return _copy_all(old, new, progress)


def _refuse_used(connection: Connection, which: str, *, is_alone: bool) -> None:
    """On a server the one who sends says so in the ledger, on SQLite by a lock."""
    seen = lane.state(connection).sender_seen_at
    if connection.dialect.name != "sqlite" and seen is not None:
        is_alone = clock_of(connection) - seen >= lane.SENDER_GONE_AFTER
    if not is_alone:
        raise LedgerError(
            f"the bot works on the database to copy {which}: stop `bot serve` and `bot worker` on"
            f" every machine, wait for {lane.SENDER_GONE_AFTER.total_seconds():.0f} seconds, and"
            " call it again"
        )


def _refuse_other_version(connection: Connection) -> None:
    found = version(connection)
    if found != newest_version():
        raise LedgerError(
            f"the database to copy from is at version {found}, this bot needs {newest_version()}:"
            " make a back-up, then `bot db upgrade`"
        )


def _lock(connection: Connection) -> None:
    """Nobody else writes until the end; on SQLite the transaction does that already."""
    if connection.dialect.name == "sqlite":
        return
    connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
    named = ", ".join(map(connection.dialect.identifier_preparer.format_table, _tables()))
    connection.execute(text(f"LOCK TABLE {named} IN SHARE ROW EXCLUSIVE MODE"))


def _empty(connection: Connection) -> None:
    """Raises LedgerError where there is more than a new ledger has."""
    used = [
        table.name
        for table in _tables()
        if table not in _MADE_BY_ITSELF and _count(connection, table) > 0
    ]
    if used:
        raise LedgerError(
            f"the database to copy to is not empty (it has {', '.join(used)}): name another"
        )
    for table in _MADE_BY_ITSELF:
        connection.execute(delete(table))


def _copy_all(old: Connection, new: Connection, progress: Progress) -> Mapping[str, int]:
    there = {table.name: _count(old, table) for table in _tables()}
    whole, done = sum(there.values()), 0
    for table in _tables():
        with old.execute(select(table).execution_options(yield_per=_BATCH)) as rows:
            for batch in rows.mappings().partitions():
                new.execute(insert(table), list(map(dict, batch)))
                done += len(batch)
                progress(done, whole)
        _count_on(new, table)
        if _count(new, table) != there[table.name]:
            raise LedgerError(f"not all of {table.name} arrived, so nothing was copied")
    return there


def _count_on(connection: Connection, table: Table) -> None:
    """New rows get ids after those that were copied."""
    column = table.autoincrement_column
    if column is None or connection.dialect.name == "sqlite":
        return
    last = connection.scalar(select(func.max(column)))
    if last is not None:
        sequence = func.pg_get_serial_sequence(table.name, column.name)
        connection.execute(select(func.setval(sequence, last)))


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _tables() -> list[Table]:
    """What others refer to comes first."""
    return metadata.sorted_tables
