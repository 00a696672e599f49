"""`bot diff`: which recorded messages other rules would answer otherwise."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from bot.authoring.both import Both
from bot.authoring.diff import Past, Tally, compare
from bot.cli import diff_report, message_lines, options
from bot.cli.output import printable
from bot.cli.past_lines import PastLines
from bot.cli.revisions import rule_files
from bot.errors import UsageError
from bot.plugins.discovery import load
from bot.rules.ruleset import Ruleset
from bot.settings import Settings


@click.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option(
    "--against",
    metavar="FILE",
    help="JSON lines of webhooks, as of `conversations export`, or a text a line; - is stdin.",
)
@click.option("--since", metavar="TIME", help="Of the database: as in 7d, or 2026-01-15; else 30d.")
@click.option("--sample", default=3, metavar="N", help="Examples of each group; else 3.")
@click.option("--markdown", is_flag=True, help="For a review.")
@options.json_option
def command(
    old: str,
    new: str,
    against: str | None,
    since: str | None,
    sample: int,
    markdown: bool,
    as_json: bool,
) -> int:
    """Decide recorded messages by the rules OLD and by the rules NEW, and show what differs.

    OLD and NEW are folders, or revisions of git: HEAD~3 has the rules of the other one's folder,
    else of BOT_RULES; HEAD~3:rules says where they are. The messages are those of the database,
    each at its time and with what was known then; else those of a FILE, each by itself. Exit code
    1 where an outcome, a text or an image differs.

    \b
    Examples:
      bot diff HEAD rules
      bot diff HEAD~3:rules rules --since 7d --markdown
      bot diff rules new-rules --against messages.jsonl
    """
    if against is not None and since is not None:
        raise UsageError("--since is of the database: give it or --against, not both")
    if as_json and markdown:
        raise UsageError("--json and --markdown are two forms of the same: give one")
    if sample < 0:
        raise UsageError("--sample: needs a number, for example 3")
    settings = options.settings(needs_account=against is None)
    before, after = _ruleset(old, new, settings), _ruleset(new, old, settings)
    found = _Found(Both(before, after), settings, Tally(sample), as_json)
    if against is not None:
        found.read_file(against)
    else:
        begin = options.since(since or "30d", datetime.now(UTC))
        with _ledger(begin, before, settings) as past:
            found.read(past)
    if as_json:
        options.print_json(diff_report.totals(found.tally))
    else:
        make = diff_report.markdown if markdown else diff_report.lines
        print("\n".join(make(found.tally)))
    if found.unreadable:
        return 2
    return 1 if found.tally.changed else 0


def _ruleset(written: str, other: str, settings: Settings) -> Ruleset:
    """Raises UsageError, RuleError."""
    beside = Path(other) if Path(other).exists() else settings.rules
    files = rule_files(written, beside)
    return load(files, timezone=settings.timezone, allow_impure=False).ruleset


@dataclass(slots=True)
class _Found:
    """What has been compared so far."""

    both: Both
    settings: Settings
    tally: Tally
    as_json: bool
    unreadable: int = 0

    def read(self, past: Iterable[Past]) -> None:
        """Each is compared, told of if need be, and forgotten."""
        for one in past:
            compared = compare(one, self.both, self.settings.long_texts)
            self.tally.add(compared)
            if self.as_json and compared.is_changed:
                options.print_json(diff_report.as_object(compared))

    def read_file(self, against: str) -> None:
        past = PastLines(self.both.old, self.settings, self._tell)
        self.read(past.read(against))
        self.unreadable = past.unreadable

    def _tell(self, number: int, because: str) -> None:
        if self.as_json:
            options.print_json({"line": number, "error": because})
        else:
            print(f"line {number}: {printable(because)}", file=sys.stderr)


@contextmanager
def _ledger(since: datetime, ruleset: Ruleset, settings: Settings) -> Iterator[Iterable[Past]]:
    from bot.ledger import past  # who compares with a file needs no database
    from bot.ledger.stats import received

    with options.ledger_to_read() as connection:
        found = past.past(connection, ruleset, since, settings.longcode_id)
        if sys.stderr.isatty():
            found = message_lines.with_progress(found, received(connection, since), lambda _: 1)
        yield found
