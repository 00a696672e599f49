"""`bot serve`: the server."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeAlias

import click
import uvicorn
from starlette.applications import Starlette

from bot import log
from bot.commands import options
from bot.errors import SettingsError, UsageError
from bot.gateway import Gateway
from bot.ledger.database import Database, Writer, open_database
from bot.metrics import Metrics
from bot.reload import LiveRules
from bot.runner import Runner
from bot.settings import Settings, read_accounts
from bot.web.app import Served, create_app

_GRACE: Final = 10
"""Seconds that open requests may take after SIGTERM."""
_COLLECTS: Final = (50_000, 20, 20)
"""New objects before the garbage collector looks; Python's own 700 are a few requests."""


@click.command()
@options.rules_option
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
      bot serve --rules examples/clinic --port 9000 --dry-run
    """
    accounts = _accounts(rules, dry_run=dry_run)
    log.configure()
    with ExitStack() as stack:
        app = build_app([build_bot(*parts) for parts in _open_all(accounts, stack, dry_run)])
        _settle_memory()
        process = accounts[0]  # all have the same address
        return run(app, host or process.host, process.port if port is None else port)


def _accounts(rules: Path | None, *, dry_run: bool) -> Sequence[Settings]:
    """Of each bot that is to be served. Raises SettingsError with all that is missing."""
    accounts: Sequence[Settings] = read_accounts()
    if rules is not None:
        if len(accounts) > 1:
            name = accounts[0].account
            raise UsageError(f"--rules are one account's: bot --account {name} serve --rules …")
        accounts = [replace(accounts[0], rules=rules)]
    missing = []
    for settings in accounts:
        sending = [] if dry_run else [settings.needed_api_key]
        for needed in (settings.needed_secrets, *sending, settings.needed_rules):
            try:
                needed()
            except SettingsError as error:
                missing.append(str(error))
    if missing:
        raise SettingsError("\n".join(missing))
    return accounts


Parts: TypeAlias = tuple[Settings, LiveRules, Database, Gateway | None]
"""What a bot is made of; only the ledger is open."""


def _open_all(accounts: Iterable[Settings], stack: ExitStack, dry_run: bool) -> Sequence[Parts]:
    """Raises UsageError with all that is wrong with all of them."""
    opened, wrong = [], []
    for settings in accounts:
        try:
            with options.naming(settings.account):
                opened.append(stack.enter_context(_open(settings, dry_run)))
        except UsageError as error:
            wrong.append(str(error))
    if wrong:
        raise UsageError("\n".join(wrong))
    return opened


@contextmanager
def _open(settings: Settings, dry_run: bool) -> Iterator[Parts]:
    """As the only one that sends from this ledger. Raises RuleError, LedgerError, UsageError."""
    live = LiveRules(settings.needed_rules(), settings.timezone)
    with (
        closing(open_database(settings.database_url)) as database,
        database.only_sender() as alone,
    ):
        if not alone:
            raise UsageError("another `bot serve` uses this database: stop it first")
        gateway = None if dry_run else Gateway(settings.base_url, settings.needed_api_key())
        yield settings, live, database, gateway


@dataclass(frozen=True, slots=True)
class Bot:
    """One bot with its parts, put together; it starts and stops with the server."""

    settings: Settings
    live: LiveRules
    runner: Runner

    @property
    def served(self) -> Served:
        return Served(
            account=self.settings.account,
            secrets=self.settings.needed_secrets(),
            bot=self.runner,
            metrics=self.runner.metrics,
            rule_errors=lambda: self.live.errors,
        )

    async def start(self) -> asyncio.Task[None]:
        """The task that watches the rules, to be cancelled before `stop`."""
        with log.of_account(self.settings.account):
            try:
                await self.runner.start()
            except Exception:
                log.logger().exception("the bot could not be started")
                raise
            return asyncio.create_task(self.live.watch())

    async def stop(self) -> None:
        """Whether or not it was started."""
        await self.runner.stop()
        if self.runner.gateway is not None:
            await self.runner.gateway.close()
        await asyncio.to_thread(self.runner.writer.close)


def build_bot(
    settings: Settings, live: LiveRules, database: Database, gateway: Gateway | None
) -> Bot:
    """One bot; the database stays open for as long as it may run."""
    runner = Runner(
        writer=Writer(database),
        gateway=gateway,
        settings=settings,
        rules=live.current,
        metrics=Metrics(),
    )
    return Bot(settings, live, runner)


def build_app(bots: Sequence[Bot]) -> Starlette:
    """The server of one bot, or of one for each account; they start and stop with it."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
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

    token = bots[0].settings.console_token  # the process's, as its address is
    return create_app(*(bot.served for bot in bots), token=token, lifespan=lifespan)


def _settle_memory() -> None:
    """Rules and libraries stay until the end: looking for garbage among them is in vain."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTS)


def _listen(host: str, port: int) -> socket.socket:
    """Raises UsageError where the address cannot be had."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        because = error.strerror or str(error)
        raise UsageError(f"cannot listen on {host}:{port}: {because}") from error


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            print(f"bot serves on http://{host}:{port}", file=sys.stderr, flush=True)


def run(app: Starlette, host: str, port: int) -> int:
    """Serve until SIGTERM or ^C; 0 when it ended as it should."""
    # uvicorn raises a signal again after its shutdown; by then there is nothing left to end.
    signal.signal(signal.SIGTERM, lambda *_: None)
    serving = _Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            loop="uvloop",
            http="httptools",
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE,
            # Who asks decides about the API; a header that anyone can send must not.
            proxy_headers=False,
        )
    )
    serving.run([_listen(host, port)])
    return 0 if serving.started else 2
