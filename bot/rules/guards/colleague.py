"""`$colleague`: a text of one of us that begins with the code of a notice goes on to the person.

A colleague who was told by `notify: {to: ...}` answers with that code, `#ab12 On my way`; the rest
of the text goes to the person, from the number that they wrote to. A code of somebody else, and a
text without one, are ordinary.
"""

from __future__ import annotations

from typing import ClassVar, Final

from bot.model import Miss, Outcome, Reason, RuleId
from bot.rules.guards.base import Guard, Verdict
from bot.rules.matchers.base import MessageView

NAME: Final = RuleId("$colleague")
_MISS: Final = Miss("not an answer to a notice")
_VERDICT: Final = Verdict(outcome=Outcome.SUPPRESSED, reason=Reason.SILENT)


class Colleague(Guard):
    NAME: ClassVar[RuleId] = NAME
    KEY: ClassVar[str] = "colleague"
    MISS: ClassVar[Miss] = _MISS

    def examine(self, seen: MessageView) -> Verdict | Miss:
        return _VERDICT if seen.context.passes_on else _MISS

    @property
    def takes_any(self) -> bool:
        """A text alone says not who wrote it."""
        return False
