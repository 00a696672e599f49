"""`bot diff`: which recorded messages other rules would answer otherwise."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from bot.authoring.old_and_new import OldAndNew
from bot.cli import diff_report, options
from bot.cli.comparing import Comparing
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
    comparing = Comparing(OldAndNew(before, after), settings, sample, as_json)
    if against is not None:
        found = comparing.file(against)
    else:
        found = comparing.ledger(options.since(since or "30d", datetime.now(UTC)))
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
