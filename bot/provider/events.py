"""The provider's wire format, without any I/O: webhook bodies, signatures, `/send` and answers.

Mobile Text Alerts (MTA) REST API v3, https://developers.mobile-text-alerts.com. Several members
are optional or not documented at all, so reading is liberal; writing is exact.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from bot.errors import SignatureError, WebhookError
from bot.model import InboundMessage
from bot.text.phone_numbers import address
from bot.text.words import storable

EVENTS: Final = ("message-reply", "delivery-status", "message-send", "number-opt-in")
LARGEST_BODY: Final = 65_536
"""Bytes of a webhook body."""
_LONGEST_ID: Final = 1_000
"""Characters."""
_MOST_DIGITS: Final = 40
_TOO_LARGE: Final = 10**_MOST_DIGITS
_MOST_TEXTS: Final = 100
"""Of a member that is a list of them."""


def webhook_path(event: str, account: str | None = None) -> str:
    """Where the bot takes an event, of an account where it serves several by name.

    >>> webhook_path("message-reply"), webhook_path("message-reply", "clinic")
    ('/webhooks/message-reply', '/webhooks/clinic/message-reply')
    """
    return f"/webhooks/{event}" if account is None else f"/webhooks/{account}/{event}"


def sign(secret: str, body: bytes) -> str:
    """`X-Signature`: lowercase hex of HMAC-SHA256, keyed by the secret as UTF-8."""
    return hmac.digest(secret.encode(), body, "sha256").hex()


def verify(secrets: Iterable[str], body: bytes, signature: str | None) -> None:
    """Raises SignatureError unless one of the secrets signed these very bytes.

    Every secret is compared, in constant time, so that the answer's time tells nothing.
    """
    given = (signature or "").encode("utf-8", "replace")
    good = [hmac.compare_digest(sign(secret, body).encode(), given) for secret in secrets]
    if not any(good):
        raise SignatureError("the signature is missing or wrong")


def read_json(body: bytes) -> Mapping[str, Any]:
    """The members of a webhook: those under `data` where there is such an object.

    A member that no reader of JSON takes (nested too deep, an endless number, a bare line break
    in a text, bytes that are not UTF-8) does not keep the rest from being read. Raises
    WebhookError.
    """
    try:
        root = json.loads(body)
    except (ValueError, RecursionError):
        root = _read_leniently(body)
    return members(root)


def _read_leniently(body: bytes) -> object:
    text = _without_depths(body.decode("utf-8", "replace"))
    try:
        return json.loads(text, strict=False, parse_int=_whole_number)
    except (ValueError, RecursionError) as error:
        raise WebhookError("the body is not JSON") from error


def _without_depths(text: str) -> str:
    """Values nested deeper than any that we read are left out."""
    kept: list[str] = []
    depth, begin = 0, 0
    for token in _TOKEN.finditer(text):
        sign = token[0]
        if sign in "[{":
            depth += 1
            if depth == _DEEPEST + 1:
                kept.append(text[begin : token.start()])
        elif sign in "]}":
            if depth == _DEEPEST + 1:
                kept.append("null")
                begin = token.end()
            depth -= 1
    return "".join([*kept, text[begin:]]) if depth <= _DEEPEST else text


_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_DEEPEST: Final = 20


def _whole_number(digits: str) -> int | None:
    return int(digits) if len(digits) <= _MOST_DIGITS else None


def members(root: object) -> Mapping[str, Any]:
    """Raises WebhookError."""
    if not isinstance(root, dict):
        raise WebhookError("the body is not a JSON object")
    data = root.get("data")
    return data if isinstance(data, dict) else root


def read_message_reply(
    data: Mapping[str, Any], *, received_at: datetime, key: str | None = None
) -> InboundMessage:
    """A `message-reply` (V3; the names of V1 and V2 where those are missing).

    A member of an odd type is read as far as it can be, else it counts as missing: a STOP must
    not wait in quarantine because of its tags. Raises WebhookError where there is no sender.
    """
    named = _first(data, "fromNumber", "originationNumber")
    if named is None:
        raise WebhookError("fromNumber is missing")
    sender = address(named)
    if sender is None:
        raise WebhookError("fromNumber is neither a phone number nor another address")
    text, media_url = data.get("message"), data.get("url")
    if not isinstance(text, str):
        text = " ".join(_texts(text))
    more_media: tuple[str, ...] = ()
    if media_url is not None and not isinstance(media_url, str):
        media_url, *others = [*filter(None, map(storable, _texts(media_url))), None]
        more_media = tuple(filter(None, others))
    return InboundMessage(
        key=key or delivery_key(data),
        sender=sender,
        number=address(_first(data, "toNumber", "destinationNumber")) or "",
        text=storable(text),
        media_url=storable(media_url) if media_url else None,
        more_media=more_media,
        external_id=id_text(data, "externalId"),
        message_id=id_text(data, "messageId"),
        tags=read_tags(data),
        received_at=received_at,
        sent_at=instant(data.get("timestamp")),
        odd=odd_member(data),
    )


def odd_member(data: Mapping[str, Any]) -> str:
    """The first member of a `message-reply` that was not read whole, in words; empty: none."""
    if not isinstance(data.get("message"), _TEXT):
        return "message is not a text"
    url = data.get("url")
    if not isinstance(url, _TEXT) and not (isinstance(url, list) and _texts(url)):
        return "url is not a text"
    for name in ("externalId", "messageId", "replyId"):
        if data.get(name) not in (None, "") and id_text(data, name) is None:
            return f"{name} is neither a text nor a number of a usual length"
    tags = data.get("tags")
    if not tags and (tags is None or isinstance(tags, dict)):
        return ""
    if not isinstance(tags, dict):
        return "tags is not an object"
    if not all(isinstance(value, _MEMBER) for value in tags.values()):
        return "a tag is neither a text nor a number"
    return ""


class DeliveryStatus(NamedTuple):
    """What became of one of our messages; codes 1 to 14 of MTA."""

    external_id: str | None
    message_id: str | None
    number: str | None
    code: int | None
    """None for a word or number that we do not know."""
    word: str
    at: datetime | None = None
    """When it came about, by the provider's clock; None where it names no time."""

    @property
    def is_final(self) -> bool:
        return self.code is not None and self.code >= 4

    @property
    def is_delivered(self) -> bool:
        return self.code == 4

    @property
    def opted_out(self) -> bool:
        return self.code == 11


