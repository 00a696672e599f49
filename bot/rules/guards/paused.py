"""`$paused`: a person of ours has the conversation in hand, and the bot is silent in it.

That is so after a `handoff` (`bot help people`), and for an hour after a person of ours has
written; the message is held, and listed by `bot inbox`. Before it come `$opt-out`, `$opt-in`,
`$help` and what needs no person: `$auto-reply`, `$tapback`.

    guards:
      paused: {after_person: 2h}
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import ClassVar, Final, Self

from bot.model import Miss, Outcome, Reason, RuleId
from bot.rules.guards.base import Guard, Verdict
from bot.rules.json_schema import DURATION, Schema, said
from bot.rules.matchers.base import MessageView, Sheet
from bot.rules.nodes import Mapping as MappingNode
from bot.rules.problems import Problems
from bot.text.durations import written

NAME: Final = RuleId("$paused")
AFTER_PERSON: Final = 3_600
"""Seconds."""
_LEAST: Final = 60
"""Seconds; half of less is not worth a test."""
_MISS: Final = Miss("no person of ours has the conversation in hand")
_VERDICT: Final = Verdict(outcome=Outcome.HELD, reason=Reason.PAUSED)


class Paused(Guard):
    NAME: ClassVar[RuleId] = NAME
    KEY: ClassVar[str] = "paused"
    MISS: ClassVar[Miss] = _MISS
    SECTION: ClassVar[Mapping[str, Schema]] = {
        "after_person": said(DURATION, "How long the bot is silent after a text of one of us; 1h.")
    }
    SCENARIO: ClassVar[str] = (
        '- {name: in hand, steps: [{agent: "Ann here, hello."}, {say: hello, rule: $paused}]}'
    )

    def __init__(self, after_person: int) -> None:
        self.after_person = after_person

    @classmethod
    def read(cls, section: MappingNode | None, problems: Problems, sheet: Sheet) -> Self:
        if section is None:
            return cls(AFTER_PERSON)
        problems.known_keys(section, cls.SECTION, "setting of guards.paused")
        node = section.get("after_person")
        written = None if node is None else problems.duration(node, "guards.paused.after_person")
        return cls(AFTER_PERSON if written is None else written)

    def mutants(self) -> Iterator[tuple[str, Self, Sequence[Mapping[str, str]]]]:
        seconds = self.after_person
        if seconds == AFTER_PERSON or seconds < _LEAST:
            return
        for what, other, wait in (
            ("half of", seconds // 2, seconds * 3 // 4),
            ("twice", seconds * 2, seconds * 3 // 2),
        ):
            steps = [{"agent": "Hello."}, {"after": written(wait)}, {"say": "hello"}]
            yield f"`after_person` of {what} {written(seconds)}", type(self)(other), steps

    def examine(self, seen: MessageView) -> Verdict | Miss:
        return _MISS if seen.context.handoff is None else _VERDICT


def after_person(guards: Iterable[Guard]) -> int:
    """Seconds for which the bot is silent after a text of one of us."""
    return next((one.after_person for one in guards if isinstance(one, Paused)), AFTER_PERSON)
