"""What tells open pages that something has changed: server-sent events.

One look a moment at the ledger serves all who watch, and none is made while nobody does. An event
says no more than that something has changed, and its id is what the look saw: a page that asks
with the id that it knows (`Last-Event-ID`), after a lost connection or a restart of the server,
is told at once whether it missed something, and draws itself anew whole. So nothing is lost.
https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from bot.errors import LedgerUnavailable
from bot.ledger import changes
from bot.ledger.writer import Writer
from bot.web.console.pace import Pace
from bot.web.console.presence import Others, Presence

_LOOKS_EVERY: Final = 0.5
"""Seconds."""
_GIVES_WAY: Final = 19.0
"""Where a look takes long the next one waits so many times as long: webhooks come first."""
BEAT: Final = 15.0
"""Seconds after which an event without content keeps the connection open."""


@dataclass(frozen=True, slots=True)
class Event:
    """What an open page is told; where nothing is, that keeps the connection open."""

    mark: str | None = None
    """Of a change."""
    others: Others | None = None
    """Who else has which page open, each time that it is another one."""


@dataclass(frozen=True, slots=True)
class Watcher:
    """An open page, and who looks at it."""

    page: str
    name: str
    mark: str | None
    """The last change that it shows."""


class Changes:
    """The ledger of one account, watched for as long as somebody wants to know."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._mark: str | None = None
        self._marked = asyncio.Event()
        self._told: set[str] = set()
        """Pages of which one was told of this mark."""
        self._told_mark: str | None = None
        self._watchers = 0
        self._task: asyncio.Task[None] | None = None
        self._has_ended = False
        self.presence = Presence()
        self.pace = Pace()
        self._turns = asyncio.Lock()
        """First come, first told: nobody waits while others are told again."""
        self._done = 0
        """What people have done here, which the ledger's mark need not show."""

    async def mark(self) -> str:
        """What a page that is drawn now may take for the last change that it shows."""
        if self._task is not None and self._mark is not None:
            return self._mark
        return await self._look()

    def note(self) -> None:
        """Somebody has done something here."""
        self._done += 1
        if self._mark is not None:
            self._mark = f"{self._mark.rpartition('.')[0]}.{self._done}"
            self._wake()

    async def since(self, watcher: Watcher) -> AsyncGenerator[Event, None]:
        """Each change after its mark, and who else is there; nothing from time to time."""
        mark, others = watcher.mark, Others()
        turn: asyncio.Task[None] | None = None
        self._watchers += 1
        if self._task is None:
            self._task = asyncio.create_task(self._watch())
        if self.presence.enter(watcher.page, watcher.name):
            self._wake()
        try:
            while not self._has_ended:
                marked = self._marked
                there = self.presence.others(watcher.name)
                if self._mark is not None and self._mark != mark:
                    turn = turn or asyncio.create_task(self._take_turn(watcher.page))
                    is_ours, _ = await asyncio.wait({turn}, timeout=BEAT)
                    if is_ours:
                        turn, mark = None, self._mark
                        yield Event(mark=mark)
                    else:
                        yield Event()
                elif there != others:
                    others = there
                    yield Event(others=there)
                elif not await _is_set(marked, BEAT):
                    yield Event()
        finally:
            if turn is not None:
                turn.cancel()
            if self.presence.leave(watcher.page, watcher.name):
                self._wake()
            self._watchers -= 1
            if not self._watchers and self._task is not None:
                self._task.cancel()
                self._task = self._mark = None

    def end(self) -> None:
        """Who watches is let go: the server is about to end."""
        self._has_ended = True
        self._wake()

    async def _take_turn(self, page: str) -> None:
        """Ends when one more may be told who has this page open."""
        clock = asyncio.get_running_loop().time
        async with self._turns:
            if not self._has_ended:
                if self._told_mark != self._mark:
                    self._told_mark, self._told = self._mark, set()
                await asyncio.sleep(self.pace.turn(clock(), is_drawn=page in self._told))
                self._told.add(page)

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            begin = loop.time()
            with suppress(LedgerUnavailable, SQLAlchemyError):  # the next look may do better
                mark = await self._look()
                if mark != self._mark:
                    self._mark = mark
                    self._wake()
            await asyncio.sleep(max(_LOOKS_EVERY, _GIVES_WAY * (loop.time() - begin)))

    async def _look(self) -> str:
        done = self._done
        return f"{await self._writer.read(changes.mark)}.{done}"

    def _wake(self) -> None:
        marked, self._marked = self._marked, asyncio.Event()
        marked.set()


async def _is_set(marked: asyncio.Event, within: float) -> bool:
    try:
        await asyncio.wait_for(marked.wait(), within)
    except TimeoutError:
        return False
    return True
