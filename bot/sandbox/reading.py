"""Reads what a client posts: MTA API, POST /send and POST or PATCH /webhooks.

Members outside the documented table are refused. What MTA does with them is unknown, and a
client that relies on one should not pass its tests here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.texts import MMS_LIMIT, e164, fits_one_sms
from bot.sandbox.values import Refusal

EVENTS = ("message-reply", "delivery-status", "message-send", "number-opt-in")

Check = Callable[[object], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class SendRequest:
    """The body of POST /send, as far as the stand-in plays it."""

    recipients: tuple[str, ...]
    text: str | None
    image: str | None
    longcode_id: int | None
    external_id: str | None
    tags: Mapping[str, str]


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_tags(value: object) -> bool:
    return isinstance(value, dict) and all(map(_is_text, value.values()))


def _is_url(value: object) -> bool:
    return isinstance(value, str) and value.startswith(("http://", "https://"))


def _is_secret(value: object) -> bool:
    return isinstance(value, str) and value != ""


SEND_FIELDS: Mapping[str, Check] = {
    "subscribers": _is_list,
    "subscriberIds": _is_list,
    "groups": _is_list,
    "allSubscribers": _is_flag,
    "threadId": _is_number,
    "message": _is_text,
    "image": _is_url,
    "rehost": _is_flag,
    "isMMS": _is_flag,
    "templateId": _is_number,
    "linkId": _is_number,
    "longcodeId": _is_number,
    "senderName": _is_text,
    "externalId": _is_text,
    "tags": _is_tags,
    "scheduledDate": _is_text,
    "repeat": _is_object,
    "header": _is_text,
    "footer": _is_text,
}
WEBHOOK_FIELDS: Mapping[str, tuple[str, Check]] = {
    "event": ("event", lambda value: value in EVENTS),
    "url": ("url", _is_url),
    "secret": ("secret", _is_secret),
    "alertEmail": ("alert_email", _is_text),
    "sendAlertEmail": ("send_alert_email", _is_flag),
    "skipErrors": ("skip_errors", _is_flag),
    "skipErrorCodes": ("skip_error_codes", _is_texts),
    "retryOnError": ("retry_on_error", _is_flag),
    "maxThroughputPerMinute": ("max_throughput_per_minute", _is_number),
}
RECIPIENTS = ("subscribers", "subscriberIds", "groups", "allSubscribers", "threadId")
CONTENTS = ("message", "image", "templateId")
UNPLAYED = (*RECIPIENTS[1:], "templateId", "scheduledDate", "repeat")


def read_send(body: object, *, strict_length: bool) -> SendRequest | Refusal:
    """The request, or why it is answered 400.

    `templateId`, `scheduledDate`, groups and the like are right by the contract, but the stand-in
    has none of them: it refuses them rather than pretend.
    """
    if not isinstance(body, dict):
        return Refusal(400, "The body must be a JSON object")
    fields: Mapping[str, Any] = body
    wrong = _wrong_field(fields, SEND_FIELDS) or _wrong_choice(fields)
    if wrong:
        return Refusal(400, wrong)
    numbers = [e164(subscriber) for subscriber in fields["subscribers"]]
    recipients = tuple(dict.fromkeys(number for number in numbers if number))
    if None in numbers:
        return Refusal(400, "subscribers: not a phone number")
    text = _full_text(fields)
    if text and not _fits(text, fields, strict_length=strict_length):
        return Refusal(400, "The message is over the character limit")
    return SendRequest(
        recipients=recipients,
        text=text,
        image=fields.get("image"),
        longcode_id=fields.get("longcodeId"),
        external_id=fields.get("externalId"),
        tags=dict(fields.get("tags", {})),
    )


def read_webhook(body: object, *, whole: bool) -> dict[str, Any] | Refusal:
    """The fields of a `Webhook` by our names; `whole` asks for event, url and secret."""
    if not isinstance(body, dict):
        return Refusal(400, "The body must be a JSON object")
    wrong = _wrong_field(body, {name: check for name, (_, check) in WEBHOOK_FIELDS.items()})
    if wrong:
        return Refusal(400, wrong)
    missing = [name for name in ("event", "url", "secret") if name not in body]
    if whole and missing:
        return Refusal(400, f"{', '.join(missing)}: required")
    fields = {WEBHOOK_FIELDS[name][0]: value for name, value in body.items()}
    if "skip_error_codes" in fields:
        fields["skip_error_codes"] = tuple(fields["skip_error_codes"])
    return fields


def _wrong_field(fields: Mapping[str, object], known: Mapping[str, Check]) -> str | None:
    for name, value in fields.items():
        if name not in known:
            return f"{name}: not a field of this endpoint"
        if not known[name](value):
            return f"{name}: wrong type or value"
    return None


def _wrong_choice(fields: Mapping[str, object]) -> str | None:
    kinds = [name for name in RECIPIENTS if fields.get(name)]
    if len(kinds) != 1:
        return f"Give exactly one of {', '.join(RECIPIENTS)}"
    if not any(fields.get(name) for name in CONTENTS):
        return f"Give at least one of {', '.join(CONTENTS)}"
    unplayed = [name for name in UNPLAYED if fields.get(name)]
    return f"{unplayed[0]}: the stand-in has none" if unplayed else None


def _full_text(fields: Mapping[str, Any]) -> str | None:
    if not fields.get("message"):
        return None
    parts = (fields.get("header"), fields["message"], fields.get("footer"))
    return "\n".join(part for part in parts if part)


def _fits(text: str, fields: Mapping[str, Any], *, strict_length: bool) -> bool:
    if strict_length and not (fields.get("isMMS") or fields.get("image")):
        return fits_one_sms(text)
    return len(text) <= MMS_LIMIT
