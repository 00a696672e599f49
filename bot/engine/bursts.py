"""Bursts: texts that follow each other closely, which are decided as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.model import Decision, InboundMessage, Outcome, Reason
from bot.rules.combine import Combine


def first(received: Sequence[datetime], combine: Combine) -> tuple[int, datetime]:
    """How many of these texts are one burst, from the first on, and when it is over."""
    begin = last = received[0]
    count = 1
    for at in received[1:]:
        if at - last > combine.wait or at - begin > combine.at_most:
            break
        last, count = max(last, at), count + 1
    return count, min(last + combine.wait, begin + combine.at_most)


def joined(burst: Sequence[InboundMessage]) -> InboundMessage:
    """One message of all of them: the last, with what the others say and bring."""
    *others, last = burst
    if not others:
        return last
    media = [url for one in burst for url in (one.media_url, *one.more_media) if url]
    tags: dict[str, str] = {}
    for one in burst:
        tags.update(one.tags)
    named = [one.external_id for one in burst if one.external_id is not None]
    return replace(
        last,
        text="\n".join(one.text for one in burst if one.text),
        media_url=media[0] if media else None,
        more_media=tuple(media[1:]),
        tags=tags,
        external_id=named[-1] if named else None,
    )


def combined() -> Decision:
    """Of a text of a burst that is not its last."""
    return Decision(outcome=Outcome.SUPPRESSED, reason=Reason.COMBINED)
