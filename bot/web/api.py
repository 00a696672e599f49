"""`/api`: for programs of the business itself; with a token, or on this machine only."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Mapping
from typing import Protocol

from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.errors import UsageError
from bot.log import logger
from bot.messaging.outgoing import read_first_message
from bot.model import LongcodeId
from bot.provider import events
from bot.web.body import Endpoint, read_body


class Outgoing(Protocol):
    async def first_message(
        self,
        *,
        to: str,
        text: str,
        longcode: LongcodeId,
        tags: Mapping[str, str],
        image: str | None,
        external_id: str | None,
    ) -> str: ...


def message_endpoint(token: str | None, outgoing: Outgoing) -> Endpoint:
    """`POST …/messages`: the first message of a conversation."""

    async def send(request: Request) -> Response:
        refused = refuse_stranger(request, token)
        if refused is not None:
            return refused
        body = await read_body(request, events.LARGEST_BODY)
        if body is None:
            return _error(413, "the body is too large")
        try:
            fields = read_first_message(body)
            external_id = await outgoing.first_message(**fields)
        except UsageError as error:
            return _error(400, str(error))
        except IntegrityError:
            return _error(409, "externalId: is taken by an earlier message")
        except SQLAlchemyError:
            logger().exception("a first message could not be stored")
            return _error(503, "the message could not be stored")
        return JSONResponse({"externalId": external_id}, status_code=202)

    return send


def refuse_stranger(request: Request, token: str | None) -> Response | None:
    """None where the caller may come in."""
    if token is not None:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        given_bytes = given.strip().encode("utf-8", "replace")
        if scheme.lower() == "bearer" and hmac.compare_digest(given_bytes, token.encode()):
            return None
        return JSONResponse(
            {"error": "a bearer token is needed"},
            status_code=401,
            headers={"WWW-Authenticate": "Bearer"},
        )
    if is_local(request):
        return None
    return _error(403, "set BOT_CONSOLE_TOKEN to use this from elsewhere")


def is_local(request: Request) -> bool:
    """Asked on this machine, for this machine, by no proxy and from no foreign page."""
    host = request.url.hostname or ""
    foreign = any(
        request.headers.get(name) for name in ("x-forwarded-for", "forwarded", "x-real-ip")
    )
    origin = request.headers.get("origin")
    own = f"{request.url.scheme}://{request.url.netloc}"
    return (
        not foreign
        and _is_loopback(request.client.host if request.client else "")
        and (host == "localhost" or _is_loopback(host))
        and (origin is None or origin == own)
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _error(status: int, message: str) -> Response:
    return JSONResponse({"error": message}, status_code=status)
