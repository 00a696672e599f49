"""The quick look-up finds what asking each phrase in turn finds, and asks few."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.authoring.lint.phrases import Cover, Reason
from bot.rules.matchers.base import Phrase
from bot.text.words import without_tone

WORDS = ("a", "b", "c", "👍", "👍🏽")
PHRASES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(tuple)


def covered(known: Sequence[Phrase], phrase: Phrase) -> Reason | None:
    """As an author would: is one of the known ones in it, word for word?"""
    bare = tuple(map(without_tone, phrase))
    for at, word in enumerate(phrase):
        for first in {word: 0, bare[at]: 0}:
            for taken in known:
                end = at + len(taken)
                both = zip(taken, phrase[at:end], bare[at:end], strict=False)
                if taken[0] == first and end <= len(phrase) and all(w in p for w, *p in both):
                    return Reason(f"x `{' '.join(taken)}`")
    return None


@given(st.lists(PHRASES, max_size=12), PHRASES)
def test_it_finds_what_asking_each_phrase_in_turn_finds(
    known: list[Phrase], phrase: Phrase
) -> None:
    cover = Cover()
    cover.add(known, "x")
    assert cover.of(phrase) == covered(known, phrase)


class Counted(str):
    """A word that counts how often it is looked up or compared."""

    asked = 0
    __slots__ = ()

    def __hash__(self) -> int:
        Counted.asked += 1
        return super().__hash__()

    def __eq__(self, other: object) -> bool:
        Counted.asked += 1
        return super().__eq__(other)


@pytest.mark.parametrize("number", [10, 1_000])
def test_many_phrases_that_begin_alike_cost_no_more_than_few(number: int) -> None:
    cover = Cover()
    cover.add([("two", "words", str(n)) for n in range(number)], "x")
    phrase = tuple(map(Counted, ("two", "words", "more")))
    Counted.asked = 0
    assert cover.of(phrase) is None
    assert Counted.asked < 40
