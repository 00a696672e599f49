"""What `bot check` calls unreachable is reached by no short text, and its examples are taken."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from bot.authoring.explain import Said
from bot.authoring.lint import lint
from bot.authoring.proof.taken import Before, Refuted
from bot.authoring.proof.takers import asked, is_asked_wherever
from bot.engine.decide import decide
from bot.errors import Problem
from tests.build import context, inbound, loaded, ruleset
from tests.unit.authoring.proof.test_languages import (
    KEYWORDS,
    OF_LETTERS,
    OF_WORDS,
    REGEX,
    SAYS,
    combined,
)

TEXTS = [*OF_WORDS, *OF_LETTERS[:800]]
CONDITIONS: st.SearchStrategy[Any] = st.sampled_from(
    [
        *({}, {}, {"tags": {"x": "y"}}, {"tags": {"x": {"not": "y"}}}),
        *({"during": "Thu"}, {"outside": "Thu"}, {"during": "Fri-Wed"}),
        {"tags": {"x": "y"}, "during": "Thu"},
    ]
)
WHENS = st.tuples(combined(KEYWORDS | SAYS | REGEX), CONDITIONS).map(
    lambda pair: {**pair[0], **pair[1]}
)
MESSAGES: list[dict[str, Any]] = [
    {"tags": tags, "received_at": at}
    for tags in ({}, {"x": "y"}, {"x": "z"})
    for at in (datetime(2026, 1, 15, 18, tzinfo=UTC), datetime(2026, 1, 16, 18, tzinfo=UTC))
]
EXAMPLE = re.compile("for example `(.+)` ")


def is_odd(text: str) -> bool:
    return not text.isascii() or "_" in text


def holds(whens: list[Any], texts: list[str]) -> None:
    rules = [{"id": "abcdefgh"[n], "when": when, "reply": "Hi"} for n, when in enumerate(whens)]
    lists = {"both": {"one": ["a", "a b"], "other": ["1"]}}
    of = loaded(json.dumps({"lists": lists, "rules": rules}, ensure_ascii=False))
    found: dict[str | None, Problem] = {
        p.message[6]: p for p in lint(of, today=date(2026, 1, 15)) if "fire" in p.message
    }
    before = Before(of.ruleset, {}, Said(inbound(), context()), 300_000)
    for rule in of.ruleset.rules:
        taken = [before.takes(case, rule) for case in rule.when.cases()]
        if taken and all(taken):
            takers = [taker for one in taken if one for taker in one.by]
            before.example(rule, takers, [one.example for one in taken if one and one.example])
    for text in texts:
        for given_ in MESSAGES:
            answers = decide(inbound(text, **given_), context(), of.ruleset).rule
            if answers in found:
                assert found[answers].code == "hardly-ever"
                assert is_odd(text), (text, str(found[answers]))
    for name, problem in found.items():
        event(problem.code)
        example = EXAMPLE.search(str(problem))
        if example is not None:
            by = {
                decide(inbound(example[1], **given_), context(), of.ruleset).rule
                for given_ in MESSAGES
            }
            assert by - {name, None}, str(problem)


@settings(deadline=None, max_examples=4)
@given(st.lists(WHENS, min_size=2, max_size=3))
def test_what_never_fires_is_reached_by_no_text(whens: list[Any]) -> None:
    holds(whens, TEXTS[::40])


@pytest.mark.system
@settings(deadline=None, max_examples=150)
@given(st.lists(WHENS, min_size=2, max_size=4))
def test_what_never_fires_is_reached_by_none_of_more_texts(whens: list[Any]) -> None:
    holds(whens, TEXTS)


def test_an_example_that_the_rule_answers_after_all_refutes_the_proof() -> None:
    of = ruleset(
        "rules:\n"
        "  - {id: a, when: {keywords: [hours]}, reply: A}\n"
        "  - {id: b, when: {keywords: [prices]}, reply: B}\n"
    )
    said = Said(inbound("prices"), context())
    before = Before(of, {}, said, 1_000)
    with pytest.raises(Refuted):
        before.example(of.rules[1], of.rules[:1], [said])


def test_a_rule_stands_in_for_another_where_no_question_lets_only_that_one_in() -> None:
    of = ruleset(
        "rules:\n"
        "  - {id: q, when: {keywords: [go]}, ask: {text: Which?, as: x}, interrupt: [b],"
        " then: {reply: Hi}}\n"
        "  - {id: a, when: {keywords: [hours]}, reply: A}\n"
        "  - {id: b, when: {keywords: [hours]}, reply: B}\n"
    )
    _, a, b = of.rules
    assert not is_asked_wherever(a, b, asked(of))
    assert is_asked_wherever(b, a, asked(of))


OPEN = "calendars: {open: {hours: Mon-Fri 09:00-17:00, except: [2026-12-25]}}\n"


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        (("during: open", "outside: open", "media: false"), ["c"]),
        (("during: open", "outside: open", "state: any"), ["c"]),
        (("during: open", 'outside: "Mon-Fri 09:00-17:00"', "state: any"), []),
        (("during: Mon-Fri", 'during: "Sat,Sun"', "state: any"), ["c"]),
        (("during: Mon-Fri", "during: Sat", "state: any"), []),
        (('during: ["Mon 09:00-17:00", Tue]', 'outside: ["Mon 09:00-17:00", Tue]', ""), ["c"]),
        (("during: {hours: Mon-Fri, timezone: Asia/Tokyo}", 'during: "Sat,Sun"', ""), []),
        (("tags: {vip: yes}", "tags: {vip: {not: yes}}", ""), ["c"]),
        (("tags: {vip: yes}", "tags: {vip: no}", ""), []),
        (("tags: {vip: {exists: true}}", "tags: {vip: {exists: false}}", ""), ["c"]),
        (("tags: {vip: yes}", "tags: {vip: {not: yes}}", "tags: {vip: no}"), ["c"]),
        (("contact: {language: es}", "contact: {language: {not: es}}", ""), ["c"]),
        (("contact: {language: es}", "contact: {language: en}", ""), []),
        (("contact: {language: [es, pt]}", "contact: {language: {not: [es, pt]}}", ""), ["c"]),
        (("contact: {language: [es, pt]}", "contact: {language: {not: [es, fr]}}", ""), []),
        (("tags: {n: {gt: 5}}", "tags: {n: {lte: 5}}", ""), []),
        (("media: true", "media: false", ""), ["c"]),
        (("media: image", "media: false", ""), []),
        (("media: image", "media: false", "media: image"), ["c"]),
        (("state: s", "not: {state: s}", ""), ["c"]),
        (("state: s", "state: none", ""), []),
        (("during: open, tags: {a: x}", "outside: open, tags: {a: x}", "tags: {a: x}"), ["c"]),
        (("during: open, tags: {a: x}", "outside: open", ""), []),
        (("answer: yes", "answer: no", ""), []),
    ],
)
def test_conditions_that_together_are_always(
    conditions: tuple[str, ...], expected: list[str]
) -> None:
    rules = "".join(
        f"  - {{id: {name}, when: {{keywords: [hours], {one}}}, reply: {name}}}\n"
        for name, one in zip("abc", conditions, strict=True)
    )
    state = "  - {id: s, when: {keywords: [begin]}, reply: Hi, state: s}\n"
    found = lint(loaded(f"{OPEN}rules:\n{rules}{state}"), today=date(2026, 1, 15))
    never = [p.message[6] for p in found if "can never fire" in p.message]
    assert never == expected


def test_what_a_rule_stores_on_the_way_may_be_the_other_half() -> None:
    rules = (
        "rules:\n"
        "  - {id: a, when: {keywords: [hours], contact: {vip: yes}}, reply: A}\n"
        "  - {id: s, when: always, set: {contact: {vip: yes}}, continue: true}\n"
        "  - {id: b, when: {keywords: [hours], contact: {vip: {not: yes}}}, reply: B}\n"
        "  - {id: c, when: {keywords: [hours]}, reply: C}\n"
    )
    found = lint(loaded(rules), today=date(2026, 1, 15))
    assert [p.message for p in found if "`c` can never" in p.message] == []
