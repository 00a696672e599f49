"""How much is asked for ordinary texts: counts, which no machine changes.

They only go down; who needs more says why.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.engine.decide import decide
from bot.rules.guards import forms
from bot.rules.guards.family import Families, Family
from bot.rules.loader import SourceFile, load
from bot.rules.matchers.base import MessageView
from bot.rules.ruleset import Ruleset
from bot.text.words import words
from tests.benchmarks import workload
from tests.build import context, inbound, ruleset

ORDINARY = (
    *("Hi, are you open today?", "ok thanks", "yes that works for me", "What are your hours?"),
    *("Can someone call me back about my order please, it was due on Monday", "👍 thanks!!"),
    *("I'm on my way, five minutes", "Sorry I missed your call", "what's the address again"),
    *("Do you have this in blue? My sister wants one too", "is the thing still on for tonight"),
    *("I sent you a message yesterday and nobody answered", "text me when it's ready"),
    *("Please give me a ring on my phone when you get this", "ya sure, see you there"),
    *("No, I can't take the morning, but any time after three would do", "lol ok"),
    *("Which bus stop is the nearest?", "we'll take the two seats at the end", "Where do I park"),
    *("I lost my receipt, can I still return it?", "How much is the large one without cheese"),
    *("Don't forget the keys, I'll leave the door open for you", "can my kids come with me?"),
    *("Let me know what the doctor said", "what number do I call from abroad", "Not yet"),
    *("I want to move my appointment to Friday, will that be a problem for you?", "Great!"),
    *("he's not here right now, but I can tell him", "Hey, it's me. Are we good for noon?"),
    *("Have you read my last mail? There was a list with all of our names", "thx, got it"),
    *("I never had a better lunch, tell the cook", "Bring the white one and the red one"),
)
ALWAYS = 4
"""Guards that look at more than words: who wrote it, and what was before it."""
UNLIKE = (forms.OPT_OUTS, forms.WRONG_PERSON, forms.MACHINES, forms.AWAY)


def likely(families: Families) -> int:
    """Families whose patterns are asked, of all texts together."""
    return sum(len(families.likely(text, words(text))) for text in ORDINARY)


def asked(of: Ruleset, texts: Sequence[str] = ORDINARY) -> tuple[int, int]:
    """Guards and rules that are asked, of all texts together."""
    pairs = [of.index.candidates(MessageView(inbound(text), context())) for text in texts]
    return sum(len(guards) for guards, _ in pairs), sum(len(rules) for _, rules in pairs)


def test_few_texts_are_cut_into_clauses_for_a_guard() -> None:
    assert sum(map(likely, UNLIKE)) <= 1


def test_a_family_that_most_texts_may_belong_to_would_be_seen() -> None:
    common = Family("common", "<the|you|i|it|me|my> ", must=("you",), must_not=("no",))
    assert likely(Families((common,), {})) > len(ORDINARY) // 2


def test_few_guards_and_rules_are_asked_for_an_ordinary_text() -> None:
    few, many = asked(of_workload(30)), asked(of_workload(300))
    assert few[0] == many[0] <= ALWAYS * len(ORDINARY) + 18
    assert few[1] == 0
    assert many[1] <= 3


def test_a_rule_that_is_asked_for_every_text_would_be_seen() -> None:
    _, rules = asked(ruleset("rules: [{id: any, when: always, reply: ok}]"))
    assert rules == len(ORDINARY)


@pytest.mark.parametrize(
    ("text", "tags", "asked"),
    [
        ("the invoice", {"plan": "Gold"}, 1),
        ("the invoice", {"plan": "tin"}, 0),
        ("the invoice", {}, 0),
        ("the bill", {"plan": "gold"}, 0),
    ],
)
def test_who_needs_a_word_and_a_tag_is_asked_where_both_are(
    text: str, tags: dict[str, str], asked: int
) -> None:
    rules = ruleset("rules: [{id: any, when: {keywords: invoice, tags: {plan: gold}}, reply: ok}]")
    seen = MessageView(inbound(text, tags=tags), context())
    assert len(rules.index.candidates(seen)[1]) == asked


@pytest.mark.parametrize("count", [30, 600])  # with few pairs of words, and with many
def test_who_is_not_asked_would_not_have_answered(count: int) -> None:
    of = workload.rules(count, ORDINARY)
    rules = load([SourceFile("bench.yaml", workload.as_yaml(of))]).ruleset
    answered = 0
    for message in workload.messages(of, ORDINARY):
        fast = decide(message, context(), rules)
        every = decide(message, context(), rules, ask_all=True)
        assert replace(fast, trace=()) == replace(every, trace=()), message.text
        answered += bool(fast.replies)
    assert 0 < answered < len(ORDINARY) // 2


def test_nobody_says_what_the_workload_waits_for() -> None:
    said = ("that that's fine", "I can't there, I've time or you'll see", "so we're on, aren't we")
    patterns = [rule.pattern or "" for rule in workload.rules(600, said) if not rule.tags]
    assert not [one for one in patterns for text in said if re.search(one, text, re.IGNORECASE)]


def of_workload(count: int) -> Ruleset:
    of = workload.rules(count, ORDINARY)
    return load([SourceFile("bench.yaml", workload.as_yaml(of))]).ruleset
