"""A ceiling on requests in any stretch of time.

Whether MTA's windows slide or start afresh is unknown. Sliding is the stricter of the two.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `requests` in any stretch of `seconds`."""

    requests: int
    seconds: float


SEND_LIMIT = Limit(25, 15.0)
"""POST /send, per account (MTA API, rate limits)."""
GENERAL_LIMIT = Limit(30, 60.0)
"""Everything else, per IP address."""


class Window:
    """Counts requests against a limit; what is turned away does not count."""

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._taken: deque[float] = deque()

    def take(self, now: float) -> bool:
        """Count one request at `now` (seconds on any steady scale), or turn it away."""
        self._forget(now)
        if len(self._taken) >= self._limit.requests:
            return False
        self._taken.append(now)
        return True

    def headers(self, now: float) -> dict[str, str]:
        """The rate limit headers of MTA API section 6; `RateLimit-Reset` in milliseconds.

        `Retry-After` (whole seconds) is there only when the next request would be turned away.
        """
        self._forget(now)
        remaining = self._limit.requests - len(self._taken)
        reset = self._taken[0] + self._limit.seconds - now if self._taken else 0.0
        found = {
            "RateLimit-Limit": str(self._limit.requests),
            "RateLimit-Remaining": str(remaining),
            "RateLimit-Reset": str(math.ceil(reset * 1000)),
        }
        if remaining == 0:
            found["Retry-After"] = str(max(1, math.ceil(reset)))
        return found

    def _forget(self, now: float) -> None:
        while self._taken and self._taken[0] <= now - self._limit.seconds:
            self._taken.popleft()
