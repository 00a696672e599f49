"""How much of its time a server spends on drawing open pages anew: little, as webhooks come first.

Each page that is told of a change is drawn anew. A few changes are told at once, however many have
pages open; where changes go on and on, pages are told less often, one after the other.
"""

from __future__ import annotations

from typing import Final

_SHARE: Final = 0.05
"""Of the time."""
_AT_ONCE: Final = 0.05
"""Seconds of drawing that may come together."""
_ANSWERED: Final = 0.0005
"""Seconds that each page takes, also one that was drawn for somebody else already."""
_WEIGHT: Final = 1 / 16
"""Of the latest page in what drawing one is taken to cost."""


class Pace:
    """A bucket of drawing time, which empties at its share of the time."""

    def __init__(self) -> None:
        self._cost = 0.005
        self._filled = 0.0
        self._at = 0.0

    def drawn(self, seconds: float) -> None:
        """One was drawn, in so much time."""
        self._cost += (seconds - self._cost) * _WEIGHT

    def turn(self, now: float, *, is_drawn: bool) -> float:
        """In how many seconds one more page may be told, which counts from now on.

        `now`: seconds of a steady clock; `is_drawn`: another one that shows the same was told.
        """
        self._filled = max(0.0, self._filled - (now - self._at) * _SHARE)
        self._at = now
        wait = max(0.0, self._filled - _AT_ONCE) / _SHARE
        self._filled += _ANSWERED if is_drawn else _ANSWERED + self._cost
        return wait
