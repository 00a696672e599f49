"""Which rules a message can match at all, without asking every one.

Words point to rules, patterns go into one filtered set of RE2 (which looks for the literals that
a pattern must contain first). The answer is always the same as asking every rule in turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import re2

from bot.matcher import Seen
from bot.patterns import options
from bot.rules import Rule

FEW: Final = 8
"""Up to so many rules are asked one by one: looking them up would cost as much."""


class Index:
    """The rules of a set by what a message needs to match them."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._by_word: dict[str, list[int]] = {}
        self._always: list[int] = []
        self._by_pattern: list[int] = []
        self._filter: Any = None
        if len(rules) > FEW:
            self._build()

    def candidates(self, seen: Seen) -> Iterable[Rule]:
        """In file order; a rule that is left out cannot match."""
        if len(self._rules) <= FEW:
            return self._rules
        positions = set(self._always)
        for word in self._by_word.keys() & seen.vocabulary:
            positions.update(self._by_word[word])
        if self._filter is not None:
            for number in self._filter.Match(seen.utf8) or ():
                positions.add(self._by_pattern[number])
        return [self._rules[position] for position in sorted(positions)]

    def _build(self) -> None:
        for position, rule in enumerate(self._rules):
            needs = rule.when.needs()
            if needs is None:
                self._always.append(position)
                continue
            for word in needs.words:
                self._by_word.setdefault(word, []).append(position)
            for pattern in needs.patterns:
                if self._filter is None:
                    self._filter = re2.Filter()
                self._filter.Add(pattern.source.encode(), options(ignore_case=pattern.ignore_case))
                self._by_pattern.append(position)
        if self._filter is not None:
            self._filter.Compile()
