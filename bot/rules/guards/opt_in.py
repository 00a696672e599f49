"""`$opt-in`: start, unstop or subscribe, as the whole message, ends an opt-out.

`yes` does so only for somebody who is opted out now; else it is an ordinary message. One that was
written before the opt-out and comes in after it changes nothing.

    guards:
      opt_in: {reply: "Welcome back! Reply STOP at any time."}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Final, Self

from bot.model import Change, ChangeKind, Miss, Outcome, Reason, RuleId
from bot.rules.guards.base import Guard, Verdict, read_reply
from bot.rules.guards.opt_out import without_politeness
from bot.rules.json_schema import TEMPLATE, Schema
from bot.rules.json_schema import said as said_of
from bot.rules.matchers.base import MessageView, Needs, Sheet
from bot.rules.nodes import Mapping as MappingNode
from bot.rules.problems import Problems
from bot.rules.templates.template import Template

WORDS: Final = frozenset({"start", "unstop", "subscribe"})
_LONGEST: Final = 6
_OLDER: Final = Miss("written before they opted out")
_MISS: Final = Miss("not an opt-in")


class OptIn(Guard):
    NAME: ClassVar[RuleId] = RuleId("$opt-in")
    KEY: ClassVar[str] = "opt_in"
    MISS: ClassVar[Miss] = _MISS
    EXAMPLE: ClassVar[str] = "START"
    SECTION: ClassVar[Mapping[str, Schema]] = {
        "reply": said_of(TEMPLATE, "What somebody who comes back gets; without it nothing.")
    }

    def __init__(self, reply: Template | None) -> None:
        self._reply = reply

    @classmethod
    def read(cls, section: MappingNode | None, problems: Problems, sheet: Sheet) -> Self:
        if section is not None:
            problems.known_keys(section, cls.SECTION, "setting of guards.opt_in")
        return cls(read_reply(section, problems, sheet))

    def mutants(self) -> Iterator[tuple[str, Self, Sequence[Mapping[str, str]]]]:
        if self._reply is not None:
            yield "without `reply`", type(self)(None), [{"say": "STOP"}, {"say": "START"}]

    def examine(self, seen: MessageView) -> Verdict | Miss:
        if not 0 < len(seen.words) <= _LONGEST:
            return _MISS
        said = frozenset(without_politeness(seen.words))
        if not said or not (said <= WORDS or (seen.context.opted_out and said == {"yes"})):
            return _MISS
        # Only times of one clock say what came first; without them it is the order of arrival.
        left_at, written_at = seen.context.opted_out_at, seen.message.sent_at
        if left_at is not None and written_at is not None and written_at < left_at:
            return _OLDER
        return Verdict(
            outcome=Outcome.REPLIED if self._reply else Outcome.SUPPRESSED,
            reason=Reason.OPT_IN,
            reply=self._reply,
            changes=(Change(ChangeKind.OPT_IN),),
        )

    def needs(self) -> Needs | None:
        return Needs(WORDS | {"yes"})
