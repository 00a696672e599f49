"""What tells open pages that something has changed: server-sent events.

One look a moment at the ledger serves all who watch, and none is made while nobody does. A page
about one person is told of what changed of that person alone. An event says no more than that
something has changed, and its id is what the look saw: a page that asks with the id that it knows
(`Last-Event-ID`), after a lost connection or a restart of the server, is told at once whether it
missed something, and draws itself anew whole. So nothing is lost.
https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection
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
    about: str = ""
    """Whose changes it shows alone, E.164; empty where those of all."""


class Changes:
    """The ledger of one account, watched for as long as somebody wants to know."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._mark: str | None = None
        self._of_people: dict[str, str] = {}
        """Their marks, as far as they are known as of that one."""
        self._about: Counter[str] = Counter()
        """People whom open pages are about."""
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

    async def mark(self, about: str = "") -> str:
        """What a page that is drawn now may take for the last change that it shows."""
        known = self._known(about) if self._task is not None else None
        return known if known is not None else (await self._look([about]))[about]

    def note(self) -> None:
        """Somebody has done something here."""
        self._done += 1
        if self._mark is not None:
            self._mark = f"{self._mark.rpartition('.')[0]}.{self._done}"
            self._of_people = {}
            self._wake()

    async def since(self, watcher: Watcher) -> AsyncGenerator[Event, None]:
        """Each change after its mark, and who else is there; nothing from time to time."""
        mark, others = watcher.mark, Others()
        turn: asyncio.Task[None] | None = None
        self._watchers += 1
        self._about[watcher.about] += 1
        if self._task is None:
            self._task = asyncio.create_task(self._watch())
        if self.presence.enter(watcher.page, watcher.name):
            self._wake()
        try:
            while not self._has_ended:
                marked = self._marked
                there = self.presence.others(watcher.name)
                now = self._known(watcher.about)
                if now is not None and now != mark:
                    turn = turn or asyncio.create_task(self._take_turn(watcher.page))
                    is_ours, _ = await asyncio.wait({turn}, timeout=BEAT)
                    if is_ours:
                        turn, mark = None, self._known(watcher.about) or now
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
            self._about -= Counter([watcher.about])
            if not self._watchers and self._task is not None:
                self._task.cancel()
                self._task = self._mark = None
                self._of_people = {}

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
                done, found = self._done, await self._look(list(self._about))
                if done == self._done and found != {"": self._mark, **self._of_people}:
                    self._mark, self._of_people = found.pop(""), found
                    self._wake()
            await asyncio.sleep(max(_LOOKS_EVERY, _GIVES_WAY * (loop.time() - begin)))

    def _known(self, about: str) -> str | None:
        return self._of_people.get(about) if about else self._mark

    async def _look(self, about: Iterable[str]) -> dict[str, str]:
        """The mark of all, under no name, and those of these people."""
        done, before, known = self._done, self._mark, self._of_people
        people = {person for person in about if person}

        def look(connection: Connection) -> dict[str, str]:
            mark = f"{changes.mark(connection)}.{done}"
            old = {one: known[one] for one in people & known.keys()} if mark == before else {}
            new = people - old.keys()
            return {"": mark, **old, **(changes.marks(connection, new) if new else {})}

        return await self._writer.read(look)

    def _wake(self) -> None:
        marked, self._marked = self._marked, asyncio.Event()
        marked.set()


async def _is_set(marked: asyncio.Event, within: float) -> bool:
    try:
        await asyncio.wait_for(marked.wait(), within)
    except TimeoutError:
        return False
    return True
