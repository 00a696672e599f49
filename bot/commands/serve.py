"""`bot serve`: the server."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import click
import uvicorn
from starlette.applications import Starlette

from bot import log
from bot.capture import Capture
from bot.commands import options
from bot.errors import UsageError
from bot.gateway import Gateway
from bot.ledger.database import Database, Writer, open_database
from bot.metrics import Metrics
from bot.reload import LiveRules
from bot.runner import Runner
from bot.settings import Settings, read_settings
from bot.web.app import create_app

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

    \b
    Examples:
      bot serve
      bot serve --rules examples/clinic --port 9000 --dry-run
    """
    settings = read_settings()
    settings.needed_secrets()
    capture = Capture(settings.capture) if settings.capture is not None else None
    gateway = None
    if not dry_run:
        gateway = Gateway(settings.base_url, settings.needed_api_key(), capture=capture)
    live = LiveRules(rules or settings.rules, settings.timezone)
    log.configure()
    database = open_database(settings.database_url)
    with database.only_sender() as alone:
        if not alone:
            raise UsageError("another `bot serve` uses this database: stop it first")
        app = build_app(settings, live, database, gateway, capture)
        _settle_memory()
        return run(app, host or settings.host, settings.port if port is None else port)


def build_app(
    settings: Settings,
    live: LiveRules,
    database: Database,
    gateway: Gateway | None,
    capture: Capture | None = None,
) -> Starlette:
    """The server with its parts, put together; the runner starts and stops with it."""
    metrics = Metrics()
    runner = Runner(
        writer=Writer(database),
        gateway=gateway,
        settings=settings,
        rules=live.current,
        metrics=metrics,
    )

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await runner.start()
        watching = asyncio.create_task(live.watch())
        try:
            yield
        finally:
            watching.cancel()
            await runner.stop()
            if gateway is not None:
                await gateway.close()
            if capture is not None:
                await asyncio.to_thread(capture.close)
            await asyncio.to_thread(runner.writer.close)
            database.close()

    return create_app(
        secrets=settings.needed_secrets(),
        token=settings.console_token,
        bot=runner,
        metrics=metrics,
        rule_errors=lambda: live.errors,
        capture=capture,
        lifespan=lifespan,
    )


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
