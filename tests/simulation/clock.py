"""An event loop whose time jumps to the next thing that is planned, so that nothing ever waits."""

from __future__ import annotations

import asyncio
import selectors


class _NobodyWaits(selectors.SelectSelector):
    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("nothing is planned, and somebody waits for it")
        self.now += max(timeout, 0.0)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """Seconds since the world began."""

    def __init__(self) -> None:
        self._nobody_waits = _NobodyWaits()
        super().__init__(self._nobody_waits)

    def time(self) -> float:
        return self._nobody_waits.now
