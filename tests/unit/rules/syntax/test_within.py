from __future__ import annotations

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.errors import Place
from bot.rules.nodes import Mapping, Scalar
from bot.rules.problems import Problems
from bot.rules.syntax.parts import lines_of
from bot.rules.syntax.within import place_within
from bot.rules.yaml import read_yaml

LETTERS = st.text("ab '\"\\:#{}é\n\t", max_size=40)


def place_of_the_mark(text: str) -> Place:
    problems = Problems()
    root = read_yaml("f", text, problems)
    assert isinstance(root, Mapping), problems.found
    node = root.get("reply")
    assert isinstance(node, Scalar)
    return place_within(lines_of(text), node, node.text.index("§"))


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("reply: a §", 1, 10),
        ("reply: '§'", 1, 9),
        ("reply: 'it''s §'", 1, 15),
        ('reply: "a\\"b\\u00e9 §"', 1, 20),
        ("reply: one\n  two §", 2, 7),
        ("reply: 'one\n\n\n    two §'", 4, 9),
        ("reply: |\n  one\n    §\n", 3, 5),
        ("reply: >\n\n   one\n   two §\n", 4, 8),
        ("reply:\n  - §\nreply: §", 3, 8),
    ],
)
def test_a_sign_of_a_text_has_its_place_in_the_file(text: str, line: int, column: int) -> None:
    if "- §" in text:
        text = text.replace("reply", "other", 1)
    assert place_of_the_mark(text) == Place("f", line, column)


def dumped(text: str, style: str, width: int) -> str:
    return "reply: " + yaml.safe_dump(text, default_style=style, width=width, allow_unicode=True)


@settings(deadline=None, max_examples=300)
@given(before=LETTERS, after=LETTERS, style=st.sampled_from("'\"|>"), width=st.integers(5, 60))
@example(before="a\n\n\tb ", after="", style=">", width=20)
def test_however_the_text_is_written(before: str, after: str, style: str, width: int) -> None:
    text = dumped(f"{before}§{after}", style, width)
    place = place_of_the_mark(text)
    marked = lines_of(text)[place.line - 1]
    assert marked[place.column - 1] == "§" or place == Place("f", 1, 8)


@settings(deadline=None, max_examples=200)
@given(before=st.text("ab '{}é", max_size=40), style=st.sampled_from("'\"|>"))
def test_what_authors_write_is_always_found(before: str, style: str) -> None:
    text = dumped(f"a{before}§", style, 30)
    place = place_of_the_mark(text)
    assert lines_of(text)[place.line - 1][place.column - 1] == "§"
