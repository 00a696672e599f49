"""`bot init`: what it writes passes everything, and it overwrites nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.authoring.schema import rule_schema
from bot.authoring.tests_schema import scenario_schema
from bot.cli.main import main

WRITTEN = [
    *(".env.example", "10-start.yaml", "90-fallback.yaml", "conversations.test.yaml"),
    *("rules.schema.json", "tests.schema.json"),
]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def names(folder: str) -> list[str]:
    return sorted(path.name for path in Path(folder).iterdir())


def test_it_writes_rules_a_schema_and_settings(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "a/my rules"]) == 0
    shown = capsys.readouterr().out
    assert names("a/my rules") == WRITTEN
    assert all(f"a/my rules/{name}\n" in shown for name in WRITTEN)
    assert json.loads(Path("a/my rules/rules.schema.json").read_text()) == rule_schema()
    assert json.loads(Path("a/my rules/tests.schema.json").read_text()) == scenario_schema()
    assert "BOT_RULES=a/my rules\n" in Path("a/my rules/.env.example").read_text()


def test_what_it_writes_passes_check_strict_test_and_fmt(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["init", "rules"])
    capsys.readouterr()
    assert main(["check", "--strict", "--rules", "rules"]) == 0
    assert capsys.readouterr().out == "3 rules: 0 errors, 0 warnings\n"
    assert main(["test", "rules"]) == 0
    assert capsys.readouterr().out == "12 passed, 0 failed\n"
    assert main(["fmt", "--check", "rules"]) == 0


def test_it_goes_into_a_folder_that_has_no_rules(capsys: pytest.CaptureFixture[str]) -> None:
    Path("README").write_text("mine")
    assert main(["init", "."]) == 0
    assert names(".") == sorted([*WRITTEN, "README"])
    assert Path("README").read_text() == "mine"


@pytest.mark.parametrize("name", [*WRITTEN, "my.yaml", "old.yml"])
def test_it_overwrites_nothing_and_names_what_exists(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("rules").mkdir()
    Path("rules", name).write_text("mine")
    assert main(["init", "rules"]) == 2
    assert capsys.readouterr().err == (
        f"nothing written, these exist: rules/{name}; name another folder\n"
    )
    assert names("rules") == [name]
    assert Path("rules", name).read_text() == "mine"


def test_a_second_time_it_refuses(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "rules"]) == 0
    assert main(["init", "rules"]) == 2


def test_a_file_is_no_folder(capsys: pytest.CaptureFixture[str]) -> None:
    Path("rules").write_text("mine")
    assert main(["init", "rules"]) == 2
    assert capsys.readouterr().err == "rules: is a file; name a folder\n"


def test_a_folder_below_a_file_is_said_without_a_traceback(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("file").write_text("")
    assert main(["init", "file/rules"]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_dry_run_answers_with_it_at_once() -> None:
    main(["init", "rules"])
    done = subprocess.run(
        [sys.executable, "-m", "bot", "dry-run", "Hours?"],
        capture_output=True,
        text=True,
        timeout=60,
        env={"PATH": os.environ["PATH"]},
    )
    assert "‹ We're open Mon-Fri 9am-5pm." in done.stdout
