"""A page is read and drawn once for all who look at the same within a moment.

Fifty open pages that are told of one change ask for it at once.
"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Generic, TypeVar

T = TypeVar("T")
_MOMENT: Final = 0.5
"""Seconds."""


_LEVEL: Final = 5
"""Of compression."""


@dataclass(frozen=True)
class Drawn:
    """The HTML of a page that many have open."""

    of_one: str
    """With places for whose it is."""
    of_nobody: str
    """The forms in it carry nothing."""

    @cached_property
    def packed(self) -> bytes:
        """That of nobody by gzip, once for all who ask."""
        return gzip.compress(self.of_nobody.encode("utf-8", "replace"), _LEVEL, mtime=0)


class Shared(Generic[T]):
    """By what is looked at, which includes the mark of the ledger."""

    def __init__(self) -> None:
        self._found: dict[Hashable, tuple[float, asyncio.Task[T]]] = {}

    async def get(self, what: Hashable, find_out: Callable[[], Awaitable[T]]) -> T:
        """Raises what `find_out` raises, for all who ask."""
        now = asyncio.get_running_loop().time()
        while self._found and (oldest := next(iter(self._found.items())))[1][0] <= now:
            del self._found[oldest[0]]
        if what not in self._found:
            self._found[what] = now + _MOMENT, asyncio.create_task(_wait_for(find_out))
        return await asyncio.shield(self._found[what][1])


async def _wait_for(find_out: Callable[[], Awaitable[T]]) -> T:
    return await find_out()
