"""`POST /webhooks/…`: verify, keep, answer 200; all work comes later.

The path says which event it is, never the body. MTA counts 200 as delivered and repeats the rest
at most twice, so 200 goes out only when the event is durable.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.errors import LedgerUnavailable, SignatureError, WebhookError
from bot.ledger.inbox import Kept
from bot.log import logger
from bot.messaging.metrics import Metrics
from bot.messaging.notices import Told
from bot.model import InboundMessage
from bot.provider import events, sent_events
from bot.provider.capture import Capture
from bot.web.body import Endpoint, read_body


class Intake(Protocol):
    """Where events go; each is durable when the call returns."""

    def clock(self) -> datetime:
        """The time, aware."""

    async def keep_message(self, message: InboundMessage) -> Kept: ...

    async def keep_notice(self, event: str, body: bytes, told: Told) -> Kept: ...

    async def keep_unreadable(self, event: str, body: bytes, because: str) -> Kept: ...


def webhook_endpoint(
    event: str,
    secrets: tuple[str, ...],
    intake: Intake,
    metrics: Metrics,
    capture: Capture | None = None,
) -> Endpoint:
    """Takes the webhooks of one kind."""

    async def receive(request: Request) -> Response:
        received_at = intake.clock()
        body = await read_body(request, events.LARGEST_BODY)
        if body is None:
            metrics.rejected("too large")
            return _error(413, f"the body is larger than {events.LARGEST_BODY} bytes")
        try:
            events.verify(secrets, body, request.headers.get("x-signature"))
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

    return receive


async def _keep(event: str, body: bytes, intake: Intake, received_at: datetime) -> Response:
    try:
        data = events.read_json(body)
        if event == "message-reply":
            message = events.read_message_reply(data, received_at=received_at)
            return _kept(await intake.keep_message(message), _INBOUND)
        told: Told = None
        if event == "delivery-status":
            told = events.read_delivery_status(data)
        elif event == "message-send":
            told = sent_events.read_sent(data)
    except WebhookError as error:
        kept = await intake.keep_unreadable(event, body, str(error))
        return JSONResponse({"status": "quarantined", "id": f"quarantine-{kept.id}"})
    return _kept(await intake.keep_notice(event, body, told), _NOTICE)


_INBOUND: Final = "in"
_NOTICE: Final = "notice"


def _kept(kept: Kept, prefix: str) -> Response:
    status = "duplicate" if kept.duplicate else "accepted"
    return JSONResponse({"status": status, "id": f"{prefix}-{kept.id}"})


def _error(status: int, message: str) -> Response:
    return JSONResponse({"error": message}, status_code=status)
