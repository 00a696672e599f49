"""What takes long to find out is found out now and then, once for all who look."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, Generic, TypeVar

T = TypeVar("T")
_GIVES_WAY: Final = 19.0
"""For so many times as long as it took it is told again: webhooks come first."""


class Remembered(Generic[T]):
    """A few things by their names, each as it was at some mark of the ledger."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[str, asyncio.Task[T]]] = {}
        self._until: dict[str, float] = {}

    async def get(
        self, name: str, mark: str, find_out: Callable[[], Awaitable[T]]
    ) -> tuple[T, float | None]:
        """It, and in how many seconds there is something newer; None where nothing has changed.

        Raises what `find_out` raises; the next who asks has it tried again.
        """
        clock = asyncio.get_running_loop().time
        of, task = self._found.get(name, (mark, None))
        if task is None or (task.done() and self._until.get(name, 0.0) <= clock()):
            of, task = mark, asyncio.create_task(self._find(name, find_out))
            self._found[name] = of, task
        found = await asyncio.shield(task)
        return found, None if of == mark else max(self._until[name] - clock(), 0.0)

    async def _find(self, name: str, find_out: Callable[[], Awaitable[T]]) -> T:
        clock = asyncio.get_running_loop().time
        begin = clock()
        found = await find_out()
        self._until[name] = clock() + _GIVES_WAY * (clock() - begin)
        return found
