"""Which words are never taken for misspelled ones: keywords of other rules, words of an opt-out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import replace

from bot.rules.guards.opt_out import WORDS
from bot.rules.matchers.base import Matcher, When
from bot.rules.matchers.keywords import Keywords
from bot.rules.rule import Rule
from bot.text.words import words


def protect_typos(rules: Sequence[Rule], opt_out: Iterable[str] = ()) -> tuple[Rule, ...]:
    """The rules, their `typos` kept off the keywords of other rules and off opt-out words.

    `opt_out` are those of the rule files, beside the words of the law.
    """
    of_rules = [_keywords(rule.when) for rule in rules]
    if not any(keywords.typos for of_rule in of_rules for keywords in of_rule):
        return tuple(rules)
    leaving = frozenset(word for phrase in (*WORDS, *opt_out) for word in words(phrase))
    known = frozenset[str]().union(*(k.words() for of_rule in of_rules for k in of_rule), leaving)
    return tuple(
        replace(rule, when=_protected(rule.when, known))
        if any(keywords.typos for keywords in of_rule)
        else rule
        for rule, of_rule in zip(rules, of_rules, strict=True)
    )


def _keywords(when: When) -> list[Keywords]:
    return [part for part in when.walk() if isinstance(part, Keywords)]


def _protected(when: When, known: Set[str]) -> When:
    def change(matcher: Matcher) -> Matcher:
        if isinstance(matcher, Keywords) and matcher.typos:
            return matcher.tolerating(matcher.typos, known)
        return matcher

    return when.replaced(change)
