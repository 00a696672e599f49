"""Rules with tests from elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import click

from bot.authoring.keyword_list import read_keyword_list
from bot.cli.output import printable
from bot.errors import UsageError, plain


@click.command("keywords", short_help="Of a list of keywords and replies.")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--output", type=click.Path(path_type=Path), metavar="FILE", help="Where to; else stdout."
)
def import_keywords(file: Path, output: Path | None) -> int:
    """Rules with tests of a list: one line a rule, its keywords and what to answer.

    Columns with commas, semicolons or tabs between them, with or without a first line that names
    them (keyword, reply). Several keywords of a line are separated by | or, in quotes, by commas.
    What is left out is said with its line, and the exit code is then 1. Nothing is overwritten.

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
    if output is None:
        print(found.text, end="")
    else:
        _write(output, found.text)
    for note in found.notes:
        print(f"{plain(file)}:{note.line}: {printable(note.message)}", file=sys.stderr)
    rules = f"{found.rules} rule{'' if found.rules == 1 else 's'}"
    if output is not None:
        print(f"{rules} in {plain(output)}; next: bot check · bot test")
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


COMMANDS: Final = (import_keywords,)