_STATUS_WORDS: Final = (
    *("queued", "sending", "sent", "delivered", "sending-failed", "delivery-failed"),
    *("delivery-unconfirmed", "delivery-rejected", "undelivered", "invalid-number"),
    *("stopped-number", "landline", "send-rejected", "failed"),
)


def read_delivery_status(data: Mapping[str, Any]) -> DeliveryStatus:
    """Raises WebhookError where there is no status."""
    status = data.get("status")
    if isinstance(status, float) and status.is_integer():
        status = int(status)
    if isinstance(status, bool) or not isinstance(status, str | int):
        raise WebhookError("status is missing")
    written = str(status).strip()
    word = re.sub(r"[\s_]+", "-", written.lower())
    code: int | None = None
    if written.isascii() and written.isdigit() and len(written) < 4:
        code = int(written)
    elif word in _STATUS_WORDS:
        code = _STATUS_WORDS.index(word) + 1
    if code is not None and not 1 <= code <= len(_STATUS_WORDS):
        code = None
    return DeliveryStatus(
        external_id=id_text(data, "externalId"),
        message_id=id_text(data, "messageId"),
        number=address(_first(data, "toNumber", "destinationNumber")),
        code=code,
        word=storable(word)[:40] if code is None else _STATUS_WORDS[code - 1],
        at=instant(data.get("timestamp")),
    )


def delivery_key(data: Mapping[str, Any]) -> str:
    reply_id = id_text(data, "replyId")
    if reply_id is not None:
        return f"r-{reply_id}" if len(reply_id) <= 60 else f"r#{_sha256(reply_id)[:60]}"
    # Never messageId alone: it may be that of our message, which can be answered twice.
    names = ("messageId", "fromNumber", "toNumber", "message", "url", "timestamp")
    v1 = {"fromNumber": "originationNumber", "toNumber": "destinationNumber"}
    parts = [data.get(name, data.get(v1.get(name, name))) for name in names]
    odd = data.get("replyId")
    if odd is not None and odd != "":
        # It cannot be an id of ours, but it tells a second STOP from the first one come twice.
        parts.append(odd)
    try:
        return f"h-{_sha256(json.dumps(parts, default=str))[:60]}"
    except RecursionError:  # what is nested so deep tells no message from another
        plain = [part if _is_scalar(part) else type(part).__name__ for part in parts]
        return f"h-{_sha256(json.dumps(plain))[:60]}"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _first(data: Mapping[str, Any], *names: str) -> Any:
    for name in names:
        if (value := data.get(name)) is not None:
            return value
    return None


def _texts(value: object) -> list[str]:
    """The texts of a member: of a text, a number, a list of them, or an object with one."""
    if isinstance(value, dict):
        named = [value[name] for name in _NAMES_OF_TEXTS if name in value]
        value = named[0] if named else list(value.values())
    if isinstance(value, list):
        return [text for item in value[:_MOST_TEXTS] for text in _scalar(item)]
    return _scalar(value)


_NAMES_OF_TEXTS: Final = ("text", "message", "body", "content", "url")


def _scalar(value: object) -> list[str]:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return []
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return [value] if isinstance(value, str) else [str(value)] if abs(value) < _TOO_LARGE else []


def instant(value: object) -> datetime | None:
    """An ISO time, or seconds or milliseconds since 1970.

    Without an offset it counts as UTC, which all times of MTA are in; it is compared with others
    of the provider only.
    """
    try:
        if isinstance(value, str):
            at = datetime.fromisoformat(value.strip())
            return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        seconds = value / 1000 if value >= 1e11 else value
        return datetime.fromtimestamp(seconds, UTC) if 1e9 <= seconds < 1e11 else None
    except (ValueError, OverflowError, OSError):
        return None


def id_text(data: Mapping[str, Any], name: str) -> str | None:
    """An id is a text or a number, kept as a text; None where it is neither, or too long."""
    value = data.get(name)
    if value is None:
        return None
    text = storable(value if isinstance(value, str) else "".join(_scalar(value)))
    return text if 0 < len(text) <= _LONGEST_ID else None


def read_tags(data: Mapping[str, Any]) -> Mapping[str, str]:
    """Texts by name; numbers and flags as texts, anything else left out."""
    tags = data.get("tags")
    if isinstance(tags, str):  # as JSON, which some senders of webhooks write
        tags = _object(tags)
    if not isinstance(tags, dict):
        return {}
    return {storable(name): _tag(value) for name, value in tags.items() if _is_scalar(value)}


def _object(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


_SCALARS: Final = (str, int, float)
_NOTHING: Final = type(None)
_TEXT: Final = (str, _NOTHING)
_MEMBER: Final = (*_SCALARS, _NOTHING)


def _is_scalar(value: object) -> bool:
    return isinstance(value, _SCALARS)


def _tag(value: str | float) -> str:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return storable(str(value)) if not isinstance(value, int) or abs(value) < _TOO_LARGE else ""
