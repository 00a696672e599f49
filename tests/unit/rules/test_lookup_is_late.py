"""The index is made when it is first asked, once for all sets that share it."""

from __future__ import annotations

from dataclasses import replace

from bot.engine.decide import decide
from bot.rules.guards.family import Families, Family
from bot.text.words import words
from tests.build import context, inbound, ruleset

YAML = "rules: [{id: hours, when: {keywords: hours}, reply: 9-5}]"


def test_a_rule_in_place_of_another_takes_its_index_over() -> None:
    rules = ruleset(YAML)
    other = rules.with_rule(replace(rules.rules[0], description="another"))
    assert other.index is rules.index
    assert rules.with_rules(rules.rules).index is not rules.index


def test_who_asks_every_rule_needs_no_index_and_who_is_ready_has_it() -> None:
    rules = ruleset(YAML)
    assert decide(inbound("hours"), context(), rules, ask_all=True).rule == "hours"
    assert "index" not in vars(rules)
    assert "index" in vars(rules.ready())


def test_a_few_texts_are_answered_without_reading_all_families() -> None:
    one = Family("stop", "<stop> ", must=("stop",), must_not=("go",))
    bad = Family("bad", "<leave> (", must=("leave",), must_not=("go",))
    families = Families((one, bad), {})
    assert families.find("please stop", words("please stop")) is one
    assert families.find("go", words("go")) is None
