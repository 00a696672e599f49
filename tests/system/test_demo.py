"""`bot demo`: all of it, in one process, for a person to see."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.cli.test_cli import clean_environment
from tests.support import HOURS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "shop.yaml").write_text(HOURS)
    return tmp_path


def demo(folder: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "demo", *arguments],
        cwd=folder,
        env={**clean_environment(), "NO_PROXY": "*"},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


SAID = """\
shop ‹ Thanks for signing up! Ask us anything.
you  › Hours?
shop ‹ We're open 9-5.
       replied by hours (rules/shop.yaml:3)
you  › STOP
       suppressed by $opt-out, opt-out
you  › Hours?
       suppressed by $opted-out, opted-out
"""


def test_texts_are_said_one_after_the_other(folder: Path) -> None:
    ran = demo(folder, "Hours?", "STOP", "Hours?")
    assert (ran.returncode, ran.stdout) == (0, SAID)
    assert [path.name for path in folder.iterdir()] == ["rules"]  # nothing is kept here


def test_what_was_said_can_be_looked_at_afterwards(folder: Path) -> None:
    said, remove = demo(folder, "Hours?").stderr.splitlines()
    assert said.startswith("look at it again: BOT_DATABASE_URL=sqlite:///")
    assignment, *command = said.removeprefix("look at it again: ").split()
    ran = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env={**clean_environment(), **dict([assignment.split("=", 1)])},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "We're open 9-5." in ran.stdout
    kept = Path(assignment.removeprefix("BOT_DATABASE_URL=sqlite:///")).parent
    assert remove == f"remove it: rm -r {kept}"
    subprocess.run(remove.removeprefix("remove it: ").split(), check=True)
    assert not kept.exists()


def test_without_a_terminal_each_line_of_stdin_is_a_text(folder: Path) -> None:
    for ways in ([], ["--terminal"]):
        ran = demo(folder, *ways, stdin="Hours?\n\nSTOP\nHours?\n")
        assert (ran.returncode, ran.stdout) == (0, SAID)


def test_verbose_shows_what_goes_over_the_wire(folder: Path) -> None:
    out = demo(folder, "Hours?", "-v").stdout
    assert "/webhooks/message-reply {" in out
    assert "answered 200\n" in out
    assert "POST /send from longcodeId 123, externalId " in out
    assert "tags {'campaign': 'welcome', 'rule': 'hours'}" in out


def test_broken_rules_start_nothing(folder: Path) -> None:
    (folder / "rules" / "shop.yaml").write_text("rules: [{}]")
    ran = demo(folder, "Hours?")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("rules/shop.yaml:1:")


DAYS = """
rules:
  - {id: sunday, when: {during: "Sun 00:00-24:00"}, reply: "It is Sunday."}
  - {id: picture, when: {media: true}, reply: "Nice picture."}
  - {id: later, when: {keywords: later}, reply: "Yes.", follow_up: {after: 2h, reply: "Well?"}}
  - {id: spring, when: {tags: {campaign: spring}}, reply: "Spring!"}
"""
COMMANDS = """\
/help
hello
/tag campaign=spring
hello
/media https://example.com/a.jpg look
later
/after 3h
/after -1h
/at 2026-01-18 12:00
hello
/atfer 2h
//hello
"""


def test_commands_of_the_terminal(folder: Path) -> None:
    (folder / "rules" / "shop.yaml").write_text(DAYS)
    ran = demo(folder, "--terminal", "--at", "2026-01-15 10:00", stdin=COMMANDS)
    lines = [line.partition(" (rules")[0].strip() for line in ran.stdout.splitlines()]
    assert ran.returncode == 0, ran.stderr
    assert "/after -1h: is not a duration, for example /after 2h" in lines
    assert [line for line in lines if not line.startswith(("you", "/", "Ctrl-D"))] == [
        "shop ‹ Thanks for signing up! Ask us anything.",
        "unmatched by no rule",
        "shop ‹ Spring!",
        "replied by spring",
        "shop ‹ Nice picture.",
        "replied by picture",
        "shop ‹ Yes.",
        "replied by later",
        "shop ‹ Well?",
        "it is Thu 2026-01-15 13:00 EST",
        "it is Sun 2026-01-18 12:00 EST",
        "shop ‹ It is Sunday.",
        "replied by sunday",
        "there is no /atfer: did you mean /after?",
        "shop ‹ It is Sunday.",
        "replied by sunday",
    ]


def test_tags_and_a_picture_by_options(folder: Path) -> None:
    (folder / "rules" / "shop.yaml").write_text(DAYS)
    assert "replied by spring" in demo(folder, "Hi", "--tag", "campaign=spring").stdout
    assert "replied by picture" in demo(folder, "--media", "https://example.com/a.jpg").stdout
    ran = demo(folder, "Hi", "--at", "yesterdax")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("--at")
