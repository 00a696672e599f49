"""`/api`: for programs of the business itself; with a token, or on this machine only."""

from __future__ import annotations

import hmac
import ipaddress
import json
import re
from collections.abc import Mapping
from typing import Any, Final, Protocol

from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.engine import outbound
from bot.errors import UsageError
from bot.log import logger
from bot.model import LongcodeId
from bot.provider import events
from bot.text import phone_numbers
from bot.text.words import storable
from bot.web.body import Endpoint, read_body

_EXTERNAL_ID: Final = re.compile("[A-Za-z0-9_-]{1,64}")
_LONGEST_TEXT: Final = 1_550
"""Characters, of an MMS at MTA."""


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


def read_first_message(body: bytes) -> dict[str, Any]:
    """The fields of a first message. Raises UsageError, which names the field."""
    try:
        root = json.loads(body)
    except (ValueError, RecursionError):
        raise UsageError("the body is no JSON") from None
    if not isinstance(root, dict):
        raise UsageError("the body is no JSON object")
    return first_message_of(root)


def first_message_of(root: Mapping[str, Any]) -> dict[str, Any]:
    """The same of members that are read already."""
    known = {"to", "text", "longcodeId", "tags", "externalId", "image"}
    if unknown := sorted(root.keys() - known):
        raise UsageError(
            f"{storable(unknown[0])[:40]}: is no field; known: {', '.join(sorted(known))}"
        )
    to = phone_numbers.e164(root.get("to"))
    if to is None:
        raise UsageError("to: needs a phone number, for example +15555550123")
    longcode = phone_numbers.longcode_id(root.get("longcodeId"))
    if longcode is None:
        raise UsageError("longcodeId: needs the id of one of your numbers, for example 123")
    text, image = root.get("text") or "", root.get("image")
    if not isinstance(text, str) or (not text.strip() and not image):
        raise UsageError("text: is missing")
    if len(text) > _LONGEST_TEXT:
        raise UsageError(f"text: has more than {_LONGEST_TEXT} characters")
    if image is not None and not (isinstance(image, str) and re.match("https?://", image)):
        raise UsageError("image: needs a public URL")
    external_id = root.get("externalId")
    if external_id is not None and not (
        isinstance(external_id, str) and _EXTERNAL_ID.fullmatch(external_id)
    ):
        raise UsageError("externalId: needs 1 to 64 of A-Z, a-z, 0-9, _ and -")
    return {
        "to": to,
        "text": storable(text),
        "longcode": longcode,
        "tags": read_tags(root.get("tags")),
        "image": storable(image) if image else None,
        "external_id": external_id,
    }


def read_tags(tags: object) -> Mapping[str, str]:
    """Raises UsageError."""
    if tags is None:
        return {}
    if not isinstance(tags, dict) or not all(isinstance(value, str) for value in tags.values()):
        raise UsageError("tags: needs names with texts")
    if len(tags) > outbound.MOST_TAGS or any(len(n) > 64 or len(v) > 64 for n, v in tags.items()):
        raise UsageError(
            f"tags: at most {outbound.MOST_TAGS}, names and texts at most 64 characters"
        )
    return {storable(name): storable(value) for name, value in tags.items()}


def _error(status: int, message: str) -> Response:
    return JSONResponse({"error": message}, status_code=status)
