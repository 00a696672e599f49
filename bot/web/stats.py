"""`/api/stats`: what came in over a span of time, as `bot stats --json` prints it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.errors import UsageError, plain
from bot.ledger.breakdown import By, Share
from bot.ledger.said import Said
from bot.ledger.stats import Span, Stats
from bot.messaging import json_views
from bot.web.body import Endpoint
from bot.web.requests import guarded, since_of

_NAMES: Final = ("since", "by")


class Counted(Protocol):
    def clock(self) -> datetime: ...

    async def stats(self, span: Span, by: By | None) -> tuple[Stats, list[Said], tuple[Share, ...]]:
        """The counts, what no rule answered, and the parts `by` which it is asked for.

        Raises LedgerUnavailable.
        """


def stats_endpoint(token: str | None, bot: Counted) -> Endpoint:
    """`GET …/stats`: `?since=7d`, `?by=rule` as the command's options."""

    async def answer(request: Request) -> Response:
        span, by = _asked(request.query_params, bot.clock())
        found, unmatched, parts = await bot.stats(span, by)
        more = {} if by is None else json_views.parts(by, parts)
        return JSONResponse({**json_views.stats(found, unmatched), **more})

    return guarded(token, answer)


def _asked(query: Mapping[str, str], now: datetime) -> tuple[Span, By | None]:
    """Raises UsageError."""
    if unknown := sorted(query.keys() - set(_NAMES)):
        known = ", ".join(_NAMES)
        raise UsageError(f"{plain(unknown[0])[:40]}: is not a filter; known: {known}")
    since, by = since_of(query.get("since", "7d"), now), query.get("by")
    if by is not None and by not in [*By]:
        raise UsageError(f"by: is one of {', '.join(By)}")
    if since >= now:
        raise UsageError("since: is not in the past")
    return Span(since, now), None if by is None else By(by)
