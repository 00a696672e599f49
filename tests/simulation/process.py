"""The bot as one process: its real parts in memory, which die together, on a ledger that stays."""

from __future__ import annotations

import asyncio
import itertools
import json
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import httpx
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from bot.errors import BotError
from bot.ledger.database import Database
from bot.ledger.writer import Piece, T, Work, Writer
from bot.messaging.handoff import PersonText, Wish
from bot.messaging.resources import Resources
from bot.provider.client import Gateway
from bot.runtime.runner import Runner, Timing
from bot.settings import Settings
from bot.web.app import Served, create_app
from tests.simulation.history import Decided, Done, Queued
from tests.simulation.people import IN_HAND, RULES, Act
from tests.simulation.provider import Answered, Mta
from tests.simulation.stage import Stage
from tests.support import KEY, SECRET, post, signed

LONGEST_SLEEP: Final = 20.0
"""Seconds: the runner looks for what another process has queued, and here there is none."""


class _Rollback(Exception):
    pass


class Ledger(Writer):
    """The real one's commits without its thread: what waits goes in at a moment of the dice."""

    def __init__(
        self, stage: Stage, database: Database, connection: Connection, dies: Callable[[], None]
    ) -> None:
        self._stage = stage
        self._database = database
        self._connection = connection
        self._dies = dies
        self._waiting: list[Piece[object]] = []
        self.is_alive = True

    async def run(self, work: Work[T], *, within: float | None = None, aside: bool = False) -> T:
        piece = Piece(work, self._stage.loop)
        self._waiting.append(piece)  # type: ignore[arg-type]
        if len(self._waiting) == 1:
            self._stage.later(self._stage.within(0.0001, 0.03), self._flush)
        return await piece.future

    def _flush(self) -> None:
        if not self.is_alive:
            return
        batch, self._waiting = self._waiting, []
        breaks = self._stage.plan.breaks
        if self._stage.goes_wrong(breaks):
            self._stage.fault("crashes", "* dies before a commit")
            self._roll_back(batch)
            self._dies()
            return
        if self._stage.goes_wrong(breaks):
            self._stage.fault("faults", "* a commit fails")
            self._roll_back(batch)
            self._stage.history.forget()
            for piece in batch:
                piece.result = OperationalError("COMMIT", {}, sqlite3.OperationalError("disk"))
        else:
            self._commit(self._connection, batch)
            self._observe()
        if self._stage.goes_wrong(breaks):
            self._stage.fault("crashes", "* dies after a commit")
            self._dies()
            return
        for piece in batch:
            piece.settle()

    def _roll_back(self, batch: list[Piece[object]]) -> None:
        with suppress(_Rollback), self._database.transaction_on(self._connection):
            for piece in batch:
                with suppress(Exception):
                    piece.work(self._connection)
            raise _Rollback

    def _observe(self) -> None:
        """What has become durable."""
        history, now = self._stage.history, self._stage.now()
        history.learn(now)
        driver = self._connection.connection.driver_connection
        assert driver is not None
        for text, to in driver.execute(
            "SELECT text, recipient FROM outbox ORDER BY id LIMIT -1 OFFSET ?",
            (len(history.queued),),
        ).fetchall():
            history.queued.append(Queued(now, to, text))
            self._stage.note(f"queued '{text}' to {to}")
        if driver.execute("SELECT count(*) FROM decisions").fetchone()[0] == len(history.decided):
            return
        known = {decided.text for decided in history.decided}
        for text, sender, outcome, reason in driver.execute(
            "SELECT text, sender, outcome, reason FROM decisions JOIN inbox ON id = inbox_id"
            " ORDER BY decided_at, id"
        ).fetchall():
            if text not in known:
                history.decided.append(Decided(now, text, sender, outcome, reason))
                self._stage.note(f"decided '{text}' of {sender}: {outcome} {reason or ''}")


class Process:
    """Dies and starts again; what is not in the ledger is gone."""

    def __init__(
        self, stage: Stage, database: Database, connection: Connection, provider: Mta
    ) -> None:
        self._stage = stage
        self._database = database
        self._connection = connection
        self._provider = provider
        self._ledger: Ledger | None = None
        self._is_up = False
        self._requests = itertools.count()
        self._open: dict[int, Answered] = {}
        """Webhooks without an answer."""
        self._outside = asyncio.current_task()

    def start(self) -> None:
        stage = self._stage
        stage.note("* starts")
        stage.history.starts.append(stage.now())
        self._ledger = Ledger(stage, self._database, self._connection, self.die)
        transport = httpx.MockTransport(self._provider.answer)
        resources = Resources(
            settings=Settings(api_key=KEY, send_rate=stage.plan.rate),
            writer=self._ledger,
            rules=lambda: RULES,
            gateway=Gateway("http://mta/v3", KEY, transport=transport),
            clock=stage.wall,
            steady=stage.now,
            new_ids=stage.new_ids,
        )
        runner = Runner(resources, Timing(longest_sleep=LONGEST_SLEEP))
        self._intake = runner.intake
        served = Served(secrets=(SECRET,), bot=runner.intake, metrics=resources.metrics)
        self._app = create_app(served)
        started = stage.loop.create_task(runner.start())
        started.add_done_callback(self._started)

    def _started(self, started: asyncio.Task[None]) -> None:
        if started.cancelled():
            return
        if started.exception() is not None:
            self.die()
            return
        self._is_up = True

    def die(self) -> None:
        """At any instant. It is started again after a while."""
        if self._ledger is None:
            return
        self._stage.note("* dead")
        self._ledger.is_alive = False
        self._ledger, self._is_up = None, False
        self._stage.history.forget()
        for task in asyncio.all_tasks(self._stage.loop):
            if task is not self._outside:
                task.cancel()
        unanswered, self._open = self._open, {}
        for answered in unanswered.values():
            answered(None)
        self._stage.later(self._stage.within(0.3, 15), self.start)

    def close(self) -> None:
        """The world ends."""
        if self._ledger is not None:
            self._ledger.is_alive = False

    def does(self, act: Act) -> None:
        """A person of ours does something; they try it once."""
        if self._is_up:
            self._stage.loop.create_task(self._act(act))

    async def _act(self, act: Act) -> None:
        wanted, began = Wish(act.person, act.number.number, "Ann"), self._stage.now()
        if act.kind == "releases":  # it may be durable though nobody is told
            self._stage.history.done.append(Done(began, began, act))
        try:
            match act.kind:
                case "writes":
                    await self._intake.write(PersonText(wanted, act.text))
                case "takes":
                    await self._intake.hand_over(wanted, int(IN_HAND))
                case "releases":
                    await self._intake.release(wanted)
        except (BotError, OperationalError) as error:
            self._stage.note(f"a person of ours {act.kind} to {act.person}: {error!r}")
            return
        if act.kind != "releases":
            self._stage.history.done.append(Done(began, self._stage.now(), act))
        self._stage.note(f"a person of ours {act.kind} to {act.person}: '{act.text}'")

    def take(self, event: str, body: bytes, answered: Answered) -> None:
        """A webhook comes in."""
        if not self._is_up:
            answered(None)
            return
        number = next(self._requests)
        self._open[number] = answered
        task = self._stage.loop.create_task(
            post(self._app, f"/webhooks/{event}", body, signed(body))
        )

        def done(task: asyncio.Task[tuple[int, bytes]]) -> None:
            if not task.cancelled() and number in self._open:
                status, content = task.result()
                known = json.loads(content)["status"] == "duplicate" if status == 200 else False
                self._stage.history.counts["duplicates"] += known
                self._open.pop(number)(status)

        task.add_done_callback(done)
