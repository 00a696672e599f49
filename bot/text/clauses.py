"""A text as its words with the ends of its clauses, for patterns over what people say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bot.text.late import late
from bot.text.words import words

LONGEST: Final = 2_000
"""Characters that are looked at: a wish stands no deeper in a text."""
_MOST: Final = 400

_MARK: Final = late(
    r"((?:\.(?![0-9])|[,;:!?\u00a1\u00bf\n\r\u2026()\[\]\u2013\u2014]|--+|(?<=\s)-|-(?=\s))+)"
)
_ASCII: Final = late(
    r"[a-z0-9]+(?:'[a-z0-9]+)*|(?:\.(?![0-9])|[,;:!?\n\r()\[\]]|--+|(?<=\s)-|-(?=\s))+"
)
LAUGHS: Final = frozenset("😂🤣😹😆😅💀☠😝😜😋🤪😛")
"""Emoji that say `haha`."""


_AS_IT_IS: Final[Mapping[str, str]] = {}


def clauses(text: str, said: Sequence[str], usual: Mapping[str, str] = _AS_IT_IS) -> str:
    """The words of a text, each with a space behind it, and `.` or `?` where a clause ends.

    `said` are the words of the whole text, `usual` what some of them stand for. An emoji ends a
    clause, and one that laughs is `haha`.

    >>> clauses("Who's this? STOP, I never asked", "who's this stop i never asked".split())
    ". who's this ? stop . i never asked . "
    """
    if text.isascii():
        return _ascii_clauses(_beginning(text), usual)
    tokens, found = ["."], []
    for number, piece in enumerate(_MARK.split(_beginning(text))):
        if number % 2:
            _end(tokens, "?" if "?" in piece else ".")
            continue
        for word in words(piece):
            found.append(word)
            _say(tokens, usual.get(word, word))
    if found != list(said[: len(found)]):  # a mark that composes with its neighbours
        tokens = [".", *(usual.get(word, word) for word in said[:_MOST])]
    _end(tokens, ".")
    return " ".join(tokens) + " "


def _ascii_clauses(text: str, usual: Mapping[str, str]) -> str:
    """The same of a text in ASCII, which most are."""
    tokens = ["."]
    for token in _ASCII.findall(text.lower().replace("`", "'")):
        if token[0].isalnum():
            tokens.append(usual.get(token, token))
        else:
            _end(tokens, "?" if "?" in token else ".")
    _end(tokens, ".")
    return " ".join(tokens) + " "


def _beginning(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST].rpartition(" ")[0]


def _say(tokens: list[str], word: str) -> None:
    if any(map(str.isalnum, word)):
        tokens.append(word)
        return
    _end(tokens, ".")
    if word[0] in LAUGHS:
        tokens += ["haha", "."]


def _end(tokens: list[str], mark: str) -> None:
    if tokens[-1] not in (".", "?"):
        tokens.append(mark)
    elif mark == "?" and len(tokens) > 1:
        tokens[-1] = mark
