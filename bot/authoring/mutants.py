"""Rule sets with one thing changed: a rule off or elsewhere, a condition out or otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeAlias

from bot.authoring import proposals
from bot.model import RuleId
from bot.rules.cases import Case
from bot.rules.matchers.base import Inner, Matcher, When
from bot.rules.rule import Rule
from bot.rules.ruleset import Ruleset

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

    @property
    def name(self) -> RuleId:
        return self.rule.id


def of_conditions(ruleset: Ruleset, of: Callable[[Rule], bool] | None = None) -> Iterator[Mutant]:
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
