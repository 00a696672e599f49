"""The embedded runner: says when to decide and when to send, in one process, by the ledger."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from bot.ledger import inbox, lane, notifications, sending
from bot.ledger.inbox import InboxId
from bot.log import logger
from bot.messaging.delivery import Sender
from bot.messaging.intake import Intake
from bot.messaging.key_probe import FIRST
from bot.messaging.resources import Resources
from bot.model import InboundMessage
from bot.runtime.giving_way import GivingWay
from bot.runtime.worker import Worker

BATCH: Final = 64
"""Messages decided in one transaction: few enough that no webhook waits long behind them."""
_PATIENCE_AT_END: Final = 5.0
"""Seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """All in seconds."""

    longest_sleep: float = 1.0
    """A command in another process may have queued something."""
    after_trouble: float = 1.0
    first_probe: float = FIRST
    """Until the key is tried after the provider has refused it."""


class Runner:
    """Keeps what comes in, decides it, and sends, until it is stopped."""

    def __init__(self, resources: Resources, timing: Timing | None = None) -> None:
        self._resources = resources
        self._timing = timing or Timing()
        self._worker = Worker(resources, first_probe=self._timing.first_probe)
        self.intake = Intake(resources, self)
        self._to_decide = asyncio.Event()
        self._to_send = asyncio.Event()
        self._give_up_at = math.inf
        self._tasks: list[asyncio.Task[None]] = []

    def inbox_changed(self, row_id: InboxId, message: InboundMessage) -> None:
        self._to_decide.set()

    def outbox_changed(self) -> None:
        self._to_send.set()

    async def start(self) -> None:
        await self._resources.writer.run(self._recover)
        await self._worker.know_numbers()
        work = {
            "deciding": self._decide_for_ever(),
            "purge": self._worker.purge_for_ever(),
            "numbers": self._worker.list_numbers_for_ever(),
            "notifying": self._worker.notify_for_ever(
                self._timing.longest_sleep, self._timing.after_trouble
            ),
        }
        if self._worker.collector is not None:
            work["media"] = self._worker.collect_media_for_ever(self._worker.collector)
        if self._worker.sender is not None:
            work["sending"] = self._send_for_ever(self._worker.sender)
        self._tasks = [asyncio.create_task(part, name=name) for name, part in work.items()]

    def _recover(self, connection: Connection) -> None:
        at = self._resources.clock()
        sending.recover(connection, at)
        notifications.let_go(connection)
        lane.note_sender(connection, None if self._worker.sender is None else at)

    def ended(self) -> Sequence[str]:
        """What has ended by itself, and should not have."""
        return self._worker.ended(self._tasks)

    async def stop(self) -> None:
        """Finish what is under way: decisions for a few seconds, the send to its answer.

        What is left stays in the ledger, for the next start.
        """
        self._give_up_at = self._resources.steady() + _PATIENCE_AT_END
        self._worker.stopped.set()
        self._to_decide.set()
        self._to_send.set()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _decide_for_ever(self) -> None:
        stopped, pause, steady = self._worker.stopped, self._worker.pause, self._resources.steady
        look_at, giving_way = steady(), GivingWay()
        while steady() < self._give_up_at:
            self._to_decide.clear()
            begin = steady()
            try:
                decided = await self._worker.decider.decide(inbox.waiting, BATCH)
                gives_way = giving_way.pause(begin, steady(), is_full=decided == BATCH)
                if not decided or begin >= look_at:
                    look_at = begin + self._timing.longest_sleep
                    decided += await self._worker.timekeeper.fire()
            except Exception:
                logger().exception("deciding failed; the messages stay in the inbox")
                if stopped.is_set():
                    return
                await pause(self._to_decide, self._timing.after_trouble)
                continue
            if decided:
                self._to_send.set()
                if self.intake.is_busy:
                    await pause(stopped, gives_way)
            elif not stopped.is_set():
                await pause(self._to_decide, self._timing.longest_sleep)
            elif not self._to_decide.is_set():  # else something came in since the last look
                return

    async def _send_for_ever(self, sender: Sender) -> None:
        many = range(self._resources.settings.sends_in_flight)
        await asyncio.gather(*(self._send_on(sender) for _ in many))

    async def _send_on(self, sender: Sender) -> None:
        stopped = self._worker.stopped
        while sender.holds or not stopped.is_set():
            self._to_send.clear()
            try:
                wait = await sender.send_next(goes_on=lambda: not stopped.is_set())
            except Exception:
                logger().exception("sending failed; the message stays in the outbox")
                wait = self._timing.after_trouble
            if wait != 0:
                longest = self._timing.longest_sleep
                await self._worker.pause(self._to_send, min(wait or math.inf, longest))
            else:
                self._to_send.set()  # there may be more, for another that waits
