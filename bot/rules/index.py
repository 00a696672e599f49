"""Which guards and rules a message can match at all, without asking every one.

What each needs (`Needs`) is looked up: words and pairs of words, tags and states by name and
value, patterns in one pass. The answer is always the same as asking every one in turn.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence, Set
from typing import Final

from bot.rules.guards.base import Guard
from bot.rules.matchers.base import MessageView, Needs, Pair
from bot.rules.matchers.facts import FactIndex
from bot.rules.rule import Rule
from bot.text.common_words import rarest
from bot.text.pattern_set import PatternSet

_FEW: Final = 60
"""Signs in one text; of more of them none is asked what stands beside it."""


class Index:
    """Guards and rules, numbered in the order in which they are tried, by what they need."""

    def __init__(self, guards: Sequence[Guard], rules: Sequence[Rule]) -> None:
        self._by_word: dict[str, list[int]] = {}
        self._by_pair: dict[Pair, list[int]] = {}
        self._by_form: dict[str, list[int]] = {}
        self._of_one: dict[str, tuple[Sequence[int], Sequence[int]]] = {}
        self._always: list[int] = []
        self._odd: list[int] = []
        self._beside: dict[str, Set[str]] = {}
        self._enough: set[str] = set()
        self._typos = 0
        self._guards = len(guards)
        unsure = frozenset(_changed_on_the_way(rules))
        of_all = [guard.needs() for guard in guards]
        of_all += [rule.when.needs(unsure) for rule in rules]
        for number, needs in enumerate(of_all):
            self._add(number, needs)
        known = [(needs, number) for number, needs in enumerate(of_all) if needs is not None]
        self._patterns = PatternSet((p, number) for needs, number in known for p in needs.patterns)
        self._facts = FactIndex((fact, number) for needs, number in known for fact in needs.facts)
        self._words = frozenset(self._by_word)
        self._in_pairs = frozenset(map(rarest, self._by_pair))
        self._pairs = frozenset(self._by_pair)
        self._signs = self._words | self._in_pairs
        for word in self._enough.intersection(self._beside):
            del self._beside[word]
        self._always_plain = self._split(self._always)
        self._always_odd = self._split(sorted({*self._always, *self._odd}))

    def candidates(self, seen: MessageView) -> tuple[Sequence[int], Sequence[int]]:
        """Numbers of guards and of rules, in order; what is left out cannot match."""
        said = seen.words if seen.bare is seen.words else seen.vocabulary
        found = self._patterns.found(seen.utf8) if self._patterns else []
        if seen.plain_utf8 is not seen.utf8 and self._patterns:
            found += self._patterns.found(seen.plain_utf8)
        if self._facts:
            found += self._facts.found(seen.message, seen.context)
        if self._typos:
            near = self._by_form.keys() & seen.near(self._typos).keys()
            found += [self._by_form[form] for form in near]
        text = seen.message.text
        odd = '"' in text or not text.isascii()
        signs = self._signs.intersection(said)
        if signs:
            hits = list(signs & self._words)
            if len(hits) <= _FEW:
                hits = [word for word in hits if self._is_beside(word, said)]
            if not self._in_pairs.isdisjoint(signs):
                found += [self._by_pair[pair] for pair in self._pairs.intersection(seen.pairs())]
            if len(hits) == 1 and not found and not odd:
                return self._of_word(*hits)
            found += [self._by_word[word] for word in hits]
        if not found:
            return self._always_odd if odd else self._always_plain
        return self._split(sorted({*self._always, *(self._odd if odd else ())}.union(*found)))

    def _is_beside(self, word: str, said: Set[str] | Sequence[str]) -> bool:
        beside = self._beside.get(word)
        return beside is None or not beside.isdisjoint(said)

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
        known = self._by_word.keys() & needs.words
        for word in known:
            self._by_word[word].append(number)
        self._by_word.update({word: [number] for word in needs.words - known})
        self._enough |= needs.words - needs.beside.keys()
        both = self._beside.keys() & needs.beside.keys()
        shared = {word: self._beside[word] | needs.beside[word] for word in both}
        self._beside.update(needs.beside)
        self._beside.update(shared)
        for pair in needs.pairs:
            self._by_pair.setdefault(pair, []).append(number)
        for form in needs.near:
            self._by_form.setdefault(form, []).append(number)
        self._typos = max(self._typos, needs.typos)


def _changed_on_the_way(rules: Sequence[Rule]) -> Iterator[tuple[str, str]]:
    """Stored values that a rule may change for those after it, by kind and name."""
    for rule in rules:
        if rule.goes_on:
            yield from ((str(item.kind), item.name) for item in rule.sets)
