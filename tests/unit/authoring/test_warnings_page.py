"""`bot help warnings` lists every code, and each example on it earns its code."""

from __future__ import annotations

import ast
import re
import textwrap
from datetime import date
from pathlib import Path

import pytest

from bot.authoring.lint import lint
from bot.errors import Severity
from bot.rules.loader import SourceFile, load
from tests.support import ROOT

PAGE = (ROOT / "bot/cli/pages/warnings.md").read_text(encoding="utf-8")
ENTRY = re.compile(r"^`([a-z0-9-]+)`: (?:.+\n)+\n?((?:    .*\n)*)", re.MULTILINE)
ENTRIES = {found[1]: textwrap.dedent(found[2]) for found in ENTRY.finditer(PAGE)}
WITHOUT_EXAMPLE = {"no-literal", "zone", "passed-over", "twice"}
"""These need many patterns, or several files."""


def codes(path: Path) -> set[str]:
    """Second arguments of what makes warnings: a code, or a row that begins with one."""
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    found = set()
    for call in calls:
        name = ast.unparse(call.func).rpartition(".")[2]
        named = name in ("warning", "deprecated", "Problem", "tell")
        strings = [arg.value for arg in call.args[1:2] if isinstance(arg, ast.Constant)]
        if named and (name != "Problem" or "WARNING" in ast.unparse(call)):
            found |= {value for value in strings if isinstance(value, str)}
    return found


def test_the_page_has_every_code_that_a_warning_may_have() -> None:
    rooms = [ROOT / "bot/rules", ROOT / "bot/authoring"]
    known = {code for room in rooms for path in room.rglob("*.py") for code in codes(path)}
    assert ENTRIES.keys() == known | {"silent-reply"}


def test_only_what_needs_many_lines_is_without_an_example() -> None:
    assert {code for code, example in ENTRIES.items() if not example} == WITHOUT_EXAMPLE


@pytest.mark.parametrize("code", sorted(ENTRIES.keys() - WITHOUT_EXAMPLE))
def test_an_example_earns_its_code(code: str) -> None:
    example = ENTRIES[code]
    text = f"rules:\n{textwrap.indent(example, '  ')}" if example.startswith("- ") else example
    loaded = load([SourceFile("page.yaml", text)], lenient=True)
    found = [*loaded.warnings, *lint(loaded, today=date(2026, 1, 15))]
    assert code in {problem.code for problem in found}
    assert {problem.severity for problem in found} == {Severity.WARNING}
