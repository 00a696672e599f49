"""What a process works on, whoever says when: it decides, sends, and purges what is too old."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

from bot.messaging.delivery import Sender
from bot.messaging.key_probe import FIRST, KeyProbe
from bot.messaging.processing import Decider
from bot.messaging.resources import Resources
from bot.runtime.retention import purge_for_ever


class Worker:
    """What a runner in one process and one of several machines have in common."""

    def __init__(self, resources: Resources, *, first_probe: float = FIRST) -> None:
        """`first_probe`: seconds until the key is tried after the provider has refused it."""
        self._resources = resources
        self.decider = Decider(resources)
        self.sender: Sender | None = None
        if resources.gateway is not None:
            self.sender = Sender(resources, resources.gateway, KeyProbe(first_probe))
        self.stopped = asyncio.Event()

    async def purge_for_ever(self) -> None:
        """Where the settings say how long messages are kept."""
        if self._resources.settings.keep_days is not None:
            keep = timedelta(days=self._resources.settings.keep_days)
            await purge_for_ever(self._resources, keep, self.stopped)

    async def pause(self, event: asyncio.Event, seconds: float) -> None:
        """Until the event or the time comes; not at all once it is stopped."""
        if self.stopped.is_set():
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await event.wait()
