"""Rules with tests from elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import click

from bot.authoring.keyword_list import read_keyword_list
from bot.authoring.new_rules import Imported
from bot.authoring.smart_replies import rules_of
from bot.cli import options, provider
from bot.cli.output import counted, fitted, printable, tell
from bot.errors import SettingsError, UsageError, plain
from bot.provider.client import Gateway
from bot.rules.ruleset import Ruleset
from bot.settings import Settings

_output_option: Final = click.option(
    "--output", type=click.Path(path_type=Path), metavar="FILE", help="Where to; else stdout."
)


@click.command("keywords", short_help="Of a list of keywords and replies.")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@_output_option
def import_keywords(file: Path, output: Path | None) -> int:
    """Rules with tests of a list: one line a rule, its keywords and what to answer.

    Columns with commas, semicolons or tabs between them, with or without a first line that names
    them (keyword, reply). Several keywords of a line are separated by | or, in quotes, by commas.
    What is left out is said with its line, and the exit code is then 1, as are fields of a mail
    merge, which are sent as they stand. Nothing is overwritten.

    \b
    Examples:
      bot import keywords list.csv
      bot import keywords list.csv --output rules/40-keywords.yaml
    """
    is_stdin = str(file) == "-"
    try:
        content = sys.stdin.buffer.read() if is_stdin else file.read_bytes()
        found = read_keyword_list(content, "stdin" if is_stdin else plain(file.name))
    except OSError as error:
        raise UsageError(f"{plain(file)}: {error.strerror}") from None
    except UsageError as error:
        raise UsageError(f"{plain(file)}: {printable(str(error))}") from None
    notes = (f"{plain(file)}:{note.line}: {note.message}" for note in found.notes)
    folder = plain(output.parent) if output is not None else ""
    return _told(found, notes, output, f"next: bot check {folder} · bot test {folder}")


@click.command("smart-replies", short_help="Of what MTA answers by itself.")
@_output_option
def import_smart_replies(output: Path | None) -> int:
    """Rules with tests of the smart replies of the account: a word and what MTA answers to it.

    Words that your rules answer already are left out, and said; the exit code is then 1. Nothing
    is overwritten, and nothing is changed at MTA: delete there what your rules answer from now on,
    else people get two answers. `bot doctor` tells which.

    \b
    Examples:
      bot import smart-replies
      bot import smart-replies --output rules/50-smart-replies.yaml
    """
    settings = options.settings()
    replies = provider.taken(provider.ask(settings, Gateway.smart_replies))
    found = rules_of([(reply.word, reply.message) for reply in replies], _ours(settings))
    next_ = "next: bot check · bot test, then delete them at MTA; bot doctor tells what is left"
    return _told(found, (note.message for note in found.notes), output, next_)


def _ours(settings: Settings) -> Ruleset | None:
    """None where there are no rules yet. Raises RuleError."""
    try:
        return options.load_rules(None, settings).ruleset
    except (UsageError, SettingsError):
        return None


def _told(found: Imported, notes: Iterable[str], output: Path | None, next_: str) -> int:
    """The rules where they are wanted, what was left out on stderr; the exit code."""
    if output is None:
        print(found.text, end="")
    else:
        _write(output, found.text)
    for note in notes:
        tell(note)
    if output is not None:
        notices = f", {counted(len(found.notes), 'line')} to look at" if found.notes else ""
        print(fitted(f"{counted(found.rules, 'rule')} in {plain(output)}{notices}; {next_}", 2))
    return 1 if found.notes else 0


def _write(path: Path, text: str) -> None:
    """Raises UsageError, also where there is a file."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"{plain(path)}: exists; nothing is overwritten, name another") from None
    except OSError as error:
        raise UsageError(f"{plain(path)}: cannot be written ({error.strerror})") from None


COMMANDS: Final = (import_keywords, import_smart_replies)
