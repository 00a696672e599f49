"""What is PostgreSQL's own: its sessions, its schemas, the tables of procrastinate."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import count
from pathlib import Path

import psycopg
import pytest
from procrastinate.schema import SchemaManager
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot.errors import LedgerError
from bot.ledger.database import Database, advisory_lock, connect_arguments, open_database, version
from tests.postgres import Server

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
        assert scalar(database, "SHOW idle_in_transaction_session_timeout") == "20s"


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
