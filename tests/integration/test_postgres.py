"""What is PostgreSQL's own: its sessions, its schemas, the tables of procrastinate."""

from __future__ import annotations

import gc
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from itertools import count
from pathlib import Path

import psycopg
import pytest
from procrastinate.schema import SchemaManager
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, InternalError, OperationalError

from bot.errors import LedgerError
from bot.ledger.database import Database, open_database, version
from bot.ledger.locks import advisory_lock
from bot.ledger.postgres import connect_arguments, is_pooled, refuse_read_only
from tests import postgres as servers
from tests.postgres import Pooler, Server

_numbered = count(1)


@pytest.fixture
def url(postgres: Server) -> str:
    """A database with nothing in it."""
    name = f"empty{next(_numbered)}"
    postgres.create(name)
    return postgres.url(name)


def scalar(database: Database, query: str) -> object:
    with database.transaction() as connection:
        return connection.scalar(text(query))


def test_a_commit_waits_for_the_disk_whatever_the_default_is(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER ROLE bot SET synchronous_commit = 'off'")
    try:
        with closing(open_database(url)) as database:
            assert scalar(database, "SHOW synchronous_commit") == "on"
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("ALTER ROLE bot RESET synchronous_commit")


def test_a_stronger_default_stays(url: str) -> None:
    with closing(open_database(f"{url}&options=-csynchronous_commit%3Dremote_apply")) as database:
        assert scalar(database, "SHOW synchronous_commit") == "remote_apply"


def test_what_a_vanished_machine_holds_is_let_go(url: str) -> None:
    with closing(open_database(url)) as database:
        assert scalar(database, "SHOW idle_in_transaction_session_timeout") == "10s"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("postgresql://bot@h/db", {"user": "bot", "host": "h", "dbname": "db"}),
        (
            "postgresql://bot:a%20b@h/db",
            {"user": "bot", "password": "a b", "host": "h", "dbname": "db"},
        ),
        (
            "postgresql://h/db?options=-csearch_path%3Dclinic%20-cstatement_timeout%3D5s",
            {"host": "h", "dbname": "db", "options": "-csearch_path=clinic -cstatement_timeout=5s"},
        ),
        (
            "postgresql:///db?host=a:5432&host=b:5433",
            {"host": "a,b", "port": "5432,5433", "dbname": "db"},
        ),
    ],
)
def test_the_jobs_come_from_where_the_ledger_is(written: str, expected: dict[str, str]) -> None:
    found = connect_arguments(written)
    assert {name: found[name] for name in found if name in {*expected, "password"}} == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("postgresql://a,b/db", "read-write"),
        ("postgresql://a,b/db?target_session_attrs=primary", "primary"),
    ],
)
def test_of_several_hosts_the_one_is_taken_that_can_be_written_to(
    written: str, expected: str
) -> None:
    found = connect_arguments(written)
    assert found["target_session_attrs"] == expected


@pytest.mark.parametrize(
    ("statement", "is_kept"),
    [
        ("SELECT 1 / 0", True),
        ("SET default_transaction_read_only = on", False),
    ],
)
def test_a_connection_is_given_up_when_its_server_takes_no_writes(
    statement: str, *, is_kept: bool, url: str
) -> None:
    """As on a primary that gave its place to another while we were connected."""
    write = text("CREATE TABLE t (id int)")
    with closing(open_database(url)) as database, database.connection() as connection:
        with suppress(DBAPIError), database.transaction_on(connection):
            before = connection.scalar(text("SELECT pg_backend_pid()"))
            connection.execute(text(statement))
        with suppress(InternalError), database.transaction_on(connection):
            connection.execute(write)
        with database.transaction_on(connection):
            after = connection.scalar(text("SELECT pg_backend_pid()"))
    assert (before == after) == is_kept


def test_who_only_reads_finds_out_that_nothing_can_be_written(url: str) -> None:
    with closing(open_database(url)) as database, database.connection() as connection:
        with database.transaction_on(connection):
            refuse_read_only(connection)
            connection.execute(text("SET default_transaction_read_only = on"))
        with pytest.raises(InternalError), database.transaction_on(connection):
            refuse_read_only(connection)
        with database.transaction_on(connection):
            refuse_read_only(connection)


def sockets() -> int:
    return sum(path.is_socket() for path in Path("/proc/self/fd").iterdir())


