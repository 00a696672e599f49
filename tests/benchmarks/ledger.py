"""Deciding from the ledger: what waits in the inbox of a SQLite file, durably, in batches."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from bot.ledger import inbox, outbox
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
from tests.benchmarks.quiet import quiet
from tests.benchmarks.texts import texts

MESSAGES = 3_000
PEOPLE = 1_000
BATCHES = (1, 8, 64)
BEGIN = datetime(2026, 1, 15, 12, tzinfo=UTC)


def report() -> None:
    quiet()
    print(f"{MESSAGES:,} messages of {PEOPLE:,} people, SQLite FULL, by messages of a batch")
    print(f"  {'batch':>6} {'µs/message':>12} {'CPU µs':>8}")
    for batch in BATCHES:
        spent = decided(batch)
        print(f"  {batch:>6} {spent.each * 1e6:>12.0f} {spent.cpu * 1e6:>8.0f}")


@dataclass(frozen=True, slots=True)
class Spent:
    """On each message."""

    each: float
    """Seconds."""
    cpu: float
    """Of these, on the processor."""
    replies: float


def decided(batch: int, messages: int = MESSAGES) -> Spent:
    """So many at once, by the rules that ship."""
    return asyncio.run(_decide(load(read_rule_files(ROOT / "rules")).ruleset, batch, messages))


async def _decide(rules: Ruleset, batch: int, messages: int) -> Spent:
    with _writer() as writer:
        await writer.run(partial(fill, messages))
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
        each = (time.perf_counter() - begin) / messages, (time.process_time() - cpu) / messages
        replies = sum((await writer.run(outbox.counts)).values())
        return Spent(*each, replies / messages)


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


def fill(messages: int, connection: Connection, begin: datetime = BEGIN) -> None:
    """So many wait, one a millisecond."""
    said = texts(messages)
    inbox.keep(
        connection,
        [
            InboundMessage(
                key=f"new-{number}",
                sender=f"+1555{number * 7919 % PEOPLE:07}",
                number="+18005550100",
                text=text,
                received_at=begin + timedelta(milliseconds=number),
            )
            for number, text in enumerate(said)
        ],
    )
