"""Families of what people and machines say: one line of data each, with its twins.

A guard looks closer only at messages that have a sign of a family. So the signs are read from
the patterns themselves (`bot.rules.guards.phrasing`), and a pattern without signs does not load.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from functools import cached_property, lru_cache
from typing import Any, Final, NamedTuple, TypeAlias

import re2

from bot.rules.guards import phrasing
from bot.rules.guards.base import Form
from bot.rules.guards.neighbours import EDGE, Sides, Words, neighbours
from bot.rules.guards.phrasing import Classes, Flat, Group
from bot.text.clauses import LAUGHS, LONGEST, clauses
from bot.text.common_words import commonness
from bot.text.patterns import options

_MOST_WHOLE: Final = 12
"""Words of a text that says one thing from its beginning to its end."""
_FEW: Final = 200
_FEW_SIGNS: Final = 16
"""Of more words, or more signs among them, it would take too long what stands around each."""
_FEW_TEXTS: Final = 30
"""For so many not all patterns are read: that takes 55 ms, which `bot dry-run` has no use for."""
_MOST_WORDS: Final = LONGEST // 2
"""There are no more in the characters that patterns look at."""

Around: TypeAlias = tuple[int, Words, Words, Sequence[Set[str]], Sequence[Set[str]]]
"""Of a sign: a family, what may stand right before it, right after it, and what must stand
somewhere before it and after it.
"""


class Family(NamedTuple):
    """Texts that say one thing in one way."""

    name: str
    pattern: str
    must: tuple[str, ...]
    """Texts that belong to it."""
    must_not: tuple[str, ...]
    """Texts that look alike, and that its guard leaves."""
    is_open: bool = False
    """Whatever follows it: its guard asks first for what speaks against it."""

    @property
    def is_whole(self) -> bool:
        """It is all that a text says; of a long one it is not asked."""
        ends = self.pattern.startswith("^") and self.pattern.rstrip().endswith("$")
        return ends and "..." not in self.pattern


class Families:
    """The families of one guard, asked by their signs; a misspelled word is what it stands for."""

    def __init__(
        self,
        families: Sequence[Family],
        classes: Mapping[str, str],
        spellings: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        self.all: Final = tuple(families)
        self.sources: Final = classes
        self._classes: Final = Classes(classes)
        self._spellings: Final = spellings
        self._asked = 0
        """Texts, up to `_FEW_TEXTS`."""
        self._in_order: dict[int, Sequence[Set[str]]] = {}
        self._patterns: dict[int, Any] = {}
        self._beside: dict[tuple[int, ...], Set[str]] = {}
        self._neighbours: dict[int, Mapping[str, Sides]] = {}
        self._places: dict[str, Sequence[Around]] = {}

    @cached_property
    def _stands_for(self) -> Mapping[str, str]:
        return self._spellings()

    def _needed_in_order(self, number: int) -> Sequence[Set[str]]:
        """Sets of words: the texts of a family have one of each, in this order."""
        if number not in self._in_order:
            sets = needed(self.all[number].pattern, self._classes)
            self._in_order[number] = [self._as_spelled(words) for words in sets]
        return self._in_order[number]

    @cached_property
    def _needed(self) -> Sequence[Sequence[Set[str]]]:
        """The same of each family, with the rarest first."""
        every = map(self._needed_in_order, range(len(self.all)))
        return [sorted(sets, key=commonness) for sets in every]

    def _as_spelled(self, words: Set[str]) -> Set[str]:
        forms = self._forms
        return frozenset(words).union(*(forms[word] for word in words if word in forms))

    @cached_property
    def _forms(self) -> Mapping[str, Set[str]]:
        """All spellings of a word."""
        found: dict[str, set[str]] = {"haha": set(LAUGHS)}
        for form, usual in self._stands_for.items():
            for word in usual.split():
                found.setdefault(word, set()).add(form)
        return found

    @cached_property
    def signs(self) -> Mapping[str, tuple[int, ...]]:
        """Numbers of families by the words without one of which they cannot match."""
        found: dict[str, tuple[int, ...]] = {}
        for number, (signs, *_) in enumerate(self._needed):
            for word in signs:
                found[word] = (*found.get(word, ()), number)
        return found

    @cached_property
    def _required(self) -> Sequence[int]:
        """Of each family a bit for every set of words that it needs one of."""
        bits = {words: 1 << bit for bit, words in enumerate(self._sets)}
        return [sum({bits[words] for words in needed}) for needed in self._needed]

    @cached_property
    def _held(self) -> Mapping[str, int]:
        """Of each word the bits of the sets that it is in."""
        found: dict[str, int] = {}
        for bit, words in enumerate(self._sets):
            for word in words:
                found[word] = found.get(word, 0) | 1 << bit
        return found

    @cached_property
    def _sets(self) -> Sequence[Set[str]]:
        return list(dict.fromkeys(words for needed in self._needed for words in needed))

    @cached_property
    def beside(self) -> Mapping[str, Set[str]]:
        """Words of which a text with a sign has another one too, or that sign itself."""
        return {
            word: self._others(numbers) or frozenset({word}) for word, numbers in self.signs.items()
        }

    def _others(self, numbers: tuple[int, ...]) -> Set[str]:
        """None of which a text of one of these families may lack; empty where one needs none."""
        if numbers not in self._beside:
            second = [self._needed[number][1:2] for number in numbers]
            sets = [words for words, *_ in filter(None, second)] if all(second) else []
            self._beside[numbers] = frozenset[str]().union(*sets)
        return self._beside[numbers]

    def find(self, text: str, said: Sequence[str]) -> Family | None:
        """The first family that a text belongs to; `said` are its words."""
        if self._asked < _FEW_TEXTS:
            self._asked += 1
            likely = self.marked(said)
        else:
            likely = self.likely(text, said)
        return self._first(likely, text, said) if likely else None

    def marked(self, said: Sequence[str]) -> Sequence[int]:
        """As `likely`, by reading those patterns alone whose marked words a text has."""
        begin = said[:_MOST_WORDS]
        numbers = [at for at, words in enumerate(self._marks) if not words.isdisjoint(begin)]
        few = [number for number in numbers if self._stand_in_order(number, begin)]
        return self._of_length(few, said) if few else ()

    @cached_property
    def _marks(self) -> Sequence[Set[str]]:
        """Of each family the words that are marked in its pattern as its signs."""
        marks = [family.pattern.partition("<")[2].rpartition(">")[0] for family in self.all]
        words = {mark: self._as_spelled(self._marked(mark)) for mark in dict.fromkeys(marks)}
        return [words[mark] for mark in marks]

    def _marked(self, mark: str) -> Set[str]:
        [group] = phrasing.parse(f"<{mark}>", self._classes)
        return group.needs() or frozenset()

    def likely(self, text: str, said: Sequence[str]) -> Sequence[int]:
        """Numbers of the families that a text may belong to, by its words alone, in order."""
        signs = self.signs
        places = [at for at, word in enumerate(said) if word in signs]
        if not places:
            return ()
        is_short = len(said) <= _FEW and len(text) <= LONGEST
        if is_short and len(places) <= _FEW_SIGNS:
            numbers = self._around(places, said)
        else:
            numbers = self._with_all_they_need(said)
        return self._of_length(numbers, said) if numbers else ()

    def _with_all_they_need(self, said: Sequence[str]) -> Sequence[int]:
        """Numbers of the families of which a text has a sign and one of all other words.

        Of many words the patterns are asked sooner than their order.
        """
        held, held_by, required, signs = 0, self._held, self._required, self.signs
        numbers: set[int] = set()
        for word in said[:_MOST_WORDS]:
            if word in held_by:
                held |= held_by[word]
                numbers.update(signs.get(word, ()))
        return [number for number in numbers if held & required[number] == required[number]]

    def _around(self, places: Sequence[int], said: Sequence[str]) -> Sequence[int]:
        """The same, before or after the sign, and what stands right beside it may stand there.

        Of 1,025 texts with signs 185 are left, where asking for the words alone leaves 744.
        """
        usual, found = self._stands_for, list[int]()
        for at in places:
            word = said[at]
            before = _beside(said[at - 1], usual, -1) if at else EDGE
            after = _beside(said[at + 1], usual, 0) if at + 1 < len(said) else EDGE
            # One word may be the sign and more: it stands for several.
            so_far, to_come = said[: at + 1], said[at:]
            for number, left, right, earlier, later in self._places.get(word) or self._place(word):
                if (
                    (left is None or before is None or before in left)
                    and (right is None or after is None or after in right)
                    and number not in found
                    and _has_each(earlier, so_far)
                    and _has_each(later, to_come)
                ):
                    found.append(number)
        return found

    def _place(self, sign: str) -> Sequence[Around]:
        usual = self._stands_for.get(sign, sign)
        self._places[sign] = found = []
        for number in self.signs[sign]:
            left, right = self._neighbours_in(number).get(usual, (None, None))
            sets = self._needed_in_order(number)
            at = sets.index(self._needed[number][0])
            found.append((number, left, right, sets[:at], sets[at + 1 :]))
        return found

    def _neighbours_in(self, number: int) -> Mapping[str, Sides]:
        if number not in self._neighbours:
            parts = phrasing.parse(self.all[number].pattern, self._classes)
            signs = self._needed[number][0]
            needed = [(part.needs(), at) for at, part in enumerate(parts)]
            at = next(at for words, at in needed if words and self._as_spelled(words) == signs)
            self._neighbours[number] = neighbours(parts, at)
        return self._neighbours[number]

    def _stand_in_order(self, number: int, said: Sequence[str]) -> bool:
        """Whether it has the words that a family needs one after the other.

        One word may be two of them: it stands for several.
        """
        at, end = 0, len(said)
        for words in self._needed_in_order(number):
            while at < end and said[at] not in words:
                at += 1
        return at < end

    def alone(self, family: Family) -> Families:
        """One of them, to be asked without the others."""
        return Families((family,), self.sources, self._spellings)

    def forms(self) -> Sequence[Form]:
        return [Form(family.name, family.must, family.must_not) for family in self.all]

    def find_slowly(self, text: str, said: Sequence[str]) -> Family | None:
        """The same by asking every family: what `find` must come to."""
        return self._first(self._of_length(range(len(self.all)), said), text, said)

    @cached_property
    def _whole(self) -> Set[int]:
        return {number for number, family in enumerate(self.all) if family.is_whole}

    def _of_length(self, numbers: Iterable[int], said: Sequence[str]) -> Sequence[int]:
        skipped = self._whole if len(said) > _MOST_WHOLE else ()
        return [number for number in sorted(numbers) if number not in skipped]

    def _first(self, numbers: Sequence[int], text: str, said: Sequence[str]) -> Family | None:
        if not numbers:
            return None
        utf8 = _clauses(text, tuple(said), self._spellings)
        for number in numbers:
            if self._pattern(number).search(utf8) is not None:
                return self.all[number]
        return None

    def _pattern(self, number: int) -> Any:
        if number not in self._patterns:
            parsed = phrasing.parse(self.all[number].pattern, self._classes)
            source = "(?:^| )" + "".join(part.regex() for part in parsed)
            self._patterns[number] = re2.compile(source.encode(), options(ignore_case=False))
        return self._patterns[number]


def _has_each(sets: Iterable[Set[str]], said: Sequence[str]) -> bool:
    for words in sets:  # noqa: SIM110  most have one set: a generator takes twice the time
        if words.isdisjoint(said):
            return False
    return True


def _beside(word: str, usual: Mapping[str, str], end: int) -> str | None:
    """As it is usually spelled, the nearest of several words; None of an emoji, which is a mark."""
    if word in usual:
        return usual[word].split()[end]
    return word if word.isascii() or any(map(str.isalnum, word)) else None


@lru_cache(maxsize=4)  # several guards ask the same of one text, one after the other
def _clauses(text: str, said: tuple[str, ...], spellings: Callable[[], Mapping[str, str]]) -> bytes:
    return clauses(text, said, spellings()).encode("utf-8", "replace")


def needed(pattern: str, classes: Classes) -> Sequence[Set[str]]:
    """Sets of words of each of which a text that matches has one, in their order.

    Raises ValueError where a pattern has no signs, or could match without one of them.
    """
    parts = phrasing.parse(pattern, classes)
    signs = [part.needs() for part in parts if isinstance(part, (Flat, Group)) and part.is_sign]
    if len(signs) != 1 or signs[0] is None:
        raise ValueError(f"needs one `<…>` outside of all other brackets: {pattern}")
    return [words for part in parts if (words := part.needs()) is not None]
