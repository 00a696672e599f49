"""`/api`: for programs of the business itself; with a token, or on this machine only."""

from __future__ import annotations

from typing import Final, Protocol

from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.errors import LedgerUnavailable, OptedOutError, UsageError
from bot.log import logger
from bot.messaging.outgoing import FirstMessage, read_first_message
from bot.provider import events
from bot.web.auth import refusal, refuse_stranger
from bot.web.body import Endpoint, is_json, read_body


class Outgoing(Protocol):
    async def first_message(self, first: FirstMessage) -> str:
        """Its externalId. Raises UsageError."""


_PERHAPS: Final = (
    "the message could not be stored in time and may be queued all the same: ask again with the"
    " same externalId, and a 409 that names it says that it was"
)


def message_endpoint(token: str | None, outgoing: Outgoing) -> Endpoint:
    """`POST …/messages`: the first message of a conversation."""

    async def send(request: Request) -> Response:
        refused = refuse_stranger(request, token)
        if refused is not None:
            return refused
        if not is_json(request):
            return refusal(415, "Content-Type: needs to be application/json")
        body = await read_body(request, events.LARGEST_BODY)
        if body is None:
            return refusal(413, "the body is too large")
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
