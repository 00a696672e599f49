"""`bot schema`: both schemas, on stdout or beside the rules."""

from __future__ import annotations

import json
from pathlib import Path

from bot.authoring.schema import rule_schema
from bot.authoring.tests_schema import scenario_schema
from bot.cli.commands.schema import of_plugins
from tests.integration.cli.conftest import Bot


def test_it_prints_the_schema_of_rules_or_of_conversations(bot: Bot) -> None:
    assert json.loads(bot("schema").out) == rule_schema(of_plugins())
    assert bot("schema", "rules").out == bot("schema").out
    assert json.loads(bot("schema", "tests").out) == scenario_schema()


def test_it_writes_both_where_they_are_named(bot: Bot, folder: Path) -> None:
    (folder / "rules" / "rules.schema.json").write_text("old")
    ran = bot("schema", "--write", "rules")
    assert (ran.code, ran.out) == (0, "rules/rules.schema.json\nrules/tests.schema.json\n")
    for name in ("rules", "tests"):
        written = (folder / "rules" / f"{name}.schema.json").read_text()
        assert written == bot("schema", name).out


def test_what_cannot_be_written_or_is_no_schema_is_said(bot: Bot) -> None:
    ran = bot("schema", "--write", "nowhere")
    message = "nowhere/rules.schema.json: cannot be written (No such file or directory)\n"
    assert (ran.code, ran.out, ran.err) == (2, "", message)
    assert bot("schema", "replies").code == 2
