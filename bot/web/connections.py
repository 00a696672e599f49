"""HTTP connections with limits that hold before anybody has shown a signature.

uvicorn reads headers of any size for as long as a sender likes, and keeps each connection that
has not sent a whole request. Here both are limited, and where there are too many connections the
one makes room that has waited longest for its request: never one whose request is being answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a connection may cost."""

    head: int = 16_384
    """Bytes of the request line and the headers; MTA's take some 500."""
    request: int = 1_048_576
    """Bytes of a whole request as it is on the wire. A body may have 64 KiB, but in chunks it is
    longer, and what is left of one that was refused is read so that the refusal arrives."""
    seconds: float = 10.0
    """From the first byte of a request to its last, or from the connection to its first request;
    as long may an answer wait for being read."""
    connections: int = 512
    """At once; a process may have 1,024 files open on most machines."""


def connections(limits: Limits | None = None) -> Callable[..., asyncio.Protocol]:
    """What uvicorn takes for `http`: makes the connections of one server."""
    return partial(_Connection, limits or Limits(), {})


class _Connection(HttpToolsProtocol):
    def __init__(self, limits: Limits, waiting: dict[_Connection, None], /, **given: Any) -> None:
        super().__init__(**given)
        self._limits = limits
        self._waiting = waiting
        """Of all connections those without a request to answer, who waits longest first."""
        self._is_incomplete = self._reads_head = True
        self._since: float | None = None
        """When an incomplete request began, on the loop's clock."""
        self._unread_since: float | None = None
        """Since when nobody reads what we have written."""
        self._bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._since = self.loop.time()
        self._waiting[self] = None
        if len(self.connections) > self._limits.connections:
            next(iter(self._waiting))._make_room()
        self._watch = self.loop.call_later(self._limits.seconds, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        self._watch.cancel()
        self._waiting.pop(self, None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._is_incomplete = True
        self._bytes += len(data)
        super().data_received(data)
        if not self._is_incomplete:
            return
        if self._since is None:
            self._since = self.loop.time()
        if self._bytes > (self._limits.head if self._reads_head else self._limits.request):
            self._refuse(_HEAD_TOO_LARGE if self._reads_head else _TOO_LARGE)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._is_incomplete = self._reads_head = True
        self._bytes = 0  # what came with it counts from the next piece on: pieces are small

    def on_headers_complete(self) -> None:
        self._reads_head = False
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > self._limits.head:
            self._refuse(_HEAD_TOO_LARGE)
            raise ValueError("the head is too large")  # which ends the parser's work
        super().on_headers_complete()
        self.cycle.transport = cast("asyncio.Transport", _Whole(self.transport, self.loop))

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._is_incomplete = False
        self._since = None
        if not self.cycle.response_complete:
            self._waiting.pop(self, None)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.cycle.response_complete:  # no other request came meanwhile
            self._waiting.pop(self, None)
            self._waiting[self] = None

    def send_400_response(self, msg: str) -> None:
        if not self.transport.is_closing():
            super().send_400_response(msg)

    def pause_writing(self) -> None:
        self._unread_since = self.loop.time()
        super().pause_writing()

    def resume_writing(self) -> None:
        self._unread_since = None
        super().resume_writing()

    def _look(self) -> None:
        """Whether the other side takes too long; again when it may."""
        seconds, now = self._limits.seconds, self.loop.time()
        since = None if self.flow.read_paused else self._since  # paused: the wait is ours
        is_unread = self._unread_since is not None and now - self._unread_since >= seconds
        if self.transport.is_closing() or is_unread:
            self.transport.abort()
            return
        if since is not None and now - since >= seconds:
            self._refuse(_TOO_SLOW)
            since = None
        wait = seconds if since is None else since + seconds - now
        self._watch = self.loop.call_later(wait, self._look)

    def _refuse(self, answer: bytes) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self.transport.write(answer)
        self.transport.close()

    def _make_room(self) -> None:
        self._waiting.pop(self)
        self.connections.discard(self)
        self.transport.abort()


class _Whole:
    """Writes the head of an answer together with its body, where that follows at once.

    uvicorn writes them one by one, in two packets: 15 of the 140 µs that an answer takes.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._head: bytes | None = b""
        """Held back; None once it is written."""

    def write(self, data: bytes) -> None:
        if self._head is None:
            self._transport.write(data)
        elif self._head:
            self._transport.write(self._head + data)
            self._head = None
        else:
            self._head = data
            self._loop.call_soon(self._write_head)

    def _write_head(self) -> None:
        head, self._head = self._head, None
        if head and not self.is_closing():
            self._transport.write(head)

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def close(self) -> None:
        self._write_head()
        self._transport.close()


def _answer(status: str) -> bytes:
    return f"HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode()


_TOO_SLOW: Final = _answer("408 Request Timeout")
_TOO_LARGE: Final = _answer("413 Content Too Large")
_HEAD_TOO_LARGE: Final = _answer("431 Request Header Fields Too Large")
