"""`bot serve`: the server."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

import click
import uvicorn
from starlette.applications import Starlette

from bot import log
from bot.cli import options
from bot.errors import UsageError
from bot.runtime import app as bots
from bot.runtime.app import Bot
from bot.web.app import Served, create_app

_GRACE: Final = 10
"""Seconds that open requests may take after SIGTERM."""


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
    accounts = bots.accounts_of(rules, sends=not dry_run, hears=True)
    log.configure()
    with ExitStack() as stack:
        app = build_app(bots.open_all(accounts, stack, sends=not dry_run))
        bots.settle_memory()
        process = accounts[0]  # all have the same address
        return run(app, host or process.host, process.port if port is None else port)


def build_app(served: Sequence[Bot]) -> Starlette:
    """The server of one bot, or of one for each account; they start and stop with it."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with bots.running(served):
            yield

    token = served[0].settings.console_token  # the process's, as its address is
    return create_app(*map(_served, served), token=token, lifespan=lifespan)


def _served(bot: Bot) -> Served:
    return Served(
        account=bot.settings.account,
        secrets=bot.settings.needed_secrets(),
        bot=bot.runner,
        metrics=bot.runner.metrics,
        rule_errors=lambda: bot.live.errors,
        capture=bot.capture,
    )


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
