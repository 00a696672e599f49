"""`/api/inbox`: what waits for a person, and what they do with it; as the commands of that name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.errors import UsageError, plain
from bot.ledger.inbox_items import Item
from bot.log import logger
from bot.messaging import inbox_items, json_views, opt_outs
from bot.text.durations import duration
from bot.web.body import Endpoint
from bot.web.requests import by_of, guarded, lines, members_of

Act = Callable[[Connection, datetime], Item]
_FLAGS = ("unmatched", "snoozed")


class Inbox(Protocol):
    """Each raises LedgerUnavailable."""

    async def inbox_items(self, *, unmatched: bool, snoozed: bool) -> list[Item]:
        """What waits, the longest first."""

    async def see_to(self, act: Act) -> Item:
        """What one of us does with an item. Raises UsageError."""


def inbox_endpoint(token: str | None, bot: Inbox) -> Endpoint:
    """`GET …/inbox`: what waits; `?unmatched=true`, `?snoozed=true` as the command's options."""

    async def answer(request: Request) -> Response:
        if unknown := sorted(request.query_params.keys() - set(_FLAGS)):
            known = ", ".join(_FLAGS)
            raise UsageError(f"{plain(unknown[0])[:40]}: is not a filter; known: {known}")
        wanted = {name: _is_set(request.query_params, name) for name in _FLAGS}
        return lines(request, map(json_views.inbox_item, await bot.inbox_items(**wanted)))

    return guarded(token, answer)


def done_endpoint(token: str | None, bot: Inbox) -> Endpoint:
    """`POST …/inbox/{id}/done` `{by?}`."""

    async def answer(request: Request) -> Response:
        by, item = by_of(await members_of(request, ("by",))), request.path_params["id"]
        return await _done(bot, "done", by, lambda c, now: inbox_items.done(c, item, by, now))

    return guarded(token, answer)


def snooze_endpoint(token: str | None, bot: Inbox) -> Endpoint:
    """`POST …/inbox/{id}/snooze` `{for, by?}`."""

    async def answer(request: Request) -> Response:
        members = await members_of(request, ("for", "by"))
        by, item = by_of(members), request.path_params["id"]
        seconds = duration(str(members.get("for", "")))
        if not seconds:
            raise UsageError("for: is not a time, for example 30m, 2h or 1d")
        act: Act = lambda c, now: inbox_items.snooze(c, item, seconds, now)  # noqa: E731
        return await _done(bot, "snoozed", by, act)

    return guarded(token, answer)


def opt_out_item_endpoint(token: str | None, bot: Inbox) -> Endpoint:
    """`POST …/inbox/{id}/opt-out` `{by}`."""

    async def answer(request: Request) -> Response:
        members, item = await members_of(request, ("by",)), request.path_params["id"]
        by = opt_outs.name_of(members.get("by"), "by")
        return await _done(bot, "opt-out", by, lambda c, now: inbox_items.opt_out(c, item, by, now))

    return guarded(token, answer)


def answer_endpoint(token: str | None, bot: Inbox) -> Endpoint:
    """`POST …/inbox/{id}/answer` `{by?}`: the rules decide that text again."""

    async def answer(request: Request) -> Response:
        by, item = by_of(await members_of(request, ("by",))), request.path_params["id"]
        return await _done(bot, "answer", by, lambda c, now: inbox_items.answer(c, item, by, now))

    return guarded(token, answer)


async def _done(bot: Inbox, what: str, by: str, act: Act) -> Response:
    item = await bot.see_to(act)
    logger().info("seen to", id=item.id, act=what, by=by)
    return JSONResponse(json_views.inbox_item(item))


def _is_set(query: Mapping[str, Any], name: str) -> bool:
    written = str(query.get(name, "false")).lower()
    if written not in ("true", "false"):
        raise UsageError(f"{name}: needs true or false")
    return written == "true"
