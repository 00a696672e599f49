"""A send on the wire: the body that is posted, and what an answer means."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from bot.errors import WebhookError
from bot.model import Accepted, Answer, OutboundMessage, Refused, RetryLater
from bot.provider.events import id_text
from bot.text.words import storable

_WAIT_TO_SEND: Final = 15.0


def send_body(message: OutboundMessage) -> bytes:
    """The body of `POST /send`: one recipient, never a member that we do not mean."""
    body: dict[str, Any] = {"subscribers": [message.to], "message": message.text}
    if message.longcode_id is not None:
        body["longcodeId"] = message.longcode_id
    if message.image:
        body["image"] = message.image
    if message.is_mms:
        body["isMMS"] = True
    body["externalId"] = message.external_id
    body["tags"] = dict(message.tags)
    return json.dumps(body, ensure_ascii=False).encode()


def read_answer(status: int, headers: Mapping[str, str], body: bytes) -> Answer:
    """Read the answer of `POST /send` by its status code, never by its words."""
    match status:
        case 200:
            return _read_accepted(body)
        case 409:  # our X-Request-Id was taken before: an earlier try got through
            return Accepted(None)
        case 403:
            return Refused("the provider answered 403: the account may not send", pauses=True)
        case _:
            return read_failure(status, headers, body, wait=_WAIT_TO_SEND)


def read_failure(
    status: int, headers: Mapping[str, str], body: bytes, *, wait: float
) -> Refused | RetryLater:
    """What an answer means that is not 200; `wait` seconds at a rate limit that names none."""
    match status:
        case 401:
            because = "the provider answered 401: the API key is missing or wrong"
            return Refused(because, pauses=True)
        case 429:
            after = seconds(headers.get("retry-after"), otherwise=wait)
            return RetryLater("the provider's rate limit", after=after)
        case 408 | 425:
            return RetryLater(f"the provider answered {status}")
        case _ if status >= 500:
            retry_after = headers.get("retry-after")
            named = seconds(retry_after, otherwise=1.0) if retry_after else None
            return RetryLater(f"the provider answered {status}", after=named)
        case _:
            return Refused(refusal(status, body))


def refusal(status: int, body: bytes) -> str:
    """Why, in words. Chosen members only: an answer may embed the account with its key."""
    try:
        root = json.loads(body)
    except (ValueError, RecursionError):
        root = None
    root = root if isinstance(root, dict) else {}
    words = root.get("message") if isinstance(root.get("message"), str) else ""
    request = root.get("requestId") if isinstance(root.get("requestId"), str) else ""
    said = f"the provider answered {status}"
    said += f": {storable(words)[:200]}" if words else ""
    return said + (f" (requestId {storable(request)[:64]})" if request else "")


def without_words(because: str) -> str:
    """What a log may hold: the provider's own words may quote a person's text or name.

    >>> without_words("the provider answered 400: Jane Roe has left (requestId 7)")
    'the provider answered 400'
    """
    return because.partition(": ")[0].partition(" (")[0]


def seconds(header: str | None, *, otherwise: float) -> float:
    """`Retry-After` in seconds, kept between 1 and 120."""
    try:
        wait = float(header or "")
    except ValueError:
        wait = otherwise
    return min(max(wait, 1.0), 120.0) if wait == wait else otherwise


def _read_accepted(body: bytes) -> Answer:
    """200 counts as taken unless it says `success: false`; its ids sit under `data`."""
    try:
        root = json.loads(body)
    except (ValueError, RecursionError):
        root = None
    if not isinstance(root, dict):
        # Taken or not, nobody knows: the same X-Request-Id asks again without sending twice.
        return RetryLater("the provider answered 200 with a body that cannot be read")
    if root.get("success") is False:
        return Refused(refusal(200, body))
    data = root.get("data")
    data = data if isinstance(data, dict) else {}
    reached = data.get("totalSent")
    try:
        message_id = id_text(data, "messageId")
    except WebhookError:  # it was taken all the same
        message_id = None
    if isinstance(reached, bool) or not isinstance(reached, int):
        reached = 1
    return Accepted(message_id, reached)
