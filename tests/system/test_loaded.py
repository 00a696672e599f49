"""What the commands of an author load: a start pays for each module."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.system

AUTHORS = ("check", "test", "fmt", "why", "dry_run", "duel", "help", "init", "schema")
LOADED = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(f"bot.cli.commands.{name}")
print(*sorted({"sqlalchemy", "alembic", "httpx", "uvicorn"} & set(sys.modules)))
"""


def test_an_author_s_commands_load_neither_the_database_nor_a_server() -> None:
    command = [sys.executable, "-c", LOADED, *AUTHORS]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout == "\n"


def test_what_loads_it_is_seen() -> None:
    command = [sys.executable, "-c", LOADED, "stats"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "sqlalchemy" in done.stdout.split()
