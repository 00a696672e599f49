"""Which rules a command works on: as PATH or --rules, once, and what is said where none are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.cli.conftest import Bot

TEXTS = (["dry-run", "Hours?"], ["why", "hours", "Hours?"], ["demo", "Hours?"], ["chat"])
PATHS = (["check"], ["doctor"], ["serve"], ["worker"])
ONE = "rules:\n  - id: parking\n    when: {keywords: [parking]}\n    reply: Behind the house.\n"
TWICE = "rules are given twice, rules and other: give one\n"


@pytest.fixture
def other(folder: Path) -> Path:
    (folder / "other").mkdir()
    (folder / "other" / "one.yaml").write_text(ONE)
    return folder / "other"


@pytest.mark.usefixtures("other")
@pytest.mark.parametrize("command", [*TEXTS, *PATHS], ids=lambda command: command[0])
def test_rules_that_are_given_twice_are_a_mistake(command: list[str], bot: Bot) -> None:
    ran = bot(*command, "--rules", "rules", "--rules", "other")
    assert (ran.code, ran.out, ran.err) == (2, "", TWICE)


@pytest.mark.usefixtures("other")
@pytest.mark.parametrize("command", PATHS, ids=lambda command: command[0])
@pytest.mark.parametrize("arguments", [["rules", "other"], ["rules", "--rules", "other"]])
def test_also_as_an_argument_and_an_option(
    arguments: list[str], command: list[str], bot: Bot
) -> None:
    ran = bot(*command, *arguments)
    assert (ran.code, ran.out, ran.err) == (2, "", TWICE)


INCLUDED = """\
rules:
  - id: parking
    when: {keywords: [parking]}
    reply: "Behind {{ vars.place }}."
    tests: {match: [parking]}
"""
TALK = "- {name: two, steps: [{say: parking, rule: parking}, {say: zzz, outcome: unmatched}]}\n"


@pytest.mark.parametrize(
    ("path", "passed"),
    [("other", 3), ("other/one.yaml", 1), ("other/talk.test.yaml", 2), ("mine", 1)],
)
def test_what_rules_include_is_tested_as_a_part_of_them(
    path: str, passed: int, other: Path, bot: Bot
) -> None:
    """Alone it could not be: what it names is set where it is included."""
    (other / "one.yaml").write_text(INCLUDED)
    (other / "talk.test.yaml").write_text(TALK)
    (other.parent / "mine").mkdir()
    (other.parent / "mine" / "a.yaml").write_text("include: ../other\nvars: {place: the house}\n")
    ran = bot("test", path, "--rules", "mine")
    assert (ran.code, ran.out, ran.err) == (0, f"{passed} passed, 0 failed\n", "")
    ran = bot("test", "rules", "--rules", "mine")
    assert (ran.code, ran.out) == (2, "")
    assert "which is not a part of them: give one" in ran.err


@pytest.mark.usefixtures("other")
@pytest.mark.parametrize("arguments", [["other"], ["--rules", "other"]])
def test_an_argument_is_the_same_as_the_option(arguments: list[str], bot: Bot) -> None:
    ran = bot("check", *arguments)
    assert (ran.code, ran.err) == (0, "")
    assert "other/one.yaml:2:9: warning" in ran.out
    assert bot("fmt", "--check", *arguments).out == "1 file, 0 would change\n"


@pytest.mark.parametrize("command", [*TEXTS, *PATHS, ["fmt"]], ids=lambda command: command[0])
def test_an_empty_option_is_not_this_folder(command: list[str], bot: Bot) -> None:
    """As of `--rules "$RULES"` where the variable is not set."""
    ran = bot(*command, "--rules", "")
    assert (ran.code, ran.out) == (2, "")
    assert "'--rules': needs a folder or file of rules" in ran.err


@pytest.mark.parametrize(
    ("there", "given", "hint"),
    [
        ((), "", "; `bot init DIR` makes one to begin with"),
        (("shop/",), "", "; did you mean `--rules shop`?"),
        (("shop/", "clinic/"), "", "; did you mean `--rules clinic` or `--rules shop`?"),
        (("shop/", "clinic/"), "shpo", "; did you mean `--rules shop`?"),
        (("shop.yaml", "clinic/"), "shop.yml", "; did you mean `--rules shop.yaml`?"),
        (("a.yaml",), "", "; did you mean `--rules .`?"),
        (("shop/", "notes/"), "no/where", "; `bot init DIR` makes one to begin with"),
        ((".hidden/", "a.test.yaml", "compose.yaml#services:"), "", "; `bot init DIR`"),
    ],
)
@pytest.mark.parametrize("command", [["check"], ["dry-run", "x"], ["fmt"]], ids=" ".join)
def test_rules_that_are_not_there_are_named_where_there_are_others(
    command: list[str],
    there: tuple[str, ...],
    given: str,
    hint: str,
    bot: Bot,
    folder: Path,
) -> None:
    (folder / "rules" / "shop.yaml").unlink()
    (folder / "rules").rmdir()
    for name in there:
        path, _, content = name.partition("#")
        made = folder / (f"{path}10-start.yaml" if path.endswith("/") else path)
        made.parent.mkdir(exist_ok=True)
        made.write_text(content or ONE)
    ran = bot(*command, *(["--rules", given] if given else []))
    said = f"{given or 'rules'}: there is no such file or folder{hint}"
    assert (ran.code, ran.err[: len(said)]) == (2, said)


def test_what_init_has_just_made_is_found(bot: Bot, folder: Path) -> None:
    (folder / "rules" / "shop.yaml").unlink()
    (folder / "rules").rmdir()
    bot("init", "my-rules")
    hint = bot("check").err.rpartition("`--rules ")[2].rstrip("`?\n")
    assert (hint, bot("check", "--rules", hint).code) == ("my-rules", 0)
