"""A line of a file with a caret under a place in it."""

from __future__ import annotations

import unicodedata

from bot.errors import plain


def excerpt(line: str, column: int, width: int) -> tuple[str, str]:
    """The line, cut to a width around the column (from 1), and the caret that goes below it.

    >>> excerpt("reply: We're open: 9-5", 18, 60)
    ("reply: We're open: 9-5", '                 ^')
    >>> excerpt("a" * 50 + "!" + "b" * 50, 51, 21)
    ('…aaaaaaaaa!bbbbbbbbb…', '          ^')
    """
    at = min(column - 1, len(line))
    begin, end = 0, len(line)
    if _width(line) > width:
        begin = max(0, min(at - width // 2 + 1, len(line) - width + 2))
        end = min(len(line), begin + width - (2 if begin else 1))
    shown = plain(line[begin:end].replace("\t", " "))
    before = ("…" if begin else "") + shown[: at - begin]
    whole = ("…" if begin else "") + shown + ("…" if end < len(line) else "")
    return whole.rstrip(), " " * _width(before) + "^"


def _width(text: str) -> int:
    """In columns of a terminal."""
    return sum(
        0 if unicodedata.combining(sign) else 1 + (unicodedata.east_asian_width(sign) in "WF")
        for sign in text
    )
