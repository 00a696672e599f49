"""`bot schema`: what editors complete and check rule files with."""

from __future__ import annotations

import json
from collections.abc import Mapping

import click

from bot.authoring.schema import rule_schema
from bot.plugins import discovery
from bot.rules.json_schema import Schema, said


def of_plugins() -> Mapping[str, Schema]:
    """The matchers of installed packages: any value, described by their page."""
    return {name: said({}, page) for name, page in discovery.pages().items()}


@click.command()
def command() -> int:
    """JSON Schema of rule files, for editors, on stdout.

    \b
    Write it beside your rules and name it in their first line:
      bot schema > rules/rules.schema.json
      # yaml-language-server: $schema=rules.schema.json
    """
    print(json.dumps(rule_schema(of_plugins()), indent=2, ensure_ascii=False))
    return 0
