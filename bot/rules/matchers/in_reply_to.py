"""`in_reply_to`: the message answers a message that this rule sent.

    when: {in_reply_to: ask-for-feedback}
    when: {in_reply_to: [ask-for-feedback, fallback]}

That is the message of ours whose tags came back with it; `fallback` is a rule here too.
"""

from __future__ import annotations

from collections.abc import Sequence as SequenceOf
from collections.abc import Set
from typing import ClassVar, Self

from bot.model import Match, Miss
from bot.rules.json_schema import TEXTS, Schema
from bot.rules.matchers.base import HIT, Matcher, MessageView, Needs, Reading
from bot.rules.matchers.covering import Cases, Claim
from bot.rules.matchers.facts import Fact
from bot.rules.nodes import Node, Scalar, Sequence


class InReplyTo(Matcher):
    NAME: ClassVar[str] = "in_reply_to"
    __slots__ = ("rules", "written")

    def __init__(self, written: tuple[Scalar, ...]) -> None:
        self.written = written
        self.rules = frozenset(scalar.text for scalar in written)

    @classmethod
    def read(cls, node: Node, reading: Reading) -> Self:
        written = reading.problems.texts(node, cls.NAME)
        if isinstance(node, Sequence) and not node.items:
            reading.problems.error(
                node, "empty-list", "in_reply_to: needs the id of a rule", "[hours]"
            )
        return cls(tuple(written))

    def match(self, seen: MessageView) -> Match | Miss:
        answered = seen.context.answered_rule
        if answered in self.rules:
            return HIT
        wanted = " or ".join(scalar.text for scalar in self.written)
        return Miss(f"it answers {answered or 'no message of a rule'}, wanted: {wanted}")

    def needs(self) -> Needs | None:
        return Needs(facts=frozenset(Fact(self.NAME, rule) for rule in self.rules))

    @classmethod
    def schema(cls) -> Schema:
        return TEXTS

    def cases(self) -> Cases:
        return tuple((type(self)((scalar,)),) for scalar in self.written)

    def covers(self, other: Claim) -> bool:
        return isinstance(other, InReplyTo) and other.rules <= self.rules

    def marks(self) -> Set[str]:
        return {self.NAME, *([f"in_reply_to={min(self.rules)}"] if len(self.rules) == 1 else ())}

    def rule_ids(self) -> SequenceOf[Scalar]:
        return self.written
