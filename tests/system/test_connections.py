"""What a stranger's connection may cost, on real sockets: bytes, time, and the place of others."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import cast

import anyio
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from bot.web.connections import Limits, connections
from tests.support import until

pytestmark = pytest.mark.anyio

HEAD = b"POST / HTTP/1.1\r\nHost: bot\r\n"
GET = b"GET / HTTP/1.1\r\nHost: bot\r\n\r\n"
WHOLE = HEAD + b"Content-Length: 5\r\n\r\nhello"
PATIENT = Limits(head=2_000, request=100_000, seconds=30)
HASTY = Limits(head=2_000, request=100_000, seconds=0.3)
Client = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(slots=True)
class Door:
    """A server that says how many bytes it was sent; `/held` answers when it may."""

    port: int
    server: uvicorn.Server
    held: asyncio.Event
    stack: AsyncExitStack
    asked: list[str] = field(default_factory=list)

    async def connect(self, sent: bytes = b"") -> Client:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.stack.callback(writer.close)
        writer.write(sent)
        return reader, writer

    async def ask(self, *pieces: bytes, answers: int = 1) -> bytes:
        """So many answers, or those until the server closes, in short."""
        reader, writer = await self.connect()
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(0.01)
        return in_short(await everything(reader, answers))

    @property
    def open(self) -> int:
        return len(self.server.server_state.connections)


async def everything(reader: asyncio.StreamReader, answers: int = 2**31) -> bytes:
    """Until the other side closes, in whichever way, or so many answers are there."""
    found = bytearray()
    with anyio.fail_after(20), suppress(ConnectionError):
        while found.count(b"]") < answers and (piece := await reader.read(65_536)):
            found += piece
    return bytes(found)


def in_short(answers: bytes) -> bytes:
    """The status and the body of each."""
    return b" ".join(re.findall(rb"(?<=HTTP/1\.1 )\d+|\[\d+\]", answers))


@asynccontextmanager
async def opened(limits: Limits) -> AsyncIterator[Door]:
    held = asyncio.Event()
    asked: list[str] = []

    async def later() -> AsyncIterator[bytes]:
        await held.wait()
        yield b"[7]"

    async def answer(request: Request) -> Response:
        asked.append(request.url.path)
        if request.url.path == "/held":
            await held.wait()
        if request.url.path == "/later":
            return StreamingResponse(later())
        if request.url.path == "/much":
            return Response(bytes(8 * 2**20))
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
        return Response(f"[{size}]")

    app = Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app,
        http=cast("type[asyncio.Protocol]", connections(limits)),
        ws="none",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    async with AsyncExitStack() as stack:
        task = asyncio.create_task(server.serve(sockets=[listener]))
        await until(lambda: server.started)
        try:
            yield Door(listener.getsockname()[1], server, held, stack, asked)
        finally:
            held.set()
            server.should_exit = True
            await stack.aclose()
            await task


def chunked(*sizes: int) -> bytes:
    parts = [b"%x\r\n%s\r\n" % (size, b"x" * size) for size in sizes]
    return HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"".join(parts) + b"0\r\n"


@pytest.mark.parametrize(
    ("pieces", "answers"),
    [
        ([WHOLE], b"200 [5]"),
        ([bytes([one]) for one in WHOLE], b"200 [5]"),
        ([GET, GET], b"200 [0] 200 [0]"),
        ([GET * 3], b"200 [0] 200 [0] 200 [0]"),
        ([WHOLE + GET + HEAD, b"Content-Length: 1\r\n\r\n", b"x"], b"200 [5] 200 [0] 200 [1]"),
        ([b"\r\n" + GET, b"\r\n", GET], b"200 [0] 200 [0]"),
        ([b"GET /%s HTTP/1.1\r\nHost: bot\r\n\r\n" % (b"x" * 1_900)], b"200 [0]"),
        ([HEAD + b"A: %s\r\n\r\n" % (b"x" * 1_900)], b"200 [0]"),
        ([HEAD + b"Content-Length: 65536\r\n\r\n", b"x" * 65_536], b"200 [65536]"),
        ([chunked(*[1] * 5_000) + b"\r\n"], b"200 [5000]"),
        ([chunked(5) + b"A: b\r\n\r\n"], b"200 [5]"),
        # what is too large counts for its own request only
        ([WHOLE * 200], b" ".join([b"200 [5]"] * 200)),
    ],
)
async def test_usual_requests_are_answered(pieces: list[bytes], answers: bytes) -> None:
    async with opened(PATIENT) as door:
        assert await door.ask(*pieces, answers=answers.count(b"[")) == answers


@pytest.mark.parametrize(
    ("pieces", "answers"),
    [
        ([b"GET /%s HTTP/1.1\r\nHost: bot\r\n\r\n" % (b"x" * 2_001)], b"431"),
        ([HEAD + b"A: %s\r\n\r\n" % (b"x" * 2_000)], b"431"),
        ([HEAD + b"A: b\r\n" * 1_000 + b"\r\n"], b"431"),
        ([HEAD] + [b"A: %s\r\n" % (b"x" * 500)] * 5, b"431"),
        ([WHOLE, HEAD + b"A: %s\r\n\r\n" % (b"x" * 2_000)], b"200 [5] 431"),
        ([WHOLE, HEAD] + [b"A: %s\r\n" % (b"x" * 500)] * 5, b"200 [5] 431"),
    ],
)
async def test_a_head_that_is_too_large_is_refused(pieces: list[bytes], answers: bytes) -> None:
    async with opened(PATIENT) as door:
        assert await door.ask(*pieces, answers=9) == answers
        assert len(door.asked) == answers.count(b"[")


@pytest.mark.parametrize(
    ("begin", "piece"),
    [
        (b"", b"x" * 65_536),
        (b"", b"\r\n" * 32_768),
        (GET, b"\r\n" * 32_768),
        (b"GET /", b"x" * 65_536),
        (HEAD + b"A: ", b"x" * 65_536),
        (HEAD + b"A", b"x" * 65_536),
        (HEAD, b"A: b\r\n" * 10_922),
        (GET + HEAD + b"A: ", b"x" * 65_536),
        (chunked(5), b"A: b\r\n" * 10_922),
        (chunked(5) + b"A: ", b"x" * 65_536),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;", b"x" * 65_536),
        (HEAD + b"Content-Length: 67108864\r\n\r\n", b"x" * 65_536),
    ],
)
async def test_what_never_ends_is_cut(begin: bytes, piece: bytes) -> None:
    """64 MiB are sent, and a few pass: those that the sockets themselves hold."""
    async with opened(PATIENT) as door:
        reader, writer = await door.connect(begin)
        reading = asyncio.create_task(everything(reader))
        passed = 0
        with suppress(ConnectionError):
            while passed < 64 * 2**20:
                writer.write(piece)
                await writer.drain()
                passed += len(piece)
        await reading
        assert passed < 32 * 2**20
        await until(lambda: door.open == 0)


@pytest.mark.parametrize(
    ("begin", "piece", "answer"),
    [
        (b"", b"", b"408"),
        (b"GET", b"", b"408"),
        (b"GET /", b"x", b"408"),
        (HEAD, b"A: b\r\n", b"408"),
        (b"\r\n", b"\r\n", b"408"),
        (GET, b"\r\n", b"200 [0] 408"),
        (GET + HEAD, b"A: b\r\n", b"200 [0] 408"),
        # the answer is under way: there is nothing left to say
        (HEAD + b"Content-Length: 5\r\n\r\nh", b"", b""),
        (HEAD + b"Content-Length: 5000\r\n\r\n", b"x", b""),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", b""),
        (chunked(5), b"", b""),
        (chunked(5), b"A: b\r\n", b""),
    ],
)
async def test_who_sends_too_slowly_is_cut(begin: bytes, piece: bytes, answer: bytes) -> None:
    async with opened(HASTY) as door:
        reader, writer = await door.connect(begin)
        reading = asyncio.create_task(everything(reader))
        while not reading.done():
            writer.write(piece)
            await asyncio.sleep(0.05)
        assert in_short(await reading) == answer
        await until(lambda: door.open == 0)


async def test_who_reads_no_answer_is_cut() -> None:
    async with opened(HASTY) as door:
        await door.connect(GET.replace(b"/ ", b"/much "))
        await until(lambda: door.asked == ["/much"])
        await until(lambda: door.open == 0)


async def test_an_answer_comes_in_one_piece() -> None:
    async with opened(PATIENT) as door:
        reader, writer = await door.connect()
        for _ in range(20):
            writer.write(WHOLE)
            assert in_short(await reader.read(65_536)) == b"200 [5]"


async def test_a_head_does_not_wait_for_a_body_that_comes_later() -> None:
    async with opened(PATIENT) as door:
        reader, _ = await door.connect(GET.replace(b"/ ", b"/later "))
        assert in_short(await reader.readuntil(b"\r\n\r\n")) == b"200"
        door.held.set()
        assert in_short(await reader.readuntil(b"[7]")) == b"[7]"


async def test_an_answer_to_head_has_no_body() -> None:
    async with opened(PATIENT) as door:
        reader, writer = await door.connect(GET.replace(b"GET", b"HEAD"))
        assert in_short(await reader.readuntil(b"\r\n\r\n")) == b"200"
        writer.write(GET)
        assert in_short(await reader.readuntil(b"[0]")) == b"200 [0]"


async def test_an_answer_may_take_its_time() -> None:
    async with opened(HASTY) as door:
        reader, _ = await door.connect(GET.replace(b"/ ", b"/held ") + GET)
        await asyncio.sleep(1)
        door.held.set()
        assert in_short(await reader.readuntil(b"[0]") + await reader.readuntil(b"[0]")) == (
            b"200 [0] 200 [0]"
        )


@pytest.mark.parametrize("begin", [b"", HEAD + b"A: ", HEAD + b"Content-Length: 5\r\n\r\nh"])
async def test_whoever_waits_longest_makes_room_for_a_new_one(begin: bytes) -> None:
    async with opened(Limits(connections=5)) as door:
        strangers = [await door.connect(begin) for _ in range(30)]
        await until(lambda: door.open == 5)
        for _ in range(10):
            assert await door.ask(WHOLE) == b"200 [5]"
        # those that came first had to go first
        for reader, _ in strangers[:25]:
            assert await everything(reader) == b""


async def test_one_that_was_answered_makes_room_too() -> None:
    async with opened(Limits(connections=2)) as door:
        first = await door.connect(GET)
        await first[0].readuntil(b"[0]")
        second = await door.connect(GET)
        await second[0].readuntil(b"[0]")
        first[1].write(GET)
        await first[0].readuntil(b"[0]")
        assert await door.ask(WHOLE) == b"200 [5]"
        assert await everything(second[0]) == b""
        first[1].write(GET)
        assert await first[0].readuntil(b"[0]")


async def test_a_request_that_is_being_answered_keeps_its_place() -> None:
    async with opened(Limits(connections=3)) as door:
        busy = [await door.connect(GET.replace(b"/ ", b"/held ")) for _ in range(3)]
        await until(lambda: len(door.asked) == 3)
        turned_away = [await door.connect(GET) for _ in range(10)]
        for reader, _ in turned_away:
            assert await everything(reader) == b""
        door.held.set()
        for reader, _ in busy:
            assert in_short(await reader.readuntil(b"[0]")) == b"200 [0]"
        assert await door.ask(WHOLE) == b"200 [5]"
