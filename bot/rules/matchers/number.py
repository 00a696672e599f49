"""`number`: a number is found in the text; captured as a whole or decimal number.

    when: {number: true}                            # captured as `number`
    when: {number: {as: age, gte: 18}}              # the first that is 18 or more
    when: {number: {as: guests, between: [1, 12]}}

What is read, and what it is:

    24 · 24ans · #24 · $24 · 24% · 024 · ٢٤ · 24-30 · 24/7 · two dozen → 24
    2nd · two · two of us · 2-3 people · two or three → 2
    1 · one · one person · a table for one → 1
    twenty five · twenty-five · 25 percent → 25
    1,200.50 · 1.200,50 → 1200.5
    2½ · 2 ½ · 2 1/2 · 2 and a half · two and a half → 2.5
    ½ · ½ cup · 1/2 cup → 0.5
    5k · 5K · 5 thousand · 5,000 → 5000
    2.5M · 2.5 million → 2500000
    it is -5 · −5 → -5
    10/10 · 10/10 would recommend · 10 out of 10 → 10
    b4 · gr8 · covid19 · 2moro · 4ever · this one · one of them · lOO → none
    two hundred and fifty · 10² · 5:30pm · 3/5 · 555-555-0123 · 1234567890123456 → none

Digits before letters count, digits after them do not. What is a date, a time or a phone number in
the text is not a number, nor is one of more than 15 digits; `8/10` is one as the whole text, or
beside words of somebody who rates.

A value stands in the first 2,000 characters of a text, at one of the first 200 places.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge
from itertools import islice
from typing import ClassVar, Final

from bot.model import CaptureValue
from bot.rules.matchers.base import MessageView, Needs
from bot.rules.matchers.date import days
from bot.rules.matchers.finder import DIGIT, MOST_PLACES, Conventions, Finder, Found, whole
from bot.rules.matchers.number_grammar import NUMBER, WORDS, value_of
from bot.rules.matchers.phone import Phone
from bot.rules.matchers.ratio import is_fraction, is_rating
from bot.rules.matchers.time import times
from bot.text.late import late

_FRACTION: Final = late("([1-7])/([2-8])")
# Folded, it would be a metre or a minute.
_MILLIONS: Final = late(r"(?<=[0-9])M(?![\w'])")
_MAYBE: Final = late("[0-9]+ may|the [0-9]+[a-z]{2}")


class Number(Finder):
    NAME: ClassVar[str] = "number"
    EXAMPLE: ClassVar[str] = "18"
    TRIED: ClassVar[tuple[str, ...]] = (
        *("24", "1", "2", "3", "5", "8", "10", "12", "50", "100", "1000", "2.5", "-5"),
        *(f"{whole} 1/7" for whole in (*range(1, 13), 20, 50, 100, -100, 999)),
        *("999999999999999 billion", "-999999999999999 billion", "-.000012345678901"),
        *("99999999.9999999", "-99999999.9999999", "999999999999.999", "-1234567.12345671k"),
    )
    __slots__ = ()

    @staticmethod
    def find(text: str, conventions: Conventions) -> Iterator[Found]:
        taken = _taken(text, conventions)
        other = next(taken, None)
        for found in find_plain(text, conventions):
            while other is not None and other.end <= found.start:
                other = next(taken, None)
            if other is None or found.end <= other.start:
                yield found

    @classmethod
    def value(cls, text: str, conventions: Conventions) -> CaptureValue | None:
        """Where only a number can stand, ten digits are not a phone number."""
        return whole(find_plain, _spelled(text), conventions)

    def needs(self) -> Needs | None:
        return Needs(WORDS, (DIGIT,), oddness=True)

    def searched(self, seen: MessageView) -> str:
        text = seen.message.text
        return super().searched(seen.with_text(_spelled(text)) if _MILLIONS.search(text) else seen)


def find_plain(text: str, conventions: Conventions) -> Iterator[Found]:
    """Numbers, those in dates, times and phone numbers too."""
    end = 0
    for found in islice(NUMBER.finditer(text), MOST_PLACES):
        value = value_of(found)
        fraction = _FRACTION.match(text, found.start())
        if fraction is not None and is_fraction(text, fraction.start(), fraction.end()):
            end = fraction.end()
            yield Found(found.start(), end, int(fraction[1]) / int(fraction[2]))
        elif value is not None and found.start() >= end:
            yield Found(found.start(), found.end(), value)


def _spelled(text: str) -> str:
    """`2.5M` before its case is folded."""
    return _MILLIONS.sub(" million", text)


def _taken(text: str, conventions: Conventions) -> Iterator[Found]:
    """What else stands there that has digits in it, from left to right, as far as it is asked."""
    others = (find(text, conventions) for find in (days, times, Phone.find))
    for found in merge(*others, key=lambda found: found.start):
        # `5 may be too many`, `the 2nd`, `10/10`
        if not (_MAYBE.fullmatch(text, found.start, found.end) or _is_rating(text, found)):
            yield found


_RATIO: Final = late("[0-9]{1,2}/[0-9]{1,2}")


def _is_rating(text: str, found: Found) -> bool:
    ratio = _RATIO.fullmatch(text, found.start, found.end)
    return ratio is not None and is_rating(text, found.start, found.end)
