"""Phrases that something takes or forbids, found again wherever they stand in a longer one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.rules.matchers.base import Phrase
from bot.text.words import without_tone


@dataclass(frozen=True, slots=True)
class Reason:
    """Why no message with a phrase reaches a rule."""

    words: str
    is_rule: bool = False
    """A rule before it takes them; else its own condition forbids them."""


@dataclass(slots=True)
class _Node:
    """What may come after the words so far: asking costs the length of a phrase, not their number.

    Many phrases begin alike, "opening times today" and "opening times tomorrow".
    """

    next: dict[str, _Node] = field(default_factory=dict)
    ends: tuple[int, Reason] | None = None
    """Where a phrase ends here: which of all it was, and what takes it."""


class Cover:
    """The first phrase that was added counts, where a message has several."""

    def __init__(self) -> None:
        self._root = _Node()
        self._size = 0

    def add(self, phrases: Iterable[Phrase], by: str, *, is_rule: bool = False) -> None:
        for phrase in phrases:
            node = self._root
            for word in phrase:
                node = node.next.setdefault(word, _Node())
            self._size += 1
            reason = Reason(f"{by} `{' '.join(phrase)}`", is_rule)
            node.ends = node.ends or (self._size, reason)

    def of(self, phrase: Phrase) -> Reason | None:
        """What takes every message that has this phrase."""
        spoken = [tuple({word: 0, without_tone(word): 0}) for word in phrase]
        for at in range(len(spoken)):
            for first in spoken[at]:
                found = min(
                    _ends(self._root, [(first,), *spoken[at + 1 :]]),
                    key=lambda end: end[0],
                    default=None,
                )
                if found is not None:
                    return found[1]
        return None


def _ends(node: _Node, spoken: Sequence[tuple[str, ...]]) -> Iterator[tuple[int, Reason]]:
    """Of all phrases that begin with the first word spoken."""
    nodes = [node]
    for words in spoken:
        nodes = [after for node in nodes for word in words if (after := node.next.get(word))]
        yield from (node.ends for node in nodes if node.ends is not None)
        if not nodes:
            return
