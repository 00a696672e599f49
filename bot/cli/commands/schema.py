"""`bot schema`: what editors complete and check rule files and conversations with."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import click

from bot.authoring.schema import rule_schema
from bot.authoring.tests_schema import scenario_schema
from bot.errors import UsageError, plain
from bot.plugins import discovery
from bot.rules.json_schema import Schema, said


def of_plugins() -> Mapping[str, Schema]:
    """The matchers of installed packages: any value, described by their page."""
    return {name: said({}, page) for name, page in discovery.pages().items()}


_SCHEMAS: Final[Mapping[str, Callable[[], Schema]]] = {
    "rules": lambda: rule_schema(of_plugins()),
    "tests": scenario_schema,
}


def as_json(schema: Schema) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


@click.command()
@click.argument("what", type=click.Choice([*_SCHEMAS]), default="rules")
@click.option(
    "--write",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Both, as rules.schema.json and tests.schema.json in that folder.",
)
def command(what: str, write: Path | None) -> int:
    """JSON Schema for editors, on stdout: of rule files, or of the conversations that test them.

    \b
    Write both beside your rules, and name them in the first line of a file:
      bot schema --write rules
      # yaml-language-server: $schema=rules.schema.json
      # yaml-language-server: $schema=tests.schema.json    in a *.test.yaml
    """
    if write is None:
        print(as_json(_SCHEMAS[what]()), end="")
        return 0
    for name, schema in _SCHEMAS.items():
        path = write / f"{name}.schema.json"
        try:
            path.write_text(as_json(schema()), encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{plain(path)}: cannot be written ({error.strerror})") from None
        print(plain(path))
    return 0
