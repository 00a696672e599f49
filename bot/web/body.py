"""Request bodies, read as they stream in and never beyond a limit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

Endpoint = Callable[[Request], Awaitable[Response]]


def is_json(request: Request) -> bool:
    """Whether the body is said to be JSON. No form of a foreign page can say so."""
    media_type, _, _ = request.headers.get("content-type", "").partition(";")
    return media_type.strip().lower() == "application/json"


async def read_body(request: Request, largest: int) -> bytes | None:
    """The bytes, or None where there are more than `largest`: the rest is not read."""
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > largest:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            return None
    return bytes(body)
