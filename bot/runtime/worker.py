"""What a machine does, whoever says when: keeps what comes in, decides, sends, forgets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from bot.ledger.writer import Writer
from bot.messaging import longcodes, processing
from bot.messaging.delivery import Sender
from bot.messaging.intake import Intake
from bot.messaging.metrics import Metrics
from bot.messaging.processing import Decider
from bot.provider.client import Gateway
from bot.rules.ruleset import Ruleset
from bot.runtime.retention import forget_for_ever
from bot.settings import Settings


def now() -> datetime:
    return datetime.now(UTC)


class Machine(Intake):
    """The parts that a runner on one machine and one on several have in common."""

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
        super().__init__(writer=writer, settings=settings, metrics=metrics, clock=clock)
        self._rules = rules
        numbers = longcodes.Numbers()
        self._decider = Decider(
            writer=writer,
            settings=settings,
            rules=rules,
            numbers=numbers,
            metrics=metrics,
            clock=clock,
            sends=gateway is not None,
        )
        self._sender = None
        if gateway is not None:
            self._sender = Sender(
                writer=writer,
                gateway=gateway,
                settings=settings,
                numbers=numbers,
                metrics=metrics,
                clock=clock,
            )
        self._stopped = asyncio.Event()

    async def _forget_for_ever(self, keep_days: int) -> None:
        await forget_for_ever(
            self.writer, timedelta(days=keep_days), self._rules, self.clock, self._stopped
        )

    async def _pause(self, event: asyncio.Event, seconds: float) -> None:
        """Until the event or the time comes; not at all once it is stopped."""
        if self._stopped.is_set():
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await event.wait()
