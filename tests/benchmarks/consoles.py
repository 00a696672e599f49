"""`python -m tests.benchmarks.consoles PORT COUNT`: open consoles, until they are terminated.

Each does what the browser's script does: it listens, and loads its page anew when it is told of a
change, not more often than that script.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Final

_AT_MOST_EVERY: Final = 0.4
"""Seconds, as in bot/web/console/static/live.js."""
_HEAD: Final = "GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n"


async def _console(port: int, opened: asyncio.Semaphore) -> None:
    page = await _load(port, "/")
    after = page.partition(b"_live?after=")[2].partition(b"&")[0].decode()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(_HEAD.format(f"/_live?after={after}&at=%2F").encode())
    told = asyncio.Event()
    opened.release()
    drawing = asyncio.create_task(_draw(port, told))
    while line := await reader.readline():
        if line.startswith(b"id: "):
            told.set()
    drawing.cancel()


async def _draw(port: int, told: asyncio.Event) -> None:
    while await told.wait():
        told.clear()
        await _load(port, "/", "Accept-Encoding: gzip", "X-Open-Page: 1")
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


async def _main(port: int, count: int) -> None:
    opened = asyncio.Semaphore(0)
    async with asyncio.TaskGroup() as consoles:
        for _ in range(count):
            consoles.create_task(_console(port, opened))
        for _ in range(count):
            await opened.acquire()
        print("open", flush=True)


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), int(sys.argv[2])))
