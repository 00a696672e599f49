"""What is done for one message costs the same when ten times as much is stored, in SQLite's steps.

Seconds, and ten million messages, are `python -m tests.benchmarks growth`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.ledger import backlog, inbox, retention, search, sending
from bot.ledger.database import Database, open_database
from bot.model import Rate
from tests.benchmarks.growth import BEGIN, EACH, fill
from tests.build import inbound, ruleset
from tests.support import HOURS, new_ledger, outbound, process, queue

RULES = ruleset(HOURS)
SIZES = (400, 4_000)
_EVERY = 20
"""Steps; SQLite tells of so many at once."""


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Database]]:
    opened = list[Database]()
    for size in SIZES:
        folder: Path = tmp_path_factory.mktemp("ledger")
        opened.append(open_database(new_ledger(folder)))
        fill(opened[-1], size, size // EACH)
    yield opened
    for database in opened:
        database.close()


def keep(connection: Connection, now: datetime, person: str = "+15555550007") -> None:
    inbox.keep(connection, [inbound("Hours?", key="new", sender=person, received_at=now)])


def decide(connection: Connection, now: datetime, person: str = "+15555550007") -> None:
    keep(connection, now, person)
    [waiting] = inbox.waiting(connection, 1)
    process(connection, waiting, RULES, now)


def claim(connection: Connection, now: datetime) -> None:
    decide(connection, now, "+15555559999")  # the others have heard enough
    assert isinstance(sending.claim(connection, Rate(20, 0.001), now), sending.Claim)


def purge(connection: Connection, _: datetime) -> None:
    before = BEGIN + timedelta(seconds=SIZES[0] - 100)
    assert retention.purge(connection, before, before) == 400


def waits(connection: Connection, now: datetime) -> None:
    backlog.backlog(connection, now)


def conversations(connection: Connection, now: datetime) -> None:
    assert len(list(search.found(connection, search.Wanted(), now, 10))) == 10


@pytest.mark.parametrize("work", [keep, decide, claim, purge, waits, conversations])
def test_it_takes_as_many_steps(
    ledgers: list[Database], work: Callable[[Connection, datetime], None]
) -> None:
    counts = [
        steps(database, work, BEGIN + timedelta(seconds=size))
        for database, size in zip(ledgers, SIZES, strict=True)
    ]
    assert counts[1] <= counts[0] * 1.25 + 50, counts


def steps(database: Database, work: Callable[[Connection, datetime], None], now: datetime) -> int:
    """Of the second time, with all statements prepared; nothing of it stays."""
    count = 0

    def step() -> None:
        nonlocal count
        count += _EVERY

    for _ in range(2):
        count = 0
        with closing(database.engine.connect()) as connection:
            undone = connection.begin()
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.set_progress_handler(step, _EVERY)
            try:
                work(connection, now)
            finally:
                driver.set_progress_handler(None, 0)
                undone.rollback()
    return count


def test_what_is_next_to_leave_is_found_as_soon_in_a_long_conversation(tmp_path: Path) -> None:
    counts = list[int]()
    for size in (100, 1_000):
        (tmp_path / str(size)).mkdir()
        with closing(open_database(new_ledger(tmp_path / str(size)))) as database:
            fill(database, size, people=1)
            counts.append(steps(database, claim_in_it, BEGIN + timedelta(seconds=size)))
    assert counts[1] <= counts[0] * 1.25 + 50, counts


def claim_in_it(connection: Connection, now: datetime) -> None:
    queue(connection, outbound("And now?"), conversation=0, now=now)
    assert isinstance(sending.claim(connection, Rate(20, 0.001), now), sending.Claim)
