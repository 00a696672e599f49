"""Many patterns looked for in one pass over a text, whatever their number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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


_Pass: TypeAlias = tuple[Callable[[bytes], Any], Sequence[Sequence[int]]]
"""How one automaton is asked, and the numbers of what it finds."""


class PatternSet:
    """Numbers of those of many patterns that may be found in a text; the others are not.

    Pieces that a text must hold (`fragments`) are looked for by one automaton: 1.2 µs for ten
    patterns and for 10,000, where `re2.Filter` took 41. Patterns without such pieces are looked
    for themselves, some at a time: 1.2 µs for sixteen, where `re2.search` takes 1.4 for each.
    """

    def __init__(self, patterns: Iterable[tuple[Pattern, int]], *, memory: int = MEMORY) -> None:
        by_piece: dict[str, set[int]] = {}
        whole: list[tuple[str, list[int]]] = []
        for pattern, number in patterns:
            found = fragments(pattern.source)
            if found is not None and found.share <= _MOST_COMMON:
                for source in found.sources:
                    by_piece.setdefault(f"(?i:{source})", set()).add(number)
            else:
                flags = "i" if pattern.ignore_case else "-i"
                whole.append((f"(?{flags}:{pattern.source})", [number]))
        pieces = [(source, sorted(numbers)) for source, numbers in by_piece.items()]
        groups = [pieces] if pieces else []
        groups += [whole[at : at + _TOGETHER] for at in range(0, len(whole), _TOGETHER)]
        self._passes: Final = [_one_pass(group, memory) for group in groups]

    def __bool__(self) -> bool:
        return bool(self._passes)

    def found(self, utf8: bytes) -> list[Sequence[int]]:
        """Lists of numbers; nothing where no pattern can be found."""
        found: list[Sequence[int]] = []
        for look, numbers in self._passes:
            hits = look(utf8)
            if hits is None:
                found += numbers
            elif len(hits) > 1:
                found += [numbers[hit] for hit in hits]
        return found


def _one_pass(sources: Sequence[tuple[str, Sequence[int]]], memory: int) -> _Pass:
    """The first pattern is found in every text, and so tells that the automaton has worked:
    `re2.Set` says that nothing is found when its memory is used up.
    """
    options = re2.Options()
    options.log_errors = False
    options.max_mem = memory
    together = re2.Set.SearchSet(options)
    together.Add(b"")
    for source, _ in sources:
        together.Add(source.encode())
    numbers = [(), *(numbers for _, numbers in sources)]
    try:
        together.Compile()
    except re2.error:
        return lambda _: None, numbers
    together.Match(_WARM)
    return together.Match, numbers


_WARM: Final = " ".join(sorted(ORDINARY)).encode()
"""The automaton is built as texts need it: most of what ordinary ones need it has at once."""
