"""Which conditions take every message that another one takes: what makes a rule unreachable.

A condition is read as cases, of which one holds: each a row of claims that all hold. A case covers
another where each of its claims covers one of the other's. Only what is certain counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from itertools import combinations
from typing import Final, TypeAlias

from bot.text.words import without_tone

MOST_CASES: Final = 200
"""Of one condition; what would be more stays whole, and covers less."""


class Claim:
    """What is claimed of each message that a matcher takes."""

    __slots__ = ()

    def covers(self, other: Claim) -> bool:
        """Each message of which the other holds it holds of too; False where nobody knows."""
        return False

    def excludes(self, other: Claim) -> bool:
        """They hold of no message together, for certain."""
        return False

    def is_left_by(self, denied: Case) -> bool:
        """It holds of each message of which none of these holds, for certain."""
        return False

    def marks(self) -> Set[str]:
        """Each claim that it covers has all of these, and each claim has one: they find it."""
        words = {word for phrase in self.sure_phrases() for word in phrase}
        return {type(self).__name__, *words, *map(without_tone, words)}

    def reads_stored(self) -> bool:
        """It looks at what rules store, which one with `continue` may change on the way."""
        return False

    def sure_phrases(self) -> tuple[tuple[str, ...], ...]:
        """Normalised words in a row that stand in each message, as they are written."""
        return ()


Case: TypeAlias = tuple[Claim, ...]
Cases: TypeAlias = tuple[Case, ...]


def combined(parts: Iterable[tuple[Claim, Cases]]) -> Cases:
    """Of parts that must all hold, each with its own cases."""
    found: Cases = ((),)
    for whole, cases in sorted(parts, key=lambda part: -len(part[1])):
        if len(found) == 1 or len(found) * len(cases) <= MOST_CASES:
            found = tuple((*before, *case) for before in found for case in cases)
        else:
            found = tuple((*before, whole) for before in found)
    return found


def case_covers(one: Case, other: Case) -> bool:
    return all(any(claim.covers(theirs) for theirs in other) for claim in one)


def covers(some: Sequence[Case], others: Iterable[Case]) -> bool:
    """Each of the others is covered by one of the first."""
    return all(any(case_covers(case, other) for case in some) for other in others)


@dataclass(frozen=True, slots=True)
class Denial(Claim):
    """None of these cases holds."""

    denied: Cases
    word: str
    """The key that denies them."""

    def covers(self, other: Claim) -> bool:
        return isinstance(other, Denial) and covers(other.denied, self.denied)

    def reads_stored(self) -> bool:
        return any(claim.reads_stored() for case in self.denied for claim in case)


def is_void(case: Case) -> bool:
    """Nothing meets it, for certain."""
    return contradiction(case) is not None or any(
        one.excludes(other) or other.excludes(one) for one, other in combinations(case, 2)
    )


def contradiction(case: Case) -> Denial | None:
    """A claim of it that denies the rest: nothing meets such a case."""
    denials = (claim for claim in case if isinstance(claim, Denial))
    return next((one for one in denials if covers(one.denied, (case,))), None)
