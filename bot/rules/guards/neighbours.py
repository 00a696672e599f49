"""Which words may stand right before and right after a sign, read from the pattern itself.

A text whose signs have other neighbours belongs to no family, and is not cut into clauses for it:
of 4,827 ordinary texts 234 are cut where it were 522, and 654 patterns are asked, not 1,490.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import Final, TypeAlias

from bot.rules.guards.phrasing import Flat, Group, Part, Parts, Place, Word
from bot.text.common_words import commonness

EDGE: Final = "^$"
"""Stands where the text begins or ends."""

Words: TypeAlias = Set[str] | None
"""None where any word may stand."""
Sides: TypeAlias = tuple[Words, Words]
"""Before it and after it."""

_EDGE: Final[Set[str]] = frozenset({EDGE})


def neighbours(parts: Parts, at: int) -> Mapping[str, Sides]:
    """What may stand beside each word that the part there needs one of, as usually spelled."""
    found: dict[str, Sides] = {}
    sides = _before(parts[:at], None), _after(parts[at + 1 :], None)
    for word, (before, after) in _of_part(parts[at], sides):
        if word in found:
            before, after = _or(found[word][0], before), _or(found[word][1], after)
        found[word] = before, after
    return found


def _of_part(part: Part, sides: Sides) -> Iterator[tuple[str, Sides]]:
    """As `Part.needs`: of each choice the words that the fewest texts have."""
    if isinstance(part, (Flat, Group)):
        for choice in part.choices:
            needed = [(words, at) for at, one in enumerate(choice) if (words := one.needs())]
            at = min((commonness(words), at) for words, at in needed)[1]
            inner = _before(choice[:at], sides[0]), _after(choice[at + 1 :], sides[1])
            yield from _of_part(choice[at], inner)
    elif isinstance(part, Word):
        yield from dict.fromkeys(part.needs() or (), sides).items()


def _before(parts: Parts, beyond: Words) -> Words:
    """The words that may be the last of these parts, or `beyond` where they may be none."""
    for part in parts:
        beyond = _beside(part, beyond, is_before=True)
    return beyond


def _after(parts: Parts, beyond: Words) -> Words:
    for part in reversed(parts):
        beyond = _beside(part, beyond, is_before=False)
    return beyond


def _beside(part: Part, beyond: Words, *, is_before: bool) -> Words:
    if isinstance(part, Word):
        return part.needs()
    if isinstance(part, Place):
        # The end of a clause may be that of the text; any word may stand in the next one.
        is_edge = part.mark in "^$" or (part.mark in ".?_" and beyond == _EDGE)
        return _EDGE if is_edge else None
    found = set(beyond or ()) if part.repeat else set()
    if part.repeat and beyond is None:
        return None
    side = _before if is_before else _after
    for choice in part.choices:
        words = side(choice, beyond)
        if words is None:
            return None
        found.update(words)
    return found


def _or(one: Words, other: Words) -> Words:
    return None if one is None or other is None else one | other
