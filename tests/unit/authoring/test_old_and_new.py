"""Deciding by two rule sets at once comes to what each of them decides by itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import cycle
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.authoring.old_and_new import OldAndNew
from bot.authoring.sameness import is_same
from bot.engine.decide import decide
from bot.engine.simulator import Given, Simulator
from bot.model import Context, InboundMessage
from bot.rules.files import read_rule_files
from bot.rules.loader import load
from bot.rules.matchers.base import MessageView
from bot.text.words import storable
from tests.build import NOW, context, inbound, ruleset
from tests.support import ROOT
from tests.unit.engine.test_properties import around, messages, whens, written

Object = dict[str, Any]


def check(message: InboundMessage, known: Context, both: OldAndNew) -> bool:
    """Whether the message was decided once for both."""
    before, after = both.decide(MessageView(message, known))
    assert before == decide(message, known, both.old)
    plain = decide(message, known, both.new)
    assert replace(after, trace=()) == replace(plain, trace=())
    return after is before


def dropped(rules: list[Object], at: int, _: Object) -> None:
    if rules[at]["id"] not in ("r0", "r1"):  # others name them
        del rules[at]


def moved(rules: list[Object], at: int, _: Object) -> None:
    rules.insert(len(rules) // 2, rules.pop(at))


def said_otherwise(rules: list[Object], at: int, _: Object) -> None:
    rules[at]["reply"] = "else"


def taken_otherwise(rules: list[Object], at: int, when: Object) -> None:
    rules[at]["when"] = when


def added(rules: list[Object], at: int, when: Object) -> None:
    rules.insert(at, {"id": f"new-{len(rules)}-{at}", "when": when, "reply": "new"})


def turned_off(rules: list[Object], at: int, _: Object) -> None:
    rules[at]["enabled"] = "no"


def going_on(rules: list[Object], at: int, _: Object) -> None:
    rules[at]["continue"] = "no" if rules[at].get("continue") == "yes" else "yes"


def storing(rules: list[Object], at: int, _: Object) -> None:
    rules[at]["set"] = {"contact": {"a": "5"}}


EDITS = (dropped, moved, said_otherwise, taken_otherwise, added, turned_off, going_on, storing)
edits = st.lists(
    st.tuples(st.sampled_from(EDITS), st.integers(0, 50), whens), min_size=0, max_size=3
)
of_the_whole = st.sampled_from(
    [{}] * 5
    + [
        {"guards": {"opt_out": {"words": ["hours"]}}},
        {"fallback": {"reply": "What?"}},
        {"vars": {"a": "x"}},
        {"contact_tags": {"a": "a"}},
    ]
)


@pytest.mark.system
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(whens, st.sampled_from([False, False, True])), min_size=3, max_size=8),
    edits,
    of_the_whole,
    st.booleans(),
    st.lists(messages, min_size=5, max_size=10),
    st.lists(around, min_size=5, max_size=5),
)
def test_any_edit_of_any_rules(
    conditions: list[tuple[Object, bool]],
    changes: list[tuple[Callable[[list[Object], int, Object], None], int, Object]],
    whole: Object,
    is_in_both: bool,
    texts: list[str],
    beside: list[tuple[Object, Object]],
) -> None:
    old = json.loads(written(conditions))
    new = json.loads(written(conditions))
    new |= whole
    old |= whole if is_in_both else {}
    for change, at, when in changes:
        change(new["rules"], at % len(new["rules"]), when)
    both = OldAndNew(*(ruleset(json.dumps(each, ensure_ascii=False)) for each in (old, new)))
    for text, (of_message, of_context) in zip(texts, cycle(beside), strict=False):
        check(inbound(storable(text), **of_message), context(**of_context), both)


ASKING = """
defaults: {timezone: UTC}
contact_tags: {city: town}
rules:
  - id: greet
    when: always
    continue: yes
    set: {conversation: {topic: "{{ message.text | lower }}"}}
  - id: hours
    when: {keywords: [hours]}
    reply: {one_of: ["We're open 9-5.", "From 9 to 5.", "9-5."]}
    cooldown: {once: 1h, else: "As I said."}
  - id: book
    when: {keywords: [book]}
    ask: {as: day, text: "Which day?", choices: {monday: [mon], friday: [fri]}}
    then: {reply: "Booked for {{ day }}."}
  - id: enter
    when: {keywords: [enter]}
    state: {name: inside, expires: 10m}
    reply: "Inside {{ contact.city | default('here') }}."
  - id: inside
    when: {state: inside, keywords: [what]}
    reply: "You are inside."
  - id: topic
    when: {conversation: {topic: what}}
    reply: "It is {{ conversation.topic }}."
  - id: human
    when: {keywords: [human]}
    handoff: {reply: "Somebody will write.", for: 1h}
