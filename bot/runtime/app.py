"""The bots of a process, one for each account: from settings to what starts and stops."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from bot import log
from bot.accounts import variable
from bot.errors import BotError, SettingsError, UsageError, plain
from bot.ledger.database import Database, open_database
from bot.ledger.writer import Writer
from bot.messaging import longcodes
from bot.messaging.media import make_folder
from bot.messaging.resources import Clock, Resources, utc_now
from bot.provider.capture import Capture
from bot.provider.client import GENERAL, Gateway
from bot.provider.rate_limit import RateLimiter
from bot.runtime import app
from bot.runtime.live_rules import LiveRules
from bot.runtime.runner import Runner
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.runtime.cluster import Cluster

_COLLECTS: Final = (50_000, 20, 20)
"""New objects before the garbage collector looks; Python's own 700 are a few requests."""

_STANDS_STILL: Final = 6.0
"""Seconds without a transaction after which it is not waited for any longer at the end; requests
that are open have their 503 before."""
_LONGEST_END: Final = 70.0
"""Seconds; jobs of a cluster have sixty to end."""
_LOOKS_EVERY: Final = 0.25
"""Seconds."""


def accounts_of(
    accounts: Sequence[Settings], rules: Path | None, *, sends: bool, hears: bool
) -> Sequence[Settings]:
    """Of each bot that is to run; who hears needs the secret of the webhooks, who sends the key.

    Raises SettingsError with all that is missing.
    """
    if rules is not None:
        if len(accounts) > 1:
            name = accounts[0].account
            raise UsageError(f"--rules are one account's: bot --account {name} … --rules …")
        accounts = [replace(accounts[0], rules=rules)]
    missing = []
    for settings in accounts:
        hearing = [settings.needed_secrets] if hears else []
        sending = [settings.needed_api_key] if sends else []
        for needed in (*hearing, *sending, settings.needed_rules):
            try:
                needed()
            except SettingsError as error:
                missing.append(str(error))
    if missing:
        raise SettingsError("\n".join(missing))
    return accounts


def open_all(accounts: Iterable[Settings], stack: ExitStack, *, sends: bool) -> Sequence[Bot]:
    """A bot of each, closed with the stack. Raises UsageError with all that is wrong with all."""
    opened, wrong, general = [], [], RateLimiter(GENERAL)
    for settings in accounts:
        try:
            with app.naming(settings.account):
                opened.append(stack.enter_context(_open(settings, general, sends=sends)))
        except UsageError as error:
            wrong.append(str(error))
    if wrong:
        raise UsageError("\n".join(wrong))
    return [build_bot(*parts) for parts in opened]


Parts: TypeAlias = tuple[Settings, LiveRules, Database, Gateway | None, Capture | None]
"""What a bot is made of; only the ledger is open."""


@contextmanager
def _open(settings: Settings, general: RateLimiter, *, sends: bool) -> Iterator[Parts]:
    """As the only one that sends from a ledger that cannot be shared.

    Raises RuleError, LedgerError, UsageError.
    """
    live = LiveRules(settings.needed_rules(), settings.timezone)
    _look_at_media_folder(settings)
    with (
        closing(open_database(settings.database_url)) as database,
        database.only_sender() as alone,
    ):
        if not alone:
            raise UsageError("another `bot serve` uses this database: stop it first")
        capture = Capture(settings.capture) if settings.capture is not None else None
        gateway = None
        if sends:
            key = settings.needed_api_key()
            gateway = Gateway(settings.base_url, key, capture=capture, general=general)
        yield settings, live, database, gateway, capture


def _look_at_media_folder(settings: Settings) -> None:
    """Raises UsageError where nothing can be kept in it."""
    try:
        if settings.media_dir is not None:
            make_folder(settings.media_dir)
    except OSError as error:
        where = variable("BOT_MEDIA_DIR", settings.account)
        raise UsageError(f"{where} {plain(settings.media_dir)}: {error.strerror}") from None


@dataclass(frozen=True, slots=True)
class Bot:
    """One bot with its parts, put together."""

    resources: Resources
    live: LiveRules
    runner: Runner | Cluster
    capture: Capture | None

    async def start(self) -> asyncio.Task[None]:
        """The task that watches the rules, to be cancelled before `stop`."""
        with log.of_account(self.resources.settings.account):
            settings = self.resources.settings
            if self.resources.gateway is not None and longcodes.may_take_default(settings):
                log.logger().warning(longcodes.DEFAULT_MOVES)
            try:
                await self.runner.start()
            except Exception:
                log.logger().exception("the bot could not be started")
                raise
            return asyncio.create_task(self.live.watch())

    async def stop(self) -> None:
        """Whether or not it was started."""
        await self.runner.stop()
        if self.resources.gateway is not None:
            await self.resources.gateway.close()
        if self.capture is not None:
            await asyncio.to_thread(self.capture.close)
        await asyncio.to_thread(self.resources.writer.close)


def build_bot(
    settings: Settings,
    live: LiveRules,
    database: Database,
    gateway: Gateway | None,
    capture: Capture | None = None,
    clock: Clock = utc_now,
) -> Bot:
    """One bot; the database stays open for as long as it may run."""
    make = _cluster() if settings.shares_database else Runner
    resources = Resources(
        settings=settings,
        writer=Writer(database),
        rules=live.current,
        gateway=gateway,
        clock=clock,
    )
    return Bot(resources, live, make(resources), capture)


def _cluster() -> type[Cluster]:
    from bot.runtime.cluster import Cluster  # its libraries are an extra

    return Cluster


@asynccontextmanager
async def running(bots: Sequence[Bot]) -> AsyncIterator[None]:
    """Started, and in the end stopped, whether or not all could be started."""
    watching: list[asyncio.Task[None]] = []
    try:
        for bot in bots:
            watching.append(await bot.start())
        yield
    finally:
        for task in watching:
            task.cancel()
        ended = await asyncio.gather(*(bot.stop() for bot in bots), return_exceptions=True)
        for error in filter(None, ended):
            raise error


def end_in_any_case(bots: Sequence[Bot]) -> None:
    """The process, which is about to end by itself, ends even where a ledger stands still.

    A thread inside a call of the system cannot be stopped, and several pieces of work may each wait
    for another process. What was answered 200 is on disk, and the next start goes on with the rest,
    as after a crash.
    """
    threading.Thread(target=_end, args=(bots,), name="ending", daemon=True).start()


def _end(bots: Sequence[Bot]) -> None:
    began = time.monotonic()
    while (ending_for := time.monotonic() - began) < _LONGEST_END:
        stuck_for = max(bot.resources.writer.stuck_for for bot in bots)
        if min(ending_for, stuck_for) > _STANDS_STILL:
            break
        time.sleep(_LOOKS_EVERY)
    log.logger().error("ended without waiting any longer", seconds=round(ending_for))
    os._exit(0)


def settle_memory() -> None:
    """Rules and libraries stay until the end: looking for garbage among them is in vain."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTS)


@contextmanager
def naming(account: str | None) -> Iterator[None]:
    """A mistake that comes up inside says whose it is. Raises UsageError in place of it."""
    try:
        yield
    except BotError as error:
        if account is None:
            raise
        lines = str(error).splitlines()
        raise UsageError("\n".join(f"account {account}: {line}" for line in lines)) from error
