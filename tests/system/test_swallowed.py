"""Our own checker against mutants: a keyword put into an earlier rule takes a later rule's texts.

Either a warning says so, or a test of the rules fails: no rule is swallowed in silence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.authoring import run_cases
from bot.authoring.lint import lint
from bot.model import RuleId
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
        yield later, phrase, loaded._replace(ruleset=loaded.ruleset.with_rules(rules))


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


@pytest.mark.parametrize("path", ["examples/clinic", "examples/shop", "examples/school"])
def test_a_rule_before_it_that_takes_all_its_keywords_is_told_by_check_alone(path: str) -> None:
    """Of each keyword some of its words are enough: who says them all says those."""
    loaded = load(read_rule_files(ROOT / path))
    before = set(lint(loaded, today=TODAY))
    # one that takes misspelled words takes what the rule before it does not
    rules = [(rule, keywords) for rule, keywords in plain(loaded) if not keywords.typos]
    plainest = replace(rules[0][0], is_shadow=False, from_date=None, until=None, throttles=())

    @settings(deadline=None, max_examples=25, database=None, suppress_health_check=[*HealthCheck])
    @given(st.data())
    def told(data: st.DataObject) -> None:
        rule, keywords = rules[data.draw(st.integers(0, len(rules) - 1))]
        pieces = []
        for phrase in keywords.any:
            first = data.draw(st.integers(0, len(phrase) - 1))
            last = data.draw(st.integers(first + 1, len(phrase)))
            pieces.append(phrase[first:last])
        any_of_them = When((Keywords(any=tuple(dict.fromkeys(pieces))),))
        greedy = replace(plainest, id=RuleId("greedy"), when=any_of_them)
        mutant = loaded._replace(ruleset=loaded.ruleset.with_rules((greedy, *loaded.ruleset.rules)))
        warned = [one for one in lint(mutant, today=TODAY) if one not in before]
        assert any(one.code == "never" and f"`{rule.id}`" in one.message for one in warned), pieces

    told()
