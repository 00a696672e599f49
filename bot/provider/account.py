"""What the provider tells of an account: its key, numbers, webhooks and smart replies; no I/O.

Chosen members only: MTA puts the whole account, with its key and password, in some answers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit, urlunsplit

from bot.model import LongcodeId
from bot.provider import sending
from bot.provider.answers import Refused, RetryLater
from bot.text.phone_numbers import address, e164, longcode_id
from bot.text.words import storable

Failure: TypeAlias = Refused | RetryLater

PAGE_SIZE: Final = 25
"""Rows that are asked for at once: what MTA's examples ask for; the most is not documented."""
THROUGHPUT: Final = 600
"""Webhooks a minute that we want at most; what MTA's examples show."""
_WAIT: Final = 60.0
"""Seconds after a rate limit that names none, everywhere but at `/send`."""
_LONGEST_REPLY: Final = 5_000
"""Characters that are read of a smart reply."""
_DEFAULT_PORTS: Final = {"http": ":80", "https": ":443"}
_TOLL_FREE: Final = tuple(f"+1{area}" for area in (800, 833, 844, 855, 866, 877, 888))
_VERIFIED: Final = ("verified", "approved")


@dataclass(frozen=True, slots=True)
class OurNumber:
    number: str
    """E.164."""
    longcode_id: LongcodeId
    verification: str | None = None
    """`tollFreeVerificationStatus`, in MTA's words, which are not documented."""

    @property
    def is_toll_free(self) -> bool:
        return self.verification is not None or self.number.startswith(_TOLL_FREE)

    @property
    def is_verified(self) -> bool:
        return self.verification is not None and self.verification.lower() in _VERIFIED


@dataclass(frozen=True, slots=True)
class SmartReply:
    """What MTA answers by itself to a text that is this word."""

    word: str
    """Empty where MTA tells none."""
    message: str
    """Empty where it is a template of MTA's, which is not told."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """A registration: MTA posts the event to the URL. Lists may leave out all but the first."""

    id: int
    event: str
    url: str
    retries: bool | None = None
    """`retryOnError`."""
    throughput: int | None = None
    """`maxThroughputPerMinute`."""
    created_at: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a list."""

    rows: tuple[object, ...]
    total: int | None
    """Rows of the whole list; None where the answer does not tell."""


@dataclass(frozen=True, slots=True)
class KeyCheck:
    failed: Failure | None
    """None where the key is good."""
    at: datetime | None = None
    """The provider's clock, to the second."""


def in_words(failure: Failure) -> str:
    wait = failure.after if isinstance(failure, RetryLater) else None
    return failure.because + (f": try again in {wait:.0f} seconds" if wait else "")


def read_failure(
    status: int, headers: Mapping[str, str], body: bytes, now: datetime
) -> Failure | None:
    """Why a call did not succeed; None where it did."""
    if not 200 <= status < 300:
        return sending.read_failure(status, headers, body, now, wait=_WAIT)
    root = _json(body)
    failed = isinstance(root, dict) and root.get("success") is False
    return Refused(sending.refusal(status, body)) if failed else None


def read_key_check(status: int, headers: Mapping[str, str], body: bytes, now: datetime) -> KeyCheck:
    """`GET /auth/verify-api-key`."""
    failed = read_failure(status, headers, body, now)
    if failed is None and not isinstance(_json(body), dict):  # a web page is not the provider
        failed = Refused("the provider answered 200 with something else than JSON")
    return KeyCheck(failed, sending.http_date(headers.get("date")))


def read_page(body: bytes) -> Page | Refused:
    """Rows under `data.rows`, under `data`, or a list by itself, which is then whole."""
    root = _json(body)
    data = root.get("data") if isinstance(root, dict) else root
    if isinstance(data, list):
        return Page(tuple(data), len(data))
    if not isinstance(data, dict) or not isinstance(data.get("rows"), list):
        return Refused("the provider answered 200 with something else than a list")
    return Page(tuple(data["rows"]), _number(data.get("total")))


