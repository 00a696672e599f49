"""The embedded runner: says when to decide and when to send, in one process, by the ledger."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from typing import Final

from bot.ledger import inbox, sending
from bot.ledger.inbox import InboxId
from bot.ledger.writer import Writer
from bot.log import logger
from bot.messaging import processing
from bot.messaging.delivery import Sender
from bot.messaging.metrics import Metrics
from bot.model import InboundMessage
from bot.provider.client import Gateway
from bot.rules.ruleset import Ruleset
from bot.runtime.worker import Machine, now
from bot.settings import Settings

_BATCH: Final = 8
"""Messages decided in one transaction: few enough that no webhook waits long behind them."""
_GIVES_WAY: Final = 19.0
"""While webhooks pour in, deciding pauses for so many times the time that it took: they come
first, since the provider repeats them only twice, and what is decided meanwhile is still twenty
times what it lets us send."""
_GIVES_WAY_AT_MOST: Final = 1.0
"""Seconds; a disk that stood still for once is no reason to stop deciding for minutes."""
_PATIENCE_AT_END: Final = 5.0
"""Seconds."""
_LONGEST_SLEEP: Final = 1.0
"""Seconds; a command in another process may have queued something."""
_AFTER_TROUBLE: Final = 1.0
"""Seconds."""


class Runner(Machine):
    """Keeps what comes in, decides it, and sends, until it is stopped."""

    def __init__(
        self,
        *,
        writer: Writer,
        gateway: Gateway | None,
        settings: Settings,
        rules: Callable[[], Ruleset],
        metrics: Metrics,
        clock: processing.Clock = now,
    ) -> None:
        """Without a gateway it decides and records, but sends nothing."""
        super().__init__(
            writer=writer,
            gateway=gateway,
            settings=settings,
            rules=rules,
            metrics=metrics,
            clock=clock,
        )
        self._to_decide = asyncio.Event()
        self._to_send = asyncio.Event()
        self._give_up_at = math.inf
        self._tasks: list[asyncio.Task[None]] = []

    def inbox_changed(self, row_id: InboxId, message: InboundMessage) -> None:
        self._to_decide.set()

    def outbox_changed(self) -> None:
        self._to_send.set()

    async def start(self) -> None:
        await self.writer.run(lambda connection: sending.recover(connection, self.clock()))
        self._tasks = [asyncio.create_task(self._decide_for_ever(), name="decide")]
        if self._sender is not None:
            self._tasks.append(asyncio.create_task(self._send_for_ever(self._sender), name="send"))
        if self.settings.keep_days is not None:
            forgetting = self._forget_for_ever(self.settings.keep_days)
            self._tasks.append(asyncio.create_task(forgetting, name="forget"))

    async def stop(self) -> None:
        """Finish what is under way: decisions for a few seconds, the send to its answer.

        What is left stays in the ledger, for the next start.
        """
        self._give_up_at = time.monotonic() + _PATIENCE_AT_END
        self._stopped.set()
        self._to_decide.set()
        self._to_send.set()
        await asyncio.gather(*self._tasks)

    async def _decide_for_ever(self) -> None:
        while time.monotonic() < self._give_up_at:
            self._to_decide.clear()
            begin = time.monotonic()
            try:
                decided = await self._decider.decide(inbox.waiting, _BATCH)
            except Exception:
                logger().exception("deciding failed; the messages stay in the inbox")
                if self._stopped.is_set():
                    return
                await self._pause(self._to_decide, _AFTER_TROUBLE)
                continue
            if decided:
                self._to_send.set()
                if self._arrivals.are_coming:
                    gives_way = _GIVES_WAY * (time.monotonic() - begin)
                    await self._pause(self._stopped, min(gives_way, _GIVES_WAY_AT_MOST))
            elif self._stopped.is_set():
                return
            else:
                await self._pause(self._to_decide, _LONGEST_SLEEP)

    async def _send_for_ever(self, sender: Sender) -> None:
        while not self._stopped.is_set():
            self._to_send.clear()
            try:
                wait = await sender.send_next()
            except Exception:
                logger().exception("sending failed; the message stays in the outbox")
                wait = _AFTER_TROUBLE
            if wait != 0:
                await self._pause(self._to_send, min(wait or math.inf, _LONGEST_SLEEP))
