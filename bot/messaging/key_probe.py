"""When the key is tried while the provider refuses it: at growing intervals, by a steady clock."""

from __future__ import annotations

from typing import Final

FIRST: Final = 60.0
"""Seconds until the first try."""
_LONGEST: Final = 3_600.0
"""Seconds between two tries, at most."""


class KeyProbe:
    def __init__(self, first: float = FIRST) -> None:
        self._first = self._wait = first
        self._at: float | None = None

    def is_due(self, now: float) -> bool:
        """Asked again and again while sending is paused; True is for one try."""
        if self._at is None:
            self._at = now + self._wait
        if now < self._at:
            return False
        self._wait = min(2 * self._wait, _LONGEST)
        self._at = now + self._wait
        return True

    def succeeded(self) -> None:
        """A message was taken: the next pause begins anew."""
        self._wait, self._at = self._first, None
