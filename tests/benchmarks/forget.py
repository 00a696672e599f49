"""How long webhooks wait while a person is forgotten, against how long they wait anyway."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bot.errors import LedgerUnavailable
from bot.ledger.database import open_database
from bot.ledger.inbox import InboxId
from bot.ledger.writer import Writer
from bot.messaging.intake import Intake
from bot.messaging.resources import Resources, utc_now
from bot.model import InboundMessage
from bot.settings import Settings
from tests.benchmarks.growth import RULES, fill

SIZE = 100_000
"""Messages in each direction."""
PEOPLE = 10
"""Who are forgotten, one after the other."""
PAUSE = 0.005
"""Seconds from one message to the next."""


def report() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bot.db"
        with closing(open_database(f"sqlite:///{path}")) as database:
            fill(database, SIZE)
            writer = Writer(database)
            resources = Resources(settings=Settings(), writer=writer, rules=lambda: RULES)
            before, during = asyncio.run(_waits(Intake(resources, _Nobody())))
            writer.close()
        anew = _write_anew(path)
        size = path.stat().st_size / 1e6
    refused = [sum(one is None for one in waits) for waits in (before, during)]
    for name, waits, none in zip(("before", "during"), (before, during), refused, strict=True):
        taken = [one * 1e3 for one in waits if one is not None]
        p50, most = statistics.median(taken), max(taken)
        print(
            f"  {name}: {len(taken):>6,} kept, p50 {p50:.1f} ms, most {most:.0f} ms, {none} refused"
        )
    print(f"  to write all {size:.0f} MB anew takes {anew:.1f} s")


class _Nobody:
    def inbox_changed(self, row_id: InboxId, message: InboundMessage) -> None: ...

    def outbox_changed(self) -> None: ...


Waits = list[float | None]
"""Seconds; None of what was refused."""


async def _waits(intake: Intake) -> tuple[Waits, Waits]:
    found: Waits = []
    coming = asyncio.create_task(_come_in(intake, found))
    await asyncio.sleep(2)
    before = len(found)
    for number in range(PEOPLE):
        await intake.forget(f"+1555555{number * 77:04}", "ann")
    during = len(found)
    coming.cancel()
    return found[:before], found[before:during]


async def _come_in(intake: Intake, waits: Waits) -> None:
    for message in _messages():
        begin = time.perf_counter()
        try:
            await intake.keep_message(message)
            waits.append(time.perf_counter() - begin)
        except LedgerUnavailable:
            waits.append(None)
        await asyncio.sleep(PAUSE)


def _messages() -> Iterator[InboundMessage]:
    for number in itertools.count():
        yield InboundMessage(
            key=f"new-{number}",
            sender=f"+1555559{number % 10_000:04}",
            number="+18005550100",
            text="What are your hours?",
            received_at=utc_now(),
        )


def _write_anew(path: Path) -> float:
    """As it was done for each who was forgotten, while everybody else waited."""
    begin = time.perf_counter()
    with closing(sqlite3.connect(path)) as database:
        database.execute("VACUUM")
    return time.perf_counter() - begin
