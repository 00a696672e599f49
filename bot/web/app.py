"""The Starlette application: built from what it is handed, knowing nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
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
    async def can_store(self) -> bool: ...


def create_app(
    *,
    secrets: tuple[str, ...],
    token: str | None,
    bot: Bot,
    metrics: Metrics,
    lifespan: Lifespan | None = None,
) -> Starlette:
    """Webhooks, API and health of one bot."""
    return Starlette(
        routes=[
            *webhook_routes(secrets, bot, metrics),
            *api_routes(token, bot),
            Route("/healthz", _healthz),
            Route("/readyz", _readyz(bot)),
            Route("/metrics", _metrics(metrics)),
        ],
        lifespan=lifespan,
    )


async def _healthz(request: Request) -> Response:
    return JSONResponse({"status": "alive"})


def _readyz(bot: Bot) -> Callable[[Request], Awaitable[Response]]:
    async def readyz(request: Request) -> Response:
        try:
            async with asyncio.timeout(_PATIENCE):
                ready = await bot.can_store()
        except Exception:
            ready = False
        if not ready:
            return JSONResponse({"status": "not ready", "storage": "failing"}, status_code=503)
        return JSONResponse({"status": "ready", "storage": "ok", "rules": "ok"})

    return readyz


def _metrics(metrics: Metrics) -> Callable[[Request], Awaitable[Response]]:
    async def text(request: Request) -> Response:
        return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return text
