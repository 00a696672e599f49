"""`$auto-reply`: another machine answers; two machines would talk for ever.

Out-of-office notes, "I'm driving", what carriers and other services send. Who asks or wishes
something beside "I'm driving" is a person, and the message is for the rules.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import ClassVar, Final

from bot.model import Miss, Outcome, Reason, RuleId
from bot.rules.guards.base import Form, Guard, Verdict
from bot.rules.guards.family import Family
from bot.rules.guards.forms import AWAY, FROM_A_PERSON, MACHINES
from bot.rules.matchers.base import MessageView, Needs

_ASKS: Final = re.compile(r"[?\u00bf]")

_MISS: Final = Miss("not an automatic reply")
_VERDICT: Final = Verdict(outcome=Outcome.SUPPRESSED, reason=Reason.AUTO_REPLY)


class AutoReply(Guard):
    NAME: ClassVar[RuleId] = RuleId("$auto-reply")
    KEY: ClassVar[str] = "auto_reply"
    MISS: ClassVar[Miss] = _MISS
    EXAMPLE: ClassVar[str] = "I'm driving right now. I'll get back to you."

    def examine(self, seen: MessageView) -> Verdict | Miss:
        return _MISS if machine(seen.message.text, seen.words) is None else _VERDICT

    @classmethod
    def forms(cls) -> Sequence[Form]:
        return (*MACHINES.forms(), *AWAY.forms())

    def needs(self) -> Needs | None:
        return _needs()


@cache
def _needs() -> Needs:
    either = (MACHINES.beside, AWAY.beside)
    words = MACHINES.signs.keys() | AWAY.signs.keys()
    beside = {w: set().union(*(known.get(w, ()) for known in either)) for w in words}
    return Needs(words, beside=beside)


def machine(text: str, said: tuple[str, ...]) -> Family | None:
    """The family of machines that a text belongs to; `said` are its words."""
    found = MACHINES.find(text, said)
    if found is not None:
        return found
    found = AWAY.find(text, said)
    if found is None or _ASKS.search(text) or FROM_A_PERSON.find(text, said) is not None:
        return None
    return found
