"""What `number`, `date`, `time`, `phone` and `email` have in common: find, compare, capture."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final, Self

from bot.model import CaptureValue, Match, Miss
from bot.rules.json_schema import TEXT, Schema, any_of, compared, keyed, ref, said
from bot.rules.matchers.base import Matcher, MessageView, Reading
from bot.rules.nodes import Mapping, Node, Scalar, Sequence
from bot.rules.problems import Problems
from bot.text.words import normalise, words
from bot.timezones import local

ORDERED: Final = ("eq", "gt", "gte", "lt", "lte", "between")
EQUAL: Final = ("eq",)

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MOST_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Found:
    """A value, and where it stands in the text that was searched."""

    start: int
    end: int
    value: CaptureValue


@dataclass(frozen=True, slots=True)
class Calendar:
    """What dates are read by."""

    today: date
    day_first: bool = False


Find = Callable[[str, Calendar], Iterator[Found]]
"""All values of one kind in a normalised text, from left to right; total, in linear time."""


def whole(find: Find, text: str, calendar: Calendar) -> CaptureValue | None:
    """The value that a text is, but for punctuation around it."""
    text = normalise(text)
    for found in find(text, calendar):
        if not words(text[: found.start]) and not words(text[found.end :]):
            return found.value
        break
    return None


def calendar_of(seen: MessageView, timezone: str, day_first: bool) -> Calendar:
    """The day on which the message was received, on the clocks of the zone."""
    return Calendar(local(seen.message.received_at, timezone).date(), day_first)


class Finder(Matcher):
    """A matcher that finds values of one kind; the first that compares as wanted is captured."""

    NAME: ClassVar[str]
    COMPARISONS: ClassVar[tuple[str, ...]] = ORDERED
    EXAMPLE: ClassVar[str]
    """A value, for error messages."""

    __slots__ = ("bounds", "capture", "day_first", "timezone")

    def __init__(
        self,
        capture: str,
        bounds: tuple[tuple[str, str], ...] = (),
        *,
        timezone: str,
        day_first: bool = False,
    ) -> None:
        self.capture = capture
        self.bounds = bounds
        """Signs and what stands beside them in the file; all must hold."""
        self.timezone = timezone
        self.day_first = day_first

    @classmethod
    def read(cls, node: Node, reading: Reading) -> Self:
        capture, bounds = cls.NAME, list[tuple[str, str]]()
        if isinstance(node, Mapping):
            reading.problems.known_keys(node, ("as", *cls.COMPARISONS), f"key of {cls.NAME}")
            if (name := node.get("as")) is not None:
                capture = _name(name, reading.problems, f"{cls.NAME}.as")
            for key, value in node.items():
                if key.text in cls.COMPARISONS:
                    bounds.extend(cls._bounds(key.text, value, reading))
        elif not isinstance(node, Scalar) or node.text.lower() not in ("true", "yes", "on"):
            hint = f"write `{cls.NAME}: true`; for none in it, not: {{{cls.NAME}: true}}"
            reading.problems.error(
                node, "not-a-flag", f"{cls.NAME}: needs true or a comparison", hint
            )
        sheet = reading.sheet
        return cls(capture, tuple(bounds), timezone=sheet.timezone, day_first=sheet.day_first)

    @classmethod
    def _bounds(cls, sign: str, node: Node, reading: Reading) -> Iterator[tuple[str, str]]:
        if sign != "between":
            yield sign, cls._value(node, reading, sign)
        elif isinstance(node, Sequence) and len(node.items) == 2:
            for sign, item in zip(("gte", "lte"), node.items, strict=True):
                yield sign, cls._value(item, reading, "between")
        else:
            hint = f"[{cls.EXAMPLE}, {cls.EXAMPLE}]"
            reading.problems.error(
                node, "not-a-range", f"{cls.NAME}.between: needs two values", hint
            )

    @classmethod
    def _value(cls, node: Node, reading: Reading, sign: str) -> str:
        problems, what = reading.problems, f"{cls.NAME}.{sign}"
        before = len(problems.found)
        text = problems.text(node, what)
        calendar = Calendar(date(2026, 1, 15), reading.sheet.day_first)
        if len(problems.found) == before and cls.value(text, calendar) is None:
            a = "an" if cls.NAME[0] in "aeiou" else "a"
            what = f"{what}: `{text}` is not {a} {cls.NAME}"
            problems.error(node, cls.NAME, what, cls.EXAMPLE)
        return text

    @staticmethod
    def find(text: str, calendar: Calendar) -> Iterator[Found]:
        """Values in a normalised text."""
        raise NotImplementedError

    @classmethod
    def value(cls, text: str, calendar: Calendar) -> CaptureValue | None:
        """What one value in a rule file or a slot stands for; None where it is not one."""
        return whole(cls.find, text, calendar)

    def searched(self, seen: MessageView) -> str:
        return seen.opening

    def match(self, seen: MessageView) -> Match | Miss:
        calendar = calendar_of(seen, self.timezone, self.day_first)
        wanted = [(sign, self.value(text, calendar)) for sign, text in self.bounds]
        others: list[str] = []
        for found in self.find(self.searched(seen), calendar):
            if all(
                value is not None and _holds(sign, found.value, value) for sign, value in wanted
            ):
                return Match({self.capture: found.value})
            if len(others) < _MOST_SHOWN:
                others.append(str(found.value))
        if not others:
            return Miss(f"contains no {self.NAME}")
        signs = " and ".join(f"{sign} {text}" for sign, text in self.bounds)
        return Miss(f"no {self.NAME} in it is {signs}: {', '.join(others)}")

    def captures(self) -> Set[str]:
        return frozenset({self.capture})

    @classmethod
    def schema(cls) -> Schema:
        taken = said(TEXT, "The name of the capture.")
        keys = keyed({"as": taken, **compared(cls.COMPARISONS)})
        return any_of({"const": True}, ref("true"), keys)


def _name(node: Node, problems: Problems, what: str) -> str:
    text = problems.text(node, what)
    if isinstance(node, Scalar) and not _NAME.fullmatch(text):
        hint = "letters, digits and _, as templates name it"
        problems.error(node, "capture-name", f"{what}: `{text}` is not a name", hint)
    return text


def _holds(sign: str, found: CaptureValue, wanted: CaptureValue) -> bool:
    """Values of one kind: both are texts, or both are numbers."""
    if isinstance(found, str) or isinstance(wanted, str):
        found, wanted = str(found).casefold(), str(wanted).casefold()
        return _compare(sign, found == wanted, found < wanted)
    return _compare(sign, found == wanted, found < wanted)


def _compare(sign: str, equal: bool, less: bool) -> bool:
    match sign:
        case "eq":
            return equal
        case "gt":
            return not equal and not less
        case "gte":
            return not less
        case "lt":
            return less
        case _:
            return less or equal
