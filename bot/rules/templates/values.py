"""What templates and expressions may name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.model import CaptureValue, Context, InboundMessage


def template_names(
    message: InboundMessage,
    context: Context,
    captures: Mapping[str, CaptureValue],
    timezone: str,
    variables: Mapping[str, object],
) -> Mapping[str, object]:
    """Values by name; captures first, since the loader lets none hide a built-in."""
    return {
        **captures,
        "message": {
            "text": message.text,
            "sender": message.sender,
            "number": message.number,
            "media_url": message.media_url or "",
            "tags": message.tags,
            "external_id": message.external_id or "",
            "received_at": local(message.received_at, timezone),
        },
        "tags": message.tags,
        "contact": context.contact,
        "conversation": {
            "state": context.state or "",
            "values": context.values,
            "count": context.count,
        },
        "vars": variables,
        "now": local(context.now, timezone),
    }


def local(instant: datetime, timezone: str) -> datetime:
    """The instant on the clocks of a zone; `timezone` is an IANA name that exists."""
    return instant.astimezone(_zone(timezone))


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
