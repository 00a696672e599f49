"""`bot check` and `bot test`: what is wrong with rules, and what their tests say."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

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


LOST = """
rules:
  - id: visit
    when: {keywords: visit}
    reply: "See you {{ tags.day }}."
    tests: {match: [my visit]}
  - {id: xmas, when: {keywords: xmas}, reply: Merry!, from_date: 2026-12-01, tests: [{say: xmas}]}
  - {id: try, when: {keywords: try}, reply: Tried., mode: shadow, tests: {match: [try]}}
fallback: {reply: Sorry.}
"""
AS_PASTED = 'tests: {with: {tags: {"day": "Friday"}}, match: ["my visit"]}'


def test_an_answer_that_cannot_be_made_fails_with_what_to_write(bot: Bot, folder: Path) -> None:
    write(folder, LOST)
    ran = bot("test")
    assert (ran.code, ran.out.splitlines()) == (
        1,
        [
            "rules/shop.yaml:6:21: failed: visit: my visit",
            '    said "my visit" on Thu 2026-01-15 12:00',
            "    expected an answer that can be made",
            "         got template-error: `tags.day` has no value",
            "    visit answered: failed, template-error: `tags.day` has no value",
            f"    write {AS_PASTED}, or in the reply {{{{ … | default('...') }}}}",
            "2 passed, 1 failed",
        ],
    )
    write(folder, LOST.replace("tests: {match: [my visit]}", AS_PASTED))
    assert bot("test").out == "3 passed, 0 failed\n"


def test_each_test_that_passed_is_named_with_what_it_ran_against(bot: Bot, folder: Path) -> None:
    write(folder, LOST.replace("tests: {match: [my visit]}", AS_PASTED))
    *passed, summary = bot("test", "-v").out.splitlines()
    assert [line.partition(": ")[2] for line in passed] == [
        "passed: visit: my visit",
        "passed: xmas: xmas (at Thu 2026-12-03 12:00, when it is on)",
        "passed: try: try (as if it were live: `mode: shadow`)",
    ]
    assert summary == "3 passed, 0 failed"


def test_a_file_is_tested_within_the_set_that_it_is_part_of(bot: Bot, folder: Path) -> None:
    write(folder, GOOD)
    (folder / "rules" / "last.yaml").write_text(
        "fallback: {reply: Sorry., tests: [{say: hello}, {say: Hours?, rule: hours}]}"
    )
    assert bot("test", "rules/shop.yaml").out == "2 passed, 0 failed\n"
    assert bot("test", "rules/last.yaml").out == "2 passed, 0 failed\n"
    assert bot("test", "rules/last.yaml", "--rules", "rules").out == "2 passed, 0 failed\n"
    assert bot("test", "--rules", "rules").out == "4 passed, 0 failed\n"
    (folder / "rules").rename(folder / "others")
    assert bot("test", "others/shop.yaml").out == "2 passed, 0 failed\n"
    assert bot("test", "others/last.yaml").code == 2  # a set of its own has no rule `hours`
    assert bot("test", "others/last.yaml", "--rules", "others").out == "2 passed, 0 failed\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--rules", "rules", "--rules", "a.yaml"], "rules are given twice, rules and a.yaml"),
        (["a.yaml", "--rules", "rules"], "rules are given twice, rules and a.yaml"),
        (["--rule", "huors"], "--rule huors: there is no such rule (did you mean `hours`?)"),
        (["nowhere"], "nowhere: there is no such file or folder"),
    ],
)
def test_what_cannot_be_tested_says_why(
    arguments: list[str], said: str, bot: Bot, folder: Path
) -> None:
    write(folder, GOOD)
    (folder / "a.yaml").write_text(GOOD)
    ran = bot("test", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(said)


def test_the_tests_of_one_rule_alone(bot: Bot, folder: Path) -> None:
    fallback = "fallback: {reply: Sorry., tests: [{say: hi}, {say: Hours?, rule: hours}]}"
    write(folder, GOOD + fallback)
    assert bot("test").out == "4 passed, 0 failed\n"
    assert bot("test", "--rule", "hours").out == "3 passed, 0 failed\n"
    assert bot("test", "--rule", "fallback").out == "2 passed, 0 failed\n"
    assert bot("test", "--rule", "fallback", "--rule", "hours").out == "4 passed, 0 failed\n"
    covered = bot("test", "--rule", "hours", "--coverage").out.splitlines()
    assert covered[:2] == ["rules: 1 of 1", "keywords: 1 of 1"]


def test_a_broken_set_does_not_stop_the_others(bot: Bot, folder: Path) -> None:
    (folder / "a.yaml").write_text(FAILING)
    (folder / "b.yaml").write_text(WRONG)
    ran = bot("test", "b.yaml", "nowhere", "a.yaml", "--junit", "out.xml")
    assert ran.code == 2
    assert ran.out.endswith("1 passed, 1 failed\n")
    assert "b.yaml:4:5: " in ran.err
    assert "nowhere: there is no such file or folder" in ran.err
    root = ElementTree.parse(folder / "out.xml").getroot()  # noqa: S314  we wrote it
    assert [(s.get("name"), s.get("tests"), s.get("failures"), s.get("errors")) for s in root] == [
        ("a.yaml", "2", "1", "0"),
        ("b.yaml", "1", "0", "1"),
        ("nowhere", "1", "0", "1"),
    ]
    error = root[1][0][0]
    assert (error.tag, (error.text or "").startswith("b.yaml:4:5: ")) == ("error", True)


@pytest.mark.parametrize(("least", "code"), [("50", 0), ("90", 1)])
def test_too_little_coverage_is_a_failure(least: str, code: int, bot: Bot, folder: Path) -> None:
    write(folder, GOOD + "  - {id: menu, when: {keywords: menu}, reply: Soup.}\n")
    ran = bot("test", "rules/shop.yaml", "--min", least)
    assert ran.code == code
    assert ("coverage of rules/shop.yaml is " in ran.out) == bool(code)
    assert "rules: 1 of 2" in ran.out


PART = """
rules:
  - id: late
    when: {keywords: [late], during: open}
    reply: "Until {{ vars.late }}."
    tests: [{say: "hours", rule: hours}]
