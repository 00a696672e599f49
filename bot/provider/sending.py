"""A send on the wire: the body that is posted, and what an answer means."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from bot.errors import WebhookError
from bot.model import OutboundMessage
from bot.provider.answers import About, Accepted, Answer, Refused, RetryLater
from bot.provider.events import id_text
from bot.text.words import storable

_WAIT_TO_SEND: Final = 15.0
_SHORTEST_WAIT: Final = 1.0
_LONGEST_WAIT: Final = 120.0
"""Seconds that a `Retry-After` can make us wait, whatever it says."""
_OF_THE_MESSAGE: Final = frozenset({400, 413, 422})
_OF_THE_ADDRESS: Final = frozenset({405, 406, 407, 410, 411, 415, 421, 426, 431, 451})
"""Whatever is sent there gets the same: another address, a proxy in between, a method unknown."""


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


def read_answer(status: int, headers: Mapping[str, str], body: bytes, now: datetime) -> Answer:
    """Read the answer of `POST /send` by its status code, never by its words."""
    match status:
        case _ if 200 <= status < 300:
            return _read_accepted(status, body)
        case 409:  # our X-Request-Id was taken before: an earlier try got through
            return Accepted(None)
        case 402:
            return Refused("the provider answered 402: the account has no credit", About.ACCOUNT)
        case 403:
            return Refused("the provider answered 403: the account may not send", About.ACCOUNT)
        case _ if 300 <= status < 400 or status in _OF_THE_ADDRESS:
            return Refused(f"the provider answered {status}: look at MTA_BASE_URL", About.ACCOUNT)
    failed = read_failure(status, headers, body, now, wait=_WAIT_TO_SEND)
    if failed == Refused(failed.because) and status not in _OF_THE_MESSAGE:
        return Refused(failed.because, About.UNCLEAR)
    return failed


def read_failure(
    status: int, headers: Mapping[str, str], body: bytes, now: datetime, *, wait: float
) -> Refused | RetryLater:
    """What an answer means that is not 2xx; `wait` seconds at a rate limit that names none."""
    match status:
        case 401:
            because = "the provider answered 401: the API key is missing or wrong"
            return Refused(because, About.KEY)
        case 429:
            return RetryLater("the provider's rate limit", wait_of(headers, now) or wait)
        case 408 | 425:
            return RetryLater(f"the provider answered {status}")
        case _ if status >= 500:
            return RetryLater(f"the provider answered {status}", wait_of(headers, now))
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


def wait_of(headers: Mapping[str, str], now: datetime) -> float | None:
    """`Retry-After` in seconds, kept between 1 and 120; None where there is none to be read.

    A date counts from the answer's own `Date`, for our clock may be wrong; `now` is for an answer
    without one. RFC 9110, section 10.2.3.
    """
    written = headers.get("retry-after", "")
    try:
        wait = float(written)
    except ValueError:
        until = http_date(written)
        if until is None:
            return None
        wait = (until - (http_date(headers.get("date")) or now)).total_seconds()
    return min(max(wait, _SHORTEST_WAIT), _LONGEST_WAIT) if wait == wait else None


def http_date(header: str | None) -> datetime | None:
    """A date of RFC 9110, section 5.6.7, in any of its three forms; None where it is not one."""
    try:
        at = parsedate_to_datetime(header or "")
    except (ValueError, OverflowError):
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def _read_accepted(status: int, body: bytes) -> Answer:
    """It is taken, whatever the body is, unless it says `success: false`; ids sit under `data`."""
    try:
        root = json.loads(body) if body else {}
    except (ValueError, RecursionError):
        root = None
    if not isinstance(root, dict):
        return Accepted(None, "accepted, but the answer could not be read")
    if root.get("success") is False:
        return Refused(refusal(status, body))
    data = root.get("data")
    data = data if isinstance(data, dict) else {}
    try:
        message_id = id_text(data, "messageId")
    except WebhookError:
        message_id = None
    reached = data.get("totalSent")
    nobody = isinstance(reached, int) and not isinstance(reached, bool) and reached == 0
    return Accepted(message_id, "accepted, but nobody was reached" if nobody else "")
