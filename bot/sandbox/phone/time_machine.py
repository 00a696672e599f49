"""A clock that can be put forward, for a bot that is in our hands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


class Clock:
    """The time of this machine, and as much more as it was put forward."""

    def __init__(self, at: datetime | None = None) -> None:
        """`at`: what it shows now, in place of the time of this machine."""
        self._ahead = timedelta() if at is None else at - datetime.now(UTC)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def put(self, at: datetime) -> None:
        """Forward; where it is later than `at` already nothing changes."""
        self._ahead = max(self._ahead, at - datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class TimeMachine:
    clock: Clock
    move: Callable[[datetime], Awaitable[None]]
    """Puts the clock forward, past everything that is due until then, each at its time."""
    timezone: str
