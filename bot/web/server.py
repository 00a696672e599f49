"""The HTTP server: its socket, uvicorn, and the application with what runs beside it."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final, cast

import uvicorn
from starlette.applications import Starlette

from bot.errors import UsageError, plain
from bot.runtime import app as bots
from bot.runtime.app import Bot
from bot.web.app import Served, create_app
from bot.web.connections import connections
from bot.web.console.desk import Desk

_GRACE: Final = 10
"""Seconds that open requests may take after SIGTERM."""


def build_app(served: Sequence[Bot]) -> Starlette:
    """The server of one bot, or of one for each account; they start and stop with it."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with bots.running(served):
            yield

    process = served[0].resources.settings  # token and root are of it, as its address is
    ready = [*map(_served, served)]
    app = create_app(*ready, token=process.console_token, root=process.root_path, lifespan=lifespan)
    app.state.desks = [one.desk for one in ready if one.desk is not None]
    return app


def _served(bot: Bot) -> Served:
    return Served(
        account=bot.resources.settings.account,
        secrets=bot.resources.settings.needed_secrets(),
        bot=bot.runner.intake,
        metrics=bot.resources.metrics,
        rule_errors=lambda: bot.live.errors,
        ended=bot.runner.ended,
        capture=bot.capture,
        desk=Desk.of(bot.resources, bot.live, bot.runner.intake),
    )


def _listen(host: str, port: int) -> socket.socket:
    """Raises UsageError where the address cannot be had."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except (OSError, UnicodeError) as error:
        because = getattr(error, "strerror", None) or "it is not a name or address of this machine"
        raise UsageError(f"cannot listen on {plain(host)}:{port}: {because}") from error


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ending: Callable[[], None]) -> None:
        super().__init__(config)
        self._ending = ending

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            # One write, as the log has them: lines of other threads stay whole.
            sys.stderr.write(f"bot serves on http://{host}:{port}\n")
            sys.stderr.flush()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._ending()
        await super().shutdown(sockets)


def run(app: Starlette, host: str, port: int, ending: Callable[[], None]) -> int:
    """Serve until SIGTERM or ^C, which `ending` hears of first; 0 when it ended as it should."""
    # uvicorn raises a signal again after its shutdown; by then there is nothing left to end.
    signal.signal(signal.SIGTERM, lambda *_: None)

    def end() -> None:
        for desk in app.state.desks:  # who watches would keep us for as long as we may wait
            desk.changes.end()
        ending()

    serving = _Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            http=cast("type[asyncio.Protocol]", connections()),  # it is called, no more
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE,
            # Who asks decides about the API; a header that anyone can send must not.
            proxy_headers=False,
        ),
        end,
    )
    serving.run([_listen(host, port)])
    return 0 if serving.started else 2
