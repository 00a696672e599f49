"""The characters of texts as symbols: the nicest first, so that what is found reads like a text."""

from __future__ import annotations

import string
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import re2

from bot.authoring.proof.automaton import Kinds, Unknown
from bot.text.patterns import options
from bot.text.words import plain_signs, words

_ASCII: Final = "".join(
    dict.fromkeys(
        f"{string.ascii_lowercase} 1023456789{string.ascii_uppercase}#-,.!?'{string.punctuation}"
        + "".join(map(chr, range(128)))
    )
)
_FOLDED_TO_ASCII: Final = "\u017f\u212a"
"""Beside capitals all that RE2 takes for an ASCII letter where case makes no difference."""
_OTHERS: Final = "\u4e2d\u4e00\u4e8c\u4e09"
"""One of them stands for all characters that nothing names: no case, no place in any class."""
MOST_NAMED: Final = 200
"""Characters beside ASCII that rules may name."""


class Letters:
    """The characters that a rule set names, and one for all others."""

    def __init__(self, named: Iterable[str] = ()) -> None:
        """Raises Unknown where they are too many."""
        beside = {letter for letter in named if not letter.isascii()}
        beside |= {other for letter in beside for other in _same_but_for_case(letter)}
        if len(beside) > MOST_NAMED:
            raise Unknown
        rest = next((other for other in _OTHERS if other not in beside), None)
        if rest is None:
            raise Unknown
        listed = dict.fromkeys(
            (*_ASCII, *_FOLDED_TO_ASCII, *sorted(beside, key=lambda c: (c != c.lower(), c)), rest)
        )
        self.signs: Final = "".join(letter for letter in listed if plain_signs(letter) == letter)
        """By number; the last stands for all that is not named."""
        self.number: Final = {sign: number for number, sign in enumerate(self.signs)}
        self.all: Final = (1 << len(self.signs)) - 1
        ascii_word = string.ascii_letters + string.digits + "_"
        self.kinds: Final = Kinds(word=self.bits(ascii_word), newline=self.bits("\n"))
        roles = {sign: words(f"a{sign}a") for sign in self.signs if sign in {*_ASCII, *beside}}
        self.folded: Final = {
            self.number[sign]: found[0][1]
            for sign, found in roles.items()
            if len(found) == 1 and len(found[0]) == 3
        }
        """Letters, digits and the apostrophe as they stand in words."""
        apart = [self.number[sign] for sign, found in roles.items() if found == ("a", "a")]
        self.apart: Final = sum(1 << number for number in apart)
        """What stands between words."""
        self.plain: Final = self.apart & ~self.bits("_") | sum(1 << at for at in self.folded)
        """Of which each is a letter or none by itself, to words and to patterns alike."""
        self._asked: Final[dict[tuple[str, str], int]] = {}

    def has(self, text: str) -> bool:
        """Each of its characters has a number of its own."""
        return all(
            self.number.get(sign, len(self.signs) - 1) + 1 < len(self.signs) for sign in text
        )

    def bits(self, signs: Iterable[str]) -> int:
        return sum(1 << self.number[sign] for sign in set(signs))

    def taken_by(self, atom: str, flags: str) -> int:
        """By a part of a pattern that takes one character, with RE2's flags."""
        key = atom, flags
        if key not in self._asked:
            source = f"(?{flags}:{atom})" if flags else f"(?:{atom})"
            found = re2.compile(source.encode(), options(ignore_case=False)).findall(
                self.signs.encode()
            )
            self._asked[key] = self.bits(sign.decode() for sign in found)
        return self._asked[key]


@lru_cache(maxsize=1)
def _with_case() -> bytes:
    """Characters beside ASCII that have a case."""
    found = [c for c in map(chr, range(0x80, 0x1EA00)) if not 0xD800 <= ord(c) < 0xE000]
    return "".join(c for c in found if len({c, c.lower(), c.upper(), c.casefold()}) > 1).encode()


@lru_cache(maxsize=1024)
def _same_but_for_case(letter: str) -> str:
    if letter.lower() == letter.upper() == letter:
        return ""
    pattern = re2.compile(f"(?i){letter}".encode())
    found = b"".join(pattern.findall(_with_case())).decode()
    return "".join(c for c in (*found, *_partners_in_ascii(letter)))


def _partners_in_ascii(letter: str) -> str:
    return "".join(c for c in (letter.lower(), letter.upper(), letter.casefold()) if len(c) == 1)
