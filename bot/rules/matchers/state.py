"""`state`: the conversation is in that state. A rule without `state` runs in any.

    when: {state: asked-for-name}
    when: {state: [asked-for-name, asked-for-date]}

A rule enters a state by `state: asked-for-name` beside its `when`, and leaves by `state: none`.
While a question of a rule is open, its id is a state too; the conversation's own stays as it was.
`any` is every state: such a rule may interrupt every question, see `questions`.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import replace
from typing import ClassVar, Self

from bot.model import Match, Miss
from bot.rules.json_schema import TEXTS, Schema
from bot.rules.matchers.base import HIT, Matcher, MessageView, Needs, Reading
from bot.rules.matchers.covering import Cases, Claim
from bot.rules.matchers.facts import Fact
from bot.rules.nodes import Node, Sequence


class State(Matcher):
    NAME: ClassVar[str] = "state"
    __slots__ = ("names",)

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names

    @classmethod
    def read(cls, node: Node, reading: Reading) -> Self:
        written = reading.problems.texts(node, cls.NAME)
        if isinstance(node, Sequence) and not node.items:
            reading.problems.error(
                node, "empty-list", "state: needs at least one name", "state: asked"
            )
        return cls(tuple(scalar.text for scalar in written))

    def match(self, seen: MessageView) -> Match | Miss:
        state, question = seen.context.state, seen.context.question
        if state in self.names or (state is None and "none" in self.names) or self.is_any:
            return HIT
        if question is not None and question.rule in self.names:
            return HIT
        asked = f", {question.rule} asks" if question is not None else ""
        wanted = " or ".join(self.names)
        return Miss(f"the state is {state or 'none'}{asked}, wanted: {wanted}")

    @property
    def is_any(self) -> bool:
        """It holds in every state."""
        return "any" in self.names

    def needs(self) -> Needs | None:
        if self.is_any:
            return None
        return Needs(facts=frozenset(Fact(self.NAME, name) for name in self.names))

    @classmethod
    def schema(cls) -> Schema:
        return TEXTS

    def cases(self) -> Cases:
        return tuple((type(self)((name,)),) for name in self.names)

    def covers(self, other: Claim) -> bool:
        return isinstance(other, State) and set(other.names) <= set(self.names)

    def marks(self) -> Set[str]:
        return {self.NAME, *([f"state={self.names[0]}"] if len(self.names) == 1 else ())}

    def breaks(self, seen: MessageView) -> Iterator[MessageView]:
        if "none" not in self.names and not self.is_any:
            yield MessageView(seen.message, replace(seen.context, state=None))

    def repairs(self, seen: MessageView) -> Iterator[MessageView]:
        for name in self.names:
            state = None if name in ("none", "any") else name
            yield MessageView(seen.message, replace(seen.context, state=state))
