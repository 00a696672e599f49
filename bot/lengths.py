"""How a text leaves that is longer than one SMS: in parts, as an MMS, or not at all.

MTA answers 400 to an SMS over 160 characters and to an MMS over 1,550; whether it ever splits a
text itself is not documented. Hence a text that does not fit never leaves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.model import LongTexts
from bot.text.segments import PLAIN, Encoding, measure

LONGEST_MMS: Final = 1_550
"""Characters."""
MOST_PARTS: Final = 10
"""Messages that one text is split into at most."""

_PLAIN: Final = str.maketrans(dict(PLAIN))
_WORD: Final = re.compile(r"\S+\s*")


@dataclass(frozen=True, slots=True)
class Piece:
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
