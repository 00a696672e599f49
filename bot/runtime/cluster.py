"""The runner for several machines: procrastinate says when, the ledger on PostgreSQL says what.

One job decides what waits of a share of the people, locked by that share; one job sends, locked by
the account's lane. Of each lock only one job waits. What the ledger has and no job stands for (a
machine died, a command queued it, a delay is over) a sweep enqueues; the jobs of a machine that
gives no sign of life lose their locks.

procrastinate's worker may end when the database goes away, or hear of new jobs no more: it looks
for them by itself too, and begins anew when it has ended or when a sweep has failed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from procrastinate import App, JobContext, exceptions
from procrastinate.jobs import Status
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import LedgerUnavailable
from bot.ledger import inbox, jobs, lane, numbers, outbox, shares
from bot.ledger.database import clock_of
from bot.ledger.inbox import InboxId
from bot.ledger.job_connections import connector
from bot.ledger.jobs import DEAD_AFTER
from bot.ledger.postgres import is_pooled, refuse_read_only
from bot.ledger.shares import share_of
from bot.log import logger
from bot.messaging.delivery import Sender
from bot.messaging.intake import Intake
from bot.messaging.resources import Clock, Resources
from bot.model import InboundMessage
from bot.runtime.under_way import UnderWay
from bot.runtime.worker import Worker
from bot.settings import Settings

_BATCH: Final = 64
"""Messages of one share decided in one transaction."""
_TURN: Final = 1.0
"""Seconds that a machine decides of one share; then another may, of which more wait."""
_AT_ONCE: Final = 4
"""Jobs that one machine works on."""
_PATIENCE_AT_END: Final = 60.0
"""Seconds; longer than the provider may take to answer."""
_NEW_YEAR: Final = "0 0 1 1 *"
_DECIDE: Final = "decide"
"""Queue."""
_SHARE: Final = "decide-share"
"""Task, and with the share's number its lock."""
_LANE: Final = "send"
"""Task, queue and lock: a machine that sends nothing takes no job of that queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """All in seconds."""

    heartbeat: float = 2.0
    """Between two signs of life of a machine."""
    polls_every: float = 0.5
    """For jobs of which it has not heard."""
    sweeps_every: float = 1.0
    looks_for_dead_every: float = 2.0
    overdue: float = 3.0
    """A message that waits for so long has lost its job."""
    shift: float = 6.0
    """That one machine sends; then another one may. A worker that ends by itself, which gives no
    sign of life any more, is through with it before the others take it for dead."""
    longest_sleep: float = 1.0
    """Another machine may have queued something."""
    after_trouble: float = 1.0


class ServerClock:
    """The database's time on every machine: the provider's rate is counted across them.

    Between two looks at it a clock counts that nobody sets, so that it is right also while the
    machine's own is being corrected.
    """

    def __init__(self, clock: Clock, steady: Callable[[], float]) -> None:
        """`clock` is the time until it is set for the first time."""
        self._steady = steady
        self._set(clock())

    def __call__(self) -> datetime:
        return self._at + timedelta(seconds=self._steady() - self._since)

    def set_by(self, connection: Connection) -> None:
        self._set(clock_of(connection))

    def _set(self, at: datetime) -> None:
        self._at, self._since = at, self._steady()


class Cluster:
    """One of several machines: keeps what comes in, and takes its share of deciding and sending."""

    def __init__(self, resources: Resources, timing: Timing | None = None) -> None:
        self._timing = timing or Timing()
        self._server_clock = ServerClock(resources.clock, resources.steady)
        self._resources = replace(resources, clock=self._server_clock)
        self._worker = Worker(self._resources)
        self.intake = Intake(self._resources, self)
        self._app = _app(resources.settings)
        self._under_way = UnderWay()
        deciding = self._app.task(name=_SHARE, queue=_DECIDE, pass_context=True)
        self._decide = deciding(self._decide_share)
        sending = self._app.task(name=_LANE, queue=_LANE, priority=1, pass_context=True)
        self._send = sending(self._send_what_is_due)
        self._to_enqueue = set[int]()
        self._to_send = asyncio.Event()
        self._came = asyncio.Event()
        self._hears = True
        self._anew = asyncio.Event()
        """The worker is to finish its jobs, and to begin anew unless all is stopped."""
        self._tasks: list[asyncio.Task[None]] = []

    def inbox_changed(self, row_id: InboxId, message: InboundMessage) -> None:
        self._to_enqueue.add(share_of(message.sender))
        self._came.set()

    def outbox_changed(self) -> None:
        self._to_send.set()
        self._came.set()

    async def start(self) -> None:
        self._hears = not await self._resources.writer.run(is_pooled)
        await self._resources.writer.run(self._server_clock.set_by)
        await self._worker.know_numbers()
        await self._app.open_async()
        self._tasks = [
            asyncio.create_task(self._work_for_ever(), name="work"),
            asyncio.create_task(self._enqueue_for_ever(), name="enqueue"),
            asyncio.create_task(self._sweep_for_ever(), name="sweep"),
            asyncio.create_task(self._worker.purge_for_ever(), name="purge"),
            asyncio.create_task(self._worker.list_numbers_for_ever(), name="numbers"),
            asyncio.create_task(
                self._worker.notify_for_ever(
                    self._timing.longest_sleep, self._timing.after_trouble
                ),
                name="notifying",
            ),
        ]
        if self._worker.collector is not None:
            collecting = self._worker.collect_media_for_ever(self._worker.collector)
            self._tasks.append(asyncio.create_task(collecting, name="media"))

    def ended(self) -> Sequence[str]:
        """What has ended by itself, and should not have."""
        return self._worker.ended(self._tasks)

    async def stop(self) -> None:
        """Finish the jobs under way; what is left is for the others, or for the next start."""
        self._worker.stopped.set()
        self._came.set()
        self._to_send.set()
        self._anew.set()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._app.close_async()

    async def _decide_share(self, context: JobContext, share: int) -> None:
        """What waits of these people, for one turn."""
        waiting, ends = partial(_waiting, share), self._resources.steady() + _TURN
        with self._under_way.working_on(context.job):
            while await self._worker.decider.decide(waiting, _BATCH):
                self.outbox_changed()
                if self._resources.steady() > ends:
                    self._to_enqueue.add(share)
                    self._came.set()
                    return

    async def _send_what_is_due(self, context: JobContext) -> None:
        """Until nothing is due, or for one shift; no other machine sends meanwhile."""
        sender, job_id = self._worker.sender, context.job.id
        if sender is None or job_id is None:
            return
        try:
            with self._under_way.working_on(context.job):
                await sender.requeue()
                await self._send_on(sender, job_id)
        except (SQLAlchemyError, LedgerUnavailable) as error:  # a sweep begins again
            logger().warning("sending failed", because=type(error).__name__)

    async def _send_on(self, sender: Sender, job_id: int) -> None:
        """All of them end before anything else is done with the lane."""
        ends = self._resources.steady() + self._timing.shift
        flights = (
            self._fly(sender, job_id, ends) for _ in range(self._resources.settings.sends_in_flight)
        )
        for result in await asyncio.gather(*flights, return_exceptions=True):
            if result is not None:
                raise result

    async def _fly(self, sender: Sender, job_id: int, ends: float) -> None:
        def goes_on() -> bool:
            stops = self._worker.stopped.is_set() or self._anew.is_set()
            return not stops and self._resources.steady() <= ends

        while sender.holds or goes_on():
            self._to_send.clear()
            # A machine that was away for long may have lost the lane to another.
            wait = await sender.send_next(partial(_is_under_way, job_id), goes_on)
            if wait is None or wait > self._timing.longest_sleep:
                return  # a sweep begins anew
            if wait:
                await self._worker.pause(self._to_send, wait)
        if self._resources.steady() > ends:
            self.outbox_changed()

    async def _work_for_ever(self) -> None:
        while not self._worker.stopped.is_set():
            self._anew.clear()
            work = asyncio.create_task(self._work())
            anew = asyncio.create_task(self._anew.wait())
            await asyncio.wait((work, anew), return_when=asyncio.FIRST_COMPLETED)
            anew.cancel()
            work.cancel()  # it finishes its jobs
            [error] = await asyncio.gather(work, return_exceptions=True)
            if not self._worker.stopped.is_set():
                logger().warning("the worker begins again", because=type(error).__name__)
                await self._worker.pause(self._worker.stopped, self._timing.after_trouble)

    async def _work(self) -> None:
        await self._app.run_worker_async(
            queues=[_DECIDE] if self._worker.sender is None else [_DECIDE, _LANE],
            concurrency=_AT_ONCE,
            fetch_job_polling_interval=self._timing.polls_every,
            listen_notify=self._hears,
            delete_jobs="always",
            install_signal_handlers=False,
            shutdown_graceful_timeout=_PATIENCE_AT_END,
            update_heartbeat_interval=self._timing.heartbeat,
            stalled_worker_timeout=DEAD_AFTER,
        )

    async def _enqueue_for_ever(self) -> None:
        """Jobs for what came in on this machine, as many at once as came in meanwhile."""
        while not self._worker.stopped.is_set():
            await self._came.wait()
            self._came.clear()
            found, self._to_enqueue = self._to_enqueue, set()
            try:
                await self._defer(found, send=self._to_send.is_set())
            except Exception as error:  # the next sweep does it
                logger().warning("no job could be queued", because=type(error).__name__)

    async def _sweep_for_ever(self) -> None:
        looked = -self._timing.looks_for_dead_every
        while not self._worker.stopped.is_set():
            try:
                found, send = await self._resources.writer.run(self._outstanding)
                fired = await self._worker.timekeeper.fire()
                await self._defer(found, send=send or bool(fired))
                if self._resources.steady() - looked >= self._timing.looks_for_dead_every:
                    looked = self._resources.steady()
                    await self._take_over()
                    await self._let_go()
            except Exception as error:
                logger().warning("the sweep failed", because=type(error).__name__)
                self._anew.set()
            await self._worker.pause(self._worker.stopped, self._timing.sweeps_every)

    def _outstanding(self, connection: Connection) -> tuple[Set[int], bool]:
        refuse_read_only(connection)
        self._server_clock.set_by(connection)
        self._resources.longcodes.ours = numbers.load(connection)  # another may have asked
        at = self._server_clock()
        if self._worker.sender is not None:
            lane.note_sender(connection, at)
        overdue = shares.overdue(connection, at - timedelta(seconds=self._timing.overdue), at)
        return overdue, outbox.wants_sender(connection, at)

    async def _defer(self, found: Set[int], *, send: bool) -> None:
        """A job for each share, and one for the lane, where none waits already."""
        await self._defer_deciding(found)
        if send and self._worker.sender is not None:
            with suppress(exceptions.AlreadyEnqueued):
                await self._send.configure(lock=_LANE, queueing_lock=_LANE).defer_async()

    async def _defer_deciding(self, found: Set[int]) -> None:
        if not found:
            return
        connector, manager = self._app.connector, self._app.job_manager
        locks = {_lock_of(share): share for share in found}
        rows = await connector.execute_query_all_async(jobs.WAITING, locks=list(locks))
        for row in rows:
            del locks[row["lock"]]
        wanted = [
            self._decide.configure(lock=lock, queueing_lock=lock).make_new_job(share=share)
            for lock, share in locks.items()
        ]
        if not wanted:
            return
        with suppress(exceptions.AlreadyEnqueued):  # it is all or nothing
            await manager.batch_defer_jobs_async(jobs=wanted)
            return
        for job in wanted:
            with suppress(exceptions.AlreadyEnqueued):
                await manager.batch_defer_jobs_async(jobs=[job])

    async def _take_over(self) -> None:
        """The jobs of machines that died go, with their locks; sweeps make those that are needed.

        To let one wait again would not do: where another waits already, procrastinate refuses.
        """
        manager = self._app.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER):
            if job.id is not None:
                await self._take_away(job.id, "a machine has died, its job is taken over")

    async def _let_go(self) -> None:
        """Jobs of this machine that have ended, and of which the database does not know it."""
        held = await self._resources.writer.run(partial(_held, self._under_way.workers))
        for job_id in self._under_way.left_behind(held):
            await self._take_away(job_id, "a job had ended, and was under way still")

    async def _take_away(self, job_id: int, why: str) -> None:
        manager = self._app.job_manager
        with suppress(exceptions.ConnectorException):  # somebody else was faster
            await manager.finish_job_by_id_async(job_id, status=Status.FAILED, delete_job=True)
            logger().warning(why, job=job_id)


def _app(settings: Settings) -> App:
    app = App(connector=connector(settings.database_url, _AT_ONCE))
    # Without a periodic task the worker does not notice when its heartbeat fails.
    app.periodic(cron=_NEW_YEAR)(app.task(name="new-year", queue=_DECIDE)(_rest))
    return app


def _waiting(
    share: int, connection: Connection, limit: int, now: datetime
) -> Sequence[inbox.Waiting]:
    return shares.waiting(connection, share, limit, now)


def _held(workers: Collection[int], connection: Connection) -> Set[int]:
    return jobs.held(connection, workers)


async def _rest(timestamp: int) -> None:
    """Nothing to do."""


def _is_under_way(job_id: int, connection: Connection) -> bool:
    return jobs.is_under_way(connection, job_id)


def _lock_of(share: int) -> str:
    return f"{_SHARE} {share}"
