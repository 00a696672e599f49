"""`python -m tests.benchmarks.consoles PORT PATH…`: open consoles, until they are terminated.

Each has a page open, and does what the browser's script does: it listens, and loads its page anew
when it is told of a change, not more often than that script.
"""

from __future__ import annotations

import asyncio
import html
import re
import sys
from typing import Final

_AT_MOST_EVERY: Final = 0.4
"""Seconds, as in bot/web/console/static/live.js."""
_HEAD: Final = "GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n"


async def _console(port: int, path: str, opened: asyncio.Semaphore) -> None:
    page = await _load(port, path)
    found = re.search(r'data-live="([^"]*)"', page.decode())
    assert found is not None
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(_HEAD.format(html.unescape(found[1])).encode())
    told = asyncio.Event()
    opened.release()
    drawing = asyncio.create_task(_draw(port, path, told))
    while line := await reader.readline():
        if line.startswith(b"id: "):
            told.set()
    drawing.cancel()


async def _draw(port: int, path: str, told: asyncio.Event) -> None:
    while await told.wait():
        told.clear()
        await _load(port, path, "Accept-Encoding: gzip", "X-Open-Page: 1")
        await asyncio.sleep(_AT_MOST_EVERY)


async def _load(port: int, path: str, *more: str) -> bytes:
    """The page as it comes, over a connection that ends with it; `more`: headers."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = _HEAD.format(path).replace("Accept-Encoding: gzip", "Connection: close")
    writer.write(head.replace("\r\n\r\n", "\r\n".join(["", *more, "", ""])).encode())
    whole = await reader.read()
    writer.close()
    assert whole.startswith(b"HTTP/1.1 200"), whole[:200]
    return whole


async def _main(port: int, paths: list[str]) -> None:
    opened = asyncio.Semaphore(0)
    async with asyncio.TaskGroup() as consoles:
        for path in paths:
            consoles.create_task(_console(port, path, opened))
        for _ in paths:
            await opened.acquire()
        print("open", flush=True)


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), sys.argv[2:]))
