"""What other rules would do with the last messages that came in: as `bot diff` compares them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection

from bot.authoring.diff import Answer, Compared, Group, Tally, compare
from bot.authoring.old_and_new import OldAndNew
from bot.ledger import past
from bot.rules.ruleset import Ruleset
from bot.settings import Settings

MOST: Final = 1_000
"""Messages that are looked at."""
_EXAMPLES: Final = 5
"""Of each pair of rules."""
_GROUPS: Final = 20


def compared(
    connection: Connection, old: Ruleset, new: Ruleset, settings: Settings
) -> Mapping[str, Any]:
    """Of the latest messages how many would be answered otherwise, and which."""
    tally, both = Tally(_EXAMPLES), OldAndNew(old, new)
    since = past.since_last(connection, MOST)
    found = past.past(connection, old, since, settings.longcode_id)
    for one in islice(found, MOST):
        tally.add(compare(one, both, settings.long_texts))
    return {
        "messages": tally.compared,
        "changed": tally.changed,
        "otherRule": tally.other_rule.total(),
        "newlyAnswered": tally.newly_answered,
        "newlySilent": tally.newly_silent,
        "segments": tally.new_segments - tally.segments,
        "groups": list(map(_group, tally.groups[:_GROUPS])),
        "isMore": len(tally.groups) > _GROUPS,
    }


def _group(group: Group) -> Mapping[str, Any]:
    return {
        "old": group.old,
        "new": group.new,
        "count": group.count,
        "examples": list(map(_example, group.examples)),
    }


def _example(one: Compared) -> Mapping[str, Any]:
    return {"text": one.message.text, "old": _answer(one.old), "new": _answer(one.new)}


def _answer(answer: Answer) -> Mapping[str, Any]:
    return {
        "outcome": answer.outcome,
        "reason": answer.reason,
        "texts": [text.text for text in answer.texts],
    }
