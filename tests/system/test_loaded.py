"""What the commands of an author load: a start pays for each module."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.system

AUTHORS = ("check", "test", "fmt", "why", "dry_run", "duel", "help", "init", "schema")
LOADED = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(f"bot.cli.commands.{name}")
print(*sorted({"sqlalchemy", "alembic", "httpx", "uvicorn"} & set(sys.modules)))
"""

TEXT = """
import sys
from bot.cli.main import main
code = main(["dry-run", *sys.argv[1:]])
print(code, *sorted(sys.modules))
"""
NOT_FOR_A_TEXT = {
    *("bot.cli.cores", "bot.cli.moments", "bot.plugins.testing", "difflib"),
    *("bot.rules.index", "bot.text.fragments", "bot.text.pattern_set", "bot.text.group_samples"),
    *("bot.rules.matchers.says", "bot.rules.matchers.sentence", "bot.rules.matchers.email"),
}
"""Of one that is answered as if it came now, by rules that use little of the language."""


def test_an_author_s_commands_load_neither_the_database_nor_a_server() -> None:
    command = [sys.executable, "-c", LOADED, *AUTHORS]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout == "\n"


def test_what_loads_it_is_seen() -> None:
    command = [sys.executable, "-c", LOADED, "stats"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "sqlalchemy" in done.stdout.split()


def test_a_check_loads_neither_overlaps_nor_segments_where_nobody_asks_for_them() -> None:
    modules = "bot.authoring.overlap_report", "bot.authoring.segment_costs", "bot.cli.past_texts"
    code = f"import sys, bot.cli.commands.check; print(*set({modules}) & set(sys.modules))"
    command = [sys.executable, "-c", code]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout == "\n"


def test_one_text_loads_no_matcher_that_no_rule_names_and_no_index(tmp_path: Path) -> None:
    assert loaded(rules(tmp_path, "keywords: hours"), "Hours?") & NOT_FOR_A_TEXT == set()


def test_what_a_rule_names_is_loaded_and_so_is_what_reads_a_moment(tmp_path: Path) -> None:
    found = loaded(rules(tmp_path, 'says: "hours {x}"'), "Hours?", "--at", "tomorrow 10:00")
    expected = {"bot.rules.matchers.says", "bot.rules.matchers.sentence", "bot.cli.moments"}
    assert expected <= found & NOT_FOR_A_TEXT


def rules(folder: Path, when: str) -> str:
    path = folder / "rules.yaml"
    path.write_text(f"rules: [{{id: hours, when: {{{when}}}, reply: 9-5}}]")
    return str(path)


def loaded(rules: str, *arguments: str) -> set[str]:
    """The modules that `bot dry-run` has loaded in the end."""
    command = [sys.executable, "-c", TEXT, "--rules", rules, *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    code, *names = done.stdout.splitlines()[-1].split()
    assert code == "0"
    return set(names)
