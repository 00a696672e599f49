"""`bot demo`: the whole chain on this machine, without an account."""

from __future__ import annotations

import asyncio
import os
import sys
import webbrowser
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import click

from bot import log
from bot.cli import moments, options, terminal
from bot.cli.output import dim
from bot.cli.stage import PERSON, WELCOME, Stage, staged
from bot.errors import UsageError
from bot.runtime.live_rules import LiveRules
from bot.settings import Settings


@click.command()
@click.argument("texts", nargs=-1, metavar="[TEXT]...")
@options.rules_option
@click.option("--terminal", "in_terminal", is_flag=True, help="Text from this terminal.")
@click.option("--no-open", is_flag=True, help="Only print the address of the phone.")
@click.option("--port", type=click.IntRange(0, 65_535), default=0, help="Of the phone.")
@options.tags_option
@click.option("--media", metavar="URL", help="A picture that goes along with the first text.")
@click.option("--at", metavar="TIME", help="What the bot's clock shows, as 2026-01-15 17:30.")
@click.option("--verbose", "-v", "wire", is_flag=True, help="Show what goes over the wire.")
def command(
    texts: tuple[str, ...],
    rules: Path | None,
    in_terminal: bool,
    no_open: bool,
    port: int,
    tags: tuple[str, ...],
    media: str | None,
    at: str | None,
    wire: bool,
) -> int:
    """Text the bot from a phone in your browser: a stand-in for MTA, the server, your rules.

    Each text goes through a real signed webhook, and each answer through a real POST /send,
    over HTTP on this machine. Nothing leaves it. The phone's clock can be put forward. What was
    said stays in a ledger, and it says where: of those older than a day the last ten stay.

    With TEXTs it says these in the terminal and ends; `--terminal` reads them there, and so it
    does from a pipe or file. `--tag` is of the message that the business sends first.

    \b
    Examples:
      bot demo
      bot demo "Hours?" "STOP" -v
      bot demo --terminal --tag campaign=spring --at "2026-01-17 10:00"
    """
    settings = options.settings(needs_account=rules is None)
    log.configure(quiet=True)
    live = LiveRules(rules or settings.needed_rules(), settings.timezone)
    clock = None if at is None else moments.moment(at, live.ruleset.timezone, "--at", _now())
    sent = {**WELCOME, **options.pairs(tags, "--tag")}
    is_phone = not (texts or in_terminal or media) and (no_open or sys.stdin.isatty())
    talk = terminal.Talk(texts=texts, media=media, wire=wire)
    try:
        asyncio.run(
            _demo(live, settings, clock, sent, None if is_phone else talk, port, opens=not no_open)
        )
    except KeyboardInterrupt:
        if not is_phone:
            raise
    except OSError as error:
        raise UsageError(f"cannot listen on port {port}: {error.strerror}") from error
    return 0


async def _demo(
    live: LiveRules,
    settings: Settings,
    at: datetime | None,
    tags: Mapping[str, str],
    talk: terminal.Talk | None,
    port: int,
    *,
    opens: bool,
) -> None:
    async with staged(live, settings, port=port, at=at) as stage:
        try:
            await stage.greet(tags)
            if talk is None:
                await _serve_phone(stage, opens=opens)
            else:
                await terminal.Scene(stage, talk, seen=1).play()
        finally:
            kept = f"BOT_DATABASE_URL=sqlite:///{stage.folder / 'bot.db'}"
            print(f"look at it again: {kept} bot conversations show {PERSON}", file=sys.stderr)
            print(f"remove it: rm -r {stage.folder}", file=sys.stderr)


async def _serve_phone(stage: Stage, *, opens: bool) -> None:
    print(f"the phone    {stage.exchange.origin}/")
    print(f"the console  {stage.bot}/")
    print(dim("^C ends it."), flush=True)
    if opens and sys.stdout.isatty() and _has_display():
        with suppress(webbrowser.Error):
            await asyncio.to_thread(webbrowser.open, f"{stage.exchange.origin}/")
    await terminal.until_told_to_end()


def _has_display() -> bool:
    """A browser of this machine would show a window, and not take the terminal."""
    is_desktop = sys.platform in ("darwin", "win32")
    return is_desktop or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _now() -> datetime:
    return datetime.now(UTC)
