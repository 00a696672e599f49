"""Deciding on several machines that share one PostgreSQL: processes of this machine, a socket."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import psycopg

from bot.ledger.database import open_database
from tests import postgres
from tests.benchmarks.accept import ROOT, seconds_of
from tests.benchmarks.ledger import fill

MESSAGES: Final = 3_000
MACHINES: Final = (1, 3)
_LONGEST: Final = 120.0
"""Seconds."""


def report() -> None:
    if postgres.programs() is None:
        print(postgres.MISSING)
        return
    print(f"{MESSAGES:,} messages that wait in one PostgreSQL, by machines that decide", end="")
    print(f"; load {os.getloadavg()[0]:.1f}")
    with postgres.cluster() as server:
        for many in MACHINES:
            name = f"machines-{many}"
            server.create(name)
            found = _decided(server, name, many)
            print(f"  {many} machines {1 / found.seconds:>8,.0f} messages a second", end="")
            print(f"; of the processor {found.machines * 1e6:,.0f} µs a message", end="")
            print(f" and {found.server * 1e6:,.0f} of the server's", end="")
            print(f"; {found.transactions:.2f} transactions a message")


@dataclass(frozen=True, slots=True)
class Spent:
    """On each message."""

    seconds: float
    machines: float
    """Seconds of the processor."""
    server: float
    transactions: float


def _decided(server: postgres.Server, name: str, many: int) -> Spent:
    url = server.url(name)
    with closing(open_database(url)) as database, database.transaction() as connection:
        fill(MESSAGES, connection, begin=datetime.now(UTC) - timedelta(minutes=5))
    with ExitStack() as stack:
        watch = stack.enter_context(psycopg.connect(url, autocommit=True))
        workers = [stack.enter_context(worker(url)) for _ in range(many)]
        while not _one(watch, _DECIDED):  # until the first machine is there
            time.sleep(0.005)
        begin, first, left = time.perf_counter(), _one(watch, _DECIDED), MESSAGES
        before = _so_far(watch, server, workers)
        while left and time.perf_counter() - begin < _LONGEST:
            time.sleep(0.05)
            left = MESSAGES - _one(watch, _DECIDED)
        assert not left, f"{left} messages were not decided"
        seconds = time.perf_counter() - begin
        after = _so_far(watch, server, workers)
        used = (later - sooner for sooner, later in zip(before, after, strict=True))
        return Spent(*(one / (MESSAGES - first) for one in (seconds, *used)))


def _so_far(
    watch: psycopg.Connection[tuple[int]], server: postgres.Server, workers: Sequence[int]
) -> tuple[float, float, float]:
    """Seconds of the processor that machines and server have used, and transactions that ended."""
    machines, backends = (sum(map(seconds_of, pids)) for pids in (workers, server.family()))
    return machines, backends, _one(watch, _TRANSACTIONS)


_DECIDED: Final = b"SELECT count(*) FROM decisions"
_TRANSACTIONS: Final = (
    b"SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
)


def _one(connection: psycopg.Connection[tuple[int]], query: bytes) -> int:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


@contextmanager
def worker(url: str) -> Iterator[int]:
    """Its process."""
    environ = {
        **os.environ,
        "MTA_API_KEY": "key",
        "BOT_DATABASE_URL": url,
        "BOT_RULES": str(ROOT / "rules"),
        "PYTHONPATH": str(ROOT),
    }
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as said:
        command = [sys.executable, "-m", "bot", "worker", "--dry-run"]
        process = subprocess.Popen(command, env=environ, cwd=folder, stderr=said)
        try:
            yield process.pid
        finally:
            process.terminate()
            process.wait(timeout=60)
