"""`order_number`: the message contains a number whose last digit is its check digit (Luhn).

    when: {order_number: true}                 # captured as `order_number`
    when: {order_number: {as: order}}

A slip of the finger is thus told from an order, which `regex` cannot do.
"""

from __future__ import annotations

from collections.abc import Set
from typing import ClassVar, Self

from bot.plugins import Mapping, Match, Matcher, MessageView, Miss, Node, Reading


class OrderNumber(Matcher):
    NAME: ClassVar[str] = "order_number"
    PURE: ClassVar[bool] = True  # the message says it all: no network, no clock

    def __init__(self, capture: str) -> None:
        self._capture = capture

    @classmethod
    def read(cls, node: Node, reading: Reading) -> Self:
        """From the YAML behind the key; what is wrong with it goes to `reading.problems`."""
        if not isinstance(node, Mapping):
            if not reading.problems.flag(node, cls.NAME):
                reading.problems.error(node, "order-number", "order_number: needs true")
            return cls(cls.NAME)
        reading.problems.known_keys(node, ("as",), "key of order_number")
        name = node.get("as")
        return cls(reading.problems.text(name, "order_number.as") if name else cls.NAME)

    def match(self, seen: MessageView) -> Match | Miss:
        for word in seen.words:
            if word.isascii() and word.isdigit() and 4 <= len(word) <= 12 and has_check_digit(word):
                return Match({self._capture: word})
        return Miss("contains no number with a right check digit")

    def captures(self) -> Set[str]:
        return frozenset({self._capture})


def has_check_digit(digits: str) -> bool:
    """Luhn: of every second digit from the right the double counts, its digits added up.

    >>> has_check_digit("48215"), has_check_digit("48251")
    (True, False)
    """
    doubled = (int(d) * (1 + at % 2) for at, d in enumerate(reversed(digits)))
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0


def spaced(value: object, size: int = 3) -> str:
    """Digits in groups, as one reads them out: `{{ order | spaced }}`.

    >>> spaced("48215")
    '48 215'
    """
    text = str(value)
    first = len(text) % size
    groups = [text[:first], *(text[at : at + size] for at in range(first, len(text), size))]
    return " ".join(filter(None, groups))
