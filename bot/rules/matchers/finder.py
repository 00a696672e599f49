"""What `number`, `date`, `time`, `phone` and `email` have in common: find, compare, capture."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Set
from collections.abc import Mapping as MappingOf
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import ClassVar, Final, NamedTuple, Self

from bot.model import CaptureValue, Context, InboundMessage, Match, Miss
from bot.rules.json_schema import TEXT, Schema, any_of, by_kind, compared, keyed, ref, said
from bot.rules.matchers.base import Matcher, MessageView, Reading, Sheet
from bot.rules.matchers.covering import Claim
from bot.rules.matchers.samples import FREE, Samples
from bot.rules.nodes import Mapping, Node, Scalar, Sequence
from bot.rules.problems import Problems
from bot.text.late import late
from bot.text.patterns import Pattern
from bot.text.words import normalise, plain_digits, words
from bot.timezones import local

ORDERED: Final = ("eq", "gt", "gte", "lt", "lte", "between")
EQUAL: Final = ("eq",)

_NAME: Final = late(r"[A-Za-z_][A-Za-z0-9_]*")
_MOST_SHOWN: Final = 3
_DAYS: Final = tuple(date(2026, 1, 15) + timedelta(days=days) for days in range(0, 371, 53))
"""Of each day of the week one, over a year: what holds on all of them holds always."""


class Found(NamedTuple):
    """A value, and where it stands in the text that was searched."""

    start: int
    end: int
    value: CaptureValue


class Conventions(NamedTuple):
    """What dates and times are read by."""

    today: date
    day_first: bool = False
    prefer: tuple[int, int] | None = None
    """Where an hour without am or pm lies, in minutes of the day; the end is not in it."""


Find = Callable[[str, Conventions], Iterator[Found]]
"""All values of one kind in a normalised text, from left to right; total, in linear time."""

SOME_DAY: Final = Conventions(date(2026, 1, 15))
"""For what stands in a rule file, where only the kind of a value matters."""

DIGIT: Final = Pattern("[0-9]")
"""What a text has in which one of them is written in digits; one beyond ASCII is odd anyway."""

MOST_PLACES: Final = 200
"""Of one text at which a value of one kind may stand; what comes after them is not read."""

ALONE: Final = (
    r"(?:(?![ ]?[\w-])|(?=[ ]?-[ ])|(?=[ ](?:on|at|to|till?|until|or|and|for|please|pls|plz|thanks"
    r"|thx|ty|tomorrow|today|tonight|this|next|works?|is|was|would|will|if|but|then|instead|sharp|with"
    r"|from|by|between|after|before|around|about|in[ ]the|morning|afternoon|evening|night|noon"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)\b))"
)
"""What follows a bare number that is a day or an hour, and no number of things."""


def whole(find: Find, text: str, conventions: Conventions) -> CaptureValue | None:
    """The value that a text is, but for punctuation around it."""
    text = plain_digits(normalise(text))
    for found in find(text, conventions):
        if not words(text[: found.start]) and not words(text[found.end :]):
            return found.value
        break
    return None


def conventions_of(seen: MessageView, sheet: Sheet) -> Conventions:
    """The day on which the message was received, and how the file reads dates and times."""
    today = local(seen.message.received_at, sheet.timezone).date()
    return Conventions(today, sheet.day_first, sheet.prefer)


class Bound(NamedTuple):
    """What a value must compare to, as it stands in the file."""

    sign: str
    texts: tuple[str, ...]
    wraps: bool = False
    """Between 22:00 and 02:00 lies over midnight."""

    def simple(self) -> tuple[Bound, ...]:
        """Two bounds for `between`, where it does not lie over midnight."""
        if self.sign != "between" or self.wraps:
            return (self,)
        return Bound("gte", self.texts[:1]), Bound("lte", self.texts[1:])

    def __str__(self) -> str:
        if self.sign != "between":
            return f"{self.sign} {self.texts[0]}"
        return f"gte {self.texts[0]} {'or' if self.wraps else 'and'} lte {self.texts[1]}"


class Finder(Matcher):
    """A matcher that finds values of one kind; the first that compares as wanted is captured."""

    NAME: ClassVar[str]
    COMPARISONS: ClassVar[tuple[str, ...]] = ORDERED
    MORE_KEYS: ClassVar[MappingOf[str, Schema]] = {}
    """Keys beside the comparisons, which `_bounds` and `_holds` of the finder know."""
    EXAMPLE: ClassVar[str]
    """A value, for error messages."""

    TRIED: ClassVar[tuple[str, ...]] = ()
    """Texts whose values are usual ones, the shortest and the longest; none of what has no end."""
    WRAPS: ClassVar[bool] = False
    """What lies between 22:00 and 02:00 lies over midnight; else such a range is a mistake."""

    __slots__ = ("bounds", "capture", "sheet")

    def __init__(self, capture: str, bounds: tuple[Bound, ...], sheet: Sheet) -> None:
        self.capture = capture
        self.bounds = bounds
        """All must hold."""
        self.sheet = sheet

    @classmethod
    def read(cls, node: Node, reading: Reading) -> Self:
        capture, bounds = cls.NAME, list[Bound]()
        if isinstance(node, Mapping):
            known = ("as", *cls.COMPARISONS, *cls.MORE_KEYS)
            reading.problems.known_keys(node, known, f"key of {cls.NAME}")
            if (name := node.get("as")) is not None:
                capture = _name(name, reading.problems, f"{cls.NAME}.as")
            for key, value in node.items():
                if key.text in known[1:]:
                    bounds.extend(cls._bounds(key.text, value, reading))
            cls._check_bounds(node, bounds, reading)
        elif not isinstance(node, Scalar) or node.text.lower() not in ("true", "yes", "on"):
            what = f"{cls.NAME}: needs true or a comparison"
            reading.problems.error(node, "not-a-flag", what, cls._compared_as_meant(node))
        return cls(capture, tuple(bounds), reading.sheet)

    @classmethod
    def _compared_as_meant(cls, node: Node) -> str:
        """How to write what somebody meant by `number: 5`, `number: 1-5`, `date: [a, b]`."""
        texts = [one.text for one in _listed(node) if isinstance(one, Scalar)]
        is_text = isinstance(node, Scalar)
        sign = _COMPARED.fullmatch(texts[0]) if is_text else None
        if sign is not None and cls.value(sign[2], SOME_DAY) is not None:
            return f"{cls.NAME}: {{{_SIGN_NAMES[sign[1]]}: {sign[2]}}}"
        if is_text and cls.value(texts[0], SOME_DAY) is not None:
            return f"{cls.NAME}: {{eq: {texts[0]}}}"
        ends = cls._ends(node)
        if ends is not None and "between" in cls.COMPARISONS:
            return f"{cls.NAME}: {{between: [{ends[0]}, {ends[1]}]}}"
        return f"write `{cls.NAME}: true`; for none in it, not: {{{cls.NAME}: true}}"

    @classmethod
    def _ends(cls, node: Node) -> tuple[str, str] | None:
        """Of a range as somebody wrote it: `1-5`, `1 to 5`, a list of two."""
        texts = [one.text for one in _listed(node) if isinstance(one, Scalar)]
        if len(texts) == 1:
            texts = re.split(r"\s*(?:\.\.+|\bto\b|\band\b|–|(?<=\w)\s*-|,)\s*", texts[0])
        if len(texts) == 2 and all(cls.value(text, SOME_DAY) is not None for text in texts):
            return texts[0], texts[1]
        return None

    @classmethod
    def _bounds(cls, sign: str, node: Node, reading: Reading) -> Iterator[Bound]:
        if sign != "between":
            yield Bound(sign, (cls._value(node, reading, sign),))
        elif isinstance(node, Sequence) and len(node.items) == 2:
            low, high = (cls._value(item, reading, sign) for item in node.items)
            is_reversed = cls._compared(low, high, reading.sheet.day_first) == 1
            if is_reversed and not cls.WRAPS:
                what = f"{cls.NAME}.between: `{low}` is more than `{high}`, so nothing is between"
                reading.problems.error(node, "not-a-range", what, f"[{high}, {low}]")
            yield Bound(sign, (low, high), is_reversed)
        else:
            ends = cls._ends(node) or (cls.EXAMPLE, cls.EXAMPLE)
            hint = f"between: [{', '.join(ends)}]"
            reading.problems.error(
                node, "not-a-range", f"{cls.NAME}.between: needs two values", hint
            )

    @classmethod
    def _compared(cls, one: str, other: str, day_first: bool) -> int | None:
        """Which is more: -1, 0 or 1; None where that depends on the day, or they are not values."""
        found = set()
        for today in _DAYS:
            conventions = Conventions(today, day_first)
            values = cls.value(one, conventions), cls.value(other, conventions)
            if values[0] is None or values[1] is None:
                return None
            found.add(_order(values[0], values[1]))
        return found.pop() if len(found) == 1 else None

    @classmethod
    def _check_bounds(cls, node: Node, bounds: list[Bound], reading: Reading) -> None:
        """`{gt: 5, lt: 3}` can never hold, and who wrote it does not see why it does not answer."""
        low = [b for b in bounds if b.sign in ("gt", "gte", "eq")]
        high = [b for b in bounds if b.sign in ("lt", "lte", "eq")]
        for one in low:
            for other in high:
                order = cls._compared(one.texts[0], other.texts[0], reading.sheet.day_first)
                strict = "gt" in (one.sign, other.sign) or "lt" in (one.sign, other.sign)
                if order == 1 or (order == 0 and strict) or (one.sign == other.sign and order):
                    what = f"{cls.NAME}: nothing is {one} and {other}"
                    reading.problems.warning(node, "never-holds", what, "change one of them")
                    return

    @classmethod
    def _value(cls, node: Node, reading: Reading, sign: str) -> str:
        problems, what = reading.problems, f"{cls.NAME}.{sign}"
        before = len(problems.found)
        text = problems.text(node, what)
        conventions = SOME_DAY._replace(day_first=reading.sheet.day_first)
        if len(problems.found) == before and cls.value(text, conventions) is None:
            a = "an" if cls.NAME[0] in "aeiou" else "a"
            what = f"{what}: `{text}` is not {a} {cls.NAME}"
            problems.error(node, cls.NAME, what, cls.EXAMPLE)
        return text

    @staticmethod
    def find(text: str, conventions: Conventions) -> Iterator[Found]:
        """Values in a normalised text."""
        raise NotImplementedError

    @classmethod
    def value(cls, text: str, conventions: Conventions) -> CaptureValue | None:
        """What one value in a rule file or a slot stands for; None where it is not one."""
        return whole(cls.find, text, conventions)

    def searched(self, seen: MessageView) -> str:
        return plain_digits(seen.opening)

    def match(self, seen: MessageView) -> Match | Miss:
        conventions = conventions_of(seen, self.sheet)
        written = conventions._replace(prefer=None)  # a file says what it means
        wanted = [
            (bound, [self.value(text, written) for text in bound.texts]) for bound in self.bounds
        ]
        others: list[str] = []
        for found in self.find(self.searched(seen), conventions):
            if all(self._holds(bound, found.value, values) for bound, values in wanted):
                return Match({self.capture: found.value})
            if len(others) < _MOST_SHOWN:
                others.append(str(found.value))
        if not others:
            return Miss(f"contains no {self.NAME}")
        signs = " and ".join(map(str, self.bounds))
        return Miss(f"no {self.NAME} in it is {signs}: {', '.join(others)}")

    def refuses(self, seen: MessageView) -> bool:
        """It finds values, and its comparisons hold for none of them."""
        found = self.find(self.searched(seen), conventions_of(seen, self.sheet))
        return isinstance(self.match(seen), Miss) and next(found, None) is not None

    def rest(self, seen: MessageView, value: CaptureValue) -> str:
        """What is left of the text when the value that it captured is taken out."""
        text = self.searched(seen)
        for found in self.find(text, conventions_of(seen, self.sheet)):
            if found.value == value:
                return f"{text[: found.start]} {text[found.end :]}"
        return ""

    def _holds(self, bound: Bound, found: CaptureValue, wanted: list[CaptureValue | None]) -> bool:
        orders = [_order(found, value) for value in wanted if value is not None]
        if len(orders) < len(wanted):
            return False
        if bound.sign != "between":
            return _SIGNS[bound.sign](orders[0])
        low, high = orders
        return low >= 0 or high <= 0 if bound.wraps else low >= 0 >= high

    def covers(self, other: Claim) -> bool:
        """What is within the other's bounds is within its own."""
        if not isinstance(other, Finder) or type(other) is not type(self):
            return False
        theirs = [simple for bound in other.bounds for simple in bound.simple()]
        return self.sheet.conventions == other.sheet.conventions and all(
            any(self._reaches(bound, their) for their in theirs)
            for bounds in self.bounds
            for bound in bounds.simple()
        )

    def _reaches(self, bound: Bound, theirs: Bound) -> bool:
        if bound == theirs:
            return True
        if bound.sign not in _SIGNS or theirs.sign not in ("eq", *_SAME_SIDE[bound.sign]):
            return False
        order = self._compared(theirs.texts[0], bound.texts[0], self.sheet.day_first)
        is_same = order == 0 and theirs.sign == bound.sign
        return order is not None and (is_same or _SIGNS[bound.sign](order))

    def captures(self) -> Set[str]:
        return frozenset({self.capture})

    def samples(self) -> MappingOf[str, Samples]:
        """Of what it is tried with that which it takes, and the ends of its bounds."""
        if not self.TRIED:
            return {self.capture: replace(FREE, values=(self.EXAMPLE,))}
        tried = [*self.TRIED, *(text for bound in self.bounds for text in bound.texts)]
        found = (self.match(_view(text)) for text in tried)
        values = [one.captures[self.capture] for one in found if isinstance(one, Match)]
        return {self.capture: Samples(tuple(dict.fromkeys(values))) if values else FREE}

    @classmethod
    def schema(cls) -> Schema:
        taken = said(TEXT, "The name of the capture.")
        keys = keyed({"as": taken, **compared(cls.COMPARISONS), **cls.MORE_KEYS})
        return by_kind(any_of({"const": True}, ref("true")), mapping=keys)


