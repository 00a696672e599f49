"""`/api`: for programs of the business itself; with a token, or on this machine only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final, Protocol

from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.errors import LedgerUnavailable, OptedOutError, UsageError
from bot.log import logger
from bot.messaging import elsewhere
from bot.messaging.elsewhere import SentElsewhere
from bot.messaging.outgoing import FirstMessage, read_first_message
from bot.provider import events
from bot.web.auth import refusal, refuse_stranger
from bot.web.body import Endpoint, is_json, read_body


class Outgoing(Protocol):
    def clock(self) -> datetime: ...

    async def first_message(self, first: FirstMessage) -> str:
        """Its externalId. Raises UsageError."""

    async def import_messages(self, messages: Sequence[SentElsewhere]) -> int:
        """How many of them were not known."""


_PERHAPS: Final = (
    "the message could not be stored in time and may be queued all the same: ask again with the"
    " same externalId, and a 409 that names it says that it was"
)


def message_endpoint(token: str | None, outgoing: Outgoing) -> Endpoint:
    """`POST …/messages`: the first message of a conversation."""

    async def send(request: Request) -> Response:
        body = await _body(request, token)
        if isinstance(body, Response):
            return body
        try:
            external_id = await outgoing.first_message(read_first_message(body))
        except OptedOutError as error:
            return refusal(409, str(error))
        except UsageError as error:
            return refusal(400, str(error))
        except IntegrityError:
            return refusal(409, "externalId: is taken by an earlier message")
        except LedgerUnavailable as error:
            logger().error("a first message could not be stored", because=str(error))
            return refusal(503, _PERHAPS)
        except SQLAlchemyError:
            logger().exception("a first message could not be stored")
            return refusal(503, _PERHAPS)
        return JSONResponse({"externalId": external_id}, status_code=202)

    return send


def import_endpoint(token: str | None, outgoing: Outgoing) -> Endpoint:
    """`POST …/messages/import`: what another system sent, one object or a list; all or nothing."""

    async def take(request: Request) -> Response:
        body = await _body(request, token)
        if isinstance(body, Response):
            return body
        try:
            messages = _sent_elsewhere(body, outgoing.clock())
        except UsageError as error:
            return refusal(400, str(error))
        try:
            new = await outgoing.import_messages(messages)
        except (LedgerUnavailable, SQLAlchemyError) as error:
            logger().error("messages could not be imported", because=type(error).__name__)
            return refusal(503, "the database cannot be used now; ask again, nothing is doubled")
        return JSONResponse({"imported": new, "known": len(messages) - new})

    return take


def _sent_elsewhere(body: bytes, now: datetime) -> list[SentElsewhere]:
    """Raises UsageError, which names the message of a list, counted from 1."""
    try:
        root = json.loads(body)
    except (ValueError, RecursionError):
        raise UsageError("the body is not JSON") from None
    if not isinstance(root, list):
        return [elsewhere.read_sent_elsewhere(root, now)]
    found = []
    for number, one in enumerate(root, 1):
        try:
            found.append(elsewhere.read_sent_elsewhere(one, now))
        except UsageError as error:
            raise UsageError(f"message {number}: {error}") from None
    return found


async def _body(request: Request, token: str | None) -> bytes | Response:
    """What was sent by somebody who may, or the refusal."""
    refused = refuse_stranger(request, token)
    if refused is not None:
        return refused
    if not is_json(request):
        return refusal(415, "Content-Type: needs to be application/json")
    body = await read_body(request, events.LARGEST_BODY)
    return refusal(413, "the body is too large") if body is None else body
