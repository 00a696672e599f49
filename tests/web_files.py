"""A server of files on this machine that answers as a test says, byte for byte."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

JPEG = b"\xff\xd8\xff\xe0" + bytes(100)


@dataclass(slots=True)
class Files:
    """What is asked for, and what is answered, by path."""

    port: int = 0
    answers: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Paths with the Host that was named."""

    def put(self, path: str, body: bytes = JPEG, status: str = "200 OK", **headers: str) -> str:
        """The URL of it."""
        lines = {"Content-Length": str(len(body)), **_named(headers)}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
        self.answers[path] = f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body
        return self.url(path)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = (await reader.readuntil(b"\r\n\r\n")).decode()
        path = request.split(" ")[1]
        [host] = [line[6:] for line in request.splitlines() if line.lower().startswith("host: ")]
        self.asked.append((path, host))
        writer.write(self.answers.get(path, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"))
        writer.close()


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@asynccontextmanager
async def files() -> AsyncIterator[Files]:
    found = Files()
    server = await asyncio.start_server(found.answer, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    async with server:
        yield found
