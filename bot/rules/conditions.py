"""Conditions on a value: of a tag, of a contact, of a conversation.

A text or number (equal, case folded; numbers compare as numbers), a list (one of), or a mapping
of `eq in not exists regex starts gt gte lt lte between contains`, which must all hold.

    when: {tags: {campaign: spring}}
    when: {tags: {campaign: [spring, summer]}}
    when: {tags: {age: {gte: 18, lt: 65}}}
    when: {tags: {due: {between: [2026-01-01, 2026-06-30]}}}
    when: {contact: {vip: {exists: true}, plan: {not: [free, trial]}}}
    when: {contact: {city: {starts: San}}}

`gt` and the like compare numbers, dates `YYYY-MM-DD` and times; on anything else they do not
hold. A missing value meets only `{exists: false}` and `{not: …}`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final, Protocol, TypeAlias

from bot.rules.keys import way_out
from bot.rules.nodes import Node, Scalar, Sequence
from bot.rules.problems import Problems
from bot.text.dates import iso_date
from bot.text.patterns import Pattern, PatternError
from bot.text.words import normalise

Order: TypeAlias = tuple[str, Decimal | str]


class Condition(Protocol):
    def holds(self, value: str | None) -> bool:
        """`value` is None where there is none by that name."""

    def words(self) -> str:
        """For the trace: `is spring or summer`."""

    def proposals(self) -> Iterator[str]:
        """Values that may meet it."""


@dataclass(frozen=True, slots=True)
class OneOf:
    """Equal to one of the wanted: as numbers where both are numbers, else case folded."""

    wanted: tuple[str, ...]
    folded: frozenset[str]

    def holds(self, value: str | None) -> bool:
        return value is not None and fold(value) in self.folded

    def words(self) -> str:
        return "is " + " or ".join(self.wanted)

    def proposals(self) -> Iterator[str]:
        yield from self.wanted


@dataclass(frozen=True, slots=True)
class Exists:
    wanted: bool

    def holds(self, value: str | None) -> bool:
        return (value is not None) is self.wanted

    def words(self) -> str:
        return "is there" if self.wanted else "is not there"

    def proposals(self) -> Iterator[str]:
        yield "x"


@dataclass(frozen=True, slots=True)
class Not:
    """A missing value meets it too."""

    inner: Condition

    def holds(self, value: str | None) -> bool:
        return not self.inner.holds(value)

    def words(self) -> str:
        return f"not: {self.inner.words()}"

    def proposals(self) -> Iterator[str]:
        yield "x"


@dataclass(frozen=True, slots=True)
class Regex:
    pattern: Pattern

    def holds(self, value: str | None) -> bool:
        return (
            value is not None and self.pattern.search(value.encode("utf-8", "replace")) is not None
        )

    def words(self) -> str:
        return f"matches {self.pattern.source}"

    def proposals(self) -> Iterator[str]:
        return iter(())


@dataclass(frozen=True, slots=True)
class Starts:
    wanted: str

    def holds(self, value: str | None) -> bool:
        return value is not None and normalise(value).startswith(normalise(self.wanted))

    def words(self) -> str:
        return f"starts with {self.wanted}"

    def proposals(self) -> Iterator[str]:
        yield self.wanted


@dataclass(frozen=True, slots=True)
class Contains:
    wanted: str

    def holds(self, value: str | None) -> bool:
        return value is not None and normalise(self.wanted) in normalise(value)

    def words(self) -> str:
        return f"contains {self.wanted}"

    def proposals(self) -> Iterator[str]:
        yield self.wanted


@dataclass(frozen=True, slots=True)
class Compares:
    """Greater or less; on what is not a number or date of the same kind it does not hold."""

    sign: str
    wanted: Order
    written: str

    def holds(self, value: str | None) -> bool:
        found = None if value is None else order(value)
        return (
            found is not None
            and found[0] == self.wanted[0]
            and _SIGNS[self.sign](found[1], self.wanted[1])
        )

    def words(self) -> str:
        return f"{self.sign} {self.written}"

    def proposals(self) -> Iterator[str]:
        return iter(())


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Condition, ...]

    def holds(self, value: str | None) -> bool:
        return all(part.holds(value) for part in self.parts)

    def words(self) -> str:
        return " and ".join(part.words() for part in self.parts)

    def proposals(self) -> Iterator[str]:
        for part in self.parts:
            yield from part.proposals()


def cases(condition: Condition) -> Iterator[Condition]:
    """Conditions of which one is met where it is."""
    if not isinstance(condition, OneOf) or len(condition.wanted) == 1:
        yield condition
        return
    for value in condition.wanted:
        yield _one_of([value])


def covers(one: Condition, other: Condition) -> bool:
    """Each value that meets the other meets the one too, for certain; so does a missing one."""
    if one == other:
        return True
    if isinstance(one, All):
        return all(covers(part, other) for part in one.parts)
    if isinstance(other, All):
        return any(covers(one, part) for part in other.parts)
    match one, other:
        case Exists(wanted=True), _:
            return not other.holds(None)
        case Not(), Exists(wanted=False):
            return one.holds(None)
        case Not(inner=OneOf() as denied), OneOf():
            return denied.folded.isdisjoint(other.folded)
        case Not(), Not():
            return covers(other.inner, one.inner)
        case OneOf(), OneOf():
            return other.folded <= one.folded
        case ((Starts() | Contains()), OneOf()):
            return not any(map(_number, other.wanted)) and all(map(one.holds, other.wanted))
        case Starts(), Starts():
            return one.holds(other.wanted)
        case Contains(), (Starts() | Contains()):
            return one.holds(other.wanted)
        case Regex(), Regex():
            return one.pattern.is_same_as(other.pattern)
        case Compares(), (Compares() | OneOf()):
            return _reaches(one, other)
        case _:
            return False


def is_left_by(one: Condition, denied: Iterable[Condition]) -> bool:
    """Each value that meets none of the denied ones meets it, for certain; so does a missing one.

    Values that are denied one by one are denied as a list, and are none of a list that is left.
    """
    known = list(denied)
    listed = [other for other in known if isinstance(other, OneOf)]
    gone = frozenset[str]().union(*(other.folded for other in listed))
    whole = OneOf(tuple(value for other in listed for value in other.wanted), gone)
    left = [other.inner if isinstance(other, Not) else Not(other) for other in (*known, whole)]
    left += [
        OneOf(tuple(v for v in some.wanted if fold(v) not in gone), some.folded - gone)
        for some in left
        if isinstance(some, OneOf)
    ]
    return any(covers(one, other) for other in left)


def _reaches(one: Compares, other: Compares | OneOf) -> bool:
    """`gte: 5` takes what `gt: 7` and `eq: 9` take."""
    if isinstance(other, OneOf):
        return one.wanted[0] == "number" and all(map(one.holds, other.wanted))
    if one.wanted[0] != other.wanted[0] or one.sign[0] != other.sign[0]:
        return False
    bound, theirs = one.wanted[1], other.wanted[1]
    return _SIGNS[one.sign](theirs, bound) or (theirs == bound and other.sign == one.sign)


_SIGNS: Final[Mapping[str, Callable[[Decimal | str, Decimal | str], bool]]] = {
    "gt": lambda a, b: a > b,  # type: ignore[operator]  # holds() compares within one kind
    "gte": lambda a, b: a >= b,  # type: ignore[operator]
    "lt": lambda a, b: a < b,  # type: ignore[operator]
    "lte": lambda a, b: a <= b,  # type: ignore[operator]
}


@lru_cache(maxsize=1024)
def fold(value: str) -> str:
    """What equal values have in common: `05`, `5.0` and `5`; `Spring` and `spring`."""
    number = _number(value)
    # A space before it: no normalised text begins with one.
    return normalise(value) if number is None else f" {(number or Decimal()).normalize():f}"


def order(value: str) -> Order | None:
    """How a number, a date or a time of an instant compares; None for anything else."""
    number = _number(value)
    if number is not None:
        return "number", number
    try:
        if len(text := value.strip()) == 10:
            return "date", date.fromisoformat(text).isoformat()
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            return "local time", instant.isoformat()
        return "instant", instant.astimezone(UTC).isoformat()
    except (ValueError, OverflowError):  # an offset may lead out of the calendar
        return None


def _number(value: str) -> Decimal | None:
    text = value.strip()
    # What is longer is a name, not an amount; Decimal would round it to 28 digits.
    if len(text) > 28 or not text or text[0] not in "+-.0123456789" or not text.isascii():
        return None
    if "_" in text or "e" in text.lower():
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None  # `+nan` and `-inf` are read too


def read(node: Node, problems: Problems, what: str) -> Condition:
    """A condition from its YAML; mistakes go to `problems`."""
    if isinstance(node, Scalar):
        return _one_of([node.text])
    if isinstance(node, Sequence):
        return _read_in(node, problems, what)
    parts: list[Condition] = []
    for key, value in node.items():
        reader = _READERS.get(key.text)
        if reader is None:
            problems.error(
                key, "unknown-key", f"unknown condition `{key.text}`", way_out(key.text, _READERS)
            )
        else:
            parts.extend(reader(value, problems, f"{what}.{key.text}"))
    if not node.pairs:
        problems.error(node, "empty", f"{what}: needs a condition", "for example {exists: true}")
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _one_of(wanted: list[str]) -> Condition:
    return OneOf(tuple(wanted), frozenset(map(fold, wanted)))


def _read_in(node: Node, problems: Problems, what: str) -> Condition:
    wanted = [item.text for item in problems.texts(node, what)]
    if isinstance(node, Sequence) and not node.items:
        problems.error(node, "empty-list", f"{what}: needs at least one value", "[spring, summer]")
    return _one_of(wanted)


def _read_regex(node: Node, problems: Problems, what: str) -> list[Condition]:
    try:
        return [Regex(Pattern(problems.text(node, what)))]
    except PatternError as error:
        problems.error(node, "regex", f"{what}: {error}", error.hint)
        return []


def _read_order(sign: str) -> Callable[[Node, Problems, str], list[Condition]]:
    def read_order(node: Node, problems: Problems, what: str) -> list[Condition]:
        text = problems.text(node, what)
        wanted = order(text)
        if wanted is None:
            hint = f"{sign}: {_comparable(text)}"
            message = f"{what}: needs a number or a date YYYY-MM-DD"
            problems.error(node, "not-comparable", message, hint)
            return []
        return [Compares(sign, wanted, text)]

    return read_order


def _comparable(text: str) -> str:
    """What somebody meant by `12/26/2026`, `1,000`, `18 years`; else an example."""
    if re.match(r"\d{4}-\d", text):
        return "2026-12-31"
    number = re.search(r"[0-9][0-9,]*(?:\.[0-9]+)?", text)
    return iso_date(text) or (number[0].replace(",", "") if number is not None else "18")


def _read_between(node: Node, problems: Problems, what: str) -> list[Condition]:
    if not isinstance(node, Sequence) or len(node.items) != 2:
        problems.error(node, "not-a-range", f"{what}: needs two values", "between: [10, 20]")
        return []
    low, high = node.items
    return _read_order("gte")(low, problems, what) + _read_order("lte")(high, problems, what)


_READERS: Final[Mapping[str, Callable[[Node, Problems, str], list[Condition]]]] = {
    "eq": lambda node, problems, what: [_one_of([problems.text(node, what)])],
    "in": lambda node, problems, what: [_read_in(node, problems, what)],
    "not": lambda node, problems, what: [Not(read(node, problems, what))],
    "exists": lambda node, problems, what: [Exists(problems.flag(node, what))],
    "regex": _read_regex,
    "starts": lambda node, problems, what: [Starts(problems.text(node, what))],
    "contains": lambda node, problems, what: [Contains(problems.text(node, what))],
    "gt": _read_order("gt"),
    "gte": _read_order("gte"),
    "lt": _read_order("lt"),
    "lte": _read_order("lte"),
    "between": _read_between,
}
KEYS: Final = tuple(_READERS)
