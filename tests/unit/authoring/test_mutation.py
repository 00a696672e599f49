"""Mutants of a rule set: which the tests notice, and a test for each of the others."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.authoring import run_cases, scenarios
from bot.authoring.mutation import Judge, Mutation, mutants
from bot.rules.loader import Loaded
from tests.build import loaded

RULES = """
timezone: America/New_York
rules:
  - id: late
    when: {keywords: [hours, open], outside: "Mon-Fri 09:00-17:00"}
    reply: "Closed."
    tests: [{say: "hours", at: 2026-01-15 20:00, rule: late}, {say: "hours", rule: hours}]
  - id: hours
    when: {keywords: {any: [hours, open], none: [happy]}}
    reply: "9-5."
    tests: {match: ["Hours?"], no_match: [parking]}
  - id: parking
    when: {any: [{keywords: [parking]}, {tags: {topic: parking}}]}
    reply: "Behind the house."
    tests: {match: [parking]}
  - {id: same, when: {keywords: [hours, hour]}, reply: "x", tests: {match: [hour]}}
  - {id: off, when: {keywords: [never]}, reply: "x", enabled: false}
"""
MISSED = [
    (
        "late",
        "without `keywords`",
        '{say: "something else", rule: none, at: "2026-01-15T20:00:00-05:00"}',
    ),
    (
        "late",
        "without the keyword `open`",
        '{say: "open", rule: late, at: "2026-01-15T17:00:00-05:00"}',
    ),
    (
        *("late", "`outside` begins an hour after 09:00"),
        '{say: "hours", rule: hours, at: "2026-01-16T09:00:00-05:00"}',
    ),
    (
        *("late", "`outside` ends an hour before 17:00"),
        '{say: "hours", rule: hours, at: "2026-01-16T16:00:00-05:00"}',
    ),
    ("hours", "without the keyword `open`", '{say: "open", rule: hours}'),
    ("hours", "without `none` `happy`", '{say: "Hours? happy", rule: same}'),
    (
        "parking",
        "without `tags`",
        '{say: "something else", rule: parking, tags: {"topic": "parking"}}',
    ),
    ("same", "without `keywords`", '{say: "something else", rule: none}'),
    ("hours", "stands behind `parking`", '{say: "parking hours", rule: hours}'),
    ("parking", "stands behind `same`", '{say: "hour parking", rule: parking}'),
]


def judged(found: Loaded, talks: Sequence[scenarios.Conversation] = ()) -> Mutation:
    ruleset, told = found.ruleset, Mutation()
    results = [run_cases.run(case, ruleset) for case in found.cases]
    results += [result for talk in talks for result in scenarios.played(talk, ruleset)]
    judge = Judge(ruleset, results, talks)
    for mutant in mutants(ruleset):
        judge.judge(mutant, told)
    return told


def test_each_that_no_test_notices_comes_with_a_test() -> None:
    told = judged(loaded(RULES))
    assert [(one.rule, one.what, one.line.removeprefix("- ")) for one in told.missed] == MISSED
    assert (told.noticed, told.alike) == (11, [("same", "without the keyword `hours`")])
    assert round(told.percent) == 52


def test_the_proposed_tests_notice_them_all() -> None:
    text = RULES
    for rule, _, line in MISSED:
        if rule == "late":
            text = text.replace("tests: [", f"tests: [{line}, ", 1)
    listed = {rule: [line for of, _, line in MISSED if of == rule] for rule, *_ in MISSED}
    for rule, tests in (
        ("hours", '["Hours?"], no_match: [parking]'),
        ("parking", "[parking]"),
        ("same", "[hour]"),
    ):
        cases = "".join(f", {line}" for line in listed[rule])
        text = text.replace(f"{{match: {tests}}}", f"[{{match: {tests}}}{cases}]", 1)
    told = judged(loaded(text))
    assert (told.missed, told.percent) == ([], 100.0)


def test_a_conversation_notices_too() -> None:
    rules = loaded("""
    rules:
      - {id: a, when: {keywords: [go]}, reply: "Where?", state: a}
      - {id: b, when: {state: a, keywords: [home]}, reply: "Home."}
    """)
    talk = """
    - name: home
      steps: [{say: go, rule: a}, {say: home, rule: b}]
    """
    talks = scenarios.read_conversations("a.test.yaml", talk, rules.ruleset)
    without, told = judged(rules), judged(rules, talks)
    assert (without.noticed, told.noticed) == (0, 3)
    assert [(one.rule, one.what) for one in told.missed] == [
        ("b", "without `state`"),
        ("b", "without `keywords`"),
    ]


@pytest.mark.parametrize("rules", ["rules: []", "rules: [{id: a, when: always, reply: x}]"])
def test_where_little_can_be_changed(rules: str) -> None:
    assert judged(loaded(rules)).percent in (0.0, 100.0)
