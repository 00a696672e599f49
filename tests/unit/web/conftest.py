"""A server in process, on a real ledger; its runner keeps what comes in and decides nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, Row, select

from bot.ledger.database import Database
from bot.ledger.writer import Writer
from bot.messaging.resources import Resources
from bot.provider.capture import Capture
from bot.runtime.live_rules import LiveRules
from bot.runtime.runner import Runner
from bot.settings import Settings
from bot.web.app import Served, create_app
from bot.web.console.desk import Desk
from tests.build import NOW
from tests.support import HOURS, SECRET, signed


@dataclass(slots=True)
class Web:
    """One server with its ledger."""

    runner: Runner
    writer: Writer
    database: Database
    client: httpx.AsyncClient

    async def post(
        self, body: bytes, event: str = "message-reply", **headers: str
    ) -> tuple[int, Any]:
        """A webhook, signed unless the headers say otherwise; status and JSON of the answer."""
        response = await self.client.post(
            f"/webhooks/{event}", content=body, headers={**signed(body), **headers}
        )
        return response.status_code, response.json()

    def rows(self, table: Any) -> list[Row[Any]]:
        with self.database.transaction() as connection:
            return list(connection.execute(select(table).order_by(*table.primary_key)))

    async def limit(self, pages: int) -> None:
        """How far the database file may grow; SQLite keeps the pages that there are."""
        await self.writer.run(lambda c: _limit(c, pages))


def _limit(connection: Connection, pages: int) -> None:
    connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")


Serve = Callable[..., Web]


@pytest.fixture
async def serve(database: Database, tmp_path: Path) -> AsyncIterator[Serve]:
    """Makes servers: `secrets`, `token`, and who asks (`client`) for which host (`host`)."""
    rules = tmp_path / "shop.yaml"
    rules.write_text(HOURS)
    async with AsyncExitStack() as stack:

        def make(
            *,
            secrets: tuple[str, ...] = (SECRET,),
            token: str | None = None,
            client: str = "127.0.0.1",
            host: str = "127.0.0.1:8080",
            capture: Capture | None = None,
            root: str = "",
        ) -> Web:
            writer = Writer(database)
            stack.push_async_callback(asyncio.to_thread, writer.close)
            live = LiveRules(rules, "America/New_York")
            resources = Resources(
                settings=Settings(webhook_secrets=secrets),
                writer=writer,
                rules=live.current,
                clock=lambda: NOW,
            )
            runner = Runner(resources)
            served = Served(
                secrets=secrets,
                bot=runner.intake,
                metrics=resources.metrics,
                capture=capture,
                desk=Desk.of(resources, live, runner.intake),
            )
            app = create_app(served, token=token, root=root)
            http = httpx.AsyncClient(
                transport=httpx.ASGITransport(app, client=(client, 40_000)),
                base_url=f"http://{host}",
            )
            stack.push_async_callback(http.aclose)
            return Web(runner, writer, database, http)

        yield make


@pytest.fixture
def web(serve: Serve) -> Web:
    return serve()
