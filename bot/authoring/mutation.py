"""Rules with one thing changed, and whether a test notices: what no test notices may break unseen.

A change is judged by the tests that it may concern: those in whose message the changed condition
comes out otherwise. A change that no text tells from the rules as they are is no gap of the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise
from typing import Any, Final, TypeAlias

from bot.authoring import proposals, run_cases
from bot.authoring.run_cases import Result
from bot.authoring.scenarios import Conversation, played
from bot.model import Match
from bot.rules.cases import Case, read_tests
from bot.rules.matchers.base import Inner, Matcher, MessageView, When
from bot.rules.problems import Problems
from bot.rules.rule import Rule
from bot.rules.ruleset import Ruleset
from bot.rules.yaml import read_yaml

_MOST_LINES: Final = 12
"""Tests that are tried for one mutant that no test notices."""


Lines: TypeAlias = Callable[[Sequence[Case], Ruleset], Iterator[str]]
"""Tests that may notice a change, from what the rule's tests bring along."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A rule set with one thing changed."""

    rule: Rule
    what: str
    rules: tuple[Rule, ...]
    lines: Lines
    when: When | None = None
    """The condition as it was changed; None where the rule is off, or stands elsewhere."""
    behind: Rule | None = None
    """The next rule, where it stands before this one now."""


@dataclass(frozen=True, slots=True)
class Missed:
    """A mutant that no test notices."""

    rule: str
    what: str
    line: str
    """A test that does, to paste beside the rule."""

    def as_object(self) -> Mapping[str, str]:
        return {"rule": self.rule, "what": self.what, "line": self.line}


@dataclass(slots=True)
class Mutation:
    """What became of all mutants."""

    noticed: int = 0
    missed: list[Missed] = field(default_factory=list)
    alike: list[tuple[str, str]] = field(default_factory=list)
    """Rule and change for which no text was found that tells."""

    @property
    def percent(self) -> float:
        """Of those that a text tells; 100 where there is none."""
        told = self.noticed + len(self.missed)
        return 100.0 * self.noticed / told if told else 100.0

    def as_object(self) -> Mapping[str, Any]:
        return {
            "noticed": self.noticed,
            "missed": [one.as_object() for one in self.missed],
            "alike": [{"rule": rule, "what": what} for rule, what in self.alike],
        }


class Judge:
    """Tells of mutants whether the tests of a rule set notice them."""

    def __init__(
        self,
        ruleset: Ruleset,
        results: Sequence[Result],
        conversations: Sequence[Conversation],
    ) -> None:
        """`results` are those of the tests, of the conversations too."""
        self._ruleset = ruleset
        passed = [result for result in results if result.passed]
        self._seen = [(one, MessageView(one.message, one.context)) for one in passed]
        self._known: dict[str, Sequence[bool]] = {}
        self._talks = {
            turn.case.conversation: talk for talk in conversations for turn in talk.turns
        }

    def judge(self, mutant: Mutant, found: Mutation) -> None:
        """Count it where it belongs."""
        concerned = list(self._concerned(mutant))
        if self._is_noticed(mutant, concerned):
            found.noticed += 1
            return
        rule = mutant.rule
        brought = [one.case for one, _ in self._seen if one.case.rule == rule.id]
        alone = [case for case in brought if not case.conversation][:3]
        for line in islice(mutant.lines(alone, self._ruleset), _MOST_LINES):
            if self._fails(line, mutant):
                found.missed.append(Missed(rule.id, mutant.what, line))
                return
        found.alike.append((rule.id, mutant.what))

    def _concerned(self, mutant: Mutant) -> Iterator[Result]:
        """Tests that the change may concern at all."""
        matched = self._matched(mutant.rule)
        others = self._matched(mutant.behind) if mutant.behind is not None else matched
        for at, (one, seen) in enumerate(self._seen):
            if mutant.when is not None:
                if matched[at] is not _holds(mutant.when, seen):
                    yield one
            elif matched[at] and others[at]:
                yield one

    def _matched(self, rule: Rule) -> Sequence[bool]:
        """Of each test whether the conditions of a rule hold, as they are."""
        known = self._known.get(rule.id)
        if known is None:
            known = self._known[rule.id] = [_holds(rule.when, seen) for _, seen in self._seen]
        return known

    def _is_noticed(self, mutant: Mutant, concerned: Sequence[Result]) -> bool:
        changed = replace(self._ruleset, rules=mutant.rules, by_id=_by_id(self._ruleset, mutant))
        talks: dict[str, Conversation] = {}
        for one in concerned:
            if one.case.conversation:
                talks[one.case.conversation] = self._talks[one.case.conversation]
            elif not run_cases.run(one.case, changed, ask_all=True).passed:
                return True
        whole = self._ruleset.with_rules(mutant.rules) if talks else changed
        return any(not one.passed for talk in talks.values() for one in played(talk, whole))

    def _fails(self, line: str, mutant: Mutant) -> bool:
        problems = Problems()
        node = read_yaml("a proposal", line, problems)
        cases = read_tests(node, mutant.rule, problems) if node is not None else ()
        changed = replace(self._ruleset, rules=mutant.rules, by_id=_by_id(self._ruleset, mutant))
        return any(not run_cases.run(case, changed, ask_all=True).passed for case in cases)


