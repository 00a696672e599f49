"""Mistakes that authors make: the first problem told is where the cause stands, and a way out."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from bot.errors import Problem, RuleError
from bot.plugins.discovery import load
from bot.rules import keys
from bot.rules.loader import SourceFile
from bot.rules.matchers import REGISTRY
from tests.support import ROOT

CASES: list[dict[str, Any]] = yaml.safe_load(
    (ROOT / "tests/unit/rules/mistakes.yaml").read_text(encoding="utf-8")
)


def first_problem(content: str | bytes) -> Problem:
    try:
        found = load([SourceFile("rules.yaml", content)]).warnings
    except RuleError as error:
        found = tuple(sorted((*error.problems, *error.warnings), key=lambda p: p.place))
    assert found, "nothing is told"
    return found[0]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["kind"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["unix", "windows"])
def test_a_mistake_is_told_where_it_stands_with_a_way_out(case: dict[str, Any], ends: str) -> None:
    text = case["file"].replace("⇥", "\t").replace("⍽", "\u00a0").replace("\n", ends)
    problem = first_problem(text)
    place = f"{problem.place.line}:{problem.place.column}"
    said = str(problem)
    assert str(case["at"]) in (place, str(problem.place.line)), said
    assert [word for word in case["says"] if word not in said] == [], said
    assert problem.hint, said


def test_the_names_of_conditions_are_those_of_the_registry() -> None:
    assert set(keys.WHEN) == set(REGISTRY)
