"""A quoted run in a text, with what stands before and after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.text.late import late

_CLOSING: Final = {
    "\u201c": "\u201d",
    "\u201e": "\u201c\u201d",
    "\u201d": "\u201d",
    '"': '"',
    "\u00ab": "\u00bb",
    "\u00bb": "\u00ab",
    "\u2039": "\u203a",
    "\u300c": "\u300d",
    "\u300e": "\u300f",
    "\u300a": "\u300b",
    "\u2018": "\u2019",
}
MARKS: Final = late(f"[{''.join(_CLOSING)}]")
"""What a quoted run may begin with."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """One quoted run, the outermost."""

    before: str
    quoted: str
    after: str
    is_closed: bool = True
    """False where the text was cut off within the run."""
    is_typographic: bool = True
    """The marks are such as no keyboard has."""


def quotation(text: str) -> Quotation | None:
    """The first quoted run of a text; one within another is a part of it.

    >>> quotation("Liked “Reply “YES” to book”")
    Quotation(before='Liked ', quoted='Reply “YES” to book', after='', is_closed=True, \
is_typographic=True)
    """
    begin = MARKS.search(text)
    if begin is None:
        return None
    end = _end(text, begin.start())
    before, typographic = text[: begin.start()], begin[0] != '"'
    if end < 0:
        return Quotation(before, text[begin.end() :], "", False, typographic)
    return Quotation(before, text[begin.end() : end], text[end + 1 :], True, typographic)


def _end(text: str, begin: int) -> int:
    """Where the run ends that begins there, or -1."""
    opening = text[begin]
    closing = _CLOSING[opening]
    if opening in closing or opening == "\u2018":  # one mark for both, or an apostrophe
        return max(text.rfind(mark, begin + 1) for mark in closing)
    depth = 1
    for at in range(begin + 1, len(text)):
        if text[at] in closing:
            depth -= 1
            if not depth:
                return at
        elif text[at] == opening:
            depth += 1
    return -1
