"""Which guards and rules a message can match at all, without asking every one.

Words point to rules, patterns go into one filtered set of RE2 (which looks for the literals that
a pattern must contain first). The answer is always the same as asking every one in turn.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence, Set
from typing import Any

import re2

from bot.rules.guards.base import Guard
from bot.rules.matchers.base import MessageView, Needs
from bot.rules.rule import Rule
from bot.text.patterns import options


class Index:
    """Guards and rules, numbered in the order in which they are tried, by what they need."""

    def __init__(self, guards: Sequence[Guard], rules: Sequence[Rule]) -> None:
        self._by_word: dict[str, list[int]] = {}
        self._of_one: dict[str, tuple[Sequence[int], Sequence[int]]] = {}
        self._always: list[int] = []
        self._odd: list[int] = []
        self._by_pattern: list[int] = []
        self._by_form: dict[str, list[int]] = {}
        self._beside: dict[str, Set[str]] = {}
        self._typos = 0
        self._filter: Any = None
        self._guards = len(guards)
        for number, guard in enumerate(guards):
            self._add(number, guard.needs())
        for number, rule in enumerate(rules, len(guards)):
            self._add(number, rule.when.needs())
        self._words = frozenset(self._by_word)
        # A word that is enough for one of them stands beside itself.
        self._beside = {word: found for word, found in self._beside.items() if word not in found}
        self._always_plain = self._split(self._always)
        self._always_odd = self._split(sorted({*self._always, *self._odd}))
        if self._filter is not None:
            self._filter.Compile()

    def candidates(self, seen: MessageView) -> tuple[Sequence[int], Sequence[int]]:
        """Numbers of guards and of rules, in order; what is left out cannot match."""
        found: Sequence[int] | None = None
        if self._filter is not None:
            found = self._filter.Match(seen.utf8)
            if seen.plain_utf8 is not seen.utf8:
                found = [*(found or ()), *(self._filter.Match(seen.plain_utf8) or ())]
        near = self._by_form.keys() & seen.near(self._typos).keys() if self._typos else ()
        said = seen.words if seen.bare is seen.words else seen.vocabulary
        # Few messages need more than the first look, which is the quicker one.
        text = seen.message.text
        odd = '"' in text or not text.isascii()
        if not found and not near and self._words.isdisjoint(said):
            return self._always_odd if odd else self._always_plain
        hits = []
        for word in self._words.intersection(said):
            beside = self._beside.get(word)
            if beside is None or not beside.isdisjoint(said):
                hits.append(word)
        if len(hits) <= 1 and not found and not near and not odd:
            return self._of_word(*hits) if hits else self._always_plain
        numbers = {*self._always, *self._odd} if odd else set(self._always)
        for word in hits:
            numbers.update(self._by_word[word])
        for form in near:
            numbers.update(self._by_form[form])
        for pattern in found or ():
            numbers.add(self._by_pattern[pattern])
        return self._split(sorted(numbers))

    def _of_word(self, word: str) -> tuple[Sequence[int], Sequence[int]]:
        """Worked out once for each word: many messages have one word that some guard looks for."""
        known = self._of_one.get(word)
        if known is None:
            known = self._split(sorted({*self._always, *self._by_word[word]}))
            self._of_one[word] = known
        return known

    def _split(self, numbers: list[int]) -> tuple[Sequence[int], Sequence[int]]:
        begin = bisect_left(numbers, self._guards)
        return numbers[:begin], [number - self._guards for number in numbers[begin:]]

    def _add(self, number: int, needs: Needs | None) -> None:
        if needs is None:
            self._always.append(number)
            return
        if needs.oddness:
            self._odd.append(number)
        for word in needs.words:
            self._by_word.setdefault(word, []).append(number)
            beside = needs.beside.get(word) or frozenset({word})
            known = self._beside.get(word)
            self._beside[word] = beside if known is None else known | beside
        for form in needs.near:
            self._by_form.setdefault(form, []).append(number)
        self._typos = max(self._typos, needs.typos)
        for pattern in needs.patterns:
            if self._filter is None:
                self._filter = re2.Filter()
            self._filter.Add(pattern.source.encode(), options(ignore_case=pattern.ignore_case))
            self._by_pattern.append(number)
