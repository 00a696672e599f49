"""A load of signed webhooks over HTTP on loopback, bounded in count, from one process."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.provider.events import sign
from tests.benchmarks.texts import texts

SECRET = "benchmark-secret"


@dataclass(frozen=True, slots=True)
class Figures:
    seconds: float
    answered: int
    refused: int
    """Answers that were no 200."""
    slowest_of_100: float
    """p99 of the answers, in seconds."""

    @property
    def per_second(self) -> float:
        return self.answered / self.seconds


def requests(count: int, *, first: int = 0) -> list[bytes]:
    """Whole HTTP requests, each a text of its own from one of 5,000 people."""
    found = []
    for number, text in enumerate(texts(count), first):
        body = json.dumps(
            {
                "fromNumber": f"+1555555{number % 5_000:04}",
                "toNumber": "+18005550100",
                "replyId": f"bench-{number}",
                "message": text,
                "tags": {"campaign": "spring", "longcodeId": "123"},
                "timestamp": "2026-01-15T17:04:05.000Z",
            }
        ).encode()
        head = (
            "POST /webhooks/message-reply HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            f"X-Signature: {sign(SECRET, body)}\r\n\r\n"
        )
        found.append(head.encode() + body)
    return found


class _Connection(asyncio.Protocol):
    """Sends the next request as soon as the last is answered and its moment has come."""

    def __init__(
        self, work: list[bytes], times: list[float], bad: list[bytes], moments: Iterator[float]
    ) -> None:
        self.work, self.times, self.bad, self.moments = work, times, bad, moments
        self.done = asyncio.get_running_loop().create_future()
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.next()

    def next(self) -> None:
        if not self.work:
            self.transport.close()
            self.done.set_result(None)
            return
        request, now = self.work.pop(), time.perf_counter()
        # One that is late because others were slow counts from when it should have gone.
        self.begin = next(self.moments, now)
        if self.begin <= now:
            self.transport.write(request)
        else:
            asyncio.get_running_loop().call_later(self.begin - now, self.transport.write, request)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, end, rest = self.buffer.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        if not end or len(rest) < int(length or b"0"):
            return
        self.times.append(time.perf_counter() - self.begin)
        if not head.startswith(b"HTTP/1.1 200"):
            self.bad.append(head)
        self.buffer = b""
        self.next()


async def _post(port: int, work: Sequence[bytes], connections: int, rate: float | None) -> Figures:
    left, times, bad = list(reversed(work)), list[float](), list[bytes]()
    loop = asyncio.get_running_loop()
    begin = time.perf_counter()
    moments = (begin + number / rate for number in itertools.count()) if rate else iter(())
    opened = [
        await loop.create_connection(
            lambda: _Connection(left, times, bad, moments), "127.0.0.1", port
        )
        for _ in range(connections)
    ]
    async with asyncio.timeout(120):
        await asyncio.gather(*(protocol.done for _, protocol in opened))
    seconds = time.perf_counter() - begin
    return Figures(seconds, len(times), len(bad), sorted(times)[len(times) * 99 // 100])


def post(
    port: int, work: Sequence[bytes], *, connections: int = 32, rate: float | None = None
) -> Figures:
    """Post all of the work, at most `rate` a second, and wait for every answer."""
    return asyncio.run(_post(port, work, connections, rate))
