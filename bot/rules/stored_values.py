"""What may be stored of a person: the names of values, and the values."""

from __future__ import annotations

from typing import Final

from bot.errors import plain
from bot.rules.questions import OWN_NAMES

_LONGEST: Final = 1_000
"""Characters of a value."""
_LONGEST_NAME: Final = 64


def name_fault(name: str) -> str | None:
    """Why a value cannot have this name, None where it can."""
    if name in OWN_NAMES:
        return f"`{name}` is what templates have of it, choose another name"
    if not name.isidentifier() or len(name) > _LONGEST_NAME:
        return f"`{plain(name)}` is not a name, for example first_name"
    return None


def value_fault(name: str, value: str) -> str | None:
    """Why a value cannot be stored, None where it can."""
    if not value.isprintable():
        return f"{name} {plain(value)[:40]}: has signs that cannot be printed, as a line's end"
    if len(value) > _LONGEST:
        return f"{name}: has more than {_LONGEST:,} characters"
    return None