def _view(text: str) -> MessageView:
    """As it comes in on some day."""
    now = datetime.combine(SOME_DAY.today, time(12), UTC)
    message = InboundMessage(key="", sender="", text=text, received_at=now)
    return MessageView(message, Context(now=now))


def _listed(node: Node) -> list[Node]:
    return node.items if isinstance(node, Sequence) else [node]


_COMPARED: Final = late(r"\s*(>=|<=|==?|>|<)\s*(.*\S)\s*")
_SIGN_NAMES: Final = {">=": "gte", "<=": "lte", "=": "eq", "==": "eq", ">": "gt", "<": "lt"}


def _name(node: Node, problems: Problems, what: str) -> str:
    text = problems.text(node, what)
    if isinstance(node, Scalar) and not _NAME.fullmatch(text):
        hint = "letters, digits and _, as templates name it"
        problems.error(node, "capture-name", f"{what}: `{text}` is not a name", hint)
    return text


def _order(one: CaptureValue, other: CaptureValue) -> int:
    """Values of one kind: both are texts, or both are numbers."""
    if isinstance(one, str) or isinstance(other, str):
        one, other = str(one).casefold(), str(other).casefold()
        return (one > other) - (one < other)
    return (one > other) - (one < other)


_SIGNS: Final[MappingOf[str, Callable[[int], bool]]] = {
    "eq": lambda order: order == 0,
    "gt": lambda order: order > 0,
    "gte": lambda order: order >= 0,
    "lt": lambda order: order < 0,
    "lte": lambda order: order <= 0,
}
_SAME_SIDE: Final[MappingOf[str, tuple[str, ...]]] = {
    "eq": (),
    **dict.fromkeys(("gt", "gte"), ("gt", "gte")),
    **dict.fromkeys(("lt", "lte"), ("lt", "lte")),
}
"""Signs of bounds that may lie within one of a sign."""
