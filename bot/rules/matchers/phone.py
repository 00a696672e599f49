"""`phone`: a phone number is found in the text; captured in E.164 (`+15555550123`).

    when: {phone: true}                             # captured as `phone`
    when: {phone: {as: callback}}
    when: {phone: {eq: "+15555550123"}}

What is read, and what it is:

    555-555-0123 · (555) 555 0123 · 5555550123 · 555.555.0123 · 1-555-555-0123 → +15555550123
    +1 555 555 0123 · tel:+15555550123 · cell:555-555-0123 · ph.555-555-0123 → +15555550123
    w/555-555-0123 · my number-555-555-0123 · 555-555-0123 x5 → +15555550123
    +44 20 7946 0958 · +44 (20) 79460958 · +442079460958 5 people → +442079460958
    555-0123 · $5555550123 · #5555550123 · 123-45-6789 · 4111 1111 1111 1111 → none
    555-155-0123 · 55555501234 · 555-555-0123-4 · 2026-01-15 10:30 → none

With a `+` numbers of all countries are read, without one those of North America. Seven digits are
not: nobody can call them.

A value stands in the first 2,000 characters of a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, Final

from bot.rules.matchers.base import Needs
from bot.rules.matchers.finder import DIGIT, EQUAL, Conventions, Finder, Found
from bot.text.late import late

_GAP: Final = r"[ ().\-/]{0,3}"
_PHONE: Final = late(
    rf"""
      (?: (?<![\w+])\+[ ]?1{_GAP} | (?<![\w+$€£#])(?<![0-9][.:/-])(?:1{_GAP})? )
      \(?(?P<area>[2-9][0-9]{{2}}){_GAP}
      (?P<exchange>[2-9][0-9]{{2}}){_GAP}(?P<line>[0-9]{{4}}) (?![0-9]|[-/][0-9])
    | (?<![\w+]) \+[ ]?(?P<abroad>[02-9](?:{_GAP}[0-9]){{6,14}}) (?![0-9])
    """,
    re.VERBOSE,
)
_MOST_ABROAD: Final = 50
"""Of one message: the library takes its time for each."""


class Phone(Finder):
    NAME: ClassVar[str] = "phone"
    COMPARISONS: ClassVar[tuple[str, ...]] = EQUAL
    EXAMPLE: ClassVar[str] = "+15555550123"
    TRIED: ClassVar[tuple[str, ...]] = ("+15555550123", "+2901234", "+493012345678901")
    __slots__ = ()

    def needs(self) -> Needs | None:
        return Needs(patterns=(DIGIT,), oddness=True)

    @staticmethod
    def find(text: str, conventions: Conventions) -> Iterator[Found]:
        asked = 0
        for found in _PHONE.finditer(text):
            if found["area"]:
                digits = found["area"] + found["exchange"] + found["line"]
                yield Found(found.start(), found.end(), f"+1{digits}")
            elif asked < _MOST_ABROAD:
                asked += 1
                yield from _abroad(found)


def _abroad(found: re.Match[str]) -> Iterator[Found]:
    """The longest run of its groups that is a number: `+44 20 7946 0958 5 people`."""
    written = found["abroad"]
    for _ in range(4):
        number = _e164("+" + re.sub("[^0-9]", "", written))
        if number is not None:
            yield Found(found.start(), found.start("abroad") + len(written), number)
            return
        written = written.rpartition(" ")[0].rstrip(" ().-/")


def _e164(digits: str) -> str | None:
    import phonenumbers  # 30 ms, and most messages hold no number from abroad

    try:
        number = phonenumbers.parse(digits)
    except phonenumbers.NumberParseException:
        return None
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
