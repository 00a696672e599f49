"""What templates and expressions may name."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model import CaptureValue, Context, InboundMessage
from bot.timezones import local


def template_names(
    message: InboundMessage,
    context: Context,
    captures: Mapping[str, CaptureValue],
    timezone: str,
    variables: Mapping[str, object],
) -> Mapping[str, object]:
    """Values by name; captures first, since the loader lets none hide a built-in.

    The answers to an open question are captures too.
    """
    answers = {} if context.question is None else context.question.captures
    return {
        **answers,
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
            **context.values,
            "state": context.state or "",
            "values": context.values,
            "count": context.count,
        },
        "vars": variables,
        "now": local(context.now, timezone),
    }
