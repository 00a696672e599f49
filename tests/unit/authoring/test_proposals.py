"""What `bot test --coverage` gives to paste: each passes, and closes the gap that it is for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.authoring import coverage, run_cases, scenarios
from bot.authoring.coverage import Gap
from bot.authoring.run_cases import Result
from bot.plugins.discovery import load
from bot.rules.cases import read_tests
from bot.rules.files import read_rule_files
from bot.rules.loader import Loaded
from bot.rules.problems import Problems
from bot.rules.yaml import read_yaml
from tests.build import loaded

ROOT = Path(__file__).parents[3]
SETS = ["rules", "examples/clinic", "examples/shop", "examples/school"]


def pasted(gap: Gap, found: Loaded) -> Iterator[Result]:
    """As if the line stood where an author puts it."""
    ruleset = found.ruleset
    if gap.line.startswith("- {name:"):
        for conversation in scenarios.read_conversations("x.test.yaml", gap.line, ruleset):
            yield from scenarios.played(conversation, ruleset)
        return
    problems = Problems()
    node = read_yaml("x.yaml", gap.line, problems)
    rule = ruleset.rule(gap.rule) or next(iter(ruleset.by_id.values()))
    assert node is not None
    for case in read_tests(node, rule, problems):
        yield run_cases.run(case, ruleset)
    assert problems.errors == []


def failing(gaps: Sequence[Gap], found: Loaded) -> list[Gap]:
    """Gaps whose line does not pass, or that are open when all lines are pasted."""
    results = {gap: list(pasted(gap, found)) for gap in gaps if gap.line}
    everything = [result for listed in results.values() for result in listed]
    left = coverage.measure(everything, found.ruleset).gaps
    still = {(gap.kind, gap.rule, gap.what) for gap in left}
    # two conditions of one name, for one of which nothing was found
    still -= {(gap.kind, gap.rule, gap.what) for gap in gaps if not gap.line}
    return [
        gap
        for gap, listed in results.items()
        if not all(result.passed for result in listed) or (gap.kind, gap.rule, gap.what) in still
    ]


@pytest.mark.parametrize("path", SETS)
def test_what_is_proposed_for_the_rules_that_ship_passes(path: str) -> None:
    found = load(read_rule_files(ROOT / path))
    gaps = coverage.measure([], found.ruleset).gaps
    assert sum(bool(gap.line) for gap in gaps) > len(gaps) * 2 / 3
    assert failing(gaps, found) == []


def test_each_condition_of_hours_gets_a_test_at_another_time() -> None:
    found = loaded("""
        timezone: America/New_York
        calendars: {open: {hours: ["Mon-Fri 09:00-17:00"]}}
        rules:
          - {id: late, when: {outside: open, keywords: [call]}, reply: "We are closed."}
          - {id: lunch, when: {during: "Mon 12:00-12:30"}, reply: "Lunch."}
          - {id: feast, when: {during: {dates: [2026-12-25]}}, reply: "Merry."}
          - {id: clock, when: {outside: open}, reply: "Closed."}
    """)
    gaps = [gap for gap in coverage.measure([], found.ruleset).gaps if gap.kind != "guards"]
    assert failing(gaps, found) == []
    assert [gap.line for gap in gaps if gap.kind == "rules" or not gap.line] == [
        '- {say: "call", rule: late, at: "2026-01-15T17:00:00-05:00"}',
        '- {say: "something else", rule: lunch, at: "2026-01-19T12:00:00-05:00"}',
        '- {say: "something else", rule: feast, at: "2026-12-25T00:00:00-05:00"}',
        '- {say: "something else", rule: clock, at: "2026-01-15T17:00:00-05:00"}',
    ]


WHENS = [
    "{keywords: [order, Order Status]}",
    "{keywords: {all: [order, late], none: [not]}}",
    "{keywords: {exact: [yes]}, tags: {day: {exists: true}}}",
    "{keywords: order, tags: {campaign: [spring, summer]}, contact: {vip: yes}}",
    "{keywords: order, during: 'Mon-Fri 09:00-17:00'}",
    "{keywords: late, outside: 'Mon-Fri 09:00-17:00'}",
    "{during: {dates: [2026-12-25]}}",
    "{keywords: order, state: asked}",
    "{keywords: order, from: '+44'}",
    "{keywords: order, to: 123}",
    "{keywords: STOP}",
    "{media: image}",
    "{answer: yes}",
    "{answer: yes, tags: {a: {not: b}}}",
    "{number: {gte: 3}}",
    "{regex: 'order (?P<n>\\\\d+)'}",
    "{any: [{keywords: order}, {media: true}], not: {keywords: late}}",
    "{keywords: [café, '48', \"don't\", 👍]}",
    "{count: {of: received, per: 1h, gte: 3}}",
    "always",
]
REPLIES = [
    "reply: Fine.",
    'reply: "See you {{ tags.day }}."',
    'reply: "{{ tags.when | date }} {{ contact.name }}"',
    'reply: {one_of: [A., "B {{ contact.name }}."]}',
    'reply: "{{ 1 / (tags.n | int) }}"',
    'reply: "{{ conversation.topic }}"',
    "silent: true",
    "set: {contact: {a: b}}, continue: true",
    'reply: "{{ message.text * 1 }}"',
]
MODES = [
    "",
    "from_date: 2027-03-01",
    "until: 2025-03-01",
    "mode: shadow",
    "enabled: false",
    "cooldown: 1h",
]
TESTS = [
    "",
    "tests: {match: [order]}",
    "tests: [{say: 'order 5', tags: {campaign: spring}, contact: {vip: yes}}]",
]
RULES = st.tuples(*map(st.sampled_from, (WHENS, REPLIES, MODES, TESTS)))
HEADS = [
    "",
    "defaults: {at: 2026-07-04 23:30, timezone: Asia/Tokyo}",
    "guards: {help: {reply: Help.}}",
]
FALLBACKS = ["", "fallback: {reply: Sorry.}", 'fallback: {reply: "{{ tags.day }}"}']


@pytest.mark.system
@given(st.lists(RULES, max_size=4), st.sampled_from(HEADS), st.sampled_from(FALLBACKS))
@settings(deadline=None, max_examples=40)
def test_what_is_proposed_passes(
    rules: list[tuple[str, str, str, str]], head: str, fallback: str
) -> None:
    lines = [
        f"  - {{id: r{at}, when: {when}, {', '.join(filter(None, others))}}}"
        for at, (when, *others) in enumerate(rules)
    ]
    found = loaded("\n".join([head, "rules:" if lines else "", *lines, fallback]))
    results = [run_cases.run(case, found.ruleset) for case in found.cases]
    assert failing(coverage.measure(results, found.ruleset).gaps, found) == []
