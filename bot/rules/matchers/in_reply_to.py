"""`in_reply_to`: the message answers a message that this rule sent.

when: {in_reply_to: ask-for-feedback}
when: {in_reply_to: [ask-for-feedback, fallback]}
"""

from __future__ import annotations

from collections.abc import Set
from typing import ClassVar, Self

from bot.model import Match, Miss
from bot.rules.matchers.base import HIT, Needs, Reading, Seen
from bot.rules.nodes import Node, Scalar, Sequence


class InReplyTo:
    NAME: ClassVar[str] = "in_reply_to"
    __slots__ = ("rules", "written")

    def __init__(self, written: tuple[Scalar, ...]) -> None:
        self.written = written
        self.rules = frozenset(scalar.text for scalar in written)

    @classmethod
    def read(cls, node: Node, reading: Reading) -> Self:
        written = reading.problems.texts(node, cls.NAME)
        if isinstance(node, Sequence) and not node.items:
            reading.problems.error(node, "empty-list", "in_reply_to: needs the id of a rule")
        return cls(tuple(written))

    def match(self, seen: Seen) -> Match | Miss:
        answered = seen.context.answered_rule
        if answered in self.rules:
            return HIT
        wanted = " or ".join(scalar.text for scalar in self.written)
        return Miss(f"it answers {answered or 'no message of a rule'}, wanted: {wanted}")

    def captures(self) -> Set[str]:
        return frozenset()

    def needs(self) -> Needs | None:
        return None
