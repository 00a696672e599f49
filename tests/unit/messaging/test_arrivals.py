"""What comes in at the same moment is kept together, and nobody waits for ever."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from bot.errors import LedgerUnavailable
from bot.ledger.database import Database
from bot.ledger.inbox import Kept
from bot.ledger.schema import inbox
from bot.ledger.writer import Writer
from bot.messaging import intake
from bot.messaging.intake import Arrivals
from tests.build import inbound

pytestmark = pytest.mark.anyio


@pytest.fixture
def writer(database: Database) -> Iterator[Writer]:
    writer = Writer(database)
    yield writer
    writer.close()


def keys(database: Database) -> list[str]:
    with database.reading() as connection:
        return list(connection.scalars(select(inbox.c.key).order_by(inbox.c.id)))


async def test_each_gets_its_own_answer(writer: Writer, database: Database) -> None:
    arrivals = Arrivals(writer)
    of = [inbound(key=key) for key in ("a", "b", "a", "c")]
    assert await asyncio.gather(*map(arrivals.keep, of)) == [
        Kept(1, duplicate=False),
        Kept(2, duplicate=False),
        Kept(1, duplicate=True),
        Kept(3, duplicate=False),
    ]
    assert keys(database) == ["a", "b", "c"]


async def test_who_waits_for_a_database_that_stands_still_is_told(
    writer: Writer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also who comes while others wait, and after they were told."""
    monkeypatch.setattr(intake, "_PATIENCE", 0.1)
    arrivals, goes_on = Arrivals(writer), threading.Event()
    standstill = asyncio.create_task(writer.run(lambda _: goes_on.wait()))
    waiting = []
    for key in ("in hand", "next", "later"):
        waiting.append(asyncio.create_task(arrivals.keep(inbound(key=key))))
        await asyncio.sleep(0.08)
    told = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 2)
    assert [type(one) for one in told] == [LedgerUnavailable] * 3
    goes_on.set()
    await standstill
    monkeypatch.undo()
    assert not (await arrivals.keep(inbound(key="after"))).duplicate
    # What was in hand already may be kept though its sender was told otherwise.
    assert keys(database) == ["in hand", "after"]
