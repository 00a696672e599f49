"""`bot worker`: decides and sends for servers on other machines."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import click
from uvicorn.loops.auto import auto_loop_factory

from bot import log
from bot.cli import options
from bot.errors import UsageError
from bot.runtime import app
from bot.runtime.app import Bot


@click.command()
@options.rules_path
@click.option("--dry-run", is_flag=True, help="Decide and record, send nothing.")
def command(rules: Path | None, dry_run: bool) -> int:
    """Decide and send what servers on other machines have taken in. SIGTERM finishes what it holds.

    It needs a database that several machines share, PostgreSQL; on SQLite `bot serve` does it all.
    With BOT_ACCOUNTS it works for every account, or the one that is chosen.

    \b
    Examples:
      BOT_DATABASE_URL=postgresql://bot@db.example/bot bot worker
      bot --account clinic worker
    """
    accounts = app.accounts_of(options.accounts(), rules, sends=not dry_run, hears=False)
    if not all(settings.shares_database for settings in accounts):
        raise UsageError(_ALONE)
    log.configure(timezone=options.zone(accounts[0]))
    with ExitStack() as stack:
        opened = app.open_all(accounts, stack, sends=not dry_run)
        app.settle_memory()
        with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:  # uvloop where it exists
            runner.run(_work(opened))
    return 0


_ALONE: Final = "it needs BOT_DATABASE_URL=postgresql://…; on SQLite `bot serve` does it all"


async def _work(opened: Sequence[Bot]) -> None:
    ended, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        # Not by the loop: that of Windows takes no signals.
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(ended.set))
    async with app.running(opened):
        print("bot works", file=sys.stderr, flush=True)
        await ended.wait()
        app.end_in_any_case(opened)
