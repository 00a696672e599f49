"""The Starlette application: built from what it is handed, knowing nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from typing import Final, Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.capture import Capture
from bot.ledger.standing import Standing
from bot.metrics import Metrics
from bot.web.api import Outgoing, api_routes
from bot.web.webhooks import Intake, webhook_routes

_PATIENCE: Final = 2.0
"""Seconds that a health check waits for the database."""

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


class Bot(Intake, Outgoing, Protocol):
    async def try_to_store(self) -> None:
        """Raises whatever keeps events from being stored."""

    async def standing(self) -> Standing:
        """What waits, and whether messages leave."""


def create_app(
    *,
    secrets: tuple[str, ...],
    token: str | None,
    bot: Bot,
    metrics: Metrics,
    rule_errors: Callable[[], Sequence[str]] = tuple,
    capture: Capture | None = None,
    lifespan: Lifespan | None = None,
) -> Starlette:
    """Webhooks, API and health of one bot."""
    return Starlette(
        routes=[
            *webhook_routes(secrets, bot, metrics, capture),
            *api_routes(token, bot),
            Route("/healthz", _healthz),
            Route("/readyz", _readyz(bot, rule_errors)),
            Route("/metrics", _metrics(bot, metrics)),
        ],
        lifespan=lifespan,
    )


async def _healthz(request: Request) -> Response:
    return JSONResponse({"status": "alive"})


def _readyz(
    bot: Bot, rule_errors: Callable[[], Sequence[str]]
) -> Callable[[Request], Awaitable[Response]]:
    async def readyz(request: Request) -> Response:
        paused = None
        try:
            async with asyncio.timeout(_PATIENCE):
                await bot.try_to_store()
                paused = (await bot.standing()).paused
            can_store = True
        except Exception:
            can_store = False
        errors = [*rule_errors(), *([f"sender: {paused}"] if paused else [])]
        ready = can_store and not errors
        body = {
            "status": "ready" if ready else "not ready",
            "storage": "ok" if can_store else "failing",
            "rules": "broken" if rule_errors() else "ok",
            "sender": "paused" if paused else "ok",
            **({"errors": errors} if errors else {}),
        }
        return JSONResponse(body, status_code=200 if ready else 503)

    return readyz


def _metrics(bot: Bot, metrics: Metrics) -> Callable[[Request], Awaitable[Response]]:
    async def text(request: Request) -> Response:
        with suppress(Exception):  # what was counted is told even while the ledger is away
            async with asyncio.timeout(_PATIENCE):
                metrics.stands(await bot.standing())
        return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return text
