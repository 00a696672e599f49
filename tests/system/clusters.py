"""Machines in this process that share a database and the provider's account."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
from sqlalchemy import Connection, Row, select, text

from bot.ledger import lane
from bot.ledger.database import open_database
from bot.ledger.writer import Writer
from bot.messaging.resources import Clock, Resources, utc_now
from bot.model import Rate
from bot.provider.client import Gateway
from bot.runtime.cluster import Cluster, Timing
from bot.sandbox import Provider, create_app
from bot.settings import Settings
from tests.build import PERSON, inbound, ruleset
from tests.support import HOURS, KEY

FREE = Rate(1_000, 1.0)
RULES = ruleset(
    HOURS + "  - id: echo\n    when: {regex: '(?P<said>.+)'}\n    reply: '{{ said }}'\n"
)


@dataclass(slots=True)
class Machines:
    """Machines that share a database and the provider's account."""

    url: str
    provider: Provider
    stack: AsyncExitStack

    def make(
        self,
        *,
        sends: bool = True,
        rate: Rate = FREE,
        clock: Clock = utc_now,
        timing: Timing | None = None,
    ) -> Cluster:
        """One more, which is not started yet."""
        transport = httpx.ASGITransport(create_app(self.provider, api_key=KEY))
        gateway = Gateway("http://mta/v3", KEY, transport=transport) if sends else None
        database = open_database(self.url)
        writer = Writer(database)
        self.stack.callback(database.close)
        self.stack.push_async_callback(asyncio.to_thread, writer.close)
        if gateway is not None:
            self.stack.push_async_callback(gateway.close)
        settings = Settings(api_key=KEY, send_rate=rate, database_url=self.url)
        resources = Resources(
            settings=settings, writer=writer, rules=lambda: RULES, gateway=gateway, clock=clock
        )
        return Cluster(resources, timing)

    async def start(self, **options: Any) -> Cluster:
        machine = self.make(**options)
        await machine.start()
        self.stack.push_async_callback(machine.stop)
        return machine

    def sent(self) -> list[str | None]:
        return [message.text for message in self.provider.sent]

    @contextmanager
    def ledger(self) -> Iterator[Connection]:
        """As a command of another process opens it."""
        with closing(open_database(self.url)) as database, database.transaction() as connection:
            yield connection

    def rows(self, table: Any) -> list[Row[Any]]:
        with self.ledger() as connection:
            return list(connection.execute(select(table).order_by(*table.primary_key)))

    def sender_seen_at(self) -> datetime | None:
        with self.ledger() as connection:
            return lane.state(connection).sender_seen_at

    def jobs(self) -> list[tuple[str, str]]:
        with self.ledger() as connection:
            found = text("SELECT task_name, status::text FROM procrastinate_jobs ORDER BY id")
            return [(row.task_name, row.status) for row in connection.execute(found)]


async def keep(machine: Cluster, *texts: str, sender: str = PERSON) -> None:
    for said in texts:
        await machine.intake.keep_message(
            inbound(said, key=f"{sender} {said}", sender=sender, received_at=datetime.now(UTC))
        )
