"""`$wrong-number`: they say that we have the wrong person ("sorry, wrong number").

What was written for somebody else must not reach them. So from then on every reply to this contact
is held, what waits to leave too, until a person of ours has looked (`bot inbox done`) or they text
START. It is not an opt-out, and nothing is sent. What the guards say leaves all the same.

"wrong number, stop" is an opt-out, and held as one. A question ("did I get the wrong number?"), a
number that is wrong in something else ("wrong number on my order") and a text that was meant for
another are none of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import ClassVar, Final

from bot.model import Miss, Outcome, Reason, RuleId
from bot.rules.guards.base import Form, Guard, Verdict
from bot.rules.guards.forms import NOT_WRONG, WRONG_PERSON
from bot.rules.matchers.base import MessageView, Needs
from bot.rules.matchers.facts import Fact

_REASON: Final = Reason.WRONG_NUMBER
_MISS: Final = Miss("does not say that we have the wrong person")
_CLEARED: Final = Miss("not a wrong number, says a person of ours")
_VERDICT: Final = Verdict(outcome=Outcome.HELD, reason=_REASON)


class WrongNumber(Guard):
    NAME: ClassVar[RuleId] = RuleId("$wrong-number")
    KEY: ClassVar[str] = "wrong_number"
    MISS: ClassVar[Miss] = _MISS
    EXAMPLE: ClassVar[str] = "Sorry, wrong number"

    def examine(self, seen: MessageView) -> Verdict | Miss:
        if seen.context.opted_out:
            return _MISS
        is_held = seen.context.held is _REASON
        if not is_held and not says_wrong(seen.message.text, seen.words):
            return _MISS
        return _CLEARED if seen.message.is_cleared else _VERDICT

    def needs(self) -> Needs | None:
        return _needs()

    @classmethod
    def forms(cls) -> Sequence[Form]:
        return WRONG_PERSON.forms()


@cache
def _needs() -> Needs:
    return Needs(
        WRONG_PERSON.signs.keys(), beside=WRONG_PERSON.beside, facts={Fact("held", _REASON)}
    )


def says_wrong(text: str, said: tuple[str, ...]) -> bool:
    """Whether a text says that we have the wrong person; `said` are its words."""
    return WRONG_PERSON.find(text, said) is not None and NOT_WRONG.find(text, said) is None
