"""`$opted-out`: a message from somebody who opted out gets no answer from any rule."""

from __future__ import annotations

from typing import ClassVar, Final

from bot.model import Miss, Outcome, Reason, RuleId
from bot.rules.guards.base import Guard, Verdict
from bot.rules.matchers.base import MessageView

_MISS: Final = Miss("the sender is not opted out")


class OptedOut(Guard):
    NAME: ClassVar[RuleId] = RuleId("$opted-out")
    KEY: ClassVar[str] = "opted_out"
    MISS: ClassVar[Miss] = _MISS
    SCENARIO: ClassVar[str] = (
        "- {name: opted out, steps: [{say: STOP}, {say: hello, rule: $opted-out}]}"
    )

    def examine(self, seen: MessageView) -> Verdict | Miss:
        if not seen.context.opted_out:
            return _MISS
        return Verdict(outcome=Outcome.SUPPRESSED, reason=Reason.OPTED_OUT)