def read_numbers(rows: Iterable[object]) -> tuple[OurNumber, ...]:
    """Of `GET /dedicated-numbers`; what is odd is left out."""
    found: dict[LongcodeId, OurNumber] = {}
    for row in rows:
        if isinstance(row, dict):
            number = e164(row.get("e164Number")) or address(row.get("number"))
            row_id = longcode_id(row.get("id"))
            if number and row_id is not None:
                status = _text(row.get("tollFreeVerificationStatus"))
                found[row_id] = OurNumber(number, row_id, status)
    return tuple(found.values())


def read_webhooks(rows: Iterable[object]) -> tuple[Webhook, ...]:
    """Of `GET /webhooks`; what is odd is left out."""
    return tuple(webhook for row in rows if (webhook := _webhook(row)) is not None)


def read_webhook(body: bytes) -> Webhook | Refused:
    """The answer of `POST /webhooks` and of `PATCH`, of which nothing is read but a webhook."""
    root = _json(body)
    found = _webhook(root.get("data")) if isinstance(root, dict) else None
    return found or Refused("the provider answered 200 with something else than a webhook")


def read_smart_replies(rows: Iterable[object]) -> tuple[SmartReply, ...]:
    """Of `GET /smart-replies`; of a row without a word that can be read the word is empty."""
    found: dict[SmartReply, None] = {}
    for row in rows:
        if isinstance(row, dict):
            word = _text(row.get("word")) or ""
            message = row.get("message")
            said = storable(message)[:_LONGEST_REPLY] if isinstance(message, str) else ""
            found[SmartReply(word, said)] = None
    return tuple(found)


def webhook_body(event: str, url: str, secret: str) -> bytes:
    """Of `POST /webhooks` and `PATCH`. MTA's own defaults are not documented: none is relied on."""
    body = {
        "event": event,
        "url": url,
        "secret": secret,
        "retryOnError": True,
        "maxThroughputPerMinute": THROUGHPUT,
    }
    return json.dumps(body).encode()


def place(url: str) -> str:
    """The same text for all ways to write a URL that lead to the same place.

    >>> place("HTTPS://Bot.example:443/webhooks/message-reply/")
    'https://bot.example/webhooks/message-reply'
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    host = parts.netloc.lower().removesuffix(_DEFAULT_PORTS.get(parts.scheme, ""))
    return urlunsplit((parts.scheme, host, parts.path.rstrip("/"), parts.query, ""))


def is_private(url: str) -> bool:
    """What is posted there cannot be read on the way: TLS, or this machine itself."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        is_loopback = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return url.startswith("https:")
    return parts.scheme == "https" or is_loopback


def doubles(webhooks: Sequence[Webhook]) -> Mapping[int, Webhook]:
    """Those that repeat an earlier one, event and place, by their id: every event comes twice."""
    first: dict[tuple[str, str], Webhook] = {}
    found: dict[int, Webhook] = {}
    for webhook in webhooks:
        earlier = first.setdefault((webhook.event, place(webhook.url)), webhook)
        if earlier.id != webhook.id:
            found[webhook.id] = earlier
    return found


def _json(body: bytes) -> Any:
    """None where it is not JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _webhook(row: object) -> Webhook | None:
    if not isinstance(row, dict):
        return None
    row_id, event, url = longcode_id(row.get("id")), _text(row.get("event")), row.get("url")
    if row_id is None or event is None or not isinstance(url, str):
        return None
    retries = row.get("retryOnError")
    return Webhook(
        id=row_id,
        event=event,
        url=storable(url),
        retries=retries if isinstance(retries, bool) else None,
        throughput=_number(row.get("maxThroughputPerMinute")),
        created_at=_text(row.get("createdAt")),
    )


def _text(value: object) -> str | None:
    return storable(value).strip()[:200] or None if isinstance(value, str) else None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