def _by_id(ruleset: Ruleset, mutant: Mutant) -> Mapping[str, Rule]:
    return {**ruleset.by_id, **{rule.id: rule for rule in mutant.rules}}


def mutants(ruleset: Ruleset, of: Callable[[Rule], bool] | None = None) -> Iterator[Mutant]:
    """Each rule off, without one condition, with one changed, and behind the next one."""
    for rule in ruleset.rules:
        if rule.is_enabled and (of is None or of(rule)):
            yield _off(rule, ruleset)
            for part in rule.when.leaves():
                yield from _of_part(rule, part, ruleset)
    for rule, behind in pairwise(one for one in ruleset.rules if one.is_enabled):
        if of is None or of(rule):
            yield _swapped(rule, behind, ruleset)


def _off(rule: Rule, ruleset: Ruleset) -> Mutant:
    def lines(brought: Sequence[Case], of: Ruleset) -> Iterator[str]:
        texts = [text for part in rule.when.walk() for text, _ in part.units()]
        for text in (*texts, "something else"):
            if line := proposals.firing(rule, text, brought, of):
                yield line

    off = replace(rule, is_enabled=False)
    return Mutant(rule, "is off", _with(ruleset, rule, off), lines)


def _of_part(rule: Rule, part: Matcher, ruleset: Ruleset) -> Iterator[Mutant]:
    """Without a condition, and with it changed."""
    bare, what = _without(rule.when, part), f"without `{part.NAME}`"
    yield _changed(rule, bare, what, ruleset, _missing(rule, part))
    for what, other in part.mutants():
        when = rule.when.replaced(_instead(part, other))
        yield _changed(rule, when, what, ruleset, _telling(rule, part, other))


def _missing(rule: Rule, part: Matcher) -> Lines:
    def lines(brought: Sequence[Case], ruleset: Ruleset) -> Iterator[str]:
        if line := proposals.missing(rule, part, brought, ruleset):
            yield line
        # of one of several alternatives
        if line := proposals.firing(rule, "something else", brought, ruleset, part):
            yield line

    return lines


def _instead(part: Matcher, other: Matcher) -> Callable[[Matcher], Matcher]:
    return lambda one: other if one is part else one


def _telling(rule: Rule, part: Matcher, other: Matcher) -> Lines:
    def lines(brought: Sequence[Case], ruleset: Ruleset) -> Iterator[str]:
        left = {text for text, _ in other.units()}
        for text, unit in part.units():
            if text not in left and (line := proposals.firing(rule, text, brought, ruleset, unit)):
                yield line
        yield from proposals.telling(rule, part, other, brought, ruleset)

    return lines


def _changed(
    rule: Rule,
    when: When,
    what: str,
    ruleset: Ruleset,
    lines: Lines,
) -> Mutant:
    rules = _with(ruleset, rule, replace(rule, when=when))
    return Mutant(rule, what, rules, lines, when=when)


def _swapped(rule: Rule, behind: Rule, ruleset: Ruleset) -> Mutant:
    order = {rule.id: behind, behind.id: rule}
    rules = tuple(order.get(one.id, one) for one in ruleset.rules)
    return Mutant(
        rule,
        f"stands behind `{behind.id}`",
        rules,
        lambda _, of: proposals.before_another(rule, behind, of),
        behind=behind,
    )


def _with(ruleset: Ruleset, rule: Rule, other: Rule) -> tuple[Rule, ...]:
    return tuple(other if one is rule else one for one in ruleset.rules)


def _holds(when: When, seen: MessageView) -> bool:
    return isinstance(when.match(seen), Match)


def _without(when: When, part: Matcher) -> When:
    """An alternative that is nothing else goes with it."""
    left: list[Matcher] = []
    for one in when.parts:
        if one is part:
            continue
        if one.INNER in (Inner.ANY, Inner.ALL):
            inner = [found for of in one.inner() if (found := _without(of, part)).parts]
            if not inner:
                continue
            one = one.with_inner(tuple(inner))
        left.append(one)
    return When(tuple(left))
