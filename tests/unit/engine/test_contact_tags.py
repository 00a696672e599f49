"""Tags of messages that are kept of their person."""

from __future__ import annotations

import pytest

from bot.authoring.lint import lint
from bot.engine.decide import decide
from bot.engine.simulator import Given, Simulator
from bot.model import Change, ChangeKind
from tests.build import NOW, context, inbound, loaded, mistakes, ruleset

RULES = """
languages: [en, es]
contact_tags: {first_name: first_name, lang: language}
rules:
  - {id: vip, when: {keywords: [who], contact: {first_name: Zoe}}, reply: "You, Zoe!"}
  - id: who
    when: {keywords: [who]}
    reply:
      en: "You are {{ contact.first_name | d('new') }}."
      es: "Eres {{ contact.first_name }}."
  - {id: rename, when: {says: "call me {name}"}, set: {contact: {first_name: "{{ name }}"}}}
"""


@pytest.mark.parametrize(
    ("tags", "contact", "text", "stored"),
    [
        ({}, {}, "You are new.", {}),
        ({"first_name": " Anna "}, {}, "You are Anna.", {"first_name": "Anna"}),
        ({"first_name": "Zoe", "other": "x"}, {}, "You, Zoe!", {"first_name": "Zoe"}),
        ({"first_name": "Anna"}, {"first_name": "Ann"}, "You are Ann.", {}),
        (
            {"first_name": "Anna", "lang": "es"},
            {},
            "Eres Anna.",
            {"first_name": "Anna", "language": "es"},
        ),
        ({"language": "es"}, {}, "You are new.", {}),
        ({"first_name": " "}, {}, "You are new.", {}),
        ({"first_name": "A\nB"}, {}, "You are new.", {}),
        ({"first_name": "A" * 1_001}, {}, "You are new.", {}),
        ({"first_name": "{{ now }}"}, {}, "You are {{ now }}.", {"first_name": "{{ now }}"}),
    ],
)
def test_a_tag_tells_what_is_not_known_yet(
    tags: dict[str, str], contact: dict[str, str], text: str, stored: dict[str, str]
) -> None:
    decision = decide(inbound("who?", tags=tags), context(contact=contact), ruleset(RULES))
    assert [reply.text for reply in decision.replies] == [text]
    changes = [Change(ChangeKind.CONTACT, name, value) for name, value in stored.items()]
    assert list(decision.changes) == changes


@pytest.mark.parametrize("text", ["STOP", "nothing of that", "please stop texting me"])
def test_whatever_becomes_of_the_message(text: str) -> None:
    decision = decide(inbound(text, tags={"lang": "es"}), context(), ruleset(RULES))
    assert decision.changes[0] == Change(ChangeKind.CONTACT, "language", "es")


def test_what_the_person_says_of_themselves_goes_before_what_is_carried_over() -> None:
    simulator, given = Simulator(ruleset(RULES)), Given(now=NOW)
    tags = {"first_name": "Anna"}
    said = [
        simulator.say(inbound(text, key=f"m-{at}", tags=tags), given)
        for at, text in enumerate(["who?", "call me Ann", "who?"])
    ]
    assert [[reply.text for reply in one.replies] for one in said] == [
        ["You are Anna."],
        [],
        ["You are Ann."],
    ]


@pytest.mark.parametrize(
    ("written", "mistake"),
    [
        ("[]", "contact_tags: needs at least one"),
        ("{}", "contact_tags: needs at least one"),
        ("[first name]", "`first name` is not a name, for example first_name"),
        ("{lang: state}", "`state` is what templates have of it, choose another name"),
        ("{a: x, b: x}", "contact_tags: `x` is the value of `a` already"),
        ("[{a: b}]", "contact_tags: needs texts, not a mapping"),
        ("[a]\ncontact_tags: [b]", "`contact_tags` is here twice"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(written: str, mistake: str) -> None:
    [found] = mistakes(f"contact_tags: {written}\nrules: []")
    assert mistake in found
    assert found.startswith("rules.yaml:")


def test_two_files_may_not_both_say_it() -> None:
    [found] = mistakes("contact_tags: [a]", "contact_tags: [b]")
    assert "`contact_tags` occurs twice in the rule set (first in 1.yaml:1:15)" in found


def test_check_knows_the_names() -> None:
    rules = """
contact_tags: {fname: first_name}
rules:
  - {id: a, when: {keywords: [a], contact: {first_nam: x}}, reply: Hi, tests: {match: []}}
  - {id: b, when: {keywords: [b], contact: {first_name: x}}, reply: Hi}
"""
    found = [one for one in lint(loaded(rules), today=NOW.date()) if one.code == "never-set"]
    assert [(one.place.line, one.hint) for one in found] == [(4, "did you mean `first_name`?")]
