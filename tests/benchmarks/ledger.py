"""Deciding from the ledger: what waits in the inbox of a SQLite file, durably, in batches."""

from __future__ import annotations

import asyncio
import logging
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import Connection

from bot.ledger import inbox
from bot.ledger.database import open_database
from bot.ledger.writer import Writer
from bot.messaging.decider import Decider
from bot.messaging.resources import Resources
from bot.model import InboundMessage
from bot.rules.files import read_rule_files
from bot.rules.loader import load
from bot.rules.ruleset import Ruleset
from bot.settings import Settings
from tests.benchmarks.accept import ROOT
from tests.benchmarks.texts import texts

MESSAGES = 3_000
PEOPLE = 1_000
BATCHES = (1, 8, 64)
BEGIN = datetime(2026, 1, 15, 12, tzinfo=UTC)


def report() -> None:
    quiet = structlog.make_filtering_bound_logger(logging.ERROR)
    structlog.configure(wrapper_class=quiet)  # what a terminal takes for it is not measured
    rules = load(read_rule_files(ROOT / "rules")).ruleset
    print(f"{MESSAGES:,} messages of {PEOPLE:,} people, SQLite FULL, by messages of a batch")
    print(f"  {'batch':>6} {'µs/message':>12} {'CPU µs':>8}")
    for batch in BATCHES:
        spent, cpu = asyncio.run(_decide(rules, batch))
        print(f"  {batch:>6} {spent / MESSAGES * 1e6:>12.0f} {cpu / MESSAGES * 1e6:>8.0f}")


async def _decide(rules: Ruleset, batch: int) -> tuple[float, float]:
    """Seconds, and those of the CPU."""
    with _writer() as writer:
        await writer.run(_fill)
        clock = iter(range(10**9))
        resources = Resources(
            rules=lambda: rules,
            settings=Settings(),
            writer=writer,
            gateway=None,
            clock=lambda: BEGIN + timedelta(hours=1, microseconds=next(clock)),
        )
        decider = Decider(resources)
        begin, cpu = time.perf_counter(), time.process_time()
        while await decider.decide(inbox.waiting, batch):
            pass
        return time.perf_counter() - begin, time.process_time() - cpu


@contextmanager
def _writer() -> Iterator[Writer]:
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'bot.db'}")
        writer = Writer(database)
        try:
            yield writer
        finally:
            writer.close()
            database.close()


def _fill(connection: Connection) -> None:
    said = texts(MESSAGES)
    inbox.keep(
        connection,
        [
            InboundMessage(
                key=f"new-{number}",
                sender=f"+1555{number * 7919 % PEOPLE:07}",
                number="+18005550100",
                text=text,
                received_at=BEGIN + timedelta(seconds=number),
            )
            for number, text in enumerate(said)
        ],
    )
