"""Commands as they are called: in a folder of their own, with nothing in the environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.cli.main import main
from bot.ledger.database import open_database
from tests.support import HOURS, NAMES, new_ledger

TIMES = "2026-01-15T17:30, `tomorrow 10:00`, `friday 9am` or `in 2 hours`"
"""What is proposed in place of what is not a time."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """What `--json` printed: one object a line, and nothing else."""
        return [json.loads(line) for line in self.out.split("\n")[:-1]]


Bot = Callable[..., Ran]


@pytest.fixture(autouse=True)
def whole_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a pipe, whatever the shell exports that the suite is started from."""
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with rules."""
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "shop.yaml").write_text(HOURS)
    return tmp_path


@pytest.fixture
def bot(folder: Path, capsys: pytest.CaptureFixture[str]) -> Bot:
    """Runs `bot …`."""

    def run(*arguments: object) -> Ran:
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return run


@contextmanager
def ledger(folder: Path) -> Iterator[Connection]:
    """The ledger of the folder, for a moment."""
    with (
        closing(open_database(new_ledger(folder))) as database,
        database.transaction() as connection,
    ):
        yield connection


def on_a_terminal(arguments: list[str], folder: Path, *, columns: int = 80) -> str:
    """What `bot …` writes where somebody looks on; without colours."""
    ours, theirs = os.openpty()
    environ = {**os.environ, "NO_COLOR": "1", "COLUMNS": str(columns)}
    command = [sys.executable, "-m", "bot", *arguments]
    with subprocess.Popen(command, cwd=folder, env=environ, stdout=theirs) as process:
        os.close(theirs)
        written = b"".join(_until_closed(ours))
        process.wait(timeout=60)
    os.close(ours)
    return written.decode().replace("\r\n", "\n")


def _until_closed(terminal: int) -> Iterator[bytes]:
    while True:
        try:
            read = os.read(terminal, 65_536)
        except OSError:  # so Linux says that nobody has its other end any more
            return
        if not read:
            return
        yield read
