"""`bot test --mutate` of 100 rules with 500 tests takes no more than ten seconds."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from bot.authoring import run_cases
from bot.authoring.mutation import Judge, Mutation, mutants
from tests.build import loaded

pytestmark = pytest.mark.system

MOST = 10.0
"""Seconds of one core."""
KINDS = (
    (
        "keywords: [{a}, {b}]",
        "reply: R{n}",
        ["{{say: {a}}}", "{{say: see {b} too}}", "{{say: {a} {b}}}", "{{say: x, rule: none}}"],
    ),
    (
        "keywords: [{a}, {b}], tags: {{plan: p{n}}}",
        "reply: R{n}",
        [
            *("{{say: {a}, tags: {{plan: p{n}}}}}", "{{say: {b}, tags: {{plan: p{n}}}}}"),
            *("{{say: {a}, rule: none}}", "{{say: x, tags: {{plan: p{n}}}, rule: none}}"),
        ],
    ),
    (
        "regex: '{a}\\s+#?(?P<id>\\d{{4,8}})'",
        'reply: "R{n} {{{{ id }}}}"',
        ["{{say: {a} 4821}}", "{{say: '{a} #123456'}}", "{{say: {a}, rule: none}}"] * 2,
    ),
    (
        'keywords: [{a}, {b}], outside: "Mon-Fri 09:00-17:00"',
        "cooldown: 1h\n    reply: R{n}",
        [
            *("{{say: {a}, at: 2026-01-15 20:00}}", "{{say: {b}, at: 2026-01-17 12:00}}"),
            *("{{say: {a}, rule: none}}", "{{say: {a}, at: 2026-01-15 08:30}}"),
        ],
    ),
    (
        "says: '[please] {a} (a|the) {b} [for {{guests:int}}]'",
        "set: {{contact: {{k{n}: yes}}}}\n    reply: R{n}",
        ["{{say: {a} a {b}}}", "{{say: please {a} the {b} for 4}}", "{{say: {a}, rule: none}}"] * 2,
    ),
    (
        "keywords: [{a}, {b}]",
        "ask: {{as: q{n}, text: Which?, choices: {{red: [r], blue: [b]}}}}\n"
        '    then: {{reply: "Got {{{{ q{n} }}}}."}}',
        [
            *("{{say: {a}}}", "{{say: {b}}}", "{{say: red, state: r{n}, reply: Got red.}}"),
            *("{{say: b, state: r{n}, reply: Got blue.}}", "{{say: x, rule: none}}"),
        ],
    ),
)


def rules(count: int, tests: int) -> str:
    return "rules:\n" + "".join(_rules(count, tests // count))


def _rules(count: int, each: int) -> Iterator[str]:
    for n in range(count):
        when, does, said = KINDS[n % len(KINDS)]
        names = {"n": n, "a": f"alpha{n}x", "b": f"beta{n}x"}
        lines = [said[at % len(said)].format(**names) for at in range(each)]
        cases = "".join(f"      - {line}\n" for line in lines)
        yield f"  - id: r{n}\n    when: {{{when.format(**names)}}}\n"
        yield f"    {does.format(**names)}\n    tests:\n{cases}"


def test_a_hundred_rules_are_judged_within_seconds() -> None:
    found = loaded(rules(100, 500))
    assert (len(found.ruleset.rules), len(found.cases)) == (100, 500)
    results = [run_cases.run(case, found.ruleset) for case in found.cases]
    assert [one.got for one in results if not one.passed] == []
    told, began = Mutation(), time.process_time()
    judge = Judge(found.ruleset, results, ())
    for mutant in mutants(found.ruleset):
        judge.judge(mutant, told)
    took = time.process_time() - began
    print(f"{told.noticed} of {told.noticed + len(told.missed)} mutants noticed, {took:.1f} s")
    assert told.noticed > 300
    assert told.missed
    assert took < MOST
