"""The Starlette application: built from what it is handed, knowing nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Final, Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.metrics import Metrics
from bot.web.api import Outgoing, api_routes
from bot.web.webhooks import Intake, webhook_routes

_PATIENCE: Final = 2.0
"""Seconds that a health check waits for the database."""

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


class Bot(Intake, Outgoing, Protocol):
    async def try_to_store(self) -> None:
        """Raises whatever keeps events from being stored."""


def create_app(
    *,
    secrets: tuple[str, ...],
    token: str | None,
    bot: Bot,
    metrics: Metrics,
    rule_errors: Callable[[], Sequence[str]] = tuple,
    lifespan: Lifespan | None = None,
) -> Starlette:
    """Webhooks, API and health of one bot."""
    return Starlette(
        routes=[
            *webhook_routes(secrets, bot, metrics),
            *api_routes(token, bot),
            Route("/healthz", _healthz),
            Route("/readyz", _readyz(bot, rule_errors)),
            Route("/metrics", _metrics(metrics)),
        ],
        lifespan=lifespan,
    )


async def _healthz(request: Request) -> Response:
    return JSONResponse({"status": "alive"})


def _readyz(
    bot: Bot, rule_errors: Callable[[], Sequence[str]]
) -> Callable[[Request], Awaitable[Response]]:
    async def readyz(request: Request) -> Response:
        try:
            async with asyncio.timeout(_PATIENCE):
                await bot.try_to_store()
            can_store = True
        except Exception:
            can_store = False
        errors = list(rule_errors())
        ready = can_store and not errors
        body = {
            "status": "ready" if ready else "not ready",
            "storage": "ok" if can_store else "failing",
            "rules": "broken" if errors else "ok",
            **({"errors": errors} if errors else {}),
        }
        return JSONResponse(body, status_code=200 if ready else 503)

    return readyz


def _metrics(metrics: Metrics) -> Callable[[Request], Awaitable[Response]]:
    async def text(request: Request) -> Response:
        return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return text
