"""The one thread that writes: what goes together, and what lets other work pass."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Connection

from bot.errors import LedgerUnavailable
from bot.ledger import writer as module
from bot.ledger.database import Database
from bot.ledger.writer import Writer

pytestmark = pytest.mark.anyio


@pytest.fixture
def writer(database: Database) -> Iterator[Writer]:
    writer = Writer(database)
    yield writer
    writer.close()


def noting(order: list[str], name: str) -> Callable[[Connection], str]:
    def work(connection: Connection) -> str:
        order.append(name)
        return name

    return work


async def test_what_is_aside_lets_other_work_pass(writer: Writer) -> None:
    """However much of it waits, and it is all done in its order."""
    order: list[str] = []
    goes_on = threading.Event()
    standstill = asyncio.create_task(writer.run(lambda _: goes_on.wait()))
    await asyncio.sleep(0.02)
    names = [f"aside {number}" for number in range(100)]
    aside = [asyncio.create_task(writer.run(noting(order, name), aside=True)) for name in names]
    await asyncio.sleep(0)
    reply = asyncio.create_task(writer.run(noting(order, "reply")))
    await asyncio.sleep(0)
    goes_on.set()
    assert await reply == "reply"
    assert order[0] == "reply"
    assert await asyncio.gather(*aside) == names
    assert order[1:] == names
    await standstill


async def test_work_waits_for_a_few_of_them_alone(writer: Writer) -> None:
    """Also where it comes while they are being done."""
    order: list[str] = []
    aside = [
        asyncio.create_task(writer.run(noting(order, str(number)), aside=True))
        for number in range(500)
    ]
    await aside[0]
    begun = len(order)
    await writer.run(noting(order, "reply"))
    # Those of the transaction that is under way, and of its own.
    assert order.index("reply") - begun <= 40
    await asyncio.gather(*aside)
    assert [name for name in order if name != "reply"] == [str(number) for number in range(500)]


async def test_nothing_is_left_at_the_end(database: Database) -> None:
    order: list[str] = []
    writer = Writer(database)
    work = [
        asyncio.create_task(writer.run(noting(order, str(number)), aside=number % 2 == 0))
        for number in range(200)
    ]
    await asyncio.sleep(0)
    await asyncio.to_thread(writer.close)
    assert await asyncio.gather(*work) == [str(number) for number in range(200)]


async def test_too_much_of_it_is_refused_too(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_WAITING", 10)
    goes_on = threading.Event()
    standstill = asyncio.create_task(writer.run(lambda _: goes_on.wait()))
    await asyncio.sleep(0.02)
    work = [
        asyncio.create_task(writer.run(lambda _: None, within=5, aside=True)) for _ in range(20)
    ]
    await asyncio.sleep(0.02)
    goes_on.set()
    found = await asyncio.gather(*work, return_exceptions=True)
    assert {type(one) for one in found} == {type(None), LedgerUnavailable}
    await standstill
