"""Messages that another system sent: the bot learns their numbers and tags, to answer answers."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

from bot.cli import options
from bot.cli.output import printable
from bot.errors import UsageError, plain
from bot.ledger.database import open_database
from bot.messaging import elsewhere
from bot.messaging.elsewhere import SentElsewhere

_BATCH: Final = 500
"""Lines of one transaction."""


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@options.json_option
def import_messages(file: Path, as_json: bool) -> int:
    """Read `{externalId, longcodeId, to, tags?, text?, sentAt?}`, one object a line.

    They stand in the chain where they were sent, and who answers them gets their number and tags.
    What is known already is not doubled, so a file may be read again; - is stdin.

    \b
    Examples:
      bot messages import sent.jsonl
      other-system export | bot messages import -
    """
    name, lines = _lines(file)
    database = open_database(options.settings().database_url)
    imported = known = wrong = 0
    try:
        for start in _progress(range(0, len(lines), _BATCH)):
            messages = []
            for number, line in enumerate(lines[start : start + _BATCH], start + 1):
                if not line.strip():
                    continue
                try:
                    messages.append(_read(line))
                except UsageError as error:
                    wrong += 1
                    print(f"{name}:{number}: {printable(str(error))}", file=sys.stderr)
            with database.transaction() as connection:
                for message in messages:
                    new = elsewhere.import_message(connection, message)
                    imported, known = imported + new, known + (not new)
    finally:
        database.close()
    if as_json:
        options.print_json({"imported": imported, "known": known, "errors": wrong})
    else:
        print(f"{imported} imported, {known} known already, {wrong} with errors")
    return 2 if wrong else 0


COMMANDS: Final = (import_messages,)


def _lines(file: Path) -> tuple[str, list[bytes]]:
    """With the name of the file for messages. Raises UsageError."""
    if str(file) == "-":
        return "stdin", sys.stdin.buffer.read().splitlines()
    try:
        return plain(file), file.read_bytes().splitlines()
    except OSError as error:
        raise UsageError(f"{plain(file)}: {error.strerror}") from None


def _read(line: bytes) -> SentElsewhere:
    """Raises UsageError."""
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        raise UsageError("the line is not JSON") from None
    return elsewhere.read_sent_elsewhere(data, datetime.now(UTC))


def _progress(batches: range) -> Any:
    if len(batches) < 10 or not sys.stderr.isatty():
        return batches
    from rich.console import Console
    from rich.progress import track

    return track(batches, "importing", console=Console(stderr=True), transient=True)
