"""How many SMS a text takes: GSM-7 or UCS-2 (3GPP TS 23.038), in parts (TS 23.040, 9.2.3.24.1).

A single SMS holds 160 GSM-7 septets or 70 UTF-16 units; each part of a longer text 153 or 67.
An extended GSM character takes two septets, a character beyond the BMP two units; neither is
ever cut in two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from bot.model import LongTexts

_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED: Final = frozenset("\f^{}\\[~]|€")


PLAIN: Final[Mapping[str, str]] = {
    **dict.fromkeys("\u2018\u2019\u201a\u2032\u00b4`", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u2033\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\u2022\u00b7", "-"),
    **dict.fromkeys("\u00a0\u2009\u202f\u2003", " "),
    "\u2026": "...",
    "\u2192": "->",
    "\u00d7": "x",
}
"""What word processors put for a plain character, and no phone needs."""


class Encoding(StrEnum):
    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"


_GSM_7: Final = Encoding.GSM_7
"""Looked up once: CPython 3.11 takes longer for it than for counting the characters."""


@dataclass(frozen=True, slots=True)
class Segments:
    """What a text costs on the air."""

    encoding: Encoding
    count: int
    units: int
    """Septets or UTF-16 units."""


def measure(text: str) -> Segments:
    """Encoding and number of SMS of a text; an empty text counts as none.

    >>> measure("We're open 9-5.")
    Segments(encoding=<Encoding.GSM_7: 'GSM-7'>, count=1, units=15)
    """
    if _BASIC.issuperset(text):
        return _one_each(len(text))
    if all(c in _BASIC or c in _EXTENDED for c in text):
        sizes = [2 if c in _EXTENDED else 1 for c in text]
        return _pack(_GSM_7, sizes, single=160, part=153)
    sizes = [2 if c > "\uffff" else 1 for c in text]
    return _pack(Encoding.UCS_2, sizes, single=70, part=67)


def _one_each(units: int) -> Segments:
    """Of a text of basic characters."""
    return Segments(_GSM_7, -(-units // (160 if units <= 160 else 153)), units)


def _pack(encoding: Encoding, sizes: list[int], *, single: int, part: int) -> Segments:
    units = sum(sizes)
    if units <= single:
        return Segments(encoding, 1 if units else 0, units)
    if units == len(sizes):
        return Segments(encoding, -(-units // part), units)
    count, room = 1, part
    for size in sizes:
        if size > room:
            count, room = count + 1, part
        room -= size
    return Segments(encoding, count, units)


LONGEST_MMS: Final = 1_550
"""Characters."""


MOST_PARTS: Final = 10
"""Messages that one text is split into at most."""


_PLAIN: Final = str.maketrans(dict(PLAIN))


_WORD: Final = re.compile(r"\S+\s*")


class Piece(NamedTuple):
    """One message of a text."""

    text: str
    is_mms: bool = False


def fits(text: str, *, is_mms: bool) -> bool:
    """Whether the provider takes it as one message."""
    return len(text) <= LONGEST_MMS if is_mms else measure(text).count <= 1


def pieces(text: str, policy: LongTexts, *, has_image: bool = False) -> tuple[Piece, ...]:
    """The messages that carry a text, in order; none where it is too long to be sent.

    Quotes and dashes of word processors become plain ones where that makes the text cheaper: one
    of them leaves room for 70 characters instead of 160.

    >>> pieces("We\u2019re open.", LongTexts.SPLIT)
    (Piece(text='We\u2019re open.', is_mms=False),)
    """
    if has_image:
        return (Piece(text),) if fits(text, is_mms=True) else ()
    if fits(text, is_mms=False):
        return (Piece(text),)
    plain = text.translate(_PLAIN)
    text = plain if measure(plain).encoding is Encoding.GSM_7 else text
    if fits(text, is_mms=False):
        return (Piece(text),)
    if policy is LongTexts.MMS and fits(text, is_mms=True):
        return (Piece(text, is_mms=True),)
    if policy is LongTexts.SPLIT:
        parts = tuple(map(Piece, _parts(text)))
        return parts if len(parts) <= MOST_PARTS else ()
    return ()


def _parts(text: str) -> Iterator[str]:
    """Cut between words, and within a word that alone is too long."""
    part = ""
    for word in _WORD.findall(text):
        if fits((part + word).rstrip(), is_mms=False):
            part += word
            continue
        if part:
            yield part.rstrip()
        part = word
        while not fits(part.rstrip(), is_mms=False):
            size = next(n for n in range(160, 0, -1) if fits(part[:n], is_mms=False))
            yield part[:size]
            part = part[size:]
    if part.strip():
        yield part.rstrip()
