"""`bot check` and `bot test`: what is wrong with rules, and what their tests say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.cli.conftest import Bot

GOOD = """
rules:
  - id: hours
    when: {keywords: [hours]}
    reply: "We're open 9-5."
    tests: {match: ["Hours?"], no_match: ["48hours"]}
"""
WRONG = """
rules:
  - id: hours
    wen: {keywords: [hours]}
    reply: "{{ opening }}"
  - id: hours
    when: {keywords: []}
    reply: x
"""
FAILING = """
rules:
  - id: hours
    when: {keywords: [hours]}
    reply: "We're open 9-5."
    tests:
      - {say: "Hours?", reply: "Closed."}
      - {say: "Hours?", rule: hours}
"""


def write(folder: Path, text: str) -> None:
    (folder / "rules" / "shop.yaml").write_text(text)


def test_rules_without_a_mistake_are_fine(bot: Bot, folder: Path) -> None:
    write(folder, GOOD)
    ran = bot("check")
    assert (ran.code, ran.out, ran.err) == (0, "1 rule: 0 errors, 0 warnings\n", "")
    assert (bot("check", "--json").out, bot("check", "--strict").code) == ("", 0)


def test_every_mistake_has_its_place(bot: Bot, folder: Path) -> None:
    write(folder, WRONG)
    ran = bot("check")
    assert ran.code == 1
    *problems, summary = ran.out.splitlines()
    places = [problem.partition(": ")[0] for problem in problems]
    assert "rules/shop.yaml:4:5" in places
    assert {place.rpartition(":")[0].split(":")[0] for place in places} == {"rules/shop.yaml"}
    assert all(": error: " in problem for problem in problems)
    assert summary == f"{len(problems)} errors, 0 warnings"


def test_a_program_reads_one_object_a_problem(bot: Bot, folder: Path) -> None:
    write(folder, WRONG)
    ran = bot("check", "--json")
    assert (ran.code, ran.err) == (1, "")
    assert {frozenset(problem) for problem in ran.objects} == {
        frozenset({"file", "line", "column", "severity", "code", "message", "hint"})
    }
    [unknown] = [problem for problem in ran.objects if problem["code"] == "unknown-key"]
    assert (unknown["file"], unknown["line"], unknown["column"]) == ("rules/shop.yaml", 4, 5)
    assert unknown["severity"] == "error"
    assert "wen" in unknown["message"]
    assert "when" in unknown["message"] + unknown["hint"]


def test_rules_may_stand_elsewhere(bot: Bot, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, WRONG)
    (folder / "other.yaml").write_text(GOOD)
    assert bot("check", "--rules", "other.yaml").code == 0
    monkeypatch.setenv("BOT_RULES", "other.yaml")
    assert (bot("check").code, bot("test").code, bot("dry-run", "Hours?").code) == (0, 0, 0)


def test_tests_that_pass_are_counted(bot: Bot, folder: Path) -> None:
    write(folder, GOOD)
    ran = bot("test")
    assert (ran.code, ran.out, ran.err) == (0, "2 passed, 0 failed\n", "")


def test_a_test_that_fails_says_what_it_got(bot: Bot, folder: Path) -> None:
    write(folder, FAILING)
    ran = bot("test")
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.startswith("rules/shop.yaml:7:")
    assert "expected Closed." in ran.out
    assert "got We're open 9-5." in ran.out
    assert ran.out.endswith("1 passed, 1 failed\n")


def test_a_program_reads_one_object_a_test(bot: Bot, folder: Path) -> None:
    write(folder, FAILING)
    ran = bot("test", "--json")
    failed, passed = ran.objects
    assert set(failed) == {"file", "line", "name", "passed", "expected", "got"}
    assert (failed["file"], failed["line"], failed["passed"]) == ("rules/shop.yaml", 7, False)
    assert failed["expected"] != failed["got"]
    assert (passed["line"], passed["passed"], passed["expected"]) == (8, True, {"rule": "hours"})
    assert (ran.code, ran.err) == (1, "")


def test_each_path_is_a_rule_set_of_its_own(bot: Bot, folder: Path) -> None:
    """The same id in both is not a clash."""
    for name in ("a", "b"):
        (folder / name).mkdir()
        (folder / name / "rules.yaml").write_text(GOOD)
    ran = bot("test", "a", "b")
    assert (ran.code, ran.out) == (0, "4 passed, 0 failed\n")
    assert [item["file"] for item in bot("test", "a", "b", "--json").objects] == [
        *["a/rules.yaml"] * 2,
        *["b/rules.yaml"] * 2,
    ]


def test_broken_rules_test_nothing(bot: Bot, folder: Path) -> None:
    write(folder, WRONG)
    ran = bot("test")
    assert (ran.code, ran.out) == (2, "")
    assert "rules/shop.yaml:4:5: " in ran.err
