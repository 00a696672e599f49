"""Many patterns looked for in one pass over a text, whatever their number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import re2

from bot.text.common_words import ORDINARY
from bot.text.fragments import fragments
from bot.text.patterns import Pattern

_MOST_COMMON: Final = 0.2
"""Of texts; what stands in more of them tells too little."""
_TOGETHER: Final = 16
"""Patterns without a telling piece in one pass: of many more the automaton grows too large."""
MEMORY: Final = 64 << 20
"""Bytes that one pass may take; with RE2's own 8 MB it forgets what it has learnt of texts."""

Numbers: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is looked for in one pass, and whose it is."""

    source: str
    number: int
    beside: tuple[str, ...] = ()
    """Enough only where one of these is found too."""


class PatternSet:
    """Numbers of those of many patterns that may be found in a text; the others are not.

    Pieces that a text must hold (`fragments`) are looked for by one automaton: 1.2 µs for ten
    patterns and for 10,000, where `re2.Filter` took 41. Patterns without such pieces are looked
    for themselves, some at a time: 1.2 µs for sixteen, where `re2.search` takes 1.4 for each.
    """

    def __init__(self, patterns: Iterable[tuple[Pattern, int]], *, memory: int = MEMORY) -> None:
        pieces: list[_Wanted] = []
        whole: list[_Wanted] = []
        for pattern, number in patterns:
            found = fragments(pattern.source)
            if found is not None and found.share <= _MOST_COMMON:
                beside = tuple(map(_any_case, found.beside))
                pieces += [_Wanted(_any_case(one), number, beside) for one in found.sources]
            else:
                flags = "i" if pattern.ignore_case else "-i"
                whole.append(_Wanted(f"(?{flags}:{pattern.source})", number))
        groups = [pieces] if pieces else []
        groups += [whole[at : at + _TOGETHER] for at in range(0, len(whole), _TOGETHER)]
        self._passes: Final = [_Pass(group, memory) for group in groups]

    def __bool__(self) -> bool:
        return bool(self._passes)

    def found(self, utf8: bytes) -> list[Numbers]:
        """Numbers of patterns; nothing where none can be found."""
        found: list[Numbers] = []
        for one in self._passes:
            hits = one.look(utf8)
            if hits is None:
                found.append(one.all)
            elif len(hits) > 1:
                one.add(hits, found)
        return found


def _any_case(source: str) -> str:
    return f"(?i:{source})"


class _Pass:
    """One automaton. What it looks for first stands at the end of every text, and so tells that
    it works: `re2.Set` says that nothing is found when its memory is used up.
    """

    def __init__(self, group: Sequence[_Wanted], memory: int) -> None:
        sources = dict.fromkeys(one.source for one in group)
        sources.update(dict.fromkeys(source for one in group for source in one.beside))
        ids = {source: number for number, source in enumerate(sources, 1)}
        self.all: Final = tuple(sorted({one.number for one in group}))
        self.look: Final = _automaton(sources, memory)
        alone: dict[int, set[int]] = {}
        pairs: dict[int, dict[int, set[int]]] = {}
        for one in group:
            hit = ids[one.source]
            for other in one.beside:
                pairs.setdefault(hit, {}).setdefault(ids[other], set()).add(one.number)
            if not one.beside:
                alone.setdefault(hit, set()).add(one.number)
        self._alone: Final = _fixed(alone)
        self._pairs: Final = {hit: _fixed(others) for hit, others in pairs.items()}

    def add(self, hits: Sequence[int], found: list[Numbers]) -> None:
        """Add the numbers of those whose piece is hit, and one beside it where it needs one."""
        alone, pairs = self._alone, self._pairs
        for hit in hits:
            if hit in alone:
                found.append(alone[hit])
            if hit in pairs:
                others = pairs[hit]
                found += [others[other] for other in hits if other in others]


def _fixed(numbers: Mapping[int, Set[int]]) -> Mapping[int, Numbers]:
    return {hit: tuple(sorted(some)) for hit, some in numbers.items()}


def _automaton(sources: Iterable[str], memory: int) -> Callable[[bytes], Any]:
    """Which are found, from 1; None where it cannot tell."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = memory
    together = re2.Set.SearchSet(options)
    together.Add(rb"\z")
    for source in sources:
        together.Add(source.encode())
    try:
        together.Compile()
    except re2.error:
        return lambda _: None
    together.Match(_WARM)
    look: Callable[[bytes], Any] = together.Match
    return look


_WARM: Final = " ".join(sorted(ORDINARY)).encode()
"""The automaton is built as texts need it: most of what ordinary ones need it has at once."""
