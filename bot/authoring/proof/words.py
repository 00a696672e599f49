"""Whole words as symbols, and automata over words read letter by letter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Final

from bot.authoring.proof.automaton import Machine, State, Unknown
from bot.authoring.proof.letters import Letters
from bot.text.words import without_tone, words

_FILLERS: Final = ("and", "there", "again", "now", "here", "maybe", "one", "more", "x", "zz", "qq")
"""One of them stands for all words that nothing names."""


class Vocabulary:
    """The words that a rule set names, and one for all others."""

    def __init__(self, named: Iterable[str]) -> None:
        """Raises Unknown."""
        known = dict.fromkeys(named)
        known |= dict.fromkeys(map(without_tone, known))
        rest = next((other for other in _FILLERS if other not in known), None)
        if rest is None:
            raise Unknown
        self.words: Final = (rest, *known)
        """By number; the first stands for all that is not named."""
        self.number: Final = {word: number for number, word in enumerate(self.words)}
        self.all: Final = (1 << len(self.words)) - 1
        self._toned: Final[dict[str, int]] = {}
        for word, number in self.number.items():
            bare = without_tone(word)
            self._toned[bare] = self._toned.get(bare, 0) | 1 << number

    def taken_by(self, word: str) -> int:
        """One without a skin tone takes every tone."""
        if word not in self.number:
            raise Unknown
        return 1 << self.number[word] | self._toned.get(word, 0)


class Spelled:
    """What an automaton over words finds in a text of plain letters."""

    def __init__(self, inner: Machine, vocabulary: Vocabulary, letters: Letters) -> None:
        """Raises Unknown where it tells words apart that are not of plain letters."""
        self._inner = inner
        self._letters = letters
        told = reduce(or_, (cut for cut in inner.cuts() if cut != vocabulary.all), 0)
        self._told = {
            word: number for number, word in enumerate(vocabulary.words) if told >> number & 1
        }
        folded = set(letters.folded.values())
        if not all(set(word) <= folded for word in self._told):
            raise Unknown
        self._begun = {word[:size] for word in self._told for size in range(len(word) + 1)}
        self.start: State = (inner.start, "", False)

    def step(self, state: State, symbol: int) -> State:
        inner, word, is_quoted = state
        sign = self._letters.folded.get(symbol)
        if sign == "'" and word != "" and not is_quoted:
            return inner, word, True
        if sign is None or sign == "'":
            return self._ended(state), "", False
        if is_quoted:
            word = self._begin(word, "'")
        return inner, self._begin(word, sign), False

    def _begin(self, word: str | None, sign: str) -> str | None:
        """The word so far; None where it becomes none that is told apart."""
        longer = None if word is None else word + sign
        return longer if longer in self._begun else None

    def _ended(self, state: State) -> State:
        """The state of the inner automaton, the word that has begun taken for whole."""
        inner, word, _ = state
        return inner if word == "" else self._inner.step(inner, self._told.get(word, 0))

    def accepts(self, state: State) -> Sequence[bool]:
        return self._inner.accepts(self._ended(state))

    def fates(self, state: State) -> Sequence[bool | None]:
        return self._inner.fates(state[0])

    def cuts(self) -> Sequence[int]:
        signs = {sign for word in self._told for sign in word} | {"'"}
        by_sign = dict.fromkeys(signs, 0)
        for number, sign in self._letters.folded.items():
            if sign in by_sign:
                by_sign[sign] |= 1 << number
        return [*by_sign.values(), self._letters.apart]


def is_written(said: Sequence[str]) -> bool:
    """These words with spaces between them are a text of these words."""
    return words(" ".join(said)) == tuple(said)
