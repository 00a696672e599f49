"""What import-linter cannot see: no clock and no file where only thought is allowed."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.support import ROOT

HOUSE = ROOT / "bot"
THOUGHT = (
    *("model.py", "errors.py", "timezones.py", "text", "rules", "engine", "authoring"),
    *("provider/events.py", "provider/sending.py", "provider/account.py"),
    "provider/redaction.py",
)
READS_FILES = HOUSE / "rules/files.py", HOUSE / "authoring/manual.py"  # and its own pages
FLAT = {"__init__", "__main__", "accounts", "errors", "log", "model", "settings", "timezones"}
FORBIDDEN = {
    *("open", "print", "input", "eval", "exec", "compile", "__import__"),
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today"),
    *("datetime.datetime.now", "datetime.datetime.today", "datetime.date.today"),
}
FILES = {"read_bytes", "read_text", "write_bytes", "write_text", "rglob", "glob", "is_file"}


def forbidden_calls(source: str, *, may_read: bool = False) -> set[str]:
    calls = [node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    names = {ast.unparse(call) for call in calls} & FORBIDDEN
    methods = {call.attr for call in calls if isinstance(call, ast.Attribute)} & FILES
    return names if may_read else names | methods


def thinking() -> list[Path]:
    roots = [HOUSE / name for name in THOUGHT]
    return sorted(p for root in roots for p in ([root] if root.is_file() else root.rglob("*.py")))


@pytest.mark.parametrize("path", thinking(), ids=lambda path: str(path.relative_to(HOUSE)))
def test_thought_asks_no_clock_and_no_file(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert forbidden_calls(source, may_read=path in READS_FILES) == set()


@pytest.mark.parametrize(
    ("source", "calls"),
    [
        ("datetime.now(UTC)", {"datetime.now"}),
        ("open('x')", {"open"}),
        ("path.read_text()", {"read_text"}),
        ("x = open", set()),
        ("template.compile()", set()),
    ],
)
def test_the_house_sees_what_it_must_see(source: str, calls: set[str]) -> None:
    assert forbidden_calls(source) == calls


def test_few_modules_stay_outside_a_room() -> None:
    assert {path.stem for path in HOUSE.glob("*.py")} == FLAT


def test_every_room_says_in_a_sentence_what_it_is_for() -> None:
    silent = [
        room.name
        for room in HOUSE.iterdir()
        if (room / "__init__.py").is_file()
        and not ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8")))
    ]
    assert silent == []
