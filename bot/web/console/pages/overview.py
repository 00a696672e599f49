"""What came in and what became of it over a span of time, and how things stand now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from bot.errors import UsageError
from bot.ledger import said
from bot.ledger.backlog import Backlog, backlog
from bot.ledger.stats import Bucket, Span, Stats, buckets, stats
from bot.messaging import json_views
from bot.timezones import utc
from bot.web.console.desk import Desk, Visit
from bot.web.console.page import Page

_RANGES: Final = {
    "1h": (timedelta(hours=1), timedelta(minutes=5)),
    "1d": (timedelta(days=1), timedelta(hours=1)),
    "7d": (timedelta(days=7), timedelta(hours=6)),
    "30d": (timedelta(days=30), timedelta(days=1)),
    "90d": (timedelta(days=90), timedelta(days=1)),
}
"""How far back, and how long each part of it is."""
_USUAL: Final = "1d"


async def _look(visit: Visit) -> Mapping[str, Any]:
    since = visit.query.get("since") or _USUAL
    if since not in _RANGES:
        raise UsageError(f"since: is one of {', '.join(_RANGES)}")
    desk = visit.desk

    async def count() -> Mapping[str, Any]:
        return await desk.resources.writer.read(lambda c: _counted(c, desk, since, visit.now))

    found, again = await desk.counts.get(since, await desk.changes.mark(), count)
    return {"range": since, "ranges": list(_RANGES), "newerIn": again, **found}


def _counted(connection: Connection, desk: Desk, since: str, now: datetime) -> Mapping[str, Any]:
    length, step = _RANGES[since]
    span = Span(now - length, now)
    found = stats(connection, span)
    parts = buckets(connection, span, step, desk.live.ruleset.timezone)
    return {
        **json_views.stats(found, said.unmatched(connection, span, said.MOST)),
        "providerErrors": found.provider_errors,
        "parts": list(map(_part, parts)),
        "now": _standing(backlog(connection, now, desk.resources.budget), found, desk, now),
    }


def _part(one: Bucket) -> Mapping[str, Any]:
    counts = one.counts
    return {
        "at": utc(one.at.astimezone(UTC)),
        "messages": counts.received,
        **{str(outcome): many for outcome, many in counts.outcomes.items()},
        "waiting": counts.waiting,
    }


def _standing(waits: Backlog, found: Stats, desk: Desk, now: datetime) -> Mapping[str, Any]:
    resources = desk.resources
    troubles = resources.health.troubles(waits, resources.settings.send_rate, now)
    return {
        "undecided": waits.undecided,
        "due": waits.due,
        "dueSeconds": waits.due_seconds,
        "deadLetters": waits.dead_letters,
        "quarantined": waits.quarantined,
        "likelyOptOuts": found.likely_opt_outs,
        "paused": waits.paused,
        "sends": resources.gateway is not None,
        "segmentsToday": waits.segments,
        "segmentsPerDay": resources.settings.segments_per_day,
        "troubles": [*troubles.deciding, *troubles.sender, *troubles.warnings],
    }


PAGE: Final = Page(
    path="/overview",
    title="Overview",
    template="overview.html",
    look=_look,
    icon="overview",
    is_live=True,
)
