"""From a reply to what leaves: tags, and the messages that carry a long text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

MOST_TAGS: Final = 5
"""Of one outbound message; MTA's limit is not documented."""


def outbound_tags(
    carried: Mapping[str, str], added: Mapping[str, str], rule: str
) -> dict[str, str]:
    """Tags of a reply: those of the answered message, those of the rule, and the rule's id.

    At most five, keys and values at most 64 characters; the rule's id always goes along, and
    what the rule adds before what is carried over.
    """
    merged = {**carried, **added}
    wanted = [*added, *(name for name in carried if name not in added)]
    kept = [name for name in wanted if name != "rule"][: MOST_TAGS - 1]
    tags = {name[:64]: merged[name][:64] for name in merged if name in kept}
    return {**tags, "rule": rule[:64]}
