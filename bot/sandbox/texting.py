"""`POST /_sandbox/texts`: a person of this machine writes, through the signed webhook."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.feed import Feed
from bot.sandbox.webhooks import Courier, Delivery

_HOSTS: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_LARGEST: Final = 65_536
"""Bytes."""

Endpoint = Callable[[Request], Awaitable[Response]]


def texting_routes(courier: Courier, feed: Feed) -> list[Route]:
    async def take(request: Request) -> Response:
        """`{from, text?, to?, media?, tags?}`; answers when the webhook was answered."""
        given = await members_of(request)
        try:
            text, to, media = (_text(given, name) for name in ("text", "to", "media"))
            sender, tags = _text(given, "from") or "", _tags(given.get("tags"))
            body, deliveries = await say(courier, feed, sender, text, to, media, tags)
        except ValueError as error:
            return wrong(str(error))
        told = [{"url": one.url, "answers": list(one.answers)} for one in deliveries]
        return JSONResponse({"replyId": body["replyId"], "from": body["fromNumber"], "told": told})

    return [Route("/_sandbox/texts", only_here(take), methods=["POST"])]


async def say(
    courier: Courier,
    feed: Feed,
    sender: str,
    text: str | None,
    to: str | None = None,
    media: str | None = None,
    tags: Mapping[str, str] | None = None,
) -> tuple[Mapping[str, object], Sequence[Delivery]]:
    """The webhook's body, and what came of it. Raises ValueError."""
    body = courier.received(sender, text, to, media, tags)
    feed.note(
        "received",
        **{"from": body["fromNumber"], "to": body["toNumber"]},
        text=body.get("message"),
        media=body["url"],
        replyId=body["replyId"],
    )
    return body, await courier.deliver("message-reply", body)


def only_here(endpoint: Endpoint) -> Endpoint:
    """For programs and pages of this machine: a page of another site cannot ask in their name."""

    async def ask(request: Request) -> Response:
        if request.url.hostname not in _HOSTS:
            return wrong("this is for this machine only", 403)
        origin = request.headers.get("origin")
        host = request.headers.get("host", "")
        if origin not in (None, f"http://{host}"):
            return wrong("this was asked by a page of another site", 403)
        if request.headers.get("sec-fetch-site") not in (None, "same-origin", "none"):
            return wrong("this was asked by a page of another site", 403)
        return await endpoint(request)

    return ask


async def members_of(request: Request) -> Mapping[str, Any]:
    """The JSON object of a small body; an empty one where there is none."""
    size = request.headers.get("content-length", "")
    if not size.isdecimal() or int(size) > _LARGEST:
        return {}
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        return {}
    try:
        body = await request.json()
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def wrong(because: str, status: int = 400) -> Response:
    return JSONResponse({"error": because}, status_code=status)


def _text(given: Mapping[str, Any], name: str) -> str | None:
    """Raises ValueError."""
    found = given.get(name)
    if found is not None and not isinstance(found, str):
        raise ValueError(f"{name}: needs a text")
    if name == "from" and not found:
        raise ValueError("from: needed")
    return found or None


def _tags(given: object) -> Mapping[str, str] | None:
    """Raises ValueError."""
    if given is None:
        return None
    if not isinstance(given, dict) or not all(isinstance(one, str) for one in given.values()):
        raise ValueError("tags: needs texts by name")
    return given
