"""Thousands wait, three machines decide them, and PostgreSQL has a bad day meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from bot.ledger.database import open_database
from tests import postgres
from tests.benchmarks.ledger import fill
from tests.benchmarks.machines import worker
from tests.postgres import Server

pytestmark = pytest.mark.skipif(postgres.programs() is None, reason=postgres.MISSING)
MESSAGES = 2_000
LISTENERS = (
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE query ILIKE ANY(ARRAY['LISTEN%', '%procrastinate%']) AND pid <> pg_backend_pid()"
)
OUT_OF_ORDER = """
    SELECT count(*) FROM (
        SELECT decided_at < lag(decided_at) OVER (
            PARTITION BY conversation_id ORDER BY inbox.id
        ) AS is_early FROM inbox JOIN decisions ON decisions.inbox_id = inbox.id
    ) AS decided WHERE is_early"""
TWICE = """
    SELECT count(*) FROM (
        SELECT inbox_id FROM outbox GROUP BY inbox_id, text HAVING count(*) > 1
    ) AS said"""


def crash(server: Server) -> None:
    server.stop("immediate")
    server.start()


def kill_listeners(server: Server) -> None:
    for _ in range(5):
        server.ask(LISTENERS)
        time.sleep(0.2)


@pytest.mark.parametrize("happens", [crash, kill_listeners])
def test_all_is_decided_once_and_in_order(happens: Callable[[Server], None]) -> None:
    with postgres.cluster("max_connections = 100") as server, ExitStack() as stack:
        url = server.url("postgres")
        with closing(open_database(url)) as database, database.transaction() as connection:
            fill(MESSAGES, connection, begin=datetime.now(UTC) - timedelta(minutes=5))
        for _ in range(3):
            stack.enter_context(worker(url))
        wait(server, 200)
        happens(server)
        wait(server, MESSAGES)
        assert server.ask("SELECT count(*) FROM inbox WHERE status = 'waiting'") == 0
        assert server.ask(OUT_OF_ORDER) == 0
        assert server.ask(TWICE) == 0
        assert server.ask("SELECT count(DISTINCT inbox_id) FROM outbox") > MESSAGES * 0.9


def wait(server: Server, decided: int) -> None:
    ends = time.monotonic() + 120
    while time.monotonic() < ends:
        with suppress(psycopg.OperationalError):
            if server.ask("SELECT count(*) FROM decisions") >= decided:
                return
        time.sleep(0.1)
    raise TimeoutError(f"{decided} messages were not decided")