"""
REST = """
calendars: {open: {hours: Mon-Sun 09:00-17:00}}
vars: {late: nine}
"""
REMARK = "other/late.yaml was read as a set of its own; with the files beside it:\n  {}\n"
TOGETHER = "bot test --rules other other/late.yaml"


def test_a_file_that_lacks_what_stands_beside_it_is_told_how_it_is_read_with_that(
    bot: Bot, folder: Path
) -> None:
    (folder / "other").mkdir()
    (folder / "other" / "late.yaml").write_text(PART)
    assert "set of its own" not in bot("check", "other/late.yaml").err
    (folder / "other" / "shop.yaml").write_text("rules: [{menu: Soup.}]")
    assert "set of its own" not in bot("check", "other/late.yaml").err
    (folder / "other" / "shop.yaml").write_text(REST + GOOD)
    checked = bot("check", "other/late.yaml")
    assert (checked.code, checked.err) == (1, REMARK.format("bot check other"))
    broken = bot("test", "other/late.yaml")
    assert (broken.code, broken.err.count(REMARK.format(TOGETHER))) == (2, 1)
    assert bot(*TOGETHER.split()[1:]).out == "1 passed, 0 failed\n"


def test_so_is_one_whose_tests_name_what_it_does_not_have(bot: Bot, folder: Path) -> None:
    alone = "rules: [{late: 'Until 9.'}]\nfallback: {reply: x, tests: [{say: hours, rule: hours}]}"
    (folder / "other").mkdir()
    (folder / "other" / "late.yaml").write_text(alone)
    (folder / "other" / "shop.yaml").write_text(GOOD)
    ran = bot("test", "other/late.yaml")
    assert (ran.code, ran.err.count(REMARK.format(TOGETHER))) == (2, 1)
    together = bot(*TOGETHER.split()[1:])
    assert (together.code, together.out, together.err) == (0, "1 passed, 0 failed\n", "")


def test_one_whose_tests_fail_alone_is_told_the_same(bot: Bot, folder: Path) -> None:
    (folder / "other").mkdir()
    case = 'fallback: {reply: x, tests: [{say: hours, reply: "We\'re open 9-5."}]}'
    (folder / "other" / "late.yaml").write_text(case)
    (folder / "other" / "shop.yaml").write_text(GOOD)
    ran = bot("test", "other/late.yaml")
    assert (ran.code, ran.err) == (1, REMARK.format(TOGETHER))
    assert bot(*TOGETHER.split()[1:]).code == 0


def test_of_many_gaps_the_first_are_shown_and_all_on_wish(bot: Bot, folder: Path) -> None:
    lines = "".join(f"  - {{word{at}: Hi.}}\n" for at in range(80))
    (folder / "rules" / "shop.yaml").write_text(f"rules:\n{lines}")
    gaps = [" rule word", " keyword word", " condition word"]

    def shown(*options: str) -> tuple[int, str]:
        lines = bot("test", "--coverage", *options).out.splitlines()
        return sum(any(gap in line for gap in gaps) for line in lines), lines[-2]

    assert shown() == (50, "  and 198 more: -v or --json shows all")
    many, last = shown("-v")
    assert (many, "more" in last) == (240, False)
    assert "      the same test" in bot("test", "--coverage").out.splitlines()


def test_mutants_that_no_test_notices_come_with_a_test(bot: Bot, folder: Path) -> None:
    rules = "rules: [{id: a, when: {keywords: [x, yes]}, reply: Hi, tests: {match: [x]}}]"
    (folder / "rules" / "shop.yaml").write_text(rules)
    ran = bot("test", "--mutate")
    assert (ran.code, ran.out) == (
        0,
        "2 of 4 mutants noticed\n"
        "no test notices these; to paste under `tests:` of the rule:\n"
        "  a without `keywords`\n"
        '      - {say: "something else", rule: none}\n'
        "  a without the keyword `yes`\n"
        '      - {say: "yes", rule: a}\n'
        "1 passed, 0 failed\n",
    )
    ran = bot("test", "--mutate", "--min", "60")
    assert (ran.code, ran.out.splitlines()[-2]) == (
        1,
        "tests of rules notice 50.0 % of the mutants, at least 60 % wanted",
    )
    found = bot("test", "--mutate", "--json").objects[-1]
    assert (found["noticed"], [one["line"] for one in found["missed"]]) == (
        2,
        ['- {say: "something else", rule: none}', '- {say: "yes", rule: a}'],
    )


def test_a_conversation_is_proposed_where_no_text_alone_tells(bot: Bot, folder: Path) -> None:
    rules = "rules: [{id: a, when: {keywords: [x]}, reply: Hi, cooldown: {once: ever}, tests: %s}]"
    (folder / "rules" / "shop.yaml").write_text(rules % "[{say: x}, {say: y, rule: none}]")
    ran = bot("test", "--mutate")
    proposed = ran.out.splitlines()[3].strip()
    assert ran.out == (
        "2 of 3 mutants noticed\n"
        "no conversation notices these; to paste into a *.test.yaml:\n"
        "  a without `cooldown`\n"
        f"      {proposed}\n"
        "2 passed, 0 failed\n"
    )
    (folder / "rules" / "shop.test.yaml").write_text(proposed)
    assert bot("test", "--mutate").out == "3 of 3 mutants noticed\n4 passed, 0 failed\n"


def test_mutants_of_a_rule_whose_test_fails_are_not_missed(bot: Bot, folder: Path) -> None:
    rules = "rules: [{id: a, when: {keywords: [x, yes]}, reply: Hi, tests: {match: [x, z]}}]"
    (folder / "rules" / "shop.yaml").write_text(rules)
    *_, mutation, tests = bot("test", "--mutate").out.splitlines()[-3:]
    assert mutation == "2 more are of rules whose tests fail: mend those first"
    assert tests == "1 passed, 1 failed"
    found = bot("test", "--mutate", "--json").objects[-1]
    assert found["missed"] == []
    assert [one["what"] for one in found["unjudged"]] == [
        "without `keywords`",
        "without the keyword `yes`",
    ]
