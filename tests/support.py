"""Webhook bodies and their signatures, ledgers and their rows; a test names what matters to it."""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import anyio
import httpx
from sqlalchemy import Connection
from starlette.types import ASGIApp, Message, Scope

import bot
from bot.ledger import conversations
from bot.ledger.database import open_database
from bot.ledger.inbox import Waiting
from bot.ledger.outbox import Queued, put_one
from bot.ledger.writer import Writer
from bot.messaging import processing
from bot.messaging.resources import Resources
from bot.model import Decision, LongcodeId, OutboundMessage
from bot.provider.client import Gateway
from bot.provider.ids import new_ids
from bot.rules.loader import load
from bot.rules.ruleset import Ruleset
from bot.sandbox import signature
from bot.settings import Settings
from tests.build import NOW, OUR_NUMBER, PERSON

ROOT = Path(bot.__file__).parent.parent
"""Where `python -m bot` finds this very code."""
NAMES = (
    *("MTA_API_KEY", "MTA_WEBHOOK_SECRET", "MTA_BASE_URL", "BOT_RULES", "BOT_DATABASE_URL"),
    *("BOT_HOST", "BOT_PORT", "BOT_LONGCODE_ID", "BOT_UNKNOWN_LONGCODE", "BOT_TIMEZONE"),
    *("BOT_SEND_RATE", "BOT_REPLY_MAX_AGE", "BOT_LONG_TEXTS", "BOT_KEEP_DAYS", "BOT_CAPTURE"),
    *("BOT_CONSOLE_TOKEN", "BOT_ROOT_PATH", "BOT_MEDIA_DIR", "BOT_MEDIA_LOOPBACK"),
    *("BOT_ACCOUNTS", "BOT_ACCOUNT", "BOT_SEGMENTS_PER_DAY"),
    *("BOT_NOTIFY_SECRET", "BOT_NOTIFY_PRIVATE", "BOT_SENDS_IN_FLIGHT"),
)
"""Every setting that the environment may hold."""
KEY = "test-key"
SECRET = "example-webhook-secret"
OTHER_PERSON = "+15555550124"
LINE = LongcodeId(123)
"""MTA's id of OUR_NUMBER."""

HOURS = """
rules:
  - hours: "We're open 9-5."
  - id: order
    when: {regex: 'order #(?P<order_id>\\d+)'}
    reply: "Order {{ order_id }} is on its way."
"""


def database_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'bot.db'}"


def new_ledger(folder: Path) -> str:
    """URL of a SQLite file with our tables; a copy, since the migrations take a fifth of a second.

    One that is there stays.
    """
    if not (folder / "bot.db").exists():
        shutil.copy(Path(_migrated().name) / "bot.db", folder)
    return database_url(folder)


@cache
def _migrated() -> TemporaryDirectory[str]:
    folder = TemporaryDirectory()
    open_database(database_url(Path(folder.name))).close()
    return folder


def webhook(event: str | None = None, **members: Any) -> bytes:
    """A message-reply, flat, or nested under `data` where `event` is given; None takes out."""
    whole = {
        "fromNumber": PERSON,
        "toNumber": OUR_NUMBER,
        "replyId": "r-1001",
        "message": "Hours?",
        "timestamp": "2026-01-15T17:04:05.000Z",
    } | members
    fields = {name: value for name, value in whole.items() if value is not None}
    return json.dumps(fields if event is None else {"event": event, "data": fields}).encode()


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    """The headers of a webhook; signed by the stand-in's code, not by the bot's."""
    return {"X-Signature": signature(secret, body), "Content-Type": "application/json"}


async def post(
    app: ASGIApp, path: str, body: bytes, headers: Mapping[str, str]
) -> tuple[int, bytes]:
    """One request right into an application, much faster than by a client; status and body."""
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.lower().encode(), text.encode()) for name, text in headers.items()],
        "client": ("127.0.0.1", 40_000),
        "server": ("127.0.0.1", 8080),
    }
    status, content = 0, b""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status, content
        status = message.get("status", status)
        content += message.get("body", b"")

    await app(scope, receive, send)
    return status, content


def texts_in(folder: Path) -> dict[str, str]:
    """The files of a folder, by name."""
    return {path.name: path.read_text() for path in folder.iterdir()}


_numbered = itertools.count(1)


def outbound(text: str = "We open at 9.", **members: Any) -> OutboundMessage:
    defaults = {
        "external_id": f"out-{next(_numbered)}",
        "request_id": new_ids().request_id,
        "to": PERSON,
        "longcode_id": LINE,
    }
    return OutboundMessage(text=text, **{**defaults, **members})


@cache
def _resources(settings: Settings) -> Resources:
    nowhere = httpx.MockTransport(lambda _: httpx.Response(500))
    return Resources(
        settings=settings,
        writer=cast("Writer", None),  # who decides has a connection
        rules=lambda: load(()).ruleset,
        gateway=Gateway("http://mta/v3", KEY, transport=nowhere),
    )


def process(
    connection: Connection,
    waiting: Waiting,
    rules: Ruleset,
    now: datetime,
    settings: Settings | None = None,
) -> Decision:
    """A message is decided as a server decides it, and its replies are queued."""
    resources = _resources(settings or Settings())
    [(_, decision)] = processing.answer(connection, [[waiting]], rules, resources, now)
    return decision


def queue(
    connection: Connection,
    message: OutboundMessage,
    *,
    conversation: int | None = None,
    now: datetime = NOW,
    due_at: datetime | None = None,
    **members: Any,
) -> int:
    """Put one message in the outbox, by itself in a new conversation unless one is named."""
    if conversation is None:
        conversation = conversations.begin(connection, message.to, "", message.longcode_id, now).id
    item = Queued(message, conversation, None, None, due_at or now, **members)
    return put_one(connection, item, now)


async def until(holds: Callable[[], object | Awaitable[object]], seconds: float = 30.0) -> None:
    """Wait for something that comes by itself. Raises TimeoutError when it does not."""
    with anyio.fail_after(seconds):
        while True:
            found = holds()
            if isinstance(found, Awaitable):
                found = await found
            if found:
                return
            await anyio.sleep(0.01)
