"""Every warning against its file of cases: rules that earn it, and twins that do not."""

from __future__ import annotations

import ast
from datetime import date
from pathlib import Path

import pytest

from bot.authoring import lint as module
from bot.authoring.lint import lint
from bot.authoring.lint.patterns import MOST_PATTERNS_WITHOUT_LITERAL
from bot.errors import Problem, Severity
from bot.rules.loader import SourceFile, load
from bot.rules.nodes import Mapping
from bot.text.patterns import sure_groups
from tests.case_files import parameters, read_cases, text_of

DIRECTORY = Path(__file__).parent / "lint"
KNOWN = ("first", "rules", "at", "says")
"""`first` is a file before the one with the rules."""
TODAY = date(2026, 1, 15)


def codes() -> set[str]:
    modules = Path(module.__file__).parent.glob("*.py")
    return {
        str(node.args[1].value)
        for path in modules
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "warning"
        and isinstance(node.args[1], ast.Constant)
    }


CODES = sorted(codes())


def found(rules: str, first: str = "") -> tuple[Problem, ...]:
    files = [*([SourceFile("a.yaml", first)] if first else []), SourceFile("r.yaml", rules)]
    return lint(load(files), today=TODAY, tested={"tested-elsewhere"})


@pytest.mark.parametrize("code", CODES)
def test_every_warning_has_rules_that_earn_it_and_rules_that_do_not(code: str) -> None:
    cases = read_cases(DIRECTORY / f"{code}.yaml", KNOWN)
    assert {"at" in case.pairs for case in cases} >= {False}
    assert code == "no-literal" or {"at" in case.pairs for case in cases} == {True, False}


def test_every_file_of_cases_belongs_to_a_warning() -> None:
    assert sorted(path.stem for path in DIRECTORY.glob("*.yaml")) == CODES


@pytest.mark.parametrize(("code", "case"), parameters(DIRECTORY, CODES, KNOWN))
def test_case(code: str, case: Mapping) -> None:
    problems = [
        problem
        for problem in found(text_of(case, "rules"), text_of(case, "first"))
        if problem.code == code
    ]
    if "at" not in case.pairs:
        assert problems == []
        return
    [problem] = problems
    assert problem.severity is Severity.WARNING
    assert str(problem.place) == f"r.yaml:{text_of(case, 'at')}"
    assert text_of(case, "says") in str(problem)


def test_patterns_that_no_index_can_filter_are_fine_while_they_are_few() -> None:
    def without_literal(count: int) -> list[str]:
        patterns = [rf"\d{{{n}}}" for n in range(1, count + 1)]
        rules = f"rules: [{{id: a, when: {{regex: {patterns!r}}}, reply: Hi}}]".replace(
            "\\\\", "\\"
        )
        return [problem.code for problem in found(rules) if problem.code == "no-literal"]

    assert without_literal(MOST_PATTERNS_WITHOUT_LITERAL) == []
    too_many = MOST_PATTERNS_WITHOUT_LITERAL + 1
    assert without_literal(too_many) == ["no-literal"] * too_many


@pytest.mark.parametrize(
    ("pattern", "sure"),
    [
        (r"(?P<a>x)(?P<b>y)", "ab"),
        (r"(?P<a>x)|(?P<b>y)", ""),
        (r"(?P<a>x)?(?P<b>y)*(?P<c>z)+?(?P<d>z){0,2}(?P<e>z){1,2}", "ce"),
        (r"(?:x(?P<a>y))?(?:(?P<b>y)|z)(?P<c>x|y)", "c"),
        (r"(?P<a>(?P<b>x)|y)", "a"),
        (r"(?i)\((?P<a>x)\)?[)(|?](?P<b>\|)", "ab"),
        (r"(?P<a>x(?P<b>y)?)", "a"),
        (r"(?:(?P<a>x)){0}", ""),
        (r"\Q(?\E(?<a>x)", "a"),
    ],
)
def test_a_group_takes_part_for_sure_outside_of_what_may_be_left_out(
    pattern: str, sure: str
) -> None:
    assert "".join(sorted(sure_groups(pattern))) == sure


def test_warnings_come_in_order_of_place_each_once() -> None:
    problems = found("rules:\n  - {id: a, when: always, reply: “Hi”}\n  - cancel: Bye…\n")
    places = [problem.place for problem in problems]
    assert places == sorted(places)
    assert len(set(problems)) == len(problems)
