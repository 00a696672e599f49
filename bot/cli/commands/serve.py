"""`bot serve`: the server."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from pathlib import Path

import click

from bot import log
from bot.cli import options
from bot.runtime import app as bots
from bot.web.server import build_app, run


@click.command()
@options.rules_path
@click.option("--host", help="Else BOT_HOST.")
@click.option("--port", type=click.IntRange(0, 65_535), help="Else BOT_PORT; 0 is any free one.")
@click.option("--dry-run", is_flag=True, help="Decide and record, send nothing.")
def command(rules: Path | None, host: str | None, port: int | None, dry_run: bool) -> int:
    """Receive webhooks, decide, answer. SIGTERM finishes what it holds.

    With BOT_ACCOUNTS it serves every account, or the one that is chosen.

    \b
    Examples:
      bot serve
      bot --account clinic serve
      bot serve examples/clinic --port 9000 --dry-run
    """
    accounts = bots.accounts_of(options.accounts(), rules, sends=not dry_run, hears=True)
    log.configure(timezone=options.zone(accounts[0]))
    with ExitStack() as stack:
        opened = bots.open_all(accounts, stack, sends=not dry_run)
        app, ending = build_app(opened), partial(bots.end_in_any_case, opened)
        bots.settle_memory()
        process = accounts[0]  # all have the same address
        return run(app, host or process.host, process.port if port is None else port, ending)
