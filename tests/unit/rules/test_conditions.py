from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules import conditions
from bot.rules.conditions import Condition
from bot.rules.problems import Problems
from bot.rules.yaml import read_yaml


def condition(written: str) -> Condition:
    problems = Problems()
    node = read_yaml("f.yaml", written, problems)
    assert node is not None
    read = conditions.read(node, problems, "tags.x")
    assert problems.found == []
    return read


def mistakes(written: str) -> list[str]:
    problems = Problems()
    node = read_yaml("f.yaml", written, problems)
    assert node is not None
    conditions.read(node, problems, "tags.x")
    return [str(problem).partition(": ")[2] for problem in problems.found]


@pytest.mark.parametrize(
    ("written", "meets", "fails"),
    [
        ("spring", ["spring", "SPRING", " Spring "], [None, "", "springs", "summer"]),
        ("Straße", ["STRASSE"], ["strase"]),
        ("don't", ["don’t"], ["dont"]),
        ("yes", ["yes", "Yes"], ["true", "on"]),
        ("5", ["5", "05", "5.0", "+5", " 5 ", "5."], ["#5", "5e0", "50", "five", "-5"]),
        ("0", ["0", "-0", "0.00", "+0"], ["", "o"]),
        ("1e3", ["1E3"], ["1000"]),
        ("1_000", ["1_000"], ["1000"]),
        ("'٥'", ["٥"], []),
        ("12345678901234567890123456789", ["12345678901234567890123456789"], ["1" * 29]),
        ("12345678901234567890123456780", [], ["12345678901234567890123456781"]),
        ("''", ["", "  "], [None, "x"]),
        ("~", ["~"], [None, "", "null"]),
        ("[spring, 7]", ["Spring", "7.0"], [None, "autumn", "77"]),
        ("{eq: spring}", ["Spring"], [None, "summer"]),
        ("{in: [spring, summer]}", ["summer"], [None, "autumn"]),
        ("{in: spring}", ["spring"], ["s"]),
        ("{not: spring}", [None, "summer"], ["Spring"]),
        ("{not: [spring, summer]}", [None, "autumn"], ["summer"]),
        ("{not: {exists: true}}", [None], ["", "x"]),
        ("{not: {gt: 5}}", [None, "4", "x"], ["6"]),
        ("{exists: true}", ["", "x"], [None]),
        ("{exists: no}", [None], ["", "x"]),
        ("{regex: '^a+$'}", ["aaa", "AAA"], [None, "", "b", "ab"]),
        ("{regex: '^.$'}", ["é", "😀", "\ud800"], ["ab"]),
        ("{starts: Spr}", ["spring", "SPRING", "spr"], [None, "a spring", ""]),
        ("{contains: 'rin'}", ["spring", "SPRING", "a rin"], [None, "", "r in"]),
        ("{gt: 5}", ["5.1", "6", "1000"], [None, "5", "-6", "x", "", "2026-01-15", "+nan", "+inf"]),
        ("{gte: 5}", ["5", "5.0"], ["4.99", "-inf"]),
        ("{lt: 5}", ["4.99", "-1"], [None, "5", "", "-inf", "-nan"]),
        ("{lte: 5}", ["5", "-5"], ["5.01", "+snan"]),
        ("{gt: 2026-01-15}", ["2026-01-16"], ["2026-01-15", "20270115", "x", "2026-02-30"]),
        ("{lte: 2026-01-15}", ["2026-01-15", "1999-12-31"], ["2026-01-16", "5"]),
        (
            "{gt: '2026-01-15T10:00:00+00:00'}",
            ["2026-01-15T10:00:00.5Z", "2026-01-15T06:00:00-05:00"],
            ["2026-01-15T10:00:00+00:00", "2026-01-15T11:00:00+02:00", "0001-01-01T00:00+23:59"],
        ),
        ("{gt: '2026-01-15T10:00'}", ["2026-01-15T10:01"], ["2026-01-15T11:00Z", "2026-01-16"]),
        ("{between: [10, 20]}", ["10", "15.5", "20"], [None, "9.99", "20.01", "x"]),
        ("{between: [2026-01-01, 2026-12-31]}", ["2026-12-31"], ["2027-01-01", "15"]),
        ("{gte: 18, lt: 65, not: 20}", ["18", "64"], [None, "17", "65", "20"]),
        ("{exists: true, not: x}", ["y"], [None, "X"]),
    ],
)
def test_a_condition_holds_for_some_and_not_for_others(
    written: str, meets: list[str | None], fails: list[str | None]
) -> None:
    read = condition(written)
    assert [value for value in meets if not read.holds(value)] == []
    assert [value for value in fails if read.holds(value)] == []


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("spring", "is spring"),
        ("[spring, summer]", "is spring or summer"),
        ("{not: spring}", "not: is spring"),
        ("{exists: true}", "is there"),
        ("{exists: false}", "is not there"),
        ("{regex: a+}", "matches a+"),
        ("{starts: a}", "starts with a"),
        ("{contains: a}", "contains a"),
        ("{gte: 18, lt: 65}", "gte 18 and lt 65"),
        ("{between: [1, 2]}", "gte 1 and lte 2"),
    ],
)
def test_a_condition_says_what_it_wants(written: str, words: str) -> None:
    assert condition(written).words() == words


