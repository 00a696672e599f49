"""What people read: it fits in their terminal, long lists are short; a pipe gets whole lines."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.output import fitted, folded, step_lines
from bot.model import Match, Miss, RuleId, Step
from tests.integration.cli.conftest import Bot


@pytest.fixture
def forty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")


@pytest.mark.usefixtures("forty")
@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("short", ["short"]),
        ("", [""]),
        ("x" * 50, ["x" * 50]),
        (
            "  ‹ " + "word " * 9 + "end",
            ["  ‹ word word word word word word word", "    word word end"],
        ),
        ("  " + "x" * 50 + " y", ["  " + "x" * 50, "    y"]),
        ("日本語 " * 6, ["日本語 日本語 日本語 日本語 日本語", "    日本語 "]),
        ("\033[2m" + "word " * 8 + "\033[0m", ["\033[2m" + "word " * 7 + "word \033[0m"]),
    ],
)
def test_a_line_is_broken_between_words(text: str, lines: list[str]) -> None:
    assert fitted(text, 4).split("\n") == lines


@pytest.mark.parametrize("columns", ["", "0", "-5", "many", "²", "9999999"])
def test_without_columns_or_a_terminal_a_line_stays_one(
    columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    text = "word " * 99
    assert (fitted(text, 4) == text) == (columns != "0")


@given(st.text(), st.integers(20, 100), st.integers(0, 8))
def test_nothing_but_breaks_is_added_and_no_line_is_longer_than_it_must_be(
    text: str, columns: int, hanging: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(columns))
        shown = fitted(text, hanging)
    assert "".join(shown.split()) == "".join(text.split())
    if len(text.encode()) == len(text) and "\n" not in text:  # no wide signs
        for line in shown.split("\n"):
            assert len(line) <= columns or " " not in line.strip(" ")


@pytest.mark.parametrize(
    ("because", "shown"),
    [
        ("not an opt-out", "not an opt-out"),
        ("contains none of: a, b, c", "contains none of: a, b, c"),
        ("of: a, b, c, d, e, f, g", "of: a, b, c, d, e, f, g"),
        ("of: a, b, c, d, e, f, g, h", "of: a, b, c, d, e, f … (2 more)"),
    ],
)
def test_a_long_list_in_a_reason_is_folded(because: str, shown: str) -> None:
    assert folded(because) == shown


def test_rules_that_were_passed_over_for_one_reason_are_one_line() -> None:
    off, other = Miss("not asked: a ended the search"), Miss("no such word")
    steps = [Step(RuleId("b"), other), Step(RuleId("a"), Match({}))]
    steps += [Step(RuleId(f"r{at}"), off) for at in range(9)]
    steps += [Step(RuleId("z"), other)]
    assert list(step_lines(steps)) == [
        "· b: no such word",
        "✓ a",
        "· r0, r1, r2, r3, r4, r5 … (3 more): not asked: a ended the search",
        "· z: no such word",
    ]


def test_a_program_reads_all_of_it(bot: Bot, folder: Path) -> None:
    words = [f"word{at}" for at in range(50)]
    (folder / "rules" / "shop.yaml").write_text(
        f"rules:\n  - {{id: many, when: {{keywords: [{', '.join(words)}]}}, reply: ok}}\n"
    )
    assert "word5 … (44 more)" in bot("why", "many", "x").out
    assert "word5 … (44 more)" in bot("dry-run", "-v", "x").out
    for command in (["why", "many", "x"], ["dry-run", "x"]):
        assert "word49" in bot(*command, "--json").out


@pytest.mark.usefixtures("forty")
@pytest.mark.parametrize(
    "command",
    [["dry-run", "-v", "x " * 60], ["why", "hours", "x " * 60], ["why", "x " * 60]],
    ids=lambda command: " ".join(command)[:20],
)
def test_at_forty_columns_no_line_is_longer(command: list[str], bot: Bot) -> None:
    assert [line for line in bot(*command).out.splitlines() if len(line) > 40] == []
