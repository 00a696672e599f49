"""Each command shows how it is called: its examples can be read, and those of authors are run."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bot.cli.main import program
from tests.integration.cli.conftest import Bot
from tests.support import ROOT

RUN = {"dry-run", "why", "check", "test", "help", "schema"}
"""They need neither account nor ledger."""


def commands(
    group: click.Group, named: tuple[str, ...] = ()
) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        if isinstance(found, click.Group):
            yield from commands(found, (*named, name))
        else:
            yield " ".join((*named, name)), found


COMMANDS = dict(commands(program()))


def examples(command: click.Command) -> list[list[str]]:
    """The arguments of each `bot …` line; what follows two spaces is a remark."""
    found = []
    for line in (command.help or "").splitlines():
        shown = line.strip().partition("   ")[0]
        if shown.partition(" ")[0].isupper() and " bot " in shown:
            shown = shown[shown.index("bot ") :]
        shown = shown.rpartition(" | ")[2].partition(" > ")[0]
        if shown == "bot" or shown.startswith("bot "):
            found.append(shlex.split(shown)[1:])
    return found


SHOWN = [arguments for command in COMMANDS.values() for arguments in examples(command)]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_shows_an_example_of_itself(name: str) -> None:
    mine = [" ".join(arguments) for arguments in examples(COMMANDS[name])]
    short = name.removesuffix(" list").removesuffix(" status")
    assert [one for one in mine if name in one or short in one]


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_how_it_is_called_fits_a_terminal(name: str, bot: Bot) -> None:
    lines = bot(*name.split(), "--help").out.splitlines()
    assert [line for line in lines if len(line) > 80] == []


@pytest.mark.parametrize("arguments", SHOWN, ids=" ".join)
def test_an_example_is_one_that_the_command_takes(arguments: list[str]) -> None:
    group, rest = program(), list(arguments)
    context = click.Context(group)
    if rest[:1] == ["--account"]:
        del rest[:2]
    while rest:
        name, command, rest = group.resolve_command(context, rest)
        assert command is not None
        if not isinstance(command, click.Group):
            command.make_context(name, rest, parent=context)
            return
        group = command


@pytest.mark.parametrize("arguments", [one for one in SHOWN if one and one[0] in RUN], ids=" ".join)
def test_an_example_for_authors_runs(arguments: list[str], bot: Bot, folder: Path) -> None:
    shutil.rmtree(folder / "rules")
    for name in ("rules", "examples"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("messages.jsonl", "texts.jsonl"):
        (folder / name).write_text('{"fromNumber": "+15555550123", "message": "Hours?"}\n')
    rules = [] if arguments[0] != "why" or "--rules" in arguments else ["--rules", "examples/shop"]
    ran = bot(*arguments, *rules)
    assert (ran.code in (0, 1), "Traceback" in ran.err) == (True, False), ran
