"""Request bodies, read as they stream in and never beyond a limit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive

Endpoint = Callable[[Request], Awaitable[Response]]


def is_json(request: Request) -> bool:
    """Whether the body is said to be JSON. No form of a foreign page can say so."""
    media_type, _, _ = request.headers.get("content-type", "").partition(";")
    return media_type.strip().lower() == "application/json"


async def read_body(request: Request, largest: int) -> bytes | None:
    """See `read_whole`."""
    return await read_whole(request.receive, request.headers.get("content-length", ""), largest)


async def read_whole(receive: Receive, declared: str, largest: int) -> bytes | None:
    """The bytes, or None where there are more than `largest`: the rest is not read.

    `declared` is what Content-Length says. Raises ClientDisconnect.
    """
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > largest:
        return None
    chunks: list[bytes] = []
    size, is_whole = 0, False
    while not is_whole:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk = message.get("body", b"")
        chunks.append(chunk)
        size += len(chunk)
        if size > largest:
            return None
        is_whole = not message.get("more_body", False)
    return b"".join(chunks)
