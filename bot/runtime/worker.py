"""What a process works on, whoever says when: it decides, sends, and purges what is too old."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from bot.errors import LedgerUnavailable
from bot.log import logger
from bot.messaging import longcodes
from bot.messaging.decider import Decider
from bot.messaging.delivery import Sender
from bot.messaging.key_probe import FIRST, KeyProbe
from bot.messaging.media import Collector
from bot.messaging.notifications import Notifier
from bot.messaging.resources import Resources
from bot.messaging.timers import Timekeeper
from bot.provider.answers import RetryLater
from bot.runtime.retention import purge_for_ever

_LIST_WITHIN: Final = 5.0
"""Seconds that a first start waits for the list of our numbers."""
_ASKS_AGAIN: Final = timedelta(minutes=1)
"""Until the list is asked for again that could not be had, each time twice as long."""
_LOOKS_EVERY: Final = 2.0
"""Seconds until it is looked again whether an attachment is to be fetched."""
_MAY_END: Final = frozenset({"purge", "numbers", "notifying"})
"""Tasks that have nothing to do under some settings."""


class Worker:
    """What a runner in one process and one of several machines have in common."""

    def __init__(self, resources: Resources, *, first_probe: float = FIRST) -> None:
        """`first_probe`: seconds until the key is tried after the provider has refused it."""
        self._resources = resources
        self.decider = Decider(resources)
        self.timekeeper = Timekeeper(resources)
        self.notifier = Notifier(resources)
        self.sender: Sender | None = None
        if resources.gateway is not None:
            self.sender = Sender(resources, resources.gateway, KeyProbe(first_probe))
        folder = resources.settings.media_dir
        self.collector = None if folder is None else Collector(resources, folder)
        self.stopped = asyncio.Event()

    async def know_numbers(self) -> None:
        """What a conversation is goes by our numbers: the first start asks before it decides."""
        known, writer = self._resources.longcodes, self._resources.writer
        await known.load(writer)
        if not known.ours.by_id and self._resources.gateway is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(_LIST_WITHIN):
                    await known.refresh(self._resources.gateway, writer, self._resources.clock())

    async def list_numbers_for_ever(self) -> None:
        """Numbers come and go, and may be registered anew under another id."""
        known, gateway, wait = self._resources.longcodes, self._resources.gateway, _ASKS_AGAIN
        while gateway is not None and not self.stopped.is_set():
            now = self._resources.clock()
            try:
                failed = await known.refresh(gateway, self._resources.writer, now)
            except (SQLAlchemyError, LedgerUnavailable) as error:
                logger().warning("the numbers cannot be kept", because=type(error).__name__)
                failed = RetryLater(type(error).__name__)
            wait = min(wait * 2, longcodes.FRESH) if failed is not None else longcodes.FRESH
            await self.pause(self.stopped, wait.total_seconds())

    def ended(self, tasks: Iterable[asyncio.Task[None]]) -> Sequence[str]:
        """The names of those that are done though nobody has stopped them and they had work."""
        if self.stopped.is_set():
            return ()
        names = (task.get_name() for task in tasks if task.done())
        return tuple(name for name in names if name not in _MAY_END)

    async def purge_for_ever(self) -> None:
        """Where the settings say how long messages are kept."""
        if self._resources.settings.keep_days is not None:
            keep = timedelta(days=self._resources.settings.keep_days)
            await purge_for_ever(self._resources, keep, self.stopped)

    async def collect_media_for_ever(self, collector: Collector) -> None:
        """What comes with texts is kept in files."""
        while not self.stopped.is_set():
            try:
                found = await collector.next()
            except Exception:
                logger().exception("attachments cannot be kept now")
                found = False
            if not found:
                await self.pause(self.stopped, _LOOKS_EVERY)

    async def notify_for_ever(self, longest_sleep: float, after_trouble: float) -> None:
        """Where messages are sent too."""
        while self.sender is not None and not self.stopped.is_set():
            try:
                wait = 0.0 if await self.notifier.tell() else longest_sleep
            except Exception as error:
                logger().warning("nobody can be told", because=type(error).__name__)
                wait = after_trouble
            if wait:
                await self.pause(self.stopped, wait)
        await self.notifier.close()

    async def pause(self, event: asyncio.Event, seconds: float) -> None:
        """Until the event or the time comes; not at all once it is stopped."""
        if self.stopped.is_set():
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await event.wait()
