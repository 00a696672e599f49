"""`number`: a number is found in the text; captured as a whole or decimal number.

    when: {number: true}                            # captured as `number`
    when: {number: {as: age, gte: 18}}              # the first that is 18 or more
    when: {number: {as: guests, between: [1, 12]}}

Digits count wherever they stand: `24ans` is 24, `2nd` is 2, `#48213` is 48213; `lOO` is not.
`1,200.50` is 1200.5, `1.200,50` too; `-5` after a space is less than zero. What is a date, a time
or a phone number in the text is not a number, nor is one of more than 15 digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, Final

from bot.model import CaptureValue
from bot.rules.matchers.date import Date
from bot.rules.matchers.finder import Conventions, Finder, Found, whole
from bot.rules.matchers.phone import Phone
from bot.rules.matchers.time import Time

_NUMBER: Final = re.compile(
    r"(?P<minus>(?<![^ (])-)?"
    r"(?:(?P<continental>[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]{1,2}(?![0-9]))"
    r"|(?P<plain>(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?)"
    r"|(?<![\w.])(?P<small>\.[0-9]+))"
    r"[^\W\d_]*"
)
_MOST_DIGITS: Final = 15
"""A longer one is a name, and a float would not keep it."""
_MAYBE: Final = re.compile("[0-9]+ may")


class Number(Finder):
    NAME: ClassVar[str] = "number"
    EXAMPLE: ClassVar[str] = "18"
    __slots__ = ()

    @staticmethod
    def find(text: str, conventions: Conventions) -> Iterator[Found]:
        taken: list[tuple[int, int]] | None = None
        at = 0
        for found in find_plain(text, conventions):
            if taken is None:
                taken = sorted(_taken(text, conventions))
            while at < len(taken) and taken[at][1] <= found.start:
                at += 1
            if at == len(taken) or found.end <= taken[at][0]:
                yield found

    @classmethod
    def value(cls, text: str, conventions: Conventions) -> CaptureValue | None:
        """Where only a number can stand, ten digits are not a phone number."""
        return whole(find_plain, text, conventions)


def find_plain(text: str, conventions: Conventions) -> Iterator[Found]:
    """Numbers, those in dates, times and phone numbers too."""
    for found in _NUMBER.finditer(text):
        value = _value(found)
        if value is not None:
            yield Found(found.start(), found.end(), value)


def _value(found: re.Match[str]) -> int | float | None:
    if found["continental"]:
        digits = found["continental"].replace(".", "").replace(",", ".")
    else:
        digits = (found["plain"] or "0" + found["small"]).replace(",", "")
    if len(digits.replace(".", "")) > _MOST_DIGITS:
        return None
    value = float(digits) if "." in digits else int(digits)
    return -value if found["minus"] else value


def _taken(text: str, conventions: Conventions) -> Iterator[tuple[int, int]]:
    """Where something else stands that has digits in it."""
    for find in (Date.find, Time.find, Phone.find):
        for found in find(text, conventions):
            # `5 may be too many`
            if not _MAYBE.fullmatch(text, found.start, found.end):
                yield found.start, found.end
