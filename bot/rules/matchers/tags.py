"""`tags`, `contact`, `conversation`: conditions on values by name.

    when: {tags: {campaign: spring}}                  # equal, upper and lower case aside
    when: {tags: {campaign: [spring, summer]}}        # one of them
    when: {tags: {age: {gte: 18}, vip: {exists: true}, source: {not: import}}}
    when: {contact: {language: es}, conversation: {topic: {exists: false}}}

`tags` are those of the message that is answered; `contact` and `conversation` what rules stored
by `set`. Each name must meet its condition; a missing one meets only `{exists: false}` and
`{not: …}`.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import ClassVar, Self

from bot.model import Match, Miss
from bot.rules import conditions
from bot.rules.conditions import Condition
from bot.rules.matchers.base import HIT, Needs, Reading, Seen
from bot.rules.nodes import Node


class Tags:
    NAME: ClassVar[str] = "tags"
    WORD: ClassVar[str] = "tag"
    __slots__ = ("wanted",)

    def __init__(self, wanted: Mapping[str, Condition]) -> None:
        self.wanted = wanted

    @classmethod
    def read(cls, node: Node, reading: Reading) -> Self:
        mapping = reading.problems.mapping(node, cls.NAME)
        if mapping is not None and not mapping.pairs:
            reading.problems.error(node, "empty", f"{cls.NAME}: needs at least one {cls.WORD}")
        pairs = mapping.items() if mapping is not None else iter(())
        return cls(
            {
                key.text: conditions.read(value, reading.problems, f"{cls.NAME}.{key.text}")
                for key, value in pairs
            }
        )

    def values(self, seen: Seen) -> Mapping[str, str]:
        return seen.message.tags

    def match(self, seen: Seen) -> Match | Miss:
        values = self.values(seen)
        for name, condition in self.wanted.items():
            value = values.get(name)
            if not condition.holds(value):
                found = "is missing" if value is None else f"is {value}"
                return Miss(f"{self.WORD} {name} {found}, wanted: {condition.words()}")
        return HIT

    def captures(self) -> Set[str]:
        return frozenset()

    def needs(self) -> Needs | None:
        return None


class Contact(Tags):
    NAME: ClassVar[str] = "contact"
    WORD: ClassVar[str] = "contact value"
    __slots__ = ()

    def values(self, seen: Seen) -> Mapping[str, str]:
        return seen.context.contact


class Conversation(Tags):
    NAME: ClassVar[str] = "conversation"
    WORD: ClassVar[str] = "conversation value"
    __slots__ = ()

    def values(self, seen: Seen) -> Mapping[str, str]:
        return seen.context.values
