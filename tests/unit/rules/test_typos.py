from __future__ import annotations

import pytest

from bot.model import Match
from bot.rules.index import Index
from bot.rules.matchers.base import MessageView, When
from bot.rules.matchers.keywords import Keywords
from bot.rules.rule import Rule
from bot.rules.typos import protect_typos
from tests.build import context, inbound, ruleset

RULES = ruleset(
    """
guards: {opt_out: {words: [hose]}}
rules:
  - {id: house, when: {keywords: {any: [house, shop], typos: 1}}, reply: House.}
  - {id: nested, when: {any: [{not: {keywords: {any: [house], typos: 2}}}]}, reply: No.}
  - {id: hours, when: {keywords: [hours]}, reply: Hours.}
  - {id: chain, when: {keywords: {exact: ["horse power"]}}, reply: Horse.}
"""
).rules


def said(text: str) -> MessageView:
    return MessageView(inbound(text), context())


def matches(rule: Rule, text: str) -> bool:
    return isinstance(rule.when.match(said(text)), Match)


@pytest.mark.parametrize("text", ["house", "huose", "hous", "shopp", "my shpo"])
def test_a_misspelled_word_is_taken_for_the_keyword(text: str) -> None:
    assert matches(RULES[0], text)


@pytest.mark.parametrize("text", ["hours", "horse", "stop", "hose", "mouse"])
def test_never_one_that_is_a_keyword_of_another_rule_or_an_opt_out_word(text: str) -> None:
    assert not matches(RULES[0], text)


def test_keywords_inside_other_conditions_are_protected_too() -> None:
    assert matches(RULES[1], "horse")
    assert not matches(RULES[1], "huose")


def test_rules_without_typos_stay_as_they_are() -> None:
    rules = ruleset("rules: [{hours: Open.}]").rules
    assert protect_typos(rules, ()) == rules
    assert RULES[2].when.parts[0] is not None


def test_the_index_names_the_rules_of_a_misspelled_word() -> None:
    index = Index((), RULES)
    assert index.candidates(said("huose")) == ([], [0, 1])
    assert index.candidates(said("hello")) == ([], [1])
    assert index.candidates(said("hours")) == ([], [0, 1, 2])


def test_what_is_accepted_can_be_shown() -> None:
    [keywords] = When((Keywords(any=(("menu",),)).tolerating(1, frozenset({"mneu"})),)).parts
    assert isinstance(keywords, Keywords)
    assert keywords.accepted() == {"menu": ("men", "meu", "meun", "mnu")}
