"""Mistakes that authors make: the first problem told is where the cause stands, and a way out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.authoring.check import checked
from bot.errors import Problem, RuleError
from bot.plugins.discovery import load
from bot.rules import keys
from bot.rules.loader import SourceFile
from bot.rules.matchers import REGISTRY
from tests.fuzz.damage import damaged
from tests.fuzz.rules import TOKENS, pieces
from tests.support import ROOT

CASES: list[dict[str, Any]] = yaml.safe_load(
    (ROOT / "tests/unit/rules/mistakes.yaml").read_text(encoding="utf-8")
)


MATERIAL = ROOT.parent / "shared/data/mistakes"
LIBYAML = re.compile(
    "did not find|could not find|mapping values are|cannot start any|while (?:scanning|parsing)"
    "|block (?:mapping|sequence)|expected <|simple key|end of stream|found (?:a tab|unk|und)"
    "|expected token|Encountered unknown|unexpected char|Jinja was looking|Missing end of"
    "|invalid perl|missing \\):|no argument for repetition"
)


def told(content: str | bytes) -> Sequence[Problem]:
    try:
        return load([SourceFile("rules.yaml", content)]).warnings
    except RuleError as error:
        return error.problems


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


def rows() -> list[tuple[str, int]]:
    """Files of the collection and the line of each, where there is a collection."""
    if not MATERIAL.is_dir():
        return []
    table = (MATERIAL / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| ([\w-]+\.yaml) \| (\d+) \|", table, re.MULTILINE)
    # Its table gives the line after the one that holds the no-break spaces.
    return [(name, 2 if name == "s-nbsp.yaml" else int(line)) for name, line in found]


@pytest.mark.parametrize(("name", "line"), rows())
def test_a_mistake_of_the_collection_is_told_where_it_stands(name: str, line: int) -> None:
    _, (problem, *_) = checked(
        MATERIAL / name, timezone="UTC", now=datetime(2026, 1, 15, tzinfo=UTC)
    )
    assert problem.place.line == line, str(problem)
    assert problem.hint, str(problem)


def assert_well_said(text: str) -> None:
    """Each problem has a place inside the file, a hint, and no sentence of a library."""
    ends = re.split("\r\n|[\n\r\x85\u2028\u2029]", text.removeprefix("\ufeff"))
    for problem in told(text):
        said = str(problem)
        assert LIBYAML.search(said) is None, said
        assert problem.hint, said
        assert 1 <= problem.place.line <= len(ends), said
        assert 1 <= problem.place.column <= len(ends[problem.place.line - 1]) + 1, said


PIECES = st.lists(
    st.sampled_from(
        [
            *(
                "\n",
                "\n  ",
                "\n    ",
                "- ",
                ": ",
                ":",
                "{",
                "}",
                "[",
                "]",
                "'",
                '"',
                "#",
                "&a ",
                "*a",
            ),
            *(
                "!x ",
                "|",
                ">",
                "%",
                "@",
                "`",
                "?",
                ",",
                "{{ ",
                " }}",
                "{% if ",
                " %}",
                "\t",
                "\u00a0",
            ),
            *(
                "---\n",
                "...",
                "<<<<<<< a\n",
                "“",
                "\\",
                "rules:",
                "id",
                "when",
                "keywords",
                "reply",
            ),
            *("regex", "tests", "hours", "vars", "a", " ", "é", "(?P<n>", "always", "1h", "\r\n"),
        ]
    ),
    max_size=40,
).map("".join)


@pytest.mark.system
@settings(deadline=None, max_examples=400)
@given(PIECES)
def test_no_text_is_answered_in_the_words_of_a_library(text: str) -> None:
    assert_well_said(text)


@pytest.mark.parametrize("seed", range(4))
def test_nor_is_a_damaged_file_of_ours(seed: int) -> None:
    random = Random(seed)  # noqa: S311  to be repeated
    for _ in range(60):
        assert_well_said(damaged(random, random.choice(pieces()), TOKENS))


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(CASES))
def test_after_a_mistake_the_other_files_are_checked(case: dict[str, Any]) -> None:
    text = case["file"].replace("⇥", "\t").replace("⍽", "\u00a0")
    more = "rules: [{id: zebra, when: {keywrods: [x]}, reply: x}]"
    with pytest.raises(RuleError) as raised:
        load([SourceFile("a.yaml", text), SourceFile("b.yaml", more)])
    assert ("b.yaml", 1, 28) in {
        (p.place.file, p.place.line, p.place.column) for p in raised.value.problems
    }
