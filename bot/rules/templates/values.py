"""What templates and expressions may name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.model import CaptureValue, Context, InboundMessage
from bot.rules.hours import Calendar
from bot.timezones import local

_NO_CALENDARS: Final[Mapping[str, Calendar]] = {}


@dataclass(frozen=True, slots=True)
class Opening:
    """What templates see of a calendar: its hours, and when it opens next."""

    calendar: Calendar
    now: datetime

    def __str__(self) -> str:
        return self.calendar.hours

    @property
    def next(self) -> datetime | str:
        """On the calendar's clocks; nothing where it does not open within a year."""
        return self.calendar.opens_after(self.now) or ""


def template_names(
    message: InboundMessage,
    context: Context,
    captures: Mapping[str, CaptureValue],
    timezone: str,
    variables: Mapping[str, object],
    calendars: Mapping[str, Calendar] = _NO_CALENDARS,
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
        "calendars": {name: Opening(calendar, context.now) for name, calendar in calendars.items()},
        "now": local(context.now, timezone),
    }
