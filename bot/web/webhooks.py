"""`POST /webhooks/…`: verify, keep, answer 200; all work comes later.

The path says which event it is, never the body. MTA counts 200 as delivered and repeats the rest
at most twice, so 200 goes out only when the event is durable.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol, TypeAlias

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.errors import LedgerUnavailable, SignatureError, WebhookError
from bot.ledger.inbox import Kept
from bot.log import logger
from bot.messaging.metrics import Metrics
from bot.messaging.notices import Told
from bot.model import InboundMessage
from bot.provider import events, sent_events
from bot.provider.capture import Capture
from bot.web.body import read_whole


class Intake(Protocol):
    """Where events go; each is durable when the call returns."""

    def clock(self) -> datetime:
        """The time, aware."""

    async def keep_message(self, message: InboundMessage) -> Kept: ...

    async def keep_notice(self, event: str, body: bytes, told: Told) -> Kept: ...

    async def keep_unreadable(self, event: str, body: bytes, because: str) -> Kept: ...


Answer: TypeAlias = tuple[int, bytes]
"""A status, and JSON."""


def webhook_app(
    event: str,
    secrets: tuple[str, ...],
    intake: Intake,
    metrics: Metrics,
    capture: Capture | None = None,
) -> ASGIApp:
    """Takes the webhooks of one kind."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        received_at = intake.clock()
        given = dict(reversed(scope["headers"]))  # of several of a name the first
        try:
            body = await read_whole(receive, _text(given, b"content-length"), events.LARGEST_BODY)
        except ClientDisconnect:  # nobody is there to be answered
            return
        status, content = await take(body, _text(given, b"x-signature"), received_at)
        length = b"%d" % len(content)
        headers = [(b"content-length", length), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def take(body: bytes | None, signature: str, received_at: datetime) -> Answer:
        if body is None:
            metrics.rejected("too large")
            return _error(413, f"the body is larger than {events.LARGEST_BODY} bytes")
        try:
            events.verify(secrets, body, signature)
        except SignatureError as error:
            metrics.rejected("signature")
            return _error(401, str(error))
        if capture is not None:
            capture.take(event, body)
        try:
            return await _keep(event, body, intake, received_at)
        except LedgerUnavailable as error:
            metrics.rejected("storage")
            logger().error("an event could not be stored", event_kind=event, because=str(error))
        except Exception:
            metrics.rejected("storage")
            logger().exception("an event could not be stored", event_kind=event)
        return _error(503, "the event could not be stored")

    return app


def webhooks_first(app: ASGIApp, webhooks: Mapping[str, ASGIApp]) -> ASGIApp:
    """Answers a webhook by its path, without looking for it among all pages.

    Nearly all requests are webhooks; routes, `Request` and `JSONResponse` were half of the time
    that one took beside its parsing and its commit.
    """

    async def ask(scope: Scope, receive: Receive, send: Send) -> None:
        is_posted = scope["type"] == "http" and scope["method"] == "POST"
        await (webhooks.get(scope["path"], app) if is_posted else app)(scope, receive, send)

    return ask


def _text(given: Mapping[bytes, bytes], name: bytes) -> str:
    return given.get(name, b"").decode("latin-1")


async def _keep(event: str, body: bytes, intake: Intake, received_at: datetime) -> Answer:
    try:
        data = events.read_json(body)
        if event == "message-reply":
            message = events.read_message_reply(data, received_at=received_at)
            return _kept(await intake.keep_message(message), "in")
        told: Told = None
        if event == "delivery-status":
            told = events.read_delivery_status(data)
        elif event == "message-send":
            told = sent_events.read_sent(data)
    except WebhookError as error:
        kept = await intake.keep_unreadable(event, body, str(error))
        return 200, b'{"status":"quarantined","id":"quarantine-%d"}' % kept.id
    return _kept(await intake.keep_notice(event, body, told), "notice")


def _kept(kept: Kept, prefix: str) -> Answer:
    status = "duplicate" if kept.duplicate else "accepted"
    return 200, f'{{"status":"{status}","id":"{prefix}-{kept.id}"}}'.encode()


def _error(status: int, message: str) -> Answer:
    return status, json.dumps({"error": message}).encode()