@pytest.mark.parametrize(
    ("written", "mistake"),
    [
        ("[]", "tags.x: needs at least one value ([spring, summer])"),
        ("{in: []}", "tags.x.in: needs at least one value ([spring, summer])"),
        ("{not: []}", "tags.x.not: needs at least one value ([spring, summer])"),
        ("{}", "tags.x: needs a condition (for example {exists: true})"),
        ("{not: {}}", "tags.x.not: needs a condition (for example {exists: true})"),
        ("{exist: true}", "unknown condition `exist` (did you mean `exists`?)"),
        ("{exists: maybe}", "tags.x.exists: needs true or false (exists: true)"),
        ("{gt: five}", "tags.x.gt: needs a number or a date YYYY-MM-DD (gt: 18)"),
        ("{gt: 2026-02-30}", "tags.x.gt: needs a number or a date YYYY-MM-DD (gt: 2026-12-31)"),
        ("{gt: 12/26/2026}", "tags.x.gt: needs a number or a date YYYY-MM-DD (gt: 2026-12-26)"),
        ("{gt: +nan}", "tags.x.gt: needs a number or a date YYYY-MM-DD (gt: 18)"),
        ("{between: [1]}", "tags.x.between: needs two values (between: [10, 20])"),
        ("{between: 1}", "tags.x.between: needs two values (between: [10, 20])"),
        ("{between: [1, x]}", "tags.x.between: needs a number or a date YYYY-MM-DD (lte: 18)"),
        (
            "{regex: '('}",
            "tags.x.regex: a `(` is never closed "
            "(write `)` where it ends, or `\\(` for the sign itself)",
        ),
        ("{eq: [a]}", 'tags.x.eq: needs a text, not a list (take the brackets away: "a")'),
        ("[[a]]", 'tags.x: needs texts, not a list (take the brackets away: "a")'),
    ],
)
def test_a_wrong_condition_says_what_to_write(written: str, mistake: str) -> None:
    assert mistakes(written) == [mistake]


EVERY = [
    condition(written)
    for written in (
        "spring",
        "[a, 5]",
        "{regex: '^a|5$'}",
        "{starts: a}",
        "{contains: a}",
        "{gt: 5}",
        "{lt: 2026-01-15}",
        "{gte: '2026-01-15T10:00+00:00'}",
        "{lte: '2026-01-15T10:00'}",
    )
]


@settings(deadline=None, max_examples=200)
@given(st.text() | st.text("0123456789+-.:TZeEnaifW_ ", max_size=30))
def test_no_value_makes_a_condition_raise(value: str) -> None:
    for read in EVERY:
        assert read.holds(value) in (True, False)
