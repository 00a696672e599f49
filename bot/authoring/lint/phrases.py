"""Phrases that something takes or forbids, found again wherever they stand in a longer one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.rules.matchers.keywords import Phrase
from bot.text.words import without_tone


@dataclass(slots=True)
class _Node:
    """What may come after the words so far: asking costs the length of a phrase, not their number.

    Many phrases begin alike, "opening times today" and "opening times tomorrow".
    """

    next: dict[str, _Node] = field(default_factory=dict)
    ends: tuple[int, str] | None = None
    """Where a phrase ends here: which of all it was, and what takes it."""


class Cover:
    """The first phrase that was added counts, where a message has several."""

    def __init__(self) -> None:
        self._root = _Node()
        self._size = 0

    def add(self, phrases: Iterable[Phrase], by: str) -> None:
        for phrase in phrases:
            node = self._root
            for word in phrase:
                node = node.next.setdefault(word, _Node())
            self._size += 1
            node.ends = node.ends or (self._size, f"{by} `{' '.join(phrase)}`")

    def of(self, phrase: Phrase) -> str | None:
        """What takes every message that has this phrase, in words."""
        spoken = [tuple({word: 0, without_tone(word): 0}) for word in phrase]
        for at in range(len(spoken)):
            for first in spoken[at]:
                found = min(_ends(self._root, [(first,), *spoken[at + 1 :]]), default=None)
                if found is not None:
                    return found[1]
        return None


def _ends(node: _Node, spoken: Sequence[tuple[str, ...]]) -> Iterator[tuple[int, str]]:
    """Of all phrases that begin with the first word spoken."""
    nodes = [node]
    for words in spoken:
        nodes = [after for node in nodes for word in words if (after := node.next.get(word))]
        yield from (node.ends for node in nodes if node.ends is not None)
        if not nodes:
            return
