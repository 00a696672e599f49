"""`bot check`: warnings, and the forms in which problems are written."""

from __future__ import annotations

from pathlib import Path

from tests.integration.cli.conftest import Bot, on_a_terminal

ODD = """\
rules:
  - id: hours
    when: {keywords: [hours]}
    reply: "We’re open 9-5, 100%."
    tests: {match: ["Hours?"]}
"""
PLACE = "rules/shop.yaml:4:15"


def write(folder: Path, text: str) -> None:
    (folder / "rules" / "shop.yaml").write_text(text)


def test_a_warning_has_its_place_and_is_no_error(bot: Bot, folder: Path) -> None:
    write(folder, ODD)
    ran = bot("check")
    warning, summary = ran.out.splitlines()
    assert warning.startswith(f"{PLACE}: warning: `’` (U+2019) leaves room for 70 letters")
    assert warning.endswith("(write ')")
    assert (ran.code, summary) == (0, "1 rule: 0 errors, 1 warning")


def test_that_a_test_is_missing_comes_after_what_is_wrong(bot: Bot, folder: Path) -> None:
    write(folder, ODD.replace('    tests: {match: ["Hours?"]}\n', ""))
    warnings = bot("check", "--json").objects
    assert [(found["code"], found["line"]) for found in warnings] == [("ucs-2", 4), ("no-test", 2)]


def test_a_warning_counts_where_it_is_strict(bot: Bot, folder: Path) -> None:
    write(folder, ODD)
    assert bot("check", "--strict").code == 1
    write(folder, ODD.replace("’", "'"))
    assert bot("check", "--strict").code == 0


def test_a_program_reads_warnings_as_it_reads_errors(bot: Bot, folder: Path) -> None:
    write(folder, ODD)
    [warning] = bot("check", "--json").objects
    assert warning == {
        "file": "rules/shop.yaml",
        "line": 4,
        "column": 15,
        "severity": "warning",
        "code": "ucs-2",
        "message": "`’` (U+2019) leaves room for 70 letters instead of 160",
        "hint": "write '",
    }
    assert bot("check", "--format", "json").objects == [warning]


def test_github_shows_a_problem_beside_its_line(bot: Bot, folder: Path) -> None:
    write(folder, ODD)
    first, summary = bot("check", "--format", "github").out.splitlines()
    assert first == (
        "::warning file=rules/shop.yaml,line=4,col=15,title=ucs-2::"
        "`’` (U+2019) leaves room for 70 letters instead of 160 (write ')"
    )
    assert summary == "1 rule: 0 errors, 1 warning"


def test_github_reads_what_it_would_take_for_its_own_signs(bot: Bot, folder: Path) -> None:
    (folder / "a,b%.yaml").write_text("rules: [{id: 'A%', when: always, silent: yes}]")
    [error, _] = bot("check", "--format", "github", "--rules", "a,b%.yaml").out.splitlines()
    assert error.startswith(
        "::error file=a%2Cb%25.yaml,line=1,col=14,title=rule-id::id `A%25`: use"
    )


def test_a_terminal_shows_the_line_with_a_caret(folder: Path) -> None:
    write(folder, "rules:\n  - id: hours\n    when: {keyword: [hours]}\n    reply: x\n")
    assert on_a_terminal(["check"], folder).splitlines()[:4] == [
        "rules/shop.yaml:3:12: error: unknown matcher `keyword` (did you mean",
        "    `keywords`?)",
        "        when: {keyword: [hours]}",
        "               ^",
    ]


def test_a_terminal_shows_the_first_warnings_of_a_kind_and_a_pipe_all(
    bot: Bot, folder: Path
) -> None:
    rule = "  - {id: rN, when: {keywords: [wN]}, reply: It’s N, tests: {match: [wN]}}\n"
    write(folder, "rules:\n" + "".join(rule.replace("N", str(n)) for n in range(8)))
    assert on_a_terminal(["check"], folder).splitlines()[-4:] == [
        " " * 50 + "^",
        "… and 3 more warnings of the kind `ucs-2`: --json has all, `bot help warnings`",
        "  what earns them",
        "8 rules: 0 errors, 8 warnings",
    ]
    assert len(bot("check").out.splitlines()) == 9


def test_a_pipe_gets_the_line_of_the_problem_alone(bot: Bot, folder: Path) -> None:
    write(folder, "rules:\n  - id: hours\n    when: {keyword: [hours]}\n    reply: x\n")
    assert bot("check").out.splitlines() == [
        "rules/shop.yaml:3:12: error: unknown matcher `keyword` (did you mean `keywords`?)",
        "1 error, 0 warnings",
    ]


BROKEN = "rules:\n  - id: hours\n    when: {keywords: [hours]}\n   reply: x\n"


def test_beside_a_file_that_is_no_yaml_the_others_are_checked(bot: Bot, folder: Path) -> None:
    write(folder, BROKEN + "  - id: menu\n    when: {keyword: [menu]}\n    reply: x\n")
    (folder / "rules" / "zoo.yaml").write_text("rules: [{id: zoo, whn: always, reply: x}]\n")
    (folder / "rules" / "zoo.test.yaml").write_text("- {name: a, steps: [{sy: hi}]}\n")
    places = [(p["file"], p["line"], p["column"]) for p in bot("check", "--json").objects]
    assert places == [
        ("rules/shop.yaml", 4, 4),
        ("rules/shop.yaml", 6, 12),
        ("rules/zoo.yaml", 1, 19),
        ("rules/zoo.test.yaml", 1, 22),
    ]


def test_what_a_broken_part_may_have_defined_is_not_missed(bot: Bot, folder: Path) -> None:
    write(folder, "vars: {name: Vet\n" + BROKEN)
    text = "rules: [{id: b, when: {in_reply_to: hours}, reply: '{{ vars.name }}'}]\n"
    (folder / "rules" / "zoo.yaml").write_text(text)
    places = [(p["file"], p["line"]) for p in bot("check", "--json").objects]
    assert places == [("rules/shop.yaml", 1), ("rules/shop.yaml", 5)]


def test_warnings_are_told_beside_errors(bot: Bot, folder: Path) -> None:
    write(folder, "rules:\n  - {C++: x}\n  - {id: a, when: always}\n")
    severities = [(p["line"], p["severity"]) for p in bot("check", "--json").objects]
    assert severities == [(2, "warning"), (3, "error")]
