"""A slip in the spelling of a file: where it is, what it is, what to write instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from bot.text.late import late

Lines: TypeAlias = Sequence[str]

ODD_SPACES: Final = "\u00a0\u1680\u2000-\u200d\u2060\u202f\u205f\u3000\ufeff"
"""They look like a space, or like nothing, and are none to YAML; for a class of a pattern."""

_ENTRY: Final = late(r" *(?:- +)*[A-Za-z_][\w-]*:(?:\s|$)| *-(?:\s|$)")
_LONGEST: Final = 40


@dataclass
class Slip(Exception):
    line: int
    """From 0, as the column."""
    column: int
    message: str
    hint: str


def begins_entry(line: str, column: int) -> bool:
    """The line is an entry of its own, as far to the left as this column or further."""
    return _ENTRY.match(line) is not None and indentation(line) <= column


def indentation(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def shown(text: str) -> str:
    """A text of the file within a message, cut where it is long."""
    text = text.strip()
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"


def in_quotes(text: str) -> str:
    """The text as it may stand in the file, in quotes that it does not hold itself."""
    text = shown(text)
    quote = "'" if '"' in text or "\\" in text else '"'
    return f"{quote}{text.replace(quote, quote * 2) if quote == chr(39) else text}{quote}"
