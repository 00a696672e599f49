"""`email`: an e-mail address is found in the text; captured as it was written.

    when: {email: true}                             # captured as `email`
    when: {email: {as: address}}
    when: {email: {eq: anna@example.com}}           # upper and lower case make no difference

What is read, and what it is:

    Anna@example.com · mailto:Anna@example.com. · "Anna@example.com" → Anna@example.com
    ann@βήτα.example · write to ann@βήτα.example! → ann@βήτα.example
    ann@shop · ann @ shop . com · @ann · ann@ → none

Letters of all scripts are read, on both sides of the @. Quotes and dots around it are not in it.

A value stands in the first 2,000 characters of a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, Final

from bot.model import CaptureValue
from bot.rules.matchers.base import OPENING, MessageView, Needs
from bot.rules.matchers.finder import EQUAL, Conventions, Finder, Found
from bot.text.patterns import Pattern
from bot.text.words import words

_LOCAL_BACKWARDS: Final = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]{1,64}")
_DOMAIN: Final = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_]{2,24}(?![\w-])")
_AT: Final = Pattern("@")
_QUOTES: Final = "'`.!#$%&*/=?^{|}~-"


class Email(Finder):
    NAME: ClassVar[str] = "email"
    COMPARISONS: ClassVar[tuple[str, ...]] = EQUAL
    EXAMPLE: ClassVar[str] = "anna@example.com"
    __slots__ = ()

    @staticmethod
    def find(text: str, conventions: Conventions) -> Iterator[Found]:
        at = text.find("@")
        before = 0
        while at >= 0:
            local = _LOCAL_BACKWARDS.match(text[max(before, at - 65) : at][::-1])
            name = local[0][::-1].lstrip(_QUOTES) if local else ""
            domain = _DOMAIN.match(text, at + 1) if name and not name.endswith(".") else None
            if domain is not None:
                yield Found(at - len(name), domain.end(), text[at - len(name) : domain.end()])
            before = at + 1
            at = text.find("@", before)

    @classmethod
    def value(cls, text: str, conventions: Conventions) -> CaptureValue | None:
        """As it was written, not as it is compared."""
        found = next(cls.find(text, conventions), None)
        if found is None or words(text[: found.start]) or words(text[found.end :]):
            return None
        return found.value

    def searched(self, seen: MessageView) -> str:
        return seen.message.text[:OPENING]

    def needs(self) -> Needs | None:
        return Needs(patterns=(_AT,))
