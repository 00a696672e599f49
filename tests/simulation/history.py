"""What really happened, by true time: seconds since the world began."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from tests.simulation.people import Act, Plan


@dataclass(frozen=True, slots=True)
class Request:
    """One `POST /send` as the provider saw it."""

    left: float
    """When the bot let go of it."""
    wall: datetime
    """What it took for the time then."""
    seen: float
    request_id: str
    external_id: str
    to: str
    longcode_id: int | None
    text: str
    taken: bool
    """The provider did what it says, now and for the first time."""


@dataclass(frozen=True, slots=True)
class Decided:
    """When a decision became durable."""

    at: float
    text: str
    sender: str
    outcome: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Queued:
    """When what is said became durable, whether it leaves or not."""

    at: float
    to: str
    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """What a person of ours has done; where the bot died meanwhile it may not be known."""

    began: float
    ended: float
    act: Act


@dataclass(slots=True)
class Told:
    """The provider named a time during which it wants no call."""

    heard: float
    until: float
    known: float | None = None
    """When the bot had it durably; infinity where it died before."""


@dataclass(slots=True)
class History:
    plan: Plan
    posted: dict[str, float] = field(default_factory=dict)
    """When the webhook of a text was first on its way."""
    acknowledged: dict[str, float] = field(default_factory=dict)
    """When the provider first had a 200 for it."""
    requests: list[Request] = field(default_factory=list)
    decided: list[Decided] = field(default_factory=list)
    queued: list[Queued] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    set_forwards: list[float] = field(default_factory=list)
    """When the wall clock jumped ahead."""
    clock_set: list[float] = field(default_factory=list)
    """When it jumped at all."""
    starts: list[float] = field(default_factory=list)
    ours: list[str] = field(default_factory=list)
    """Errors that no fault of this world explains."""
    drained: bool = False
    inbox: Sequence[Row[Any]] = ()
    outbox: Sequence[Row[Any]] = ()
    counts: Counter[str] = field(default_factory=Counter)
    log: list[tuple[float, str]] = field(default_factory=list)

    def learn(self, now: float) -> None:
        """What the bot has heard before is durable now."""
        for told in self.told:
            if told.known is None and told.heard < now:
                told.known = now

    def forget(self) -> None:
        """What the bot has heard lately is lost."""
        for told in self.told:
            if told.known is None:
                told.known = math.inf

    def about(self, word: str, most: int = 14) -> list[str]:
        """The last lines that name it, and those that concern all."""
        lines = [(at, line) for at, line in self.log if word in line or line.startswith("*")]
        return [f"{at:9.3f}  {line}" for at, line in lines[-most:]]
