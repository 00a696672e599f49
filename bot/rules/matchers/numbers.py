"""`from`, `to`: the number that wrote, the number of ours that it wrote to.

    when: {from: "+1555"}                 # begins with it
    when: {from: ["+1555", "+44"]}
    when: {to: "+18005550100"}
    when: {to: 123}                       # digits alone: our number with this longcodeId

Numbers are written with `+` and the country's code. Several in a list are alternatives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import replace
from typing import ClassVar, Self

from bot.model import LongcodeId, Match, Miss
from bot.rules.json_schema import TEXTS, Schema
from bot.rules.matchers.base import HIT, Matcher, MessageView, Needs, Reading, in_all
from bot.rules.matchers.covering import Cases, Claim
from bot.rules.matchers.facts import Fact
from bot.rules.nodes import Node, Scalar, Sequence


class From(Matcher):
    NAME: ClassVar[str] = "from"
    __slots__ = ("prefixes",)

    def __init__(self, prefixes: tuple[str, ...]) -> None:
        self.prefixes = prefixes

    @classmethod
    def read(cls, node: Node, reading: Reading) -> Self:
        prefixes, digits = _read(node, reading, cls.NAME)
        for scalar in digits:
            hint = "write it with a +, as +15555550123"
            reading.problems.error(scalar, "not-a-number", f"from: `{scalar.text}` has no +", hint)
        return cls(prefixes)

    def match(self, seen: MessageView) -> Match | Miss:
        if seen.message.sender.startswith(self.prefixes):
            return HIT
        return Miss(f"the sender's number begins with none of: {', '.join(self.prefixes)}")

    def needs(self) -> Needs | None:
        return Needs(facts=frozenset(Fact(self.NAME, prefix) for prefix in self.prefixes))

    @classmethod
    def schema(cls) -> Schema:
        return TEXTS

    def cases(self) -> Cases:
        return tuple((type(self)((prefix,)),) for prefix in self.prefixes)

    def covers(self, other: Claim) -> bool:
        return isinstance(other, From) and all(p.startswith(self.prefixes) for p in other.prefixes)

    def marks(self) -> Set[str]:
        return in_all(map(_beginnings, self.prefixes)) or super().marks()

    def repairs(self, seen: MessageView) -> Iterator[MessageView]:
        for prefix in self.prefixes:
            yield MessageView(replace(seen.message, sender=_beginning(prefix)), seen.context)


class To(Matcher):
    NAME: ClassVar[str] = "to"
    __slots__ = ("longcodes", "prefixes")

    def __init__(self, prefixes: tuple[str, ...], longcodes: frozenset[LongcodeId]) -> None:
        self.prefixes = prefixes
        self.longcodes = longcodes

    @classmethod
    def read(cls, node: Node, reading: Reading) -> Self:
        prefixes, digits = _read(node, reading, cls.NAME)
        return cls(prefixes, frozenset(LongcodeId(int(scalar.text)) for scalar in digits))

    def match(self, seen: MessageView) -> Match | Miss:
        by_number = self.prefixes and seen.message.number.startswith(self.prefixes)
        if by_number or seen.context.longcode_id in self.longcodes:
            return HIT
        wanted = ", ".join([*self.prefixes, *map(str, sorted(self.longcodes))])
        return Miss(f"came to none of: {wanted}")

    def needs(self) -> Needs | None:
        named = (*self.prefixes, *map(str, self.longcodes))
        return Needs(facts=frozenset(Fact(self.NAME, name) for name in named))

    @classmethod
    def schema(cls) -> Schema:
        return TEXTS

    def cases(self) -> Cases:
        by_number = (type(self)((prefix,), frozenset()) for prefix in self.prefixes)
        by_id = (type(self)((), frozenset({longcode})) for longcode in sorted(self.longcodes))
        return tuple((one,) for one in (*by_number, *by_id))

    def covers(self, other: Claim) -> bool:
        return (
            isinstance(other, To)
            and all(bool(self.prefixes) and p.startswith(self.prefixes) for p in other.prefixes)
            and other.longcodes <= self.longcodes
        )

    def repairs(self, seen: MessageView) -> Iterator[MessageView]:
        for longcode in self.longcodes:
            yield MessageView(seen.message, replace(seen.context, longcode_id=longcode))
        for prefix in self.prefixes:
            yield MessageView(replace(seen.message, number=_beginning(prefix)), seen.context)


def _beginnings(prefix: str) -> Set[str]:
    """`+1`, `+15`, …: those of a number that begins so, and of one that begins with more."""
    return {prefix[:size] for size in range(2, len(prefix) + 1)}


def _beginning(prefix: str) -> str:
    """A whole number that begins so."""
    return prefix + "5550123000"[: max(12 - len(prefix), 0)]


def _read(node: Node, reading: Reading, what: str) -> tuple[tuple[str, ...], tuple[Scalar, ...]]:
    """Beginnings of numbers, and what is digits alone."""
    prefixes, digits = [], []
    written = reading.problems.texts(node, what)
    if isinstance(node, Sequence) and not node.items:
        reading.problems.error(
            node, "empty-list", f"{what}: needs at least one number", "+15555550123"
        )
    for scalar in written:
        number = re.sub(r"[\s().-]", "", scalar.text)
        if re.fullmatch(r"\+[1-9][0-9]{0,14}", number):
            prefixes.append(number)
        elif re.fullmatch(r"[0-9]{1,18}", scalar.text):
            digits.append(scalar)
        else:
            hint = "for example +15555550123, or its beginning"
            reading.problems.error(
                scalar, "not-a-number", f"{what}: `{scalar.text}` is not a number", hint
            )
    return tuple(prefixes), tuple(digits)
