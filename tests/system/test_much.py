"""Many messages are worked on by all cores: what is printed is what one process prints."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bot.cli import cores
from tests.benchmarks import diff as benchmark
from tests.build import inbound

pytestmark = pytest.mark.system

RULES = """\
rules:
  - {id: hours, when: {keywords: [hours]}, reply: "We're open 9-5."}
  - {id: echo, when: {regex: '^echo (?P<rest>\\w+)'}, reply: "{{ rest }}"}
fallback: {reply: "Sorry?"}
"""
OTHER = RULES.replace("9-5", "9-6").replace("hours]", "hours, what]").replace("id: echo", "id: say")
ROOT = Path(__file__).parents[2]
PADDING = "word " * 150


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules.yaml").write_text(RULES)
    texts = ["hours", "echo one", "what", "¿qué? \x7f", "HOURS please"]
    said = [f"{texts[n % len(texts)]} {n} {PADDING}" for n in range(2_999)]
    lines = [json.dumps({"fromNumber": "+15555550123", "message": text}) for text in said]
    lines[1_234], lines[1_777] = '{"message": "from nobody"}', ""
    lines.insert(2_000, "x" * 1_200_000)
    (tmp_path / "in.jsonl").write_text("\n".join([*lines, "not JSON"]))
    (tmp_path / "new.yaml").write_text(OTHER)
    return tmp_path


Result = tuple[int, str, str]


@pytest.fixture
def bot(folder: Path) -> Callable[..., Result]:
    def run(*arguments: str, of: Path | None = None, cores: int = 2) -> Result:
        def on_cores() -> None:
            os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])

        url = f"sqlite:///{folder / 'bot.db'}"
        variables = {"BOT_DATABASE_URL": url, "MTA_API_KEY": "key", "BOT_RULES": "rules.yaml"}
        with (of or Path(os.devnull)).open("rb") as stdin:
            done = subprocess.run(
                [sys.executable, "-m", "bot", *arguments],
                cwd=folder,
                env={**os.environ, **variables, "PYTHONPATH": str(ROOT)},
                preexec_fn=on_cores,
                stdin=stdin,
                capture_output=True,
                check=False,
                timeout=120,
            )
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    return run


@pytest.mark.parametrize("form", [(), ("--json",), ("-v",)])
def test_a_large_file_says_what_stdin_says(
    form: Sequence[str], folder: Path, bot: Callable[..., Result]
) -> None:
    file = folder / "in.jsonl"
    assert file.stat().st_size > 2_000_000
    dry_run = ("dry-run", "--rules", "rules.yaml", "--at", "2026-01-15T17:30:00Z", *form, "--input")
    code, out, err = bot(*dry_run, "in.jsonl")
    assert (code, out, err) == bot(*dry_run, "-", of=file)
    assert (code, out, err) == bot(*dry_run, "in.jsonl", cores=1)
    assert code == 2
    assert out.count("hours") > 1_000
    if not form:
        assert "line 1235: fromNumber is missing" in err
        assert "line 2001: the line is longer than 1 MiB" in err
        assert "2997 messages: 2997 replied; 3 lines not readable" in err


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_other_rules_change_as_much_of_a_large_file_as_of_stdin(
    form: Sequence[str], folder: Path, bot: Callable[..., Result]
) -> None:
    diff = ("diff", "rules.yaml", "new.yaml", *form, "--against")
    found = bot(*diff, "in.jsonl")
    stdin = bot(*diff, "-", of=folder / "in.jsonl")
    if form:  # it says when they came in, which is now
        found, stdin = ((*one[:1], _without_time(one[1]), *one[2:]) for one in (found, stdin))
    assert found == stdin
    code, out, err = found
    assert code == 2
    if form:
        assert json.loads(out.splitlines()[-1])["compared"] == 2_997
    else:
        assert "line 3001: the line is not JSON" in err
        assert "2997 messages compared: 600 the same, 600 by another rule, 1797 changed" in out


def _without_time(out: str) -> str:
    return re.sub(r'"at": "[^"]+"', "", out)


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_a_large_database_is_compared_as_one_process_does(
    form: Sequence[str], folder: Path, bot: Callable[..., Result]
) -> None:
    said = [inbound(text) for text in ("hours", "echo one", "what", "STOP", "START", "you?", "ok")]
    benchmark.fill(folder, said, many=10_500, people=1_000)
    diff = ("diff", "rules.yaml", "new.yaml", *form, "--since", "2000-01-01")
    code, out, err = bot(*diff)
    assert (code, out, err) == bot(*diff, cores=1)
    assert (code, err) == (1, "")
    if form:
        assert json.loads(out.splitlines()[-1])["compared"] == 10_500


def test_results_come_in_the_order_of_the_chunks_and_errors_come_through() -> None:
    assert list(cores.in_order(sum, ([n] * n for n in range(40)))) == [n * n for n in range(40)]
    with pytest.raises(ZeroDivisionError):
        list(cores.in_order(lambda n: 1 // n, [1, 0, 1]))
