"""A message as the options of a command, or a line of input, describe it: as a webhook body."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

import click

from bot.cli import options
from bot.engine.simulator import Given
from bot.errors import UsageError, WebhookError, plain
from bot.model import InboundMessage, LongcodeId
from bot.provider import events
from bot.text import phone_numbers
from bot.text.words import storable

_AT: Final = """When it comes in, else now: `tomorrow 10:00`, `friday 9am`, `in 2 hours`,
2026-01-15T17:30; on the clocks of the rules."""
_ADDRESS: Final = re.compile(r"https?://[^\s/]", re.IGNORECASE)
_OPTIONS: Final = (
    click.option("--from", "sender", metavar="N", help="Who writes; else +15555550123."),
    click.option("--to", metavar="N", help="Which of our numbers got it."),
    options.tags_option,
    click.option("--contact", multiple=True, metavar="K=V", help="What is stored of them."),
    click.option("--media", metavar="URL", help="Address of an attachment."),
    click.option("--state", help="State of the conversation."),
    click.option("--at", metavar="TIME", help=_AT),
    click.option("--longcode", metavar="ID", help="Our number's id."),
)
_NAMES: Final = ("sender", "to", "tags", "contact", "media", "state", "at", "longcode")


def message_options(command: Callable[..., int]) -> Callable[..., int]:
    """Options that describe a message; the command gets them as `given`, members of a body."""

    @functools.wraps(command)
    def with_given(**chosen: Any) -> int:
        given = _members(**{name: chosen.pop(name) for name in _NAMES})
        return command(given=given, **chosen)

    for option in reversed(_OPTIONS):
        option(with_given)
    return with_given


def _members(
    sender: str | None,
    to: str | None,
    tags: tuple[str, ...],
    contact: tuple[str, ...],
    media: str | None,
    state: str | None,
    at: str | None,
    longcode: str | None,
) -> dict[str, Any]:
    given: dict[str, Any] = {}
    if sender is not None:
        given["fromNumber"] = options.number(sender, "--from")
    if to is not None:
        given["toNumber"] = options.number(to, "--to")
    if tags:
        given["tags"] = dict(options.pairs(tags, "--tag"))
    if contact:
        given["contact"] = dict(options.pairs(contact, "--contact"))
    if longcode is not None:
        if phone_numbers.longcode_id(longcode) is None:
            raise UsageError(f"--longcode {plain(longcode)}: needs an id, for example 123")
        given["longcodeId"] = longcode
    if media is not None and not _ADDRESS.match(media):
        hint = "needs the address of an attachment, for example https://example.com/menu.jpg"
        raise UsageError(f"--media {plain(media)}: {hint}")
    for name, value in (("url", media), ("state", state), ("at", at)):
        if value is not None:
            given[name] = storable(value)
    return given


def read(
    body: Mapping[str, Any],
    *,
    key: str | None,
    timezone: str,
    longcode_id: LongcodeId | None,
    now: datetime,
) -> tuple[InboundMessage, Given]:
    """A message and what stands beside it; `longcode_id` and `now` where the body does not say.

    Raises WebhookError, UsageError.
    """
    at = _at(body, timezone, now)
    message = events.read_message_reply(body, received_at=at, key=key)
    if message.odd:
        raise WebhookError(message.odd)
    opted_out, handed_over = body.get("optedOut"), body.get("handedOver")
    given = Given(
        now=at,
        contact=_texts(body, "contact"),
        longcode_id=_longcode(body, message) or longcode_id,
        state=_text(body, "state"),
        opted_out=opted_out if isinstance(opted_out, bool) else None,
        handed_over=handed_over if isinstance(handed_over, bool) else None,
    )
    return message, given


def _at(body: Mapping[str, Any], timezone: str, now: datetime) -> datetime:
    """`at`, else the time that a recorded body carries, else now."""
    written = _text(body, "at")
    if not written and body.get("timestamp") is None:
        return now
    from bot.cli import moments  # loads what finds dates, which a text of now has no use for

    if written:
        return moments.moment(written, timezone, "at", now)
    if "timestamp" not in body:
        return now
    try:
        return moments.iso(str(body["timestamp"]), "UTC", "timestamp")
    except UsageError:
        return now


def _longcode(body: Mapping[str, Any], message: InboundMessage) -> LongcodeId | None:
    written = body.get("longcodeId")
    if written is None:
        return phone_numbers.longcode_id(message.tags.get("longcodeId"))
    found = phone_numbers.longcode_id(written)
    if found is None:
        raise WebhookError("longcodeId is not an id")
    return found


def _text(body: Mapping[str, Any], name: str) -> str | None:
    value = body.get(name)
    if value is None or isinstance(value, str):
        return storable(value) if value else None
    raise WebhookError(f"{name} is not a text")


def _texts(body: Mapping[str, Any], name: str) -> Mapping[str, str]:
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict) or any(isinstance(v, dict | list) for v in value.values()):
        raise WebhookError(f"{name} needs names with texts")
    return {storable(k): storable(str(v)) for k, v in value.items() if v is not None}
