"""`$loop`: two machines, or one impatient person, must not go on for ever.

Not sent are the 11th automatic reply to a person within 10 minutes, the 4th reply of the fallback
in a row (within a day), and the answer to the 5th equal text within 5 minutes; equal answers to
questions of several rules are not a loop. Two slow machines end too: of the texts that equal an
earlier one, 29 are answered in a day and 99 in a week, and of those that equal one but for their
numbers 149 in a week. What writes even less often is answered: 14 texts a day.

Several messages of one answer count as one.
"""

from __future__ import annotations

from datetime import timedelta
from operator import ge
from typing import ClassVar, Final

from bot.model import NO_ECHOES, Context, Echoes, Miss, Outcome, Reason, RuleId
from bot.rules.guards.base import Guard, Verdict
from bot.rules.matchers.base import MessageView

MOST_REPLIES: Final = 10
REPLIES_WITHIN: Final = timedelta(minutes=10)
MOST_FALLBACKS: Final = 3
FALLBACKS_WITHIN: Final = timedelta(days=1)
MOST_EQUAL: Final = 4
EQUAL_WITHIN: Final = timedelta(minutes=5)
MOST_ECHOES: Final = Echoes(of_day=29, of_week=99, but_for_numbers=149)
DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)

_MISS: Final = Miss("not a loop")
_VERDICT: Final = Verdict(outcome=Outcome.SUPPRESSED, reason=Reason.LOOP)


class Loop(Guard):
    NAME: ClassVar[RuleId] = RuleId("$loop")
    KEY: ClassVar[str] = "loop"
    MISS: ClassVar[Miss] = _MISS
    SCENARIO: ClassVar[str] = (
        "- {name: in a circle, steps: [{say: a}, {say: a}, {say: a}, {say: a}, "
        "{say: a, rule: $loop}]}"
    )

    def examine(self, seen: MessageView) -> Verdict | Miss:
        context = seen.context
        if len(context.replied_at) < MOST_REPLIES and len(context.equal_at) < MOST_EQUAL:
            return _VERDICT if _has_too_many(context.echoes) else _MISS
        if _has_too_many(context.echoes):
            return _VERDICT
        replies = sum(at > context.now - REPLIES_WITHIN for at in context.replied_at)
        equal = sum(at > context.now - EQUAL_WITHIN for at in context.equal_at)
        return _VERDICT if replies >= MOST_REPLIES or equal >= MOST_EQUAL else _MISS


def _has_too_many(echoes: Echoes) -> bool:
    return echoes is not NO_ECHOES and any(map(ge, echoes, MOST_ECHOES))


def has_too_many_failures(context: Context) -> bool:
    """As many answers that could not be made were excused, or answered by the fallback."""
    return context.failures_in_row + context.fallbacks_in_row >= MOST_FALLBACKS


def has_too_many_fallbacks(context: Context) -> bool:
    """The fallback answered three times in a row; a fourth would help nobody."""
    return context.fallbacks_in_row >= MOST_FALLBACKS
