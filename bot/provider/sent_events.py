"""The webhook `message-send`: a message has left the account, whoever sent it; no I/O.

Which members it has is not documented. They are looked for under the names that the other events
and `POST /send` have; what is not found is not known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.model import LongcodeId
from bot.provider.events import id_text, read_tags
from bot.text.phone_numbers import address, e164, longcode_id
from bot.text.words import storable

_MOST_RECIPIENTS: Final = 100
"""Of one event: what is more is a list for a campaign tool."""
_RECIPIENTS: Final = (
    *("toNumber", "destinationNumber", "to", "recipient", "recipients"),
    *("subscriber", "subscribers", "number", "phoneNumber"),
)
_OUR_NUMBER: Final = ("fromNumber", "originationNumber", "from", "longcode", "dedicatedNumber")
_NUMBERS: Final = ("e164Number", "number", "phoneNumber", "phone", "toNumber")
"""Of an object that stands for a person or a number of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentNotice:
    """What is known of a message that has left."""

    to: tuple[str, ...] = ()
    """E.164; empty where it does not say."""
    number: str = ""
    """Ours, E.164; empty where it does not say."""
    longcode_id: LongcodeId | None = None
    external_id: str | None = None
    message_id: str | None = None
    text: str = ""
    image: str | None = None
    tags: Mapping[str, str]


def read_sent(data: Mapping[str, Any]) -> SentNotice:
    """Reads what it can, whatever the types are."""
    named = next((data[name] for name in _RECIPIENTS if data.get(name)), None)
    people = dict.fromkeys(filter(None, map(_number, _several(named))))
    ours = next((data[name] for name in _OUR_NUMBER if data.get(name)), None)
    text = next((data[n] for n in ("message", "text", "body") if isinstance(data.get(n), str)), "")
    image = next((data[n] for n in ("image", "url") if isinstance(data.get(n), str)), None)
    return SentNotice(
        to=tuple(people)[:_MOST_RECIPIENTS],
        number=_number(ours) or "",
        longcode_id=_longcode_id(data, ours),
        external_id=id_text(data, "externalId"),
        message_id=id_text(data, "messageId"),
        text=storable(text),
        image=storable(image) if image else None,
        tags=read_tags(data),
    )


def _several(value: object) -> Iterator[object]:
    if isinstance(value, list):
        yield from value[:_MOST_RECIPIENTS]
    else:
        yield value


def _number(value: object) -> str | None:
    """Of a text, a number, or an object that has one."""
    if isinstance(value, dict):
        value = next((value[name] for name in _NUMBERS if value.get(name)), None)
    return e164(address(value))


def _longcode_id(data: Mapping[str, Any], ours: object) -> LongcodeId | None:
    given = data.get("longcodeId")
    if given is None and isinstance(ours, dict):
        given = ours.get("id")
    return longcode_id(given)
