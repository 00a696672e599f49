"""`$help`: help or info, as the whole message, where `guards.help.reply` is set.

Without a text of its own it takes nothing, so that a rule may answer them.

    guards:
      help: {reply: "Springfield Clinic. Call (555) 555-0100. Reply STOP to end texts."}
"""

from __future__ import annotations

from typing import ClassVar, Final, Self

from bot.model import Miss, Outcome, RuleId
from bot.rules.guards.base import Verdict, read_reply
from bot.rules.guards.opt_out import without_politeness
from bot.rules.matchers.base import Needs, Seen
from bot.rules.nodes import Mapping
from bot.rules.problems import Problems
from bot.rules.templates.template import Template

WORDS: Final = frozenset({"help", "info"})
_LONGEST: Final = 6
_UNSET: Final = Miss("guards.help.reply is not set")
_MISS: Final = Miss("the whole message is neither help nor info")


class Help:
    NAME: ClassVar[RuleId] = RuleId("$help")
    KEY: ClassVar[str] = "help"

    def __init__(self, reply: Template | None) -> None:
        self._reply = reply

    @classmethod
    def read(cls, section: Mapping | None, problems: Problems) -> Self:
        if section is not None:
            problems.known_keys(section, ("reply",), "setting of guards.help")
        return cls(read_reply(section, problems))

    def examine(self, seen: Seen) -> Verdict | Miss:
        if self._reply is None:
            return _UNSET
        if not 0 < len(seen.words) <= _LONGEST:
            return _MISS
        said = without_politeness(seen.words)
        if not said or not said <= WORDS:
            return _MISS
        return Verdict(outcome=Outcome.REPLIED, reason=None, reply=self._reply)

    def needs(self) -> Needs | None:
        return Needs() if self._reply is None else Needs(WORDS)

    def miss(self) -> Miss:
        return _UNSET if self._reply is None else _MISS
