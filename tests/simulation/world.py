"""One seed from its first text to the last answer."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any, Final

import structlog
from sqlalchemy import Connection, delete, select
from sqlalchemy.exc import OperationalError

from bot.ledger.database import Database, open_database
from bot.ledger.outbox import Status
from bot.ledger.schema import digest_keys, inbox, metadata, outbox, timers
from tests.simulation.clock import VirtualLoop
from tests.simulation.history import History
from tests.simulation.process import Process
from tests.simulation.provider import Mta
from tests.simulation.stage import Stage

_LOOKS_AGAIN: Final = 5.0
_PATIENCE: Final = 3_600.0
"""Seconds after the last fault within which all must be done."""


class Worlds:
    """Runs seeds one after the other, on one ledger that is emptied in between."""

    def __init__(self) -> None:
        self._database = open_database("sqlite://")

    def run(self, seed: int) -> History:
        with asyncio.Runner(loop_factory=VirtualLoop) as loop:
            return loop.run(self._run(seed))

    def close(self) -> None:
        self._database.close()

    async def _run(self, seed: int) -> History:
        stage = Stage(seed, asyncio.get_running_loop())
        with _logged(stage), self._database.connection() as connection:
            with connection.begin():
                for table in reversed(metadata.sorted_tables):
                    if table is not digest_keys:  # it is made with the database
                        connection.execute(delete(table))
            await _live(stage, self._database, connection)
            with connection.begin():
                stage.history.inbox = connection.execute(select(inbox)).all()
                stage.history.outbox = connection.execute(select(outbox)).all()
        return stage.history


async def _live(stage: Stage, database: Database, connection: Connection) -> None:
    provider = Mta(stage)
    process = Process(stage, database, connection, provider)
    provider.post = process.take
    process.start()
    for text in stage.plan.texts:
        stage.later(1 + text.at, lambda text=text: provider.carries(text))  # type: ignore[misc]
    for act in stage.plan.acts:
        stage.later(1 + act.at, lambda act=act: process.does(act))  # type: ignore[misc]
    for at in stage.plan.deaths:
        stage.later(at, lambda: _crash(stage, process))
    for at, seconds in stage.plan.jumps:
        stage.later(at, lambda seconds=seconds: _set_clock(stage, seconds))  # type: ignore[misc]
    await asyncio.sleep(stage.plan.ends_at + 1)
    stage.note("* no more faults")
    if provider.refused_a_key:  # the operator mends the key, and starts the bot again
        process.die()
    while not stage.history.drained and stage.now() < stage.plan.ends_at + _PATIENCE:
        await asyncio.sleep(_LOOKS_AGAIN)
        stage.history.drained = not provider.under_way and not _waits(connection)
    process.close()


def _crash(stage: Stage, process: Process) -> None:
    stage.fault("crashes", "* is killed")
    process.die()


def _set_clock(stage: Stage, seconds: float) -> None:
    stage.fault("jumps", f"* the clock is set by {seconds} s")
    stage.ahead += seconds
    stage.history.clock_set.append(stage.now())
    if seconds > 0:
        stage.history.set_forwards.append(stage.now())


def _waits(connection: Connection) -> bool:
    with connection.begin():
        undecided = select(inbox.c.id).where(inbox.c.status == "waiting")
        unsent = select(outbox.c.id).where(outbox.c.status.in_((Status.DUE, Status.SENDING)))
        due = select(timers.c.id).where(timers.c.status == "due")
        queries = (undecided, unsent, due)
        return any(connection.execute(query.limit(1)).first() for query in queries)


@contextmanager
def _logged(stage: Stage) -> Iterator[None]:
    before = structlog.get_config()
    structlog.configure(processors=[_Errors(stage)], cache_logger_on_first_use=False)
    try:
        yield
    finally:
        structlog.configure(**before)


class _Errors:
    """Keeps what the bot logs as an error of its own, but for commits that we let fail."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def __call__(
        self, _logger: Any, method: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        error = sys.exception() if event.get("exc_info") else None
        if error is not None and not isinstance(error, OperationalError):
            self._stage.history.ours.append(f"{event['event']}: {error!r}")
        raise structlog.DropEvent
