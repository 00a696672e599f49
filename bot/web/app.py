"""The Starlette application: built from what it is handed, knowing nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from typing import Any, Final, Protocol

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot import log
from bot.errors import LedgerUnavailable
from bot.ledger.backlog import Backlog
from bot.messaging.health import Troubles
from bot.messaging.metrics import Metrics, text_of
from bot.provider import events
from bot.provider.capture import Capture
from bot.web.api import Outgoing, import_endpoint, message_endpoint
from bot.web.auth import only_readable
from bot.web.body import Endpoint
from bot.web.console.desk import Desk
from bot.web.console.router import console_routes
from bot.web.conversations import (
    Conversations,
    forget_endpoint,
    hand_over_endpoint,
    list_endpoint,
    one_endpoint,
    opt_out_endpoint,
    release_endpoint,
    write_endpoint,
)
from bot.web.inbox import (
    Inbox,
    answer_endpoint,
    done_endpoint,
    inbox_endpoint,
    opt_out_item_endpoint,
    snooze_endpoint,
)
from bot.web.scheduled import Timers, cancel_endpoint, scheduled_endpoint
from bot.web.stats import Counted, stats_endpoint
from bot.web.webhooks import Intake, webhook_app, webhooks_first

_PATIENCE: Final = 2.0
"""Seconds that a health check waits for the database."""
_READY: Final = "ready"
_NOT_READY: Final = "not ready"

MakeEndpoint = Callable[[str | None, Any], Endpoint]
"""Of the token and the bot."""
Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


class Bot(Intake, Outgoing, Conversations, Inbox, Timers, Counted, Protocol):
    async def try_to_store(self) -> None:
        """Raises whatever keeps events from being stored."""

    async def backlog(self) -> Backlog:
        """What waits, and whether messages leave."""

    def troubles(self, found: Backlog) -> Troubles:
        """What keeps deciding or sending from going on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One bot, as HTTP sees it."""

    account: str | None = None
    """None where it is the only bot and has no name; else its name is in all of its paths."""
    secrets: tuple[str, ...]
    bot: Bot
    metrics: Metrics
    rule_errors: Callable[[], Sequence[str]] = tuple
    ended: Callable[[], Sequence[str]] = tuple
    """What works for it and has ended by itself."""
    capture: Capture | None = None
    desk: Desk | None = None
    """What its pages work on; None where it has none."""


def create_app(
    *served: Served, token: str | None = None, root: str = "", lifespan: Lifespan | None = None
) -> Starlette:
    """Webhooks, API, health and console of one bot, or of several that have names.

    `root`: the path under which a proxy serves us, empty where there is none.
    """
    account = None if served[0].account is None else "{account}"

    def api(path: str, make: MakeEndpoint, method: str = "POST") -> Route:
        endpoints = {one.account: make(token, one.bot) for one in served}
        root = "/api" if account is None else f"/api/{account}"
        return _route(f"{root}/{path}", endpoints, method)

    conversation = "conversations/{number}"
    app = Starlette(
        routes=[
            *(_only_posted(events.webhook_path(event, account)) for event in events.EVENTS),
            api("messages", message_endpoint),
            api("messages/import", import_endpoint),
            api("conversations", list_endpoint, "GET"),
            api(conversation, one_endpoint, "GET"),
            api(f"{conversation}/messages", write_endpoint),
            api(f"{conversation}/handoff", hand_over_endpoint),
            api(f"{conversation}/release", release_endpoint),
            api(f"{conversation}/opt-out", opt_out_endpoint),
            api("stats", stats_endpoint, "GET"),
            api("inbox", inbox_endpoint, "GET"),
            api("inbox/{id}/done", done_endpoint),
            api("inbox/{id}/snooze", snooze_endpoint),
            api("inbox/{id}/opt-out", opt_out_item_endpoint),
            api("inbox/{id}/answer", answer_endpoint),
            api("scheduled", scheduled_endpoint, "GET"),
            api("scheduled/{id}/cancel", cancel_endpoint),
            api(f"{conversation}/forget", forget_endpoint),
            Route("/healthz", _healthz),
            Route("/readyz", _readyz(served)),
            Route("/metrics", _metrics(served)),
            *console_routes([one.desk for one in served if one.desk], token, root),
        ],
        middleware=[
            Middleware(only_readable, root=root),
            Middleware(webhooks_first, {path: app for one in served for path, app in _hooks(one)}),
        ],
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False  # MTA takes a redirect for a failure
    return app


def _hooks(one: Served) -> Iterator[tuple[str, ASGIApp]]:
    """What takes each webhook of a bot, by its path."""
    for event in events.EVENTS:
        app = webhook_app(event, one.secrets, one.bot, one.metrics, one.capture)
        yield events.webhook_path(event, one.account), _naming(one.account, app)


def _naming(account: str | None, app: ASGIApp) -> ASGIApp:
    async def named(scope: Scope, receive: Receive, send: Send) -> None:
        with log.of_account(account):
            await app(scope, receive, send)

    return app if account is None else named


def _only_posted(path: str) -> Route:
    """Of webhooks: those of an account that there is are answered before it is looked for."""

    async def nobody(request: Request) -> Response:
        raise HTTPException(404)

    return Route(path, nobody, methods=["POST"])


def _route(path: str, endpoints: Mapping[str | None, Endpoint], method: str) -> Route:
    """To the endpoint of the account in the path; 404 before any work where there is none."""

    async def receive(request: Request) -> Response:
        account = request.path_params.get("account")
        endpoint = endpoints.get(account)
        if endpoint is None:
            raise HTTPException(404)
        with log.of_account(account):
            try:
                return await endpoint(request)
            except ClientDisconnect:  # nobody is there to be answered
                return Response(status_code=400)

    return Route(path, receive, methods=[method])


async def _healthz(request: Request) -> Response:
    return JSONResponse({"status": "alive"})


def _readyz(served: Sequence[Served]) -> Endpoint:
    async def readyz(request: Request) -> Response:
        found = await asyncio.gather(*(_readiness(one) for one in served))
        ready = all(one["status"] == _READY for one in found)
        body = found[0]
        if served[0].account is not None:
            accounts = {one.account: stands for one, stands in zip(served, found, strict=True)}
            body = {"status": _READY if ready else _NOT_READY, "accounts": accounts}
        return JSONResponse(body, status_code=200 if ready else 503)

    return readyz


async def _readiness(one: Served) -> dict[str, Any]:
    """Whether a bot can store, knows its rules, decides and sends."""
    paused = failing = None
    found = Troubles()
    try:
        async with asyncio.timeout(_PATIENCE):
            await one.bot.try_to_store()
            backlog = await one.bot.backlog()
        paused, found = backlog.paused, one.bot.troubles(backlog)
    except TimeoutError:
        failing = f"the database has not answered for {_PATIENCE:g} seconds"
    except Exception as error:
        failing = str(error) if isinstance(error, LedgerUnavailable) else type(error).__name__
    broken = one.rule_errors()
    deciding = [*(f"{name} has ended, restart it" for name in one.ended()), *found.deciding]
    sender = [*([paused] if paused else []), *found.sender]
    errors = [
        *broken,
        *([f"storage: {failing}"] if failing else []),
        *(f"deciding: {because}" for because in deciding),
        *(f"sender: {because}" for because in sender),
    ]
    return {
        "status": _NOT_READY if errors else _READY,
        "storage": "failing" if failing else "ok",
        "rules": "broken" if broken else "ok",
        "deciding": "failing" if deciding else "ok",
        "sender": "paused" if paused else "standing still" if sender else "ok",
        **({"errors": errors} if errors else {}),
        **({"warnings": list(found.warnings)} if found.warnings else {}),
    }


def _metrics(served: Sequence[Served]) -> Endpoint:
    async def text(request: Request) -> Response:
        await asyncio.gather(*(_look_at(one) for one in served))
        found = {one.account: one.metrics for one in served}
        return Response(text_of(found), media_type="text/plain; version=0.0.4; charset=utf-8")

    return text


async def _look_at(one: Served) -> None:
    with suppress(Exception):  # what was counted is told even while the ledger is away
        async with asyncio.timeout(_PATIENCE):
            one.metrics.stands(await one.bot.backlog())
