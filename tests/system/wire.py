"""The network between the bot and its database: it can be silent, be cut, or lead elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path


class Wire:
    """An address that leads to a server's socket."""

    def __init__(self, target: str) -> None:
        self.target = target
        """Where new connections lead; those that are open stay where they are."""
        self.port = 0
        self._flows = asyncio.Event()
        self._flows.set()
        self._open: set[asyncio.Task[None]] = set()

    @property
    def held(self) -> int:
        """Connections that their other side holds still: established, or half closed.

        See proc(5), and the states in the kernel's tcp_states.h.
        """
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return sum(row[2].endswith(f":{self.port:04X}") and row[3] in ("01", "08") for row in rows)

    def url(self, database: str) -> str:
        return f"postgresql://bot@127.0.0.1:{self.port}/{database}"

    def fall_silent(self) -> None:
        """Nothing arrives any more, at either side, on connections old and new."""
        self._flows.clear()

    def go_on(self) -> None:
        """What was on its way arrives."""
        self._flows.set()

    def cut(self) -> None:
        """Every connection is reset."""
        for task in self._open:
            task.cancel()

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            await self._flows.wait()
            with suppress(OSError):
                far_reader, far_writer = await asyncio.open_unix_connection(self.target)
                try:
                    async with asyncio.TaskGroup() as both:
                        both.create_task(self._carry(reader, far_writer))
                        both.create_task(self._carry(far_reader, writer))
                except* OSError:
                    pass
                finally:
                    far_writer.transport.abort()
        except asyncio.CancelledError:
            pass  # it was cut
        finally:
            writer.transport.abort()
            self._open.discard(task)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            await self._flows.wait()
            writer.write(data)
            await writer.drain()
        await self._flows.wait()
        raise ConnectionResetError  # ends the other direction too


@asynccontextmanager
async def wire_to(target: str) -> AsyncIterator[Wire]:
    wire = Wire(target)
    server = await asyncio.start_server(wire.accept, "127.0.0.1", 0)
    wire.port = server.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        server.close()
        wire.go_on()
        wire.cut()
