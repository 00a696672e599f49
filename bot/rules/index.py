"""Which guards and rules a message can match at all, without asking every one.

What each needs (`Needs`) is looked up: words and pairs of words, tags and states by name and
value, patterns in one pass. The answer is always the same as asking every one in turn.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Final, TypeAlias, TypeVar

from bot.rules.guards.base import Guard
from bot.rules.matchers.base import MessageView, Needs, Pair
from bot.rules.matchers.facts import FactIndex
from bot.rules.questions import parts
from bot.rules.rule import Rule
from bot.text.common_words import rarest
from bot.text.pattern_set import PatternSet

K = TypeVar("K")
Numbers: TypeAlias = tuple[int, ...]
Gate: TypeAlias = tuple[Set[str], Numbers]
"""Words one of which stands in a text beside another one or is that one, and who needs it."""

_PAIRS: Final[Numbers] = ()
"""Stands for all who need two words in a row."""
_FEW: Final = 60
"""Signs in one text; of more of them none is asked what stands beside it."""
_MANY_PAIRS: Final = 300
"""Of so many some word stands in nearly every text: then they are looked for without asking
first for a word with its partner. `candidates` takes 0.8 of the time at 1,000 and 10,000 rules,
where it would take 1.16 at 100.
"""


class Index:
    """Guards and rules, numbered in the order in which they are tried, by what they need."""

    def __init__(self, guards: Sequence[Guard], rules: Sequence[Rule]) -> None:
        unsure = frozenset(_changed_on_the_way(rules))
        of_all = [guard.needs() for guard in guards]
        of_all += [rule.when.needs(unsure) for rule in rules]
        known = [(needs, number) for number, needs in enumerate(of_all) if needs is not None]
        self._guards: Final = len(guards)
        self._always: Final = tuple(n for n, needs in enumerate(of_all) if needs is None)
        self._odd: Final = tuple(number for needs, number in known if needs.oddness)
        self._by_pair: Final = _by(
            (pair, number) for needs, number in known for pair in needs.pairs
        )
        self._pairs: Final = frozenset(self._by_pair)
        self._has_many_pairs: Final = len(self._by_pair) > _MANY_PAIRS
        self._waiting: Final = _waiting(known, () if self._has_many_pairs else self._by_pair)
        self._signs: Final = frozenset(self._waiting)
        self._by_form: Final = _by((form, number) for needs, number in known for form in needs.near)
        self._typos: Final = max((needs.typos for needs, _ in known), default=0)
        self._patterns: Final = PatternSet((p, n) for needs, n in known for p in needs.patterns)
        self._facts: Final = FactIndex((fact, n) for needs, n in known for fact in needs.facts)
        self._also: Final = {n - len(guards): needs.also for needs, n in known if needs.also}
        self._has_patterns: Final = bool(self._patterns)
        self._has_facts: Final = bool(self._facts)
        self._nothing: Final = self._split(list(self._always))
        self._merged: Final[dict[Numbers, tuple[Sequence[int], Sequence[int]]]] = {}

    def candidates(self, seen: MessageView) -> tuple[Sequence[int], Sequence[int]]:
        """Numbers of guards and of rules, in order; what is left out cannot match."""
        said = seen.words if seen.bare is seen.words else seen.vocabulary
        found = self._facts.found(seen.message, seen.context) if self._has_facts else []
        if self._has_patterns:
            found += self._patterns.found(seen.utf8)
        signs, waiting = self._signs.intersection(said), self._waiting
        many = len(signs) > _FEW
        for word in signs:
            for others, behind in waiting[word]:
                if many or not others.isdisjoint(said):
                    found.append(behind)
        if self._has_many_pairs or _PAIRS in found:
            found += [self._by_pair[pair] for pair in self._pairs.intersection(seen.pairs())]
        if self._typos:
            near = self._by_form.keys() & seen.near(self._typos).keys()
            found += [self._by_form[form] for form in near]
        text = seen.message.text
        if not text.isascii() or '"' in text:
            found.append(self._odd)
            if seen.plain_utf8 is not seen.utf8:
                found += self._patterns.found(seen.plain_utf8)
        if not found:
            return self._nothing
        if len(found) > 1:
            guards, rules = self._split(sorted(set(self._always).union(*found)))
        else:
            guards, rules = self._with_few(found[0])
        if self._also and rules:
            rules = [number for number in rules if self._is_known_too(number, seen)]
        return guards, rules

    def _is_known_too(self, number: int, seen: MessageView) -> bool:
        also = self._also.get(number)
        return also is None or any(fact.holds(seen.message, seen.context) for fact in also)

    def _with_few(self, numbers: Numbers) -> tuple[Sequence[int], Sequence[int]]:
        """Worked out once: what most messages have is one thing or nothing."""
        known = self._merged.get(numbers)
        if known is None:
            known = self._merged[numbers] = self._split(sorted({*self._always, *numbers}))
        return known

    def _split(self, numbers: list[int]) -> tuple[Sequence[int], Sequence[int]]:
        begin = bisect_left(numbers, self._guards)
        return numbers[:begin], [number - self._guards for number in numbers[begin:]]


def _by(pairs: Iterable[tuple[K, int]]) -> Mapping[K, Numbers]:
    found: dict[K, list[int]] = {}
    for key, number in pairs:
        found.setdefault(key, []).append(number)
    return {key: tuple(numbers) for key, numbers in found.items()}


def _waiting(
    known: Iterable[tuple[Needs, int]], pairs: Iterable[Pair]
) -> Mapping[str, Sequence[Gate]]:
    """By word who needs it, with what else, and its partners in pairs."""
    alone: dict[str, list[int]] = {}
    gates: dict[str, list[Gate]] = {}
    partners: dict[str, set[str]] = {}
    for needs, number in known:
        for word in needs.words:
            others = needs.beside.get(word)
            if others:
                gates.setdefault(word, []).append((others, (number,)))
            else:
                alone.setdefault(word, []).append(number)
    for word, numbers in alone.items():
        gates.setdefault(word, []).append((frozenset({word}), tuple(numbers)))
    for pair in pairs:
        word = rarest(pair)
        partners.setdefault(word, set()).add(pair[word == pair[0]])
    for word, others in partners.items():
        gates.setdefault(word, []).append((others, _PAIRS))
    return gates


def _changed_on_the_way(rules: Sequence[Rule]) -> Iterator[tuple[str, str]]:
    """Stored values that a rule may change for those after it, by kind and name."""
    for part in (part for rule in rules if rule.goes_on for part in parts(rule)):
        yield from ((str(item.kind), item.name) for item in part.sets)
        if part.ask is not None:
            yield from (("conversation", question.name) for question in part.ask.questions)
