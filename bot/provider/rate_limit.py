"""The rate by a clock that nobody sets: the ledger has but the wall clock's times.

The ledger says what holds after a restart, this what holds when the wall clock jumps ahead.
"""

from __future__ import annotations

from collections import deque

from bot.model import Rate


class RateLimiter:
    """Times are seconds of one steady clock."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._ended: deque[float] = deque(maxlen=rate.count)
        self._not_before = 0.0

    def wait(self, now: float, under_way: int = 0) -> float:
        """Seconds until the next send may leave; zero or less is at once.

        Those under way count as if each ended at that moment.
        """
        others = self._rate.count - under_way
        if others <= 0:
            return self._rate.seconds
        full = len(self._ended) >= others
        free = self._ended[-others] + self._rate.seconds if full else now
        return max(free, self._not_before) - now

    def sent(self, now: float, after: float | None) -> None:
        """A send has ended, after which the provider wants none for `after` seconds."""
        self._ended.append(now)
        if after is not None:
            self._not_before = now + after
