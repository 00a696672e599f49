"""Whether rules before another one take all that it may take, found out text by text.

A text that the rule may take is looked for; the rules before it that take it are added to what is
excluded, and the next text is looked for outside of that: until none is left, which is a proof, or
one is left that no rule before takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from bot.authoring.explain import Said, mend
from bot.authoring.proof.automaton import Unknown
from bot.authoring.proof.languages import Asks, Languages, is_of_text
from bot.authoring.proof.search import And, Formula, Negated
from bot.authoring.proof.situations import Situation, condition_of
from bot.authoring.proof.takers import asked, is_asked_wherever, keeps_what_it_takes
from bot.authoring.run_cases import fired
from bot.engine.decide import decide
from bot.model import Match
from bot.rules.matchers.base import Matcher, When
from bot.rules.matchers.covering import Case, Claim, is_void
from bot.rules.matchers.regex import Regex
from bot.rules.rule import Rule
from bot.rules.ruleset import Ruleset

MOST_ROUNDS: Final = 40
"""Texts that are looked at for one case of a rule."""
MOST_CONDITIONS: Final = 5
"""Of which a case is looked at where they hold, and where they do not."""
_ANY: Final = Situation()
_MOST_MENDED: Final = 20
_MOST_BASES: Final = 5


@dataclass(frozen=True, slots=True)
class Taken:
    """All texts of a case are taken before."""

    by: tuple[Rule, ...]
    reservation: str
    """Of which texts only that is proved; empty where it is of all."""
    example: Said | None
    """A message that the rule would take, where one was found."""

    def beside(self, other: Taken) -> Taken:
        """Of both halves of a case."""
        by = {rule.id: rule for rule in (*self.by, *other.by)}
        reservation = max(self.reservation, other.reservation, key=len)
        return Taken(tuple(by.values()), reservation, self.example or other.example)


class Refuted(Exception):
    """A rule answers of which it was proved that it cannot: a mistake of the proof."""


class Before:
    """What the rules before each rule take."""

    def __init__(
        self,
        ruleset: Ruleset,
        bases: Mapping[str, Sequence[Said]],
        plain: Said,
        most: int,
    ) -> None:
        """`bases`: messages in which rules are known to match, by rule; `plain` is any other.

        At `most` so many steps of automata are made.
        """
        self._ruleset = ruleset
        self._bases, self._plain = bases, plain
        self._at = {rule.id: at for at, rule in enumerate(ruleset.rules)}
        self._questions = asked(ruleset)
        self._languages = Languages(ruleset.rules, most)

    def takes(self, case: Case, rule: Rule) -> Taken | None:
        """None where a message may get past them, or nobody knows."""
        if self._gets_past(case, rule):
            return None
        try:
            taken = self._taken(case, rule, _ANY)
        except Unknown:
            return None
        if taken is None:
            return None
        return replace(taken, by=tuple(sorted(taken.by, key=lambda one: self._at[one.id])))

    def _taken(self, case: Case, rule: Rule, situation: Situation) -> Taken | None:
        """Of the messages of a case that are in a situation; its halves where it needs them."""
        if situation.depth and is_void(situation.of(case)):
            return Taken((), "", None)
        found = self._proved(situation.of(case), rule, situation)
        if not isinstance(found, Matcher):
            return found
        if situation.depth >= MOST_CONDITIONS:
            return None
        halves = situation.halves(found)
        first = self._taken(case, rule, halves[0])
        other = self._taken(case, rule, halves[1]) if first is not None else None
        return None if first is None or other is None else first.beside(other)

    def _gets_past(self, case: Case, rule: Rule) -> bool:
        """A message that is found without looking for it is taken by none before."""
        tests = (base.message.text for base in self._bases.get(rule.id, ())[:_MOST_BASES])
        phrases = [" ".join(phrase) for claim in case for phrase in claim.sure_phrases()]
        texts = (
            [" ".join(phrases)] if phrases else [t for t in tests if _is_of(case, t, self._plain)]
        )
        for text in texts:
            said = self._message(text, rule)
            if said is not None and next(self._takers(said, rule), None) is None:
                return True
        return False

    def example(self, rule: Rule, takers: Iterable[Rule], said: Iterable[Said]) -> str | None:
        """The text of a message that the rule would take and one of these answers.

        Of those that rules are known to match first, then of what is `said`. Raises Refuted.
        """
        ids = {taker.id for taker in takers}
        for one in (*islice(self._bases.get(rule.id, ()), _MOST_BASES), *said):
            if isinstance(rule.when.match(one.seen()), Match):
                decision = decide(one.message, one.context, self._ruleset)
                if fired(rule.id, decision):
                    raise Refuted
                if decision.rule in ids and one.message.text.strip():
                    return one.message.text
        return None

    def any_of(self, case: Case, rule: Rule) -> Iterator[Said]:
        """A message of a case, where one is found."""
        try:
            asks = Asks()
            text = self._languages.shortest(self._languages.at_most(case, asks), asks)
        except Unknown:
            return
        said = None if text is None else self._message(text, rule)
        if said is not None:
            yield said

    def _proved(self, case: Case, rule: Rule, situation: Situation) -> Taken | Matcher | None:
        """A condition where the proof depends on it. Raises Unknown."""
        asks = Asks()
        wanted = self._languages.at_most(case, asks)
        takers: dict[str, Rule] = {}
        excluded: list[Formula] = []
        example: Said | None = None
        for _ in range(MOST_ROUNDS):
            text = self._languages.shortest(And((wanted, *map(Negated, excluded))), asks)
            if text is None:
                if not takers or self._languages.shortest(wanted, asks) is None:
                    return None
                return Taken(tuple(takers.values()), asks.reservation(), example)
            said = self._message(text, rule, situation)
            example = example or said
            before = list(self._takers(said or self._as_said(text, rule), rule))
            more = [
                (one, formula)
                for one in before
                for formula in self._excludable(one, case, rule, text, situation, asks)
            ]
            if not more:
                return self._undecided(before, case, rule, text, situation)
            for one, formula in more:
                takers[one.id] = one
                excluded.append(formula)
        raise Unknown

    def _message(self, text: str, rule: Rule, situation: Situation = _ANY) -> Said | None:
        """With this text, and such that the rule matches."""
        when = When((*rule.when.parts, *situation.parts()))
        bases = [*islice(self._bases.get(rule.id, ()), _MOST_BASES), self._plain]
        for base in bases:
            said = Said(replace(base.message, text=text), base.context)
            for mended in islice(mend(when.parts, said), _MOST_MENDED):
                if mended.message.text == text and isinstance(when.match(mended.seen()), Match):
                    return mended
        return None

    def _as_said(self, text: str, rule: Rule) -> Said:
        """With this text, which the rule may not take after all: it is not a date, or the like."""
        base = next(iter(self._bases.get(rule.id, ())), self._plain)
        return Said(replace(base.message, text=text), base.context)

    def _takers(self, said: Said, rule: Rule) -> Iterator[Rule]:
        seen = said.seen()
        _, candidates = self._ruleset.index.candidates(seen)
        for at in candidates:
            if at >= self._at[rule.id]:
                return
            one = self._ruleset.rules[at]
            if (
                keeps_what_it_takes(one)
                and is_asked_wherever(one, rule, self._questions)
                and isinstance(one.when.match(seen), Match)
            ):
                yield one

    def _excludable(
        self, taker: Rule, case: Case, rule: Rule, text: str, situation: Situation, asks: Asks
    ) -> Iterator[Formula]:
        """What the taker takes for certain of the texts of a case, in each of its situations.

        Of its own cases those to which this text belongs.
        """
        for left in self._left(taker, case, rule, situation):
            alone = Asks()
            if self._languages.holds(self._languages.at_least(left, alone), alone, text):
                yield self._languages.at_least(left, asks)

    def _undecided(
        self, takers: Iterable[Rule], case: Case, rule: Rule, text: str, situation: Situation
    ) -> Matcher | None:
        """A condition beside the text on which it depends whether one of them takes it."""
        for taker in takers:
            for left in self._left(taker, case, rule, situation):
                alone = Asks()
                of_text = [claim for claim in left if is_of_text(claim)]
                beside = [condition_of(claim) for claim in left if not is_of_text(claim)]
                if (
                    beside
                    and all(beside)
                    and self._languages.holds(self._languages.at_least(of_text, alone), alone, text)
                ):
                    return next(filter(None, beside), None)
        return None

    def _left(
        self, taker: Rule, case: Case, rule: Rule, situation: Situation
    ) -> Iterator[Sequence[Claim]]:
        """What each of its cases claims beside what is sure of this one."""
        for theirs in taker.when.cases():
            left = [claim for claim in theirs if not situation.is_sure(claim, case)]
            stored = any(claim.reads_stored() for claim in theirs)
            if not (stored and self._changes(taker, rule)):
                yield left

    def _changes(self, taker: Rule, rule: Rule) -> bool:
        """What is stored may be another when the rule is asked than when the taker was."""
        between = self._ruleset.rules[self._at[taker.id] + 1 : self._at[rule.id]]
        return any(one.is_enabled and one.goes_on and one.sets for one in between)


def _is_of(case: Case, text: str, plain: Said) -> bool:
    """Its patterns are found in the text."""
    seen = plain.seen().with_text(text)
    patterns = [claim for claim in case if isinstance(claim, Regex)]
    return bool(patterns) and all(isinstance(one.match(seen), Match) for one in patterns)
