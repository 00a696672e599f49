"""Who has which page open, as far as this process serves it: other machines do not know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

Others: TypeAlias = dict[str, tuple[str, ...]]
"""Names by the page that they have open."""


class Presence:
    """Each open page that is live stands here with the name of who looks at it."""

    def __init__(self) -> None:
        self._open: Counter[tuple[str, str]] = Counter()

    @contextmanager
    def of(self, page: str, name: str) -> Iterator[None]:
        """They look at it meanwhile."""
        self._open[page, name] += 1
        try:
            yield
        finally:
            self._open[page, name] -= 1
            self._open += Counter()  # without those that are gone

    def others(self, name: str) -> Others:
        """Everybody else, in the order of their names."""
        found: dict[str, list[str]] = {}
        for page, who in sorted(self._open):
            if who != name:
                found.setdefault(page, []).append(who)
        return {page: tuple(names) for page, names in found.items()}
