"""Canned replies: what rules say, for one who has written something else."""

from __future__ import annotations

import pytest

from bot.engine.canned import Canned, canned
from bot.model import RuleId
from bot.rules.matchers.base import MessageView
from tests.build import context, inbound, ruleset

RULES = ruleset("""
rules:
  - id: order
    description: Where an order is.
    when: {regex: 'order (?P<n>\\d+)'}
    reply: ["Order {{ n }} is on its way.", "Anything else?"]
  - id: hours
    when: {keywords: [hours]}
    reply: {one_of: ["Open 9-5, {{ contact.name | default('friend') }}.", "9-5."]}
  - {id: off, enabled: false, when: {keywords: [off]}, reply: "Not asked."}
  - {id: quiet, when: {keywords: [quiet]}, silent: true}
fallback: {reply: "Ask us anything."}
""")
ORDER, ELSE = (
    Canned(RuleId("order"), "Where an order is.", text, True)
    for text in ("Order 7 is on its way.", "Anything else?")
)
HOURS = Canned(RuleId("hours"), "", "Open 9-5, Ann.", False)
FALLBACK = Canned(RuleId("fallback"), "", "Ask us anything.", False)


def found(text: str, search: str = "") -> list[Canned]:
    seen = MessageView(inbound(text), context(contact={"name": "Ann"}))
    return list(canned(RULES, seen, search))


def test_those_that_take_the_text_come_first_with_what_they_find_in_it() -> None:
    assert found("order 7") == [ORDER, ELSE, HOURS, FALLBACK]


def test_what_needs_a_piece_of_a_text_that_is_not_there_is_left_out() -> None:
    anything = Canned(ELSE.rule, ELSE.description, ELSE.text, False)
    assert found("hello") == [anything, HOURS, FALLBACK]


@pytest.mark.parametrize(
    ("search", "texts"),
    [
        ("ORDER", [ORDER, ELSE]),
        ("is on its", [ORDER]),
        ("hours", [HOURS]),
        ("ann", [HOURS]),
        ("no such", []),
    ],
)
def test_they_are_searched_by_rule_description_and_text(search: str, texts: list[Canned]) -> None:
    assert found("order 7", search) == texts
