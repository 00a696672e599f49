"""A burst of replies to a provider that takes 5 ms for each, against a bare poster."""

from __future__ import annotations

import asyncio
import tempfile
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import httpx

from bot.ledger import conversations, outbox
from bot.ledger.database import Database, open_database
from bot.ledger.numbers import OurNumbers
from bot.ledger.outbox import Queued
from bot.ledger.writer import Writer
from bot.messaging.resources import Resources
from bot.model import LongcodeId, OutboundMessage, Rate
from bot.provider.client import Gateway
from bot.provider.ids import new_ids
from bot.provider.sending import send_body
from bot.rules.loader import load
from bot.runtime.runner import Runner
from bot.settings import Settings
from tests.benchmarks.accept import bare
from tests.benchmarks.quiet import quiet

COUNT = 2_000
LINE = LongcodeId(123)
IN_FLIGHT = (1, 4)
ROUND_TRIP = 0.005
"""Seconds that `tests.benchmarks.bare` takes to answer."""


def report() -> None:
    quiet()
    print(f"{COUNT:,} messages to a provider that takes 5 ms, the rate lifted")
    with bare() as (_, port):
        base = f"http://127.0.0.1:{port}/v3"
        alone = asyncio.run(_post(base, _messages()))
        print(f"  {'a bare poster, one connection':<32} {COUNT / alone:>8,.0f} a second")
        for many in IN_FLIGHT:
            spent = asyncio.run(send(base, many))
            named = f"the bot, {many} in flight"
            print(f"  {named:<32} {COUNT / spent:>8,.0f} a second {alone / spent:>6.2f}x")


def _messages(count: int = COUNT) -> list[OutboundMessage]:
    ids = [new_ids() for _ in range(count)]
    return [
        OutboundMessage(
            external_id=one.external_id,
            request_id=one.request_id,
            to=f"+1555{number:07}",
            text="We open at 9.",
            longcode_id=LINE,
        )
        for number, one in enumerate(ids)
    ]


async def _post(base: str, messages: list[OutboundMessage]) -> float:
    async with httpx.AsyncClient(trust_env=False) as client:
        begin = time.perf_counter()
        for message in messages:
            answer = await client.post(f"{base}/send", content=send_body(message))
            answer.json()
        return time.perf_counter() - begin


async def send(base: str, many: int, count: int = COUNT) -> float:
    """Seconds; so many in flight."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        database = open_database(f"sqlite:///{Path(folder) / 'bot.db'}")
        stack.callback(database.close)
        writer = Writer(database)
        stack.callback(writer.close)
        gateway = Gateway(base, "key")
        stack.push_async_callback(gateway.close)
        resources = Resources(
            settings=Settings(api_key="key", send_rate=Rate(10_000, 1.0), sends_in_flight=many),
            writer=writer,
            rules=lambda: load(()).ruleset,
            gateway=gateway,
        )
        now = datetime.now(UTC)
        with database.transaction() as connection:
            for message in _messages(count):
                chain = conversations.conversation_to(
                    connection, message.to, LINE, OurNumbers(), now
                )
                outbox.put(connection, [Queued(message, chain.id, None, None, now)], now)
        runner = Runner(resources)
        begin = time.perf_counter()
        await runner.start()
        await asyncio.to_thread(_wait_until_sent, database, count)
        spent = time.perf_counter() - begin
        await runner.stop()
        return spent


def _wait_until_sent(database: Database, count: int) -> None:
    left = count
    while left:
        time.sleep(0.05)
        with database.reading() as connection:
            left = count - outbox.counts(connection).get("accepted", 0)
