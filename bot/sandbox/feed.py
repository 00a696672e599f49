"""What went over the wire, in order, for a log and for pages that watch."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

from bot.sandbox.texts import iso

_KEPT: Final = 1_000

Kind: TypeAlias = Literal["received", "sent", "webhook", "request"]
"""A person's text, a message of ours to them, an event posted to the bot, a call of the API."""


@dataclass(frozen=True, slots=True)
class Event:
    id: int
    """From 1, without gaps."""
    at: datetime
    kind: Kind
    what: Mapping[str, object]
    """JSON's types alone."""

    def as_object(self) -> dict[str, object]:
        return {"id": self.id, "at": iso(self.at), "kind": self.kind, **self.what}


class Feed:
    """The last thousand events; `listener` hears each at once. For one event loop."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.listener: Callable[[Event], None] = lambda _: None
        self._clock = clock
        self._events: deque[Event] = deque(maxlen=_KEPT)
        self._count = 0
        self._more = asyncio.Event()
        self._has_ended = False

    def note(self, kind: Kind, **what: object) -> None:
        self._count += 1
        event = Event(self._count, self._clock(), kind, what)
        self._events.append(event)
        self.listener(event)
        self._wake()

    def after(self, seen: int) -> tuple[Event, ...]:
        """Those that are kept, of an id above `seen`."""
        return tuple(event for event in self._events if event.id > seen)

    @property
    def last(self) -> int:
        """The id of the last event, 0 before the first."""
        return self._count

    def stir(self) -> None:
        """Something that is not an event has changed: who watches looks again."""
        self._wake()

    def end(self) -> None:
        """Who watches is let go."""
        self._has_ended = True
        self._wake()

    async def changes(self, beat: float) -> AsyncIterator[int]:
        """The last id at once, then whenever something has changed, or after `beat` seconds."""
        while not self._has_ended:
            more = self._more
            yield self._count
            try:
                async with asyncio.timeout(beat):
                    await more.wait()
            except TimeoutError:
                continue

    def _wake(self) -> None:
        more, self._more = self._more, asyncio.Event()
        more.set()
