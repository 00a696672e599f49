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

from collections.abc import Iterator, Mapping, Set
from dataclasses import replace
from typing import ClassVar, Self

from bot.model import Match, Miss
from bot.rules import conditions
from bot.rules.conditions import Condition, Not, OneOf
from bot.rules.contradictions import exclude, never_holds
from bot.rules.json_schema import Schema, named, ref
from bot.rules.matchers import facts
from bot.rules.matchers.base import HIT, Matcher, MessageView, Needs, Reading
from bot.rules.matchers.covering import Case, Cases, Claim, combined
from bot.rules.matchers.samples import Samples
from bot.rules.nodes import Node, Scalar, Sequence


class Tags(Matcher):
    NAME: ClassVar[str] = "tags"
    WORD: ClassVar[str] = "tag"
    __slots__ = ("wanted",)

    def __init__(self, wanted: Mapping[str, Condition]) -> None:
        self.wanted = wanted

    @classmethod
    def read(cls, node: Node, reading: Reading) -> Self:
        mapping = reading.problems.mapping(node, cls.NAME, _example(cls.NAME, node))
        if mapping is not None and not mapping.pairs:
            what = f"{cls.NAME}: needs at least one {cls.WORD}"
            reading.problems.error(node, "empty", what, f"{cls.NAME}: {{vip: {{exists: true}}}}")
        pairs = mapping.items() if mapping is not None else iter(())
        return cls({key.text: cls._condition(key.text, value, reading) for key, value in pairs})

    @classmethod
    def _condition(cls, name: str, node: Node, reading: Reading) -> Condition:
        problems, what = reading.problems, f"{cls.NAME}.{name}"
        before = len(problems.found)
        condition = conditions.read(node, problems, what)
        if len(problems.found) == before and never_holds(condition):
            message = f"{what}: can never hold: {condition.words()}"
            problems.warning(node, "never-holds", message, "change one of them")
        return condition

    def values(self, seen: MessageView) -> Mapping[str, str]:
        return seen.message.tags

    def match(self, seen: MessageView) -> Match | Miss:
        values = self.values(seen)
        for name, condition in self.wanted.items():
            value = values.get(name)
            if not condition.holds(value):
                found = "is missing" if value is None else f"is {value}"
                return Miss(f"{self.WORD} {name} {found}, wanted: {condition.words()}")
        return HIT

    def needs(self) -> Needs | None:
        needed = (facts.needed(self.NAME, name, one) for name, one in self.wanted.items())
        known = [Needs(facts=one) for one in needed if one is not None]
        return min(known, key=lambda needs: needs.commonness, default=None)

    @classmethod
    def schema(cls) -> Schema:
        return named(ref("condition"), least=1)

    STEM: ClassVar[str] = "tags"
    """How templates name the values."""

    def guaranteed(self) -> Set[str]:
        needed = (name for name, wanted in self.wanted.items() if not wanted.holds(None))
        return {f"{self.STEM}.{name}" for name in needed}

    def samples(self) -> Mapping[str, Samples]:
        """Of values that must be one of some."""
        return {
            f"{self.STEM}.{name}": Samples(condition.wanted)
            for name, condition in self.wanted.items()
            if isinstance(condition, OneOf)
        }

    def cases(self) -> Cases:
        """By name, and by value where several will do."""
        return combined((self, self._of_name(name)) for name in self.wanted)

    def _of_name(self, name: str) -> Cases:
        return tuple((type(self)({name: one}),) for one in conditions.cases(self.wanted[name]))

    def covers(self, other: Claim) -> bool:
        return type(other) is type(self) and all(
            name in other.wanted and conditions.covers(condition, other.wanted[name])
            for name, condition in self.wanted.items()
        )

    def excludes(self, other: Claim) -> bool:
        return type(other) is type(self) and any(
            name in other.wanted and exclude(condition, other.wanted[name])
            for name, condition in self.wanted.items()
        )

    def is_left_by(self, denied: Case) -> bool:
        others = [one for one in denied if type(one) is type(self) and len(one.wanted) == 1]
        return all(
            conditions.is_left_by(
                condition, [one.wanted[name] for one in others if name in one.wanted]
            )
            for name, condition in self.wanted.items()
        )

    def breaks(self, seen: MessageView) -> Iterator[MessageView]:
        """The values without one that meets its condition, or with another that does not."""
        for name, condition in self.wanted.items():
            others = {key: value for key, value in self.values(seen).items() if key != name}
            denied = condition.inner.proposals() if isinstance(condition, Not) else ()
            for value in (None, *denied, "x"):
                if not condition.holds(value):
                    values = others if value is None else {**others, name: value}
                    yield from self.given(seen, values)

    def marks(self) -> Set[str]:
        marks = {f"{self.STEM}.{name}" for name in self.wanted}
        for name, condition in self.wanted.items():
            if isinstance(condition, OneOf) and len(condition.folded) == 1:
                marks.add(f"{self.STEM}.{name}={min(condition.folded)}")
        return marks

    def reads_stored(self) -> bool:
        return type(self) is not Tags

    def repairs(self, seen: MessageView) -> Iterator[MessageView]:
        """The values with those that a condition misses set, or taken away."""
        values = dict(self.values(seen))
        for name, condition in self.wanted.items():
            if condition.holds(values.get(name)):
                continue
            proposed = next((v for v in condition.proposals() if condition.holds(v)), None)
            values.pop(name, None)
            if proposed is not None:
                values[name] = proposed
            elif not condition.holds(None):
                return
        yield from self.given(seen, values)

    def given(self, seen: MessageView, values: Mapping[str, str]) -> Iterator[MessageView]:
        """The message with these values, where they can be given along."""
        yield MessageView(replace(seen.message, tags=values), seen.context)


class Contact(Tags):
    NAME: ClassVar[str] = "contact"
    WORD: ClassVar[str] = "contact value"
    __slots__ = ()

    def values(self, seen: MessageView) -> Mapping[str, str]:
        return seen.context.contact

    STEM: ClassVar[str] = "contact"

    def given(self, seen: MessageView, values: Mapping[str, str]) -> Iterator[MessageView]:
        yield MessageView(seen.message, replace(seen.context, contact=values))


class Conversation(Tags):
    NAME: ClassVar[str] = "conversation"
    WORD: ClassVar[str] = "conversation value"
    __slots__ = ()

    def values(self, seen: MessageView) -> Mapping[str, str]:
        return seen.context.values

    STEM: ClassVar[str] = "conversation"

    def given(self, seen: MessageView, values: Mapping[str, str]) -> Iterator[MessageView]:
        """Only rules store them."""
        return iter(())


def _example(name: str, node: Node) -> str:
    """Where a name stands alone, or a list of names."""
    listed = node.items if isinstance(node, Sequence) else [node]
    texts = [item.text for item in listed if isinstance(item, Scalar) and item.text]
    if not texts:
        return f"{name}: {{campaign: spring}}"
    return f"{name}: {{{', '.join(f'{text}: {{exists: true}}' for text in texts)}}}"
