"""`$opted-out`: a message from somebody who opted out gets no answer from any rule."""

from __future__ import annotations

from typing import ClassVar, Final, Self

from bot.model import Miss, Outcome, Reason, RuleId
from bot.rules.guards.base import Verdict
from bot.rules.matchers.base import Needs, Seen
from bot.rules.nodes import Mapping
from bot.rules.problems import Problems

_MISS: Final = Miss("the sender is not opted out")


class OptedOut:
    NAME: ClassVar[RuleId] = RuleId("$opted-out")
    KEY: ClassVar[str] = "opted_out"

    @classmethod
    def read(cls, section: Mapping | None, problems: Problems) -> Self:
        if section is not None:
            problems.known_keys(section, (), "setting of guards.opted_out")
        return cls()

    def examine(self, seen: Seen) -> Verdict | Miss:
        if not seen.context.opted_out:
            return _MISS
        return Verdict(outcome=Outcome.SUPPRESSED, reason=Reason.OPTED_OUT)

    def needs(self) -> Needs | None:
        return None

    def miss(self) -> Miss:
        return _MISS