fallback: {reply: "Text HOURS."}
"""
EDITED = {
    "nothing": ("", ""),
    "a text": ("You are inside.", "You are in."),
    "one of several texts": ('"9-5."', '"Till 5."'),
    "an answer to a question": ("Booked for", "See you on"),
    "a choice": ("friday: [fri]", "friday: [fri, hours]"),
    "a keyword": ("keywords: [human]", "keywords: [human, what]"),
    "a stored value": ("{topic: what}", "{topic: enter}"),
    "what is stored": ("message.text | lower", "message.text | upper"),
    "a cooldown": ("once: 1h", "once: 1m"),
    "a state": ("name: inside, expires: 10m", "name: inside, expires: 1m"),
    "what is done otherwise": ("Text HOURS.", "Text BOOK."),
    "tags of a person": ("{city: town}", "{city: place}"),
    "a rule less": ("  - id: human\n", "  - id: human\n    enabled: no\n"),
}
said = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "hours",
                "book",
                "fri",
                "mon",
                "enter",
                "what",
                "human",
                "STOP",
                "START",
                "hm",
                "hello",
            ]
        ),
        st.sampled_from([0, 1, 5, 30, 90]),
        st.sampled_from([{}, {"town": "Ulm"}, {"place": "Bonn"}]),
    ),
    min_size=3,
    max_size=12,
)


@pytest.fixture(scope="module")
def pairs() -> dict[str, OldAndNew]:
    old = ruleset(ASKING)
    found = {}
    for name, (text, other) in EDITED.items():
        assert text in ASKING
        found[name] = OldAndNew(old, ruleset(ASKING.replace(text, other) if text else ASKING))
    return found


@settings(deadline=None, max_examples=8)
@given(said)
def test_conversations_with_questions_states_and_cooldowns(
    pairs: dict[str, OldAndNew], texts: list[tuple[str, int, dict[str, str]]]
) -> None:
    simulator, now = Simulator(pairs["nothing"].old), NOW
    for number, (text, minutes, tags) in enumerate(texts):
        now += timedelta(minutes=minutes)
        message = inbound(text, key=f"r-{number}", tags=tags, received_at=now)
        simulator.pass_time(message, now)
        known = simulator.context(message, Given(now=now))
        for both in pairs.values():
            check(message, known, both)
        simulator.say(message, Given(now=now))


@pytest.mark.parametrize(
    ("name", "text", "is_once"),
    [
        *(("nothing", text, True) for text in ("hours", "book", "STOP", "hm")),
        *(("a text", text, text != "what") for text in ("hours", "what", "STOP", "hm")),
        *(("a cooldown", text, text != "hours") for text in ("hours", "what", "STOP", "hm")),
        *(("what is done otherwise", text, False) for text in ("hours", "hm")),
        *(("tags of a person", text, False) for text in ("hours", "hm")),
    ],
)
def test_the_second_is_spared_where_no_other_rule_can_match(
    pairs: dict[str, OldAndNew], name: str, text: str, is_once: bool
) -> None:
    known = context(state="inside" if text == "what" else None)
    assert check(inbound(text), known, pairs[name]) is is_once


def rule(written_as: str, about: str = "") -> Any:
    return ruleset(f"{about}\nrules:\n  - {{id: a, {written_as}}}").rules[0]


@pytest.mark.parametrize(
    ("one", "other", "is_alike"),
    [
        ("when: {keywords: [a]}, reply: b", "reply: 'b', when: {keywords: a}", True),
        ("when: {keywords: [a]}, reply: b", "when: {keywords: [a, c]}, reply: b", False),
        ("when: {keywords: [a]}, reply: b", "when: {keywords: [a]}, reply: c", False),
        ("when: {regex: a}, reply: b", "when: {regex: a}, reply: b, description: d", True),
        ("when: {regex: a}, reply: b", "when: {regex: [a, b]}, reply: b", False),
        ("when: {regex: a}, reply: b", "when: {regex: {pattern: a, whole: yes}}, reply: b", False),
        ("when: {tags: {a: {gt: 3}}}, reply: b", "when: {tags: {a: {gt: 3}}}, reply: b", True),
        ("when: {tags: {a: {gt: 3}}}, reply: b", "when: {tags: {a: {gt: 3.0}}}, reply: b", False),
        ("when: {says: 'a {x}'}, reply: '{{ x }}'", "when: {says: 'a {x}'}, reply: '{{x}}'", False),
        (
            "when: {says: 'a {x}'}, reply: '{{ x }}'",
            "when: {says: 'a {x}'}, reply: '{{ x }}'",
            True,
        ),
        ("when: {expr: \"tags.a == '1'\"}, reply: b",) * 2 + (True,),
    ],
)
def test_rules_are_the_same_whose_parts_are(one: str, other: str, is_alike: bool) -> None:
    assert is_same(rule(one), rule(other)) is is_alike


def test_what_holds_for_a_whole_file_makes_its_rules_others() -> None:
    text = "when: {keywords: {any: [hours], typos: 1}}, reply: 'It is {{ now | time }}.'"
    assert is_same(rule(text, "timezone: UTC"), rule(text, "timezone: UTC"))
    assert not is_same(rule(text, "timezone: UTC"), rule(text, "timezone: Europe/Berlin"))


def test_what_cannot_be_looked_into_is_like_nothing_else() -> None:
    def made(n: int) -> Callable[[], int]:
        return lambda: n

    assert is_same(made, made)
    assert not is_same(made(1), made(1))
    assert not is_same(cycle([1]), cycle([1]))
    endless: list[Any] = []
    endless.append(endless)
    other: list[Any] = []
    other.append(other)
    assert not is_same(endless, other)


@pytest.mark.parametrize("folder", ["rules", "examples/school"])
def test_rules_that_ship_are_the_same_when_they_are_read_again(folder: str) -> None:
    old, new = (load(read_rule_files(ROOT / folder)).ruleset for _ in range(2))
    assert is_same(old.guards, new.guards)
    assert [one.id for one in old.rules if not is_same(one, new.by_id[one.id])] == []
