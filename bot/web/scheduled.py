"""`/api/scheduled`: what waits for its time, and taking it back; as the commands of that name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.errors import UsageError, plain
from bot.ledger.scheduled import Scheduled
from bot.log import logger
from bot.messaging import json_views
from bot.web.body import Endpoint
from bot.web.requests import by_of, guarded, limit_of, lines, members_of


class Timers(Protocol):
    """Each raises LedgerUnavailable."""

    async def scheduled(self, limit: int) -> Sequence[Scheduled]:
        """What waits for its time, the next so many."""

    async def cancel(self, written: str) -> Scheduled:
        """It is not said. Raises UsageError."""


def scheduled_endpoint(token: str | None, bot: Timers) -> Endpoint:
    """`GET …/scheduled`: `?limit=` of them."""

    async def answer(request: Request) -> Response:
        query = request.query_params
        if unknown := sorted(query.keys() - {"limit"}):
            raise UsageError(f"{plain(unknown[0])[:40]}: is not a filter; known: limit")
        found = await bot.scheduled(limit_of(query))
        return lines(request, map(json_views.scheduled, found))

    return guarded(token, answer)


def cancel_endpoint(token: str | None, bot: Timers) -> Endpoint:
    """`POST …/scheduled/{id}/cancel` `{by?}`."""

    async def answer(request: Request) -> Response:
        by = by_of(await members_of(request, ("by",)))
        gone = await bot.cancel(request.path_params["id"])
        logger().info("cancelled", id=gone.id, by=by)
        return JSONResponse(json_views.scheduled(gone))

    return guarded(token, answer)
