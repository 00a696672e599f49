"""Open pages hear of changes, and of what they missed; nobody is asked where nobody listens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.ledger import changes, inbox
from bot.ledger.database import Database
from bot.web.console import pace
from bot.web.console.live import Changes, Event, Watcher
from bot.web.console.presence import Others
from tests.build import NOW, inbound, ruleset
from tests.support import HOURS, process
from tests.unit.web.conftest import Web

pytestmark = pytest.mark.anyio


def test_each_step_of_a_message_leaves_another_mark(either_database: Database) -> None:
    marks = []

    def look() -> None:
        with either_database.reading() as connection:
            marks.append(changes.mark(connection))

    look()
    with either_database.transaction() as connection:
        inbox.keep(connection, [inbound("Hours?", key="r-1")])
    look()
    with either_database.transaction() as connection:
        [waiting] = inbox.waiting(connection, 1)
        process(connection, waiting, ruleset(HOURS), NOW)
    look()
    with either_database.transaction() as connection:
        inbox.keep_notice(connection, "delivery-status", b"{}", NOW)
    look()
    look()
    assert len(set(marks[:4])) == 4
    assert marks[3] == marks[4]


async def test_who_listens_hears_of_a_change_and_of_one_that_was_missed(web: Web) -> None:
    watched = Changes(web.writer)
    first = await watched.mark()
    heard = watched.since(Watcher("/", "ann", first))
    waiting = asyncio.ensure_future(anext(heard))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    message = inbound("Hours?", key="r-1")
    await web.writer.run(lambda connection: inbox.keep(connection, [message]))
    second = await asyncio.wait_for(waiting, 5)
    assert second == Event(mark=await watched.mark()) != Event(mark=first)
    late = watched.since(Watcher("/", "ann", first))
    assert await asyncio.wait_for(anext(late), 5) == second
    watched.end()
    assert [event async for event in late] == []
    await heard.aclose()


async def others_of(heard: AsyncIterator[Event]) -> Others:
    async for event in heard:
        if event.others is not None:
            return event.others
    raise AssertionError("it has ended")


async def test_who_listens_hears_who_else_has_which_page_open(web: Web) -> None:
    watched = Changes(web.writer)
    ann = watched.since(Watcher("/inbox", "ann", None))
    heard = asyncio.ensure_future(others_of(ann))
    bob = [watched.since(Watcher("/conversations/+1555", "bob", None)) for _ in range(2)]
    for one in bob:
        assert await asyncio.wait_for(others_of(one), 5) == {"/inbox": ("ann",)}
    assert await asyncio.wait_for(heard, 5) == {"/conversations/+1555": ("bob",)}
    heard = asyncio.ensure_future(others_of(ann))
    await bob[0].aclose()
    await asyncio.sleep(0.05)
    assert not heard.done()  # he has it open in another window
    await bob[1].aclose()
    assert await asyncio.wait_for(heard, 5) == {}
    await ann.aclose()


async def test_nobody_waits_while_others_are_told_again(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where drawing takes long and changes go on and on."""
    monkeypatch.setattr(pace, "_SHARE", 1.0)
    monkeypatch.setattr(pace, "_AT_ONCE", 0.002)
    watched = Changes(web.writer)
    told: list[str] = []

    async def listen(name: str) -> None:
        async for event in watched.since(Watcher("/", name, None)):
            if event.mark is not None:
                told.append(name)
                watched.note()
                if len(told) == 20:
                    watched.end()

    async with asyncio.timeout(5):
        await asyncio.gather(*map(listen, NAMES))
    rounds = [told[at : at + len(NAMES)] for at in range(0, 20, len(NAMES))]
    assert rounds == [rounds[0]] * 4
    assert sorted(rounds[0]) == NAMES


NAMES = ["ann", "bea", "cem", "dora", "eve"]
