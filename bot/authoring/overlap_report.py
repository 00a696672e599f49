"""What is found about rules that take each other's messages, the worst first."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from bot.authoring.explain import Said
from bot.authoring.lint.reachability import anybody, tested, unreachable
from bot.authoring.lint.sources import Written
from bot.authoring.proof.overlaps import Overlap, Overlaps, Rest, Shown
from bot.authoring.run_cases import context_of, inbound
from bot.errors import Problem
from bot.rules.loader import Loaded
from bot.rules.rule import Rule

MOST_STEPS: Final = 5_000_000
"""Of automata that are made for all rules."""


class Rank(StrEnum):
    WRONG = "wrong answer"
    """People write it, and nobody has said which rule is to answer."""
    DEAD = "dead rule"
    TIDY = "tidy"
    """Nothing is wrong: a keyword without effect, an overlap that a test has settled, or with a
    rule for the rest."""
    MAY_BE = "may be"
    """An overlap that nothing shows."""


@dataclass(frozen=True, slots=True)
class Report:
    problems: tuple[tuple[Rank, Rule, Problem], ...]
    """Rules and keywords that nothing reaches."""
    overlaps: tuple[tuple[Rank, Overlap], ...]
    rest: Rest | None
    """Of all other pairs; None where it was not asked for them."""

    @property
    def rules(self) -> frozenset[str]:
        """That get less than they ask for."""
        dead = (rule.id for _, rule, _ in self.problems)
        return frozenset((*dead, *(one.other.id for _, one in self.overlaps)))

    @property
    def has_wrong(self) -> bool:
        """A wrong answer, or a rule that is dead."""
        ranks = {one[0] for one in (*self.problems, *self.overlaps)}
        return not ranks.isdisjoint((Rank.WRONG, Rank.DEAD))


def report(
    loaded: Loaded, today: date, recorded: Iterable[Said] = (), *, of_all: bool = False
) -> Report:
    """Of a rule set and recorded messages; `of_all`: overlaps too that nothing shows."""
    problems = tuple(_dead(loaded, today))
    dead = {rule.id for rank, rule, _ in problems if rank is Rank.DEAD}
    found = Overlaps(loaded.ruleset, tested(loaded), anybody(today))
    found.add_tests(_tests(loaded))
    found.add_keywords()
    found.add(recorded, Shown.MESSAGE)
    rest = found.add_rest(dead) if of_all else None
    ranked = [(_rank(one), one) for one in found.found if one.other.id not in dead]
    overlaps = tuple(sorted(ranked, key=lambda pair: list(Rank).index(pair[0])))
    return Report(problems, overlaps, rest)


def _dead(loaded: Loaded, today: date) -> Iterator[tuple[Rank, Rule, Problem]]:
    rules = sorted(loaded.ruleset.rules, key=lambda rule: rule.place)
    places = [rule.place for rule in rules]
    for problem in unreachable(loaded, Written.of(loaded.documents), today, MOST_STEPS):
        rule = rules[bisect_right(places, problem.place) - 1]
        yield (Rank.TIDY if problem.code == "idle-keyword" else Rank.DEAD), rule, problem


def _tests(loaded: Loaded) -> Iterator[tuple[str, Said]]:
    for case in loaded.cases:
        if case.expected.fires is not False:
            said = Said(inbound(case), context_of(case, loaded.ruleset))
            yield case.expected.rule or case.rule, said


def _rank(one: Overlap) -> Rank:
    if one.shown is Shown.NOTHING:
        return Rank.MAY_BE
    if one.shown is Shown.FAILING_TEST:
        return Rank.WRONG
    is_meant = one.is_tested or one.is_answered_alike or one.is_for_the_rest
    return Rank.TIDY if is_meant else Rank.WRONG
