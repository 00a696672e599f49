"""The provider over HTTP: who may call, and which path goes where."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from email.utils import format_datetime

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.sandbox.account import AccountEndpoints
from bot.sandbox.answers import refused
from bot.sandbox.provider import Provider
from bot.sandbox.sending import OnSent, SendEndpoints
from bot.sandbox.values import Refusal
from bot.sandbox.window import Window


def create_app(
    provider: Provider, *, api_key: str, prefix: str = "/v3", on_sent: OnSent | None = None
) -> Starlette:
    """The provider's API under `prefix`; every path asks for `Authorization: Bearer api_key`.

    `on_sent` is called with the messages of each accepted POST /send, before the answer leaves;
    give `Courier.follow` for the webhooks that come after it.
    """
    routes = [
        *SendEndpoints(provider, on_sent).routes(prefix),
        *AccountEndpoints(provider).routes(prefix),
    ]
    return Starlette(
        routes=routes,
        middleware=[Middleware(Gate, provider=provider, api_key=api_key, free=f"{prefix}/send")],
        exception_handlers={HTTPException: _refuse_path(provider)},
    )


class Gate:
    """Checks the key, then the general limit per IP address, which `free` does not fall under.

    Every answer tells the time, by the provider's clock.
    """

    def __init__(self, app: ASGIApp, provider: Provider, api_key: str, free: str) -> None:
        self._app = app
        self._provider = provider
        self._expected = f"Bearer {api_key}".encode()
        self._free = free
        self._windows: dict[str, Window] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self._turned_away(Request(scope)) if scope["type"] == "http" else None
        await (answer or self._app)(scope, receive, self._dated(send))

    def _dated(self, send: Send) -> Send:
        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                at = format_datetime(self._provider.clock(), usegmt=True)
                message["headers"] = [*message["headers"], (b"date", at.encode())]
            await send(message)

        return dated

    def _turned_away(self, request: Request) -> Response | None:
        now = self._provider.clock()
        given = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(given, self._expected):
            return refused(Refusal(401, "The API key is missing or wrong"), now)
        window = None if request.url.path == self._free else self._window(request)
        if window and not window.take(now.timestamp()):
            headers = window.headers(now.timestamp())
            return refused(Refusal(429, "Too many requests"), now, headers)
        return None

    def _window(self, request: Request) -> Window | None:
        limit = self._provider.general_limit
        if limit is None or request.client is None:
            return None
        return self._windows.setdefault(request.client.host, Window(limit))


def _refuse_path(provider: Provider) -> Callable[[Request, Exception], Response]:
    def refuse(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return refused(Refusal(status, f"{request.method} {request.url.path}"), provider.clock())

    return refuse
