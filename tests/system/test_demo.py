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
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, SAID, "")
    assert [path.name for path in folder.iterdir()] == ["rules"]  # nothing is kept


def test_without_a_terminal_each_line_of_stdin_is_a_text(folder: Path) -> None:
    ran = demo(folder, stdin="Hours?\n\nSTOP\nHours?\n")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, SAID, "")


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
