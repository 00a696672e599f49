"""Which words are never taken for misspelled ones: those of other rules, and of an opt-out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.rules.rule import Rule
from bot.text.words import words


def protect_typos(rules: Sequence[Rule], others: Iterable[str]) -> tuple[Rule, ...]:
    """The rules, misspellings in them kept off the words of other rules, and of `others`."""
    parts = [[*rule.when.walk()] for rule in rules]
    if not any(part.misspellings() for of_rule in parts for part in of_rule):
        return tuple(rules)
    known = frozenset(word for phrase in others for word in words(phrase))
    known = known.union(*(part.vocabulary() for of_rule in parts for part in of_rule))
    return tuple(
        replace(rule, when=rule.when.replaced(lambda matcher: matcher.protected(known)))
        if any(part.misspellings() for part in of_rule)
        else rule
        for rule, of_rule in zip(rules, parts, strict=True)
    )