@pytest.mark.system
def test_a_server_that_gives_no_answer_leaves_no_socket_behind() -> None:
    """An error, its traceback and what the driver held must not wait for the garbage collector."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        url = f"postgresql://bot@127.0.0.1:{port}/bot?connect_timeout=2"
        before = sockets()
        gc.disable()
        try:
            with pytest.raises(LedgerError, match="timeout expired"):
                open_database(url)
            assert sockets() == before
        finally:
            gc.enable()


@pytest.fixture
def pooler(postgres: Server) -> Iterator[Pooler]:
    if servers.pgbouncer() is None:
        pytest.skip(servers.NO_POOLER)
    with servers.pooler(postgres) as pooler:
        yield pooler


@pytest.fixture
def pooled(pooler: Pooler, postgres: Server) -> str:
    """A database with nothing in it, by way of a pooler."""
    name = f"pooled{next(_numbered)}"
    postgres.create(name)
    return pooler.url(name)


def test_behind_a_pooler_no_statement_is_prepared_by_name(pooled: str, url: str) -> None:
    """The next transaction may get another connection, which does not know the name."""
    names = "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE '\\_pg3%'"
    for place, expected in ((pooled, 0), (url, 1)):
        with closing(open_database(place)) as database, database.connection() as connection:
            for _ in range(10):
                with database.transaction_on(connection):
                    connection.execute(text("SELECT 'prepared'"))
            with database.transaction_on(connection):
                found = connection.execute(text(f"{names} AND statement LIKE '%prepared%'"))
                assert (is_pooled(connection), found.scalar_one()) == (place == pooled, expected)


def test_behind_a_pooler_each_transaction_has_its_settings(pooled: str) -> None:
    with closing(open_database(pooled)) as database, database.connection() as connection:
        for _ in range(2):
            with database.transaction_on(connection):
                assert connection.scalar(text("SHOW lock_timeout")) == "30s"
                assert connection.scalar(text("SHOW idle_in_transaction_session_timeout")) == "10s"
    with psycopg.connect(pooled) as other:  # whoever comes by the same connection
        assert other.execute("SHOW lock_timeout").fetchone() == ("0",)


def test_behind_a_pooler_several_machines_may_start_at_the_same_moment(pooled: str) -> None:
    with ThreadPoolExecutor(8) as threads:
        for database in threads.map(open_database, [pooled] * 8):
            database.close()
    with closing(open_database(pooled)) as database, database.transaction() as connection:
        held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
        assert (version(connection) != "none", connection.scalar(text(held))) == (True, 0)


@pytest.mark.parametrize("setting", ["", "ignore_startup_parameters = options"])
def test_a_pooler_that_would_mix_up_accounts_is_refused(postgres: Server, setting: str) -> None:
    if servers.pgbouncer() is None:
        pytest.skip(servers.NO_POOLER)
    name = f"pooled{next(_numbered)}"
    postgres.create(name)
    with servers.pooler(postgres, setting) as pooler:
        with pytest.raises(LedgerError, match=r"a database of its own"):
            open_database(f"{pooler.url(name)}&options=-csearch_path%3Dclinic")
        with psycopg.connect(pooler.url(name)) as connection:
            tables = (
                "SELECT count(*) FROM pg_tables WHERE tablename IN ('inbox', 'alembic_version')"
            )
            assert connection.execute(tables.encode()).fetchone() == (0,)


def test_a_name_is_held_until_the_transaction_ends_and_in_its_schema_only(url: str) -> None:
    other_schema = f"{url}&options=-csearch_path%3Dclinic"
    with (
        closing(open_database(url)) as mine,
        closing(open_database(url)) as other,
        closing(open_database(other_schema)) as clinic,
        mine.transaction() as connection,
    ):
        advisory_lock(connection, "lane")
        with clinic.transaction() as elsewhere:
            advisory_lock(elsewhere, "lane")
        with other.connection() as waiting:
            waiting.execute(text("SET LOCAL lock_timeout = '50ms'"))
            with pytest.raises(OperationalError):
                advisory_lock(waiting, "lane")
        connection.commit()
        with other.transaction() as waiting:
            advisory_lock(waiting, "lane")


def test_several_machines_may_start_at_the_same_moment(url: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        for database in threads.map(open_database, [url] * 4):
            database.close()
    with closing(open_database(url)) as database, database.transaction() as connection:
        assert version(connection) != "none"


def test_an_account_has_a_schema_of_its_own(url: str) -> None:
    with closing(open_database(f"{url}&options=-csearch_path%3Dclinic")) as database:
        tables = scalar(
            database,
            "SELECT string_agg(schemaname, ',') FROM pg_tables "
            "WHERE tablename IN ('inbox', 'alembic_version', 'procrastinate_jobs')",
        )
    assert tables == "clinic,clinic,clinic"


def test_tables_of_an_earlier_procrastinate_are_brought_up(url: str) -> None:
    """As the library's 3.2 made them; its own scripts lead on from there."""
    scripts = sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    earlier = [script for script in scripts if script.name < "03.03"]
    with psycopg.connect(url, autocommit=True) as connection:
        for script in earlier:
            connection.execute(script.read_bytes())
        connection.execute(f"COMMENT ON TABLE procrastinate_jobs IS '{earlier[-1].name}'".encode())
    for _ in range(2):  # the second time there is nothing to do
        with closing(open_database(url)) as database:
            assert (
                scalar(
                    database,
                    "SELECT count(*) FROM pg_proc WHERE proname = 'procrastinate_retry_job_v2'",
                )
                == 1
            )
            noted = "SELECT obj_description('procrastinate_jobs'::regclass, 'pg_class')"
            assert scalar(database, noted) == scripts[-1].name


@pytest.mark.parametrize("missing", ["psycopg", "procrastinate.schema"])
def test_without_the_extra_it_is_said_what_to_install(
    missing: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(LedgerError, match=r"pip install 'bot\[postgres\]'"):
        open_database(url)
