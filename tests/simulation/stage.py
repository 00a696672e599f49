"""What everybody in a world shares: its time, its dice, its history."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from bot.engine.outbound import Ids
from tests.build import NOW
from tests.simulation.history import History
from tests.simulation.people import plan


class Stage:
    def __init__(self, seed: int, loop: asyncio.AbstractEventLoop) -> None:
        self.random = Random(seed)  # noqa: S311  the same dice for the same seed
        self.plan = plan(self.random)
        self.history = History(self.plan)
        self.loop = loop
        self.ahead = 0.0
        """Seconds by which the wall clock of the bot is wrong."""

    def now(self) -> float:
        return self.loop.time()

    def true_time(self) -> datetime:
        return NOW + timedelta(seconds=self.now())

    def wall(self) -> datetime:
        """What the bot takes for the time."""
        return NOW + timedelta(seconds=self.now() + self.ahead)

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        self.loop.call_later(seconds, call)

    def within(self, least: float, most: float) -> float:
        return self.random.uniform(least, most)

    def goes_wrong(self, share: float) -> bool:
        """Faults come to an end, so that all can be drained."""
        return self.random.random() < share and self.now() < self.plan.ends_at

    def new_ids(self) -> Ids:
        return Ids(*(f"{self.random.getrandbits(128):032x}" for _ in Ids._fields))

    def note(self, line: str) -> None:
        """What concerns everybody begins with an asterisk."""
        self.history.log.append((self.now(), line))

    def fault(self, kind: str, line: str) -> None:
        self.history.counts[kind] += 1
        self.note(line)
