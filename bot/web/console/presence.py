"""Who has which page open, as far as this process serves it: other machines do not know."""

from __future__ import annotations

from collections import Counter
from typing import TypeAlias

Others: TypeAlias = dict[str, tuple[str, ...]]
"""Names by the page that they have open."""


class Presence:
    """Each open page that is live stands here with the name of who looks at it."""

    def __init__(self) -> None:
        self._open: Counter[tuple[str, str]] = Counter()
        self._others: dict[str, Others] = {}
        """By who is told; as long as nobody comes or goes."""

    def enter(self, page: str, name: str) -> bool:
        """They look at it from now on; whether they did not yet."""
        self._open[page, name] += 1
        return self._is_new(self._open[page, name] == 1)

    def leave(self, page: str, name: str) -> bool:
        """They do so in one window less; whether it was the last one."""
        self._open[page, name] -= 1
        is_gone = not self._open[page, name]
        if is_gone:
            del self._open[page, name]
        return self._is_new(is_gone)

    def others(self, name: str) -> Others:
        """Everybody else, in the order of their names; found out once for all windows of one."""
        if name not in self._others:
            self._others[name] = self._all_but(name)
        return self._others[name]

    def _all_but(self, name: str) -> Others:
        found: dict[str, list[str]] = {}
        for page, who in sorted(self._open):
            if who != name:
                found.setdefault(page, []).append(who)
        return {page: tuple(names) for page, names in found.items()}

    def _is_new(self, is_new: bool) -> bool:
        if is_new:
            self._others.clear()
        return is_new
