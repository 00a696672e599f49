"""Conditions beside the text that are known to hold, or not to: one of two halves of all messages.

What one rule takes by day and another one outside of it, both take together at any time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.authoring.proof.languages import is_of_text
from bot.rules.matchers.base import Matcher, When
from bot.rules.matchers.combined import Not
from bot.rules.matchers.covering import Case, Claim, Denial


@dataclass(frozen=True, slots=True)
class Situation:
    holding: tuple[Matcher, ...] = ()
    denied: tuple[Matcher, ...] = ()

    @property
    def depth(self) -> int:
        return len(self.holding) + len(self.denied)

    def halves(self, condition: Matcher) -> tuple[Situation, Situation]:
        """Where the condition holds too, and where it does not."""
        return (
            replace(self, holding=(*self.holding, condition)),
            replace(self, denied=(*self.denied, condition)),
        )

    def of(self, case: Case) -> Case:
        """The messages of a case that are in it."""
        denial = Denial(tuple((one,) for one in self.denied), Not.NAME)
        return (*case, *self.holding, *((denial,) if self.denied else ()))

    def parts(self) -> Sequence[Matcher]:
        return (*self.holding, *(Not(When((one,))) for one in self.denied))

    def is_sure(self, claim: Claim, case: Case) -> bool:
        """It holds of each message of a case that is in it."""
        return any(claim.covers(one) for one in case) or (
            bool(self.denied) and claim.is_left_by(self.denied)
        )


def condition_of(claim: Claim) -> Matcher | None:
    """On which it depends and which does not ask about the text: its own, or a denied one."""
    if isinstance(claim, Denial):
        inner = (condition_of(one) for case in claim.denied for one in case)
        return None if is_of_text(claim) else next(filter(None, inner), None)
    known = isinstance(claim, Matcher) and not is_of_text(claim) and claim.covers(claim)
    return claim if known and isinstance(claim, Matcher) else None
