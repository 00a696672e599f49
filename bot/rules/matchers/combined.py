"""`any`, `all`, `not`: one of several conditions holds, all of them, or one does not.

    when:
      any:
        - {keywords: [hours]}
        - {regex: 'open (today|tomorrow)', tags: {campaign: spring}}
      not: {media: true}

Keys beside each other must all hold, so `all` is only needed to name the same key twice:

    when: {all: [{keywords: [order, orders]}, {keywords: [late, lost]}]}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import ClassVar, Self

from bot.model import Match, Miss
from bot.rules.json_schema import WHEN, Schema, listed
from bot.rules.matchers.base import (
    HIT,
    Inner,
    Matcher,
    MessageView,
    Needs,
    Reading,
    When,
    in_all,
)
from bot.rules.matchers.covering import Cases, Denial
from bot.rules.matchers.samples import Samples, either
from bot.rules.nodes import Node, Sequence


class Any(Matcher):
    NAME: ClassVar[str] = "any"
    __slots__ = ("alternatives",)

    def __init__(self, alternatives: tuple[When, ...]) -> None:
        self.alternatives = alternatives

    @classmethod
    def read(cls, node: Node, reading: Reading) -> Self:
        return cls(_whens(node, reading, cls.NAME))

    def match(self, seen: MessageView) -> Match | Miss:
        """The first alternative that matches gives the captures."""
        misses = []
        for alternative in self.alternatives:
            result = alternative.match(seen)
            if isinstance(result, Match):
                return result
            misses.append(result.because)
        return Miss("no alternative matches: " + "; ".join(misses))

    def inner(self) -> tuple[When, ...]:
        return self.alternatives

    def with_inner(self, whens: tuple[When, ...]) -> Self:
        return type(self)(whens)

    def captures(self) -> Set[str]:
        return frozenset[str]().union(*(when.captures() for when in self.alternatives))

    def samples(self) -> Mapping[str, Samples]:
        """What one alternative asks of a stored value, another one may not."""
        each = [either(part.samples() for part in one.parts) for one in self.alternatives]
        everywhere = in_all(one.keys() for one in each)
        found = either(each)
        return {name: found[name] for name in found if "." not in name or name in everywhere}

    def needs(self) -> Needs | None:
        total = Needs()
        for alternative in self.alternatives:
            needs = alternative.needs()
            if needs is None:
                return None
            total |= needs
        return total

    INNER: ClassVar[Inner | None] = Inner.ANY

    @classmethod
    def schema(cls) -> Schema:
        return listed(WHEN)

    def guaranteed(self) -> Set[str]:
        return in_all(when.guaranteed() for when in self.alternatives)

    def cases(self) -> Cases:
        return tuple(case for when in self.alternatives for case in when.cases())


class All(Matcher):
    NAME: ClassVar[str] = "all"
    __slots__ = ("when",)

    def __init__(self, whens: tuple[When, ...]) -> None:
        self.when = When(tuple(part for when in whens for part in when.parts))

    @classmethod
    def read(cls, node: Node, reading: Reading) -> Self:
        return cls(_whens(node, reading, cls.NAME))

    def match(self, seen: MessageView) -> Match | Miss:
        return self.when.match(seen)

    def inner(self) -> tuple[When, ...]:
        return (self.when,)

    def with_inner(self, whens: tuple[When, ...]) -> Self:
        return type(self)(whens)

    def captures(self) -> Set[str]:
        return self.when.captures()

    def samples(self) -> Mapping[str, Samples]:
        return either(part.samples() for part in self.when.parts)

    def needs(self) -> Needs | None:
        return self.when.needs()

    INNER: ClassVar[Inner | None] = Inner.ALL

    @classmethod
    def schema(cls) -> Schema:
        return listed(WHEN)

    def guaranteed(self) -> Set[str]:
        return self.when.guaranteed()

    def cases(self) -> Cases:
        return self.when.cases()


class Not(Matcher):
    NAME: ClassVar[str] = "not"
    __slots__ = ("when",)

    def __init__(self, when: When) -> None:
        self.when = when

    @classmethod
    def read(cls, node: Node, reading: Reading) -> Self:
        return cls(reading.when(node))

    def match(self, seen: MessageView) -> Match | Miss:
        """What is not there leaves nothing to capture."""
        if isinstance(self.when.match(seen), Miss):
            return HIT
        names = ", ".join(part.NAME for part in self.when.parts) or "always"
        return Miss(f"must not match, but does: {names}")

    def inner(self) -> tuple[When, ...]:
        return (self.when,)

    def with_inner(self, whens: tuple[When, ...]) -> Self:
        return type(self)(whens[0])

    INNER: ClassVar[Inner | None] = Inner.NONE

    @classmethod
    def schema(cls) -> Schema:
        return WHEN

    def cases(self) -> Cases:
        """None of several alternatives holds."""
        return (tuple(Denial((case,), self.NAME) for case in self.when.cases()),)

    def repairs(self, seen: MessageView) -> Iterator[MessageView]:
        if len(self.when.parts) == 1:
            yield from self.when.parts[0].breaks(seen)


def _whens(node: Node, reading: Reading, what: str) -> tuple[When, ...]:
    items = reading.problems.sequence(node, what, "{keywords: [hours]}")
    if isinstance(node, Sequence) and not items:
        message = f"{what}: needs at least one condition"
        reading.problems.error(node, "empty-list", message, f"{what}: [{{keywords: [hours]}}]")
    return tuple(map(reading.when, items))
