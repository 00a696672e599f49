"""What the provider still has of texts that never reached the webhook."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final, TypeVar

import click

from bot.cli import options, provider
from bot.cli.output import counted, dim, fitted, line, utc
from bot.errors import ProviderError
from bot.ledger import caught_up
from bot.ledger.database import Database, open_database
from bot.messaging import catch_up
from bot.messaging.catch_up import Found, Result, Wanted
from bot.provider.account import Failure
from bot.provider.answers import RetryLater
from bot.provider.client import Gateway
from bot.provider.threads import Thread, ThreadItem
from bot.settings import Settings

T = TypeVar("T")

_MOST_WAITS: Final = 5
_LONGEST_WAIT: Final = 120.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class _Read:
    thread: Thread
    items: tuple[ThreadItem, ...]


@click.command()
@click.option("--since", metavar="TIME", default="3d", help="As in 7d, or 2026-01-15; default 3d.")
@click.option("--dry-run", is_flag=True, help="Say what it would do, and do nothing.")
@options.json_option
def command(since: str, dry_run: bool, as_json: bool) -> int:
    """Take in what MTA has of texts whose webhook never came, as after an outage.

    It reads the threads of the account, which takes a minute for a dozen of them: MTA allows 30
    requests a minute. A running server answers what is taken in. What is not certain, or older than
    BOT_REPLY_MAX_AGE, is listed and not answered; a STOP in it counts. Nothing is taken in twice,
    also when its webhook comes later.

    \b
    Examples:
      bot catch-up --dry-run
      bot catch-up --since 7d
    """
    settings, now = options.settings(), datetime.now(UTC)
    loaded = options.load_rules(None, settings, allow_impure=False)
    wanted = Wanted(
        ruleset=loaded.ruleset,
        max_age=settings.reply_max_age,
        since=options.since(since, now),
    )
    read, unread = provider.ask(settings, lambda gateway: _threads(gateway, wanted.since))
    shown = options.clock()
    done: list[Found] = []
    with _looking(settings, dry_run=dry_run) as look:
        for one in read:
            for found in look(one, wanted, now):
                done.append(found)
                if as_json:
                    options.print_json(_object(found))
                else:
                    print("\n".join(_lines(found, shown, dry_run=dry_run)))
    if not as_json:
        print(_summary(done, len(read), dry_run=dry_run))
    return 2 if unread else 0


async def _threads(gateway: Gateway, since: datetime) -> tuple[list[_Read], int]:
    """Those in which something was said since then; how many more cannot be read.

    Raises ProviderError.
    """
    found = []
    rows = await _patiently(gateway.threads)
    recent = [row for row in rows if row.latest_at is None or row.latest_at >= since]
    for number, row in enumerate(recent, 1):
        if sys.stderr.isatty():
            print(f"\r{number} of {len(recent)} threads ", end="", file=sys.stderr, flush=True)
        try:
            items = await _patiently(partial(gateway.thread_items, row.id))
            thread = await _patiently(partial(gateway.thread, row.id))
        except ProviderError as error:
            print(f"thread {line(row.id)} is not looked at: {error}", file=sys.stderr)
            continue
        found.append(_Read(thread, items))
    if sys.stderr.isatty():
        print(file=sys.stderr)
    return found, len(recent) - len(found)


async def _patiently(call: Callable[[], Awaitable[T | Failure]]) -> T:
    """Where the provider wants no call for a while, or cannot be reached, it is asked again."""
    for number in range(_MOST_WAITS):
        answer = await call()
        if not isinstance(answer, RetryLater):
            return provider.taken(answer)
        await asyncio.sleep(min(answer.after or 2.0**number, _LONGEST_WAIT))
    return provider.taken(await call())


_Look = Callable[[_Read, Wanted, datetime], Iterable[Found]]


@contextmanager
def _looking(settings: Settings, *, dry_run: bool) -> Iterator[_Look]:
    if dry_run:
        with options.ledger_to_read() as connection:
            yield lambda one, wanted, now: catch_up.look(
                connection, one.thread, one.items, wanted, now
            )
        return
    with closing(open_database(settings.database_url)) as database:
        yield lambda one, wanted, now: _taken(database, one, wanted, now)


def _taken(database: Database, one: _Read, wanted: Wanted, now: datetime) -> list[Found]:
    with database.transaction() as connection:
        caught_up.hold(connection)
        found = catch_up.look(connection, one.thread, one.items, wanted, now)
        return catch_up.take_in(connection, found, now)


def _object(found: Found) -> dict[str, object]:
    message = found.message
    return {
        "id": None if found.inbox_id is None else f"in-{found.inbox_id}",
        "result": found.result,
        "reason": found.because or None,
        "at": None if message.sent_at is None else utc(message.sent_at),
        "number": message.sender or None,
        "ourNumber": message.number or None,
        "text": message.text,
        "mediaUrl": message.media_url,
        "thread": found.thread,
        "item": found.item.reply_id or found.item.id,
    }


_WORDS: Final = {
    Result.TAKEN_IN: ("taken in", "would be taken in"),
    Result.OPT_OUT: ("opted out", "would be opted out"),
    Result.LISTED: ("left unanswered", "left unanswered"),
}


def _lines(found: Found, shown: Callable[[datetime], str], *, dry_run: bool) -> Iterator[str]:
    message = found.message
    at = "time unknown" if message.sent_at is None else shown(message.sent_at)
    who = message.sender or f"thread {line(found.thread)}"
    yield fitted(f"{who}  › {line(message.text) or '(no text)'}", 4)
    why = f": {found.because}" if found.because else ""
    yield dim(fitted(f"    {at}  {_WORDS[found.result][dry_run]}{why}", 6))


def _summary(found: list[Found], threads: int, *, dry_run: bool) -> str:
    many = {result: sum(one.result is result for one in found) for result in Result}
    parts = ", ".join(f"{many[result]} {_WORDS[result][dry_run]}" for result in Result)
    return f"{counted(threads, 'thread')}: {parts}"
