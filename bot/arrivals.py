"""Messages on their way into the ledger: those that wait at a moment go in together."""

from __future__ import annotations

import asyncio
from typing import Final

from bot.ledger import inbox
from bot.ledger.inbox import Kept
from bot.ledger.writer import Writer
from bot.model import InboundMessage

_FULL: Final = 256
"""Messages of one batch."""
_QUIET: Final = 4
"""Turns of the loop without a new message until a batch goes: a request takes up to that many."""


class Arrivals:
    """Keeps messages durably, as many with one statement as have come in meanwhile."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._waiting: list[tuple[InboundMessage, asyncio.Future[Kept]]] = []
        self._keeping: asyncio.Task[None] | None = None

    @property
    def are_coming(self) -> bool:
        return self._keeping is not None

    async def keep(self, message: InboundMessage) -> Kept:
        """Durable when it returns."""
        future: asyncio.Future[Kept] = asyncio.get_running_loop().create_future()
        self._waiting.append((message, future))
        if self._keeping is None:
            self._keeping = asyncio.create_task(self._keep_all())
        return await future

    async def _keep_all(self) -> None:
        while self._waiting:
            await self._gather()
            batch, self._waiting = self._waiting, []
            try:
                await self._keep(batch)
            except Exception:
                # One that cannot be stored must not take the others with it.
                for item in batch:
                    await self._keep_one(item)
        self._keeping = None

    async def _gather(self) -> None:
        """Wait for what comes in at the same moment: a commit for each costs more than all else."""
        quiet, before = 0, len(self._waiting)
        while quiet < _QUIET and before < _FULL:
            await asyncio.sleep(0)
            quiet = quiet + 1 if len(self._waiting) == before else 0
            before = len(self._waiting)

    async def _keep(self, batch: list[tuple[InboundMessage, asyncio.Future[Kept]]]) -> None:
        messages = [message for message, _ in batch]
        found = await self._writer.run(lambda connection: inbox.keep(connection, messages))
        for (_, future), kept in zip(batch, found, strict=True):
            if not future.done():
                future.set_result(kept)

    async def _keep_one(self, item: tuple[InboundMessage, asyncio.Future[Kept]]) -> None:
        try:
            await self._keep([item])
        except Exception as error:
            if not item[1].done():
                item[1].set_exception(error)
