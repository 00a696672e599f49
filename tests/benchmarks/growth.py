"""What one message costs when a hundred times as much is stored: to keep, to decide, to claim.

And what it takes to count the last hour, to draw the list of conversations and one of them, to
say what waits, and to purge. On SQLite, then on PostgreSQL where it is installed.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, MetaData, text
from sqlalchemy.schema import CreateIndex, DropIndex

from bot.ledger import backlog, inbox, retention, search, sending, views
from bot.ledger.database import Database, open_database
from bot.ledger.schema import metadata
from bot.ledger.sending import Claim
from bot.ledger.stats import Span, stats
from bot.model import InboundMessage, Rate
from bot.provider.answers import Accepted
from bot.rules.files import read_rule_files
from bot.rules.loader import load
from tests import postgres
from tests.benchmarks.accept import ROOT
from tests.benchmarks.texts import texts
from tests.support import process

SIZES: Final = (100_000, 1_000_000, 10_000_000)
EACH: Final = 20
"""Messages of one person: what was said to us in a week is looked at, up to 500 texts."""
COUNT: Final = 300
LOOKS: Final = 20
RULES = load(read_rule_files(ROOT / "rules")).ruleset
BEGIN: Final = datetime(2026, 1, 1, tzinfo=UTC)
_CHUNK: Final = 500_000
"""Messages that are made in one transaction."""

# Everything was decided, answered and sent long ago, one message a second.
_PEOPLE: Final = """
    INSERT INTO conversations (id, contact, number, longcode_id, "values", received, changed_at)
    SELECT n, '+1555' || CAST(5550000 + n AS text), '+18005550100', 123, '{}', 1,
    :at + (:messages - :people + n) * 1000000 FROM n"""
_FILL: Final = (
    """INSERT INTO inbox (id, key, status, sender, number, text, tags, received_at, conversation_id)
    SELECT n, 'old-' || CAST(1000000000 + n AS text), 'decided',
    '+1555' || CAST(5550000 + n % :people AS text), '+18005550100',
    'What are your hours on day ' || CAST(n AS text) || '?', '{}', :at + n * 1000000, n % :people
    FROM n""",
    """INSERT INTO decisions (inbox_id, outcome, rule, detail, captures, changes, trace, ruleset,
    decided_at) SELECT n, 'replied', 'hours', '', '{}', '[]', '[]', 'x', :at + n * 1000000
    FROM n""",
    """INSERT INTO outbox (id, external_id, request_id, conversation_id, inbox_id, recipient, text,
    is_mms, longcode_id, tags, rule, status, reason, due_at, due_since, tries, confirms_opt_out,
    created_at, done_at, after_id) SELECT n, 'old-' || CAST(1000000000 + n AS text),
    'old-' || CAST(1000000000 + n AS text), n % :people, n,
    '+1555' || CAST(5550000 + n % :people AS text), 'We open at 9.', false, 123, '{}',
    'hours', 'accepted', '', :at + n * 1000000, :at + n * 1000000, 1, false, :at + n * 1000000,
    :at + n * 1000000, n FROM n""",
    """INSERT INTO attempts (id, outbox_id, started_at, finished_at, answer)
    SELECT n, n, :at + n * 1000000, :at + n * 1000000, 'accepted' FROM n""",
)
_NUMBERS: Final = (
    "WITH RECURSIVE n(n) AS (SELECT CAST(:first AS bigint) UNION ALL SELECT n + 1 FROM n"
    " WHERE n + 1 < :size) "
)
_SEQUENCE: Final = "SELECT setval(pg_get_serial_sequence('{0}', 'id'), (SELECT max(id) FROM {0}))"
_COLUMNS: Final = ("keep", "decide", "claim", "waits", "stats", "list", "chain", "purge")


def report() -> None:
    print(f"one message by how much is stored, p50 of {COUNT}, and looks at it, of {LOOKS}, in µs")
    print(f"  {'':<10} {'messages':>10} {' '.join(f'{name:>8}' for name in _COLUMNS)} {'fill':>7}")
    for name, opened in (("SQLite", _file), ("PostgreSQL", _server)):
        for size in SIZES:
            with opened() as database:
                if database is None:
                    print(f"  {postgres.MISSING}")
                    return
                spent = _seconds(partial(fill, database, size, size // EACH))
                now = BEGIN + timedelta(seconds=size)
                found = (*_costs(database, now), *_looks(database, now))
                figures = " ".join(f"{one * 1e6:>8,.0f}" for one in found)
                print(f"  {name:<10} {size:>10,} {figures} {spent:>5,.0f} s", flush=True)


@contextmanager
def _file() -> Iterator[Database | None]:
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(open_database(f"sqlite:///{Path(folder) / 'bot.db'}")) as database,
    ):
        yield database


@contextmanager
def _server() -> Iterator[Database | None]:
    if postgres.programs() is None:
        yield None
        return
    with (
        postgres.cluster("max_wal_size = 4GB", "maintenance_work_mem = 256MB") as server,
        closing(open_database(server.url("postgres"))) as database,
    ):
        yield database


def fill(database: Database, size: int, people: int = 5_000, begin: datetime = BEGIN) -> None:
    """So many messages of theirs with answers, one a second."""
    bound = {"people": people, "at": int(begin.timestamp() * 1e6)}
    with _without_indexes(database):
        with database.transaction() as connection:
            _make(connection, _PEOPLE, {**bound, "messages": size, "first": 0, "size": people})
        for first in range(0, size, _CHUNK):
            chunk = {**bound, "first": first, "size": min(size, first + _CHUNK)}
            with database.transaction() as connection:
                for statement in _FILL:
                    _make(connection, statement, chunk)


def _make(connection: Connection, statement: str, bound: dict[str, int]) -> None:
    head, select, rest = statement.partition("SELECT")
    connection.execute(text(f"{head}{_NUMBERS}{select}{rest}"), bound)


@contextmanager
def _without_indexes(database: Database) -> Iterator[None]:
    """They are made again from all that is there, which takes a fraction of the time."""
    found = MetaData()
    with database.transaction() as connection:
        found.reflect(connection, only=list(metadata.tables))
        indexes = [index for table in found.sorted_tables for index in table.indexes]
        indexes = [index for index in indexes if not index.unique]
        for index in indexes:
            connection.execute(DropIndex(index))
    yield
    for index in indexes:
        with database.transaction() as connection:
            connection.execute(CreateIndex(index))
    if database.engine.dialect.name == "postgresql":
        with database.transaction() as connection:
            for name in ("conversations", "inbox", "outbox", "attempts"):
                connection.execute(text(_SEQUENCE.format(name)))
        with database.engine.connect() as connection:  # as autovacuum does
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            alone.exec_driver_sql("VACUUM ANALYZE")


def _costs(database: Database, now: datetime) -> tuple[float, ...]:
    kept, decided, claimed = list[float](), list[float](), list[float]()
    for number, said in enumerate(texts(COUNT)):
        at = now + timedelta(seconds=number)
        message = InboundMessage(
            key=f"new-{number}",
            sender=f"+1555555{number:04}",
            number="+18005550100",
            text=said,
            received_at=at,
        )
        with database.transaction() as connection:
            kept.append(_seconds(partial(inbox.keep, connection, [message])))
            decided.append(_seconds(partial(_decide, connection, at)))
            claimed.append(_seconds(partial(_send, connection, at)))
    return tuple(statistics.median(costs) for costs in (kept, decided, claimed))


def _seconds(run: Callable[[], object]) -> float:
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


def _looks(database: Database, now: datetime) -> Iterator[float]:
    """Each once more than it counts: the first one reads from the disk."""
    hour = Span(now - timedelta(hours=1), now)
    looks: tuple[Callable[[Connection], object], ...] = (
        lambda connection: backlog.backlog(connection, now),
        lambda connection: stats(connection, hour),
        lambda connection: list(search.found(connection, search.Wanted(), now, 50)),
        lambda connection: views.chains_with(connection, "+15555550007"),
    )
    for look in looks:
        with database.reading() as connection:
            look(connection)
            yield statistics.median(_seconds(partial(look, connection)) for _ in range(LOOKS))
    with database.transaction() as connection:
        before = BEGIN + timedelta(days=1)
        purge = partial(retention.purge, connection, before, before)
        yield statistics.median(_seconds(purge) for _ in range(LOOKS))


def _decide(connection: Connection, now: datetime) -> None:
    [waiting] = inbox.waiting(connection, 1)
    process(connection, waiting, RULES, now)


def _send(connection: Connection, now: datetime) -> None:
    found = sending.claim(connection, Rate(20, 0.001), now)
    if isinstance(found, Claim):
        sending.record(connection, found, Accepted("1"), found.message, now)
