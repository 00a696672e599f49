"""From a reply to what leaves: its tags, and the messages that carry a long text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from bot.model import InboundMessage, LongcodeId, LongTexts, OutboundMessage, Reply
from bot.text.segments import measure, pieces

MOST_TAGS: Final = 5
"""Of one outbound message; MTA's limit is not documented."""
_MMS: Final = 3
"""What the provider takes for one, in its credits: https://mobile-text-alerts.com/pricing."""


class Ids(NamedTuple):
    """The names of one outbound message; see `OutboundMessage`."""

    external_id: str
    request_id: str


def message_of(
    reply: Reply, answers: InboundMessage, longcode_id: LongcodeId | None, ids: Ids
) -> OutboundMessage:
    """The whole reply to a message, however long."""
    return OutboundMessage(
        external_id=ids.external_id,
        request_id=ids.request_id,
        to=answers.sender,
        text=reply.text,
        image=reply.image,
        longcode_id=longcode_id,
        tags=tags_of(reply, answers.tags),
    )


def parts_of(
    message: OutboundMessage, policy: LongTexts, new_ids: Callable[[], Ids]
) -> tuple[OutboundMessage, ...]:
    """The messages that carry its text in their order, the first under its own names.

    Empty where it is too long to be sent.
    """
    found = pieces(message.text, policy, has_image=bool(message.image))
    named = [message, *(replace(message, **new_ids()._asdict()) for _ in found[1:])]
    return tuple(
        replace(part, text=piece.text, is_mms=piece.is_mms)
        for part, piece in zip(named, found, strict=False)
    )


def cost(message: OutboundMessage) -> int:
    """Segments that it counts for."""
    return cost_of(message.text, is_mms=message.is_mms or bool(message.image))


def cost_of(text: str, *, is_mms: bool) -> int:
    """The same of a text; `is_mms`: it leaves as an MMS."""
    return _MMS if is_mms else measure(text).count


def tags_of(reply: Reply, carried: Mapping[str, str]) -> dict[str, str]:
    """Tags of a reply: those of the answered message, those of the rule, and the rule's id.

    At most five, keys and values at most 64 characters; the rule's id always goes along, and
    what the rule adds before what is carried over.
    """
    merged = {**carried, **reply.tags}
    wanted = [*reply.tags, *(name for name in carried if name not in reply.tags)]
    kept = [name for name in wanted if name != "rule"][: MOST_TAGS - 1]
    tags = {name[:64]: merged[name][:64] for name in merged if name in kept}
    return {**tags, "rule": reply.rule[:64]}


def tags_of_person(last: Mapping[str, str]) -> dict[str, str]:
    """Tags of a text of a person of ours: those of our last message, but for the rule's id."""
    return {name: value for name, value in last.items() if name != "rule"}
