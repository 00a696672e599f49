"""`tags`: conditions on the tags of the message that is answered.

    when: {tags: {campaign: spring}}                  # equal, upper and lower case aside
    when: {tags: {campaign: [spring, summer]}}        # one of them
    when: {tags: {age: {gte: 18}, vip: {exists: true}, source: {not: import}}}

Each named tag must meet its condition. A missing tag meets only `{exists: false}` and `{not: …}`.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import ClassVar, Self

from bot import conditions
from bot.conditions import Condition
from bot.matcher import HIT, Needs, Reading, Seen
from bot.model import Match, Miss
from bot.source import Node


class Tags:
    NAME: ClassVar[str] = "tags"
    __slots__ = ("wanted",)

    def __init__(self, wanted: Mapping[str, Condition]) -> None:
        self.wanted = wanted

    @classmethod
    def read(cls, node: Node, reading: Reading) -> Self:
        mapping = reading.problems.mapping(node, cls.NAME)
        if mapping is not None and not mapping.pairs:
            reading.problems.error(node, "empty", "tags: needs at least one tag")
        pairs = mapping.items() if mapping is not None else iter(())
        return cls(
            {
                key.text: conditions.read(value, reading.problems, f"tags.{key.text}")
                for key, value in pairs
            }
        )

    def match(self, seen: Seen) -> Match | Miss:
        for name, condition in self.wanted.items():
            value = seen.message.tags.get(name)
            if not condition.holds(value):
                found = "is missing" if value is None else f"is {value}"
                return Miss(f"tag {name} {found}, wanted: {condition.words()}")
        return HIT

    def captures(self) -> Set[str]:
        return frozenset()

    def needs(self) -> Needs | None:
        return None
