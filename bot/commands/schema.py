"""`bot schema`: what editors complete and check rule files with."""

from __future__ import annotations

import json

import click

from bot.schema import rule_schema


@click.command()
def command() -> int:
    """JSON Schema of rule files, for editors, on stdout.

    \b
    Write it beside your rules and name it in their first line:
      bot schema > rules/rules.schema.json
      # yaml-language-server: $schema=rules.schema.json
    """
    print(json.dumps(rule_schema(), indent=2, ensure_ascii=False))
    return 0
