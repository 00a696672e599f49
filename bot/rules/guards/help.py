"""`$help`: help or info, as the whole message, where `guards.help.reply` is set.

Without a text of its own it takes nothing, so that a rule may answer them.

    guards:
      help: {reply: "The clinic. Call (555) 555-0100. STOP ends texts."}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Final, Self

from bot.model import Miss, Outcome, RuleId
from bot.rules.guards.base import Guard, Verdict, read_reply
from bot.rules.guards.opt_out import without_politeness
from bot.rules.json_schema import TEMPLATE, Schema
from bot.rules.json_schema import said as said_of
from bot.rules.matchers.base import MessageView, Needs, Sheet
from bot.rules.nodes import Mapping as MappingNode
from bot.rules.problems import Problems
from bot.rules.templates.template import Template

WORDS: Final = frozenset({"help", "info"})
_LONGEST: Final = 6
_UNSET: Final = Miss("guards.help.reply is not set")
_MISS: Final = Miss("the whole message is neither help nor info")


class Help(Guard):
    NAME: ClassVar[RuleId] = RuleId("$help")
    KEY: ClassVar[str] = "help"
    MISS: ClassVar[Miss] = _MISS
    EXAMPLE: ClassVar[str] = "HELP"
    SECTION: ClassVar[Mapping[str, Schema]] = {
        "reply": said_of(TEMPLATE, "The answer to HELP and INFO.")
    }

    def __init__(self, reply: Template | None) -> None:
        self._reply = reply

    @classmethod
    def read(cls, section: MappingNode | None, problems: Problems, sheet: Sheet) -> Self:
        if section is not None:
            problems.known_keys(section, cls.SECTION, "setting of guards.help")
        return cls(read_reply(section, problems, sheet))

    def mutants(self) -> Iterator[tuple[str, Self, Sequence[Mapping[str, str]]]]:
        if self._reply is not None:
            yield "without `reply`", type(self)(None), [{"say": "HELP"}]

    def examine(self, seen: MessageView) -> Verdict | Miss:
        if self._reply is None:
            return _UNSET
        if not self.takes_words(seen.words):
            return _MISS
        return Verdict(outcome=Outcome.REPLIED, reason=None, reply=self._reply)

    def takes_words(self, said: tuple[str, ...]) -> bool:
        return self._reply is not None and is_help(said)

    def needs(self) -> Needs | None:
        return Needs() if self._reply is None else Needs(WORDS)

    @property
    def miss(self) -> Miss:
        return _UNSET if self._reply is None else _MISS

    @property
    def takes_any(self) -> bool:
        """Without a text of its own it takes nothing."""
        return self._reply is not None


def is_help(said: tuple[str, ...]) -> bool:
    """The words are help or info, and politeness."""
    if not 0 < len(said) <= _LONGEST:
        return False
    asked = without_politeness(said)
    return bool(asked) and WORDS.issuperset(asked)
