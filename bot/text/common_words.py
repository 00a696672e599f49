"""Which words ordinary texts are full of, English and Spanish, and about how often."""

from __future__ import annotations

from collections.abc import Iterable, Set
from functools import cache
from typing import Final

_COMMON: Final = {
    200: "i you to a the",
    100: "in u and me is my it of",
    75: "for that but so have not are on your i'm at can do if will be now no",
    40: "just get up ok 2 how we when with what go this all know call got then good or like come "
    "its out am ur time de que la el y en se ya",
    25: "was day 4 there i'll love home going want one need he still sorry from lor about see "
    "today later by only don't dont take think back send as tell n r here k q lo le por con un es",
    18: "some did oh hope much any too hey where hi night she pls him great way work they her "
    "it's give already an doing make yeah after been right had ask yes really should una mi",
    13: "tomorrow said has phone more please lol them why let anything im sure very also "
    "something text would last wait again i've message number thing keep las los te para más mas",
    9: "our his week free thanks always who soon that's can't cant sent before off around even "
    "over us were msg leave told which many other could you're same yet people getting done "
    "didn't may stuff someone reply never better meeting talk help stop another nothing because "
    "called two favor quiero hoy mañana sin este esta eso esto todo muy bien gracias pero",
}
_OF_ORDINARY: Final = {word: often for often, words in _COMMON.items() for word in words.split()}
ORDINARY: Final = frozenset(_OF_ORDINARY)
"""Words that are more than rare."""
_RARE: Final = 0.05


def commonness(words: Set[str]) -> float:
    """Of a thousand ordinary texts, about how many have one of these words."""
    ordinary = ORDINARY.intersection(words)
    return sum(_OF_ORDINARY[word] for word in ordinary) + _RARE * (len(words) - len(ordinary))


def rarest(words: Iterable[str]) -> str:
    """The one that the fewest texts have; of several the longest, then the first."""
    return min(words, key=lambda word: (_OF_ORDINARY.get(word, 0), -len(word)))


def commonness_within(letters: str) -> float:
    """Of a thousand ordinary texts, about how many have these letters within a common word."""
    return _within().get(letters, 0.0)


@cache
def _within() -> dict[str, float]:
    found: dict[str, float] = {}
    for word, often in _OF_ORDINARY.items():
        size = len(word)
        for part in {word[a:b] for a in range(size) for b in range(a + 1, size + 1)}:
            found[part] = min(found.get(part, 0.0) + often, 1000.0)
    return found
