"""A large file is played on all cores: what is printed is what one process prints."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bot.cli import cores

RULES = """\
rules:
  - {id: hours, when: {keywords: [hours]}, reply: "We're open 9-5."}
  - {id: echo, when: {regex: '^echo (?P<rest>\\w+)'}, reply: "{{ rest }}"}
fallback: {reply: "Sorry?"}
"""
ROOT = Path(__file__).parents[2]
PADDING = "word " * 150


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules.yaml").write_text(RULES)
    texts = ["hours", "echo one", "what", "¿qué? \x7f", "HOURS please"]
    said = [f"{texts[n % len(texts)]} {n} {PADDING}" for n in range(2_999)]
    lines = [json.dumps({"fromNumber": "+15555550123", "message": text}) for text in said]
    lines[1_234], lines[1_777] = '{"message": "from nobody"}', ""
    (tmp_path / "in.jsonl").write_text("\n".join([*lines, "not JSON"]))
    return tmp_path


Result = tuple[int, str, str]


@pytest.fixture
def dry_run(folder: Path) -> Callable[..., Result]:
    def run(*options: str, of: Path | None = None) -> Result:
        with (of or Path(os.devnull)).open("rb") as stdin:
            done = subprocess.run(
                [sys.executable, "-m", "bot", "dry-run", "--rules", "rules.yaml", *options],
                cwd=folder,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdin=stdin,
                capture_output=True,
                check=False,
                timeout=120,
            )
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    return run


@pytest.mark.parametrize("form", [(), ("--json",), ("-v",)])
def test_a_large_file_says_what_stdin_says(
    form: Sequence[str], folder: Path, dry_run: Callable[..., Result]
) -> None:
    file = folder / "in.jsonl"
    assert file.stat().st_size > 2_000_000
    at = ("--at", "2026-01-15T17:30:00Z", *form)
    code, out, err = dry_run("--input", "in.jsonl", *at)
    assert (code, out, err) == dry_run("--input", "-", *at, of=file)
    assert code == 2
    assert out.count("hours") > 1_000
    if not form:
        assert "line 1235: fromNumber is missing" in err
        assert "2997 messages: 2997 replied; 2 lines not readable" in err


def test_results_come_in_the_order_of_the_chunks_and_errors_come_through() -> None:
    assert list(cores.in_order(sum, ([n] * n for n in range(40)))) == [n * n for n in range(40)]
    with pytest.raises(ZeroDivisionError):
        list(cores.in_order(lambda n: 1 // n, [1, 0, 1]))
