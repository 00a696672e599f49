r"""What a named group of a pattern may capture: the shortest, a usual one, and the longest.

`\d{4,8}` captures 4 to 8 digits; `.{1,20}` also 20 emoji, which count otherwise in a text than 20
letters do. A group that takes as much as there is (`\w+`) has no longest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import re2

from bot.text.pattern_tree import Group, Node, Part, PatternTreeError, Repeat, tree_of
from bot.text.segments import Encoding, measure

_PLAIN: Final = "m8M -_./,'@#" + "".join(map(chr, range(33, 127)))
_EXTENDED: Final = "€{[~|\\^}]"
"""Two septets each."""
_ODD: Final = "🙂ж’é✓"
"""Outside of GSM-7."""
_NOTHING: Final = ("edge", "flags")
_WITHOUT_END: Final = 6
"""How often what has no end stands in a usual text."""


@dataclass(frozen=True, slots=True)
class GroupSamples:
    """Texts that a group may capture."""

    usual: str
    shortest: str
    longest: tuple[str, ...]
    """In letters, in extended GSM characters, and in others, as far as it takes them."""
    is_bounded: bool
    """There is no longer one."""


def group_samples(source: str, *, ignore_case: bool = True) -> Mapping[str, GroupSamples]:
    """By the name of a group, of a pattern in RE2 syntax that compiles.

    What is quoted by `\\Q…\\E` is not read: groups of such a pattern are left out.

    >>> found = group_samples(r"order #?(?P<id>\\d{4,6})")["id"]
    >>> found.shortest, found.longest, found.is_bounded
    ('8888', ('888888',), True)
    """
    try:
        whole = tree_of(source)
    except PatternTreeError:
        return {}
    return {group.name: _samples(group, ignore_case) for group in _groups(whole) if group.name}


def _samples(group: Group, ignore_case: bool) -> GroupSamples:
    longest = [_text(group, "long", voice, ignore_case) for voice in (_PLAIN, _EXTENDED, _ODD)]
    return GroupSamples(
        usual=_text(group, "usual", _PLAIN, ignore_case),
        shortest=_text(group, "short", _PLAIN, ignore_case),
        longest=tuple(dict.fromkeys(longest)),
        is_bounded=_is_bounded(group),
    )


def _groups(node: Node) -> Iterator[Group]:
    match node:
        case Repeat(part):
            yield from _groups(part)
        case Group(_, branches):
            yield node
            for part in (part for branch in branches for part in branch):
                yield from _groups(part)


def _is_bounded(node: Node) -> bool:
    match node:
        case Repeat(part, _, most):
            return most is not None and _is_bounded(part)
        case Group(_, branches):
            return all(_is_bounded(part) for branch in branches for part in branch)
        case _:
            return True


def _text(node: Node, how: str, voice: str, ignore_case: bool) -> str:
    """What a node takes: the shortest, a usual or the longest, in characters of the voice."""
    match node:
        case Part(kind, source):
            return "" if kind in _NOTHING else _character(source, voice, ignore_case)
        case Repeat(part, least, most):
            return _text(part, how, voice, ignore_case) * _times(least, most, how)
        case Group(_, branches):
            texts = [
                "".join(_text(part, how, voice, ignore_case) for part in branch)
                for branch in branches
            ]
            if how == "usual":
                return texts[0]
            return (min if how == "short" else max)(texts, key=_size)


def _size(text: str) -> tuple[int, int]:
    """What leaves less room for other text comes later."""
    measured = measure(text)
    share = 160 if measured.encoding is Encoding.GSM_7 else 70
    return measured.units * 160 // share, len(text)


def _times(least: int, most: int | None, how: str) -> int:
    if how == "short":
        return least
    if most is None:
        return max(least, _WITHOUT_END)
    return most if how == "long" else -(-(least + most) // 2)


@lru_cache(maxsize=1024)
def _character(source: str, voice: str, ignore_case: bool) -> str:
    """The first of the voice that a class takes, else a plain one; none of `\\b` and the like."""
    if len(source) == 1 and source != ".":
        return source
    compiled: Any = re2.compile(rf"\A{'(?i)' if ignore_case else ''}(?:{source})\z")
    for character in voice + _PLAIN + _EXTENDED + _ODD:
        if compiled.search(character):
            return character
    return ""
