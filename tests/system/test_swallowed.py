"""Our own checker against mutants: a keyword put into an earlier rule takes a later rule's texts.

Either a warning says so, or a test of the rules fails: no rule is swallowed in silence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.authoring import run_cases
from bot.authoring.lint import lint
from bot.plugins.discovery import load
from bot.rules.files import read_rule_files
from bot.rules.loader import Loaded
from bot.rules.matchers.base import Phrase, When
from bot.rules.matchers.keywords import Keywords
from bot.rules.rule import Rule

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 1, 15)


def plain(loaded: Loaded) -> list[tuple[Rule, Keywords]]:
    """Rules that need nothing but one of their keywords."""
    found = []
    for rule in loaded.ruleset.rules:
        [first, *others] = rule.when.parts or [None]
        if others or not isinstance(first, Keywords) or not rule.is_enabled or rule.goes_on:
            continue
        if first.any and not (first.all or first.none or first.exact or first.starts):
            found.append((rule, first))
    return found


def swallowing(loaded: Loaded) -> Iterator[tuple[Rule, Phrase, Loaded]]:
    """The rules with each first keyword of a later rule in the first rule that has keywords."""
    (first, keywords), *others = plain(loaded)
    for later, theirs in others:
        phrase = theirs.any[0]
        greedy = replace(first, when=When((Keywords(any=(*keywords.any, phrase)),)))
        rules = tuple(greedy if rule is first else rule for rule in loaded.ruleset.rules)
        yield later, phrase, replace(loaded, ruleset=loaded.ruleset.with_rules(rules))


@pytest.mark.parametrize("path", ["examples/clinic", "examples/shop", "examples/school"])
def test_a_keyword_that_swallows_another_rules_texts_is_found(path: str) -> None:
    loaded = load(read_rule_files(ROOT / path))
    before = set(lint(loaded, today=TODAY))
    count = 0
    for later, phrase, mutant in swallowing(loaded):
        count += 1
        warned = [one for one in lint(mutant, today=TODAY) if one not in before]
        failed = [case for case in mutant.cases if not run_cases.run(case, mutant.ruleset).passed]
        assert warned or failed, f"{later.id}: {' '.join(phrase)}"
    assert count > 2
