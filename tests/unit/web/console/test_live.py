"""Open pages hear of changes, and of what they missed; nobody is asked where nobody listens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping

import pytest
from sqlalchemy import Connection

from bot.ledger import changes, contacts, inbox
from bot.ledger.database import Database
from bot.ledger.outbox import Status
from bot.ledger.schema import conversations, outbox
from bot.ledger.schema import inbox as inbox_table
from bot.messaging import handoff, opt_outs
from bot.messaging.handoff import Wish
from bot.web.console import live, pace
from bot.web.console.live import Changes, Event, Watcher
from bot.web.console.presence import Others
from tests.build import NOW, PERSON, inbound, ruleset
from tests.support import HOURS, OTHER_PERSON, process, until
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


@pytest.mark.parametrize(
    "change",
    [
        lambda c: hear(c, "r-2"),
        lambda c: handoff.hand_over(c, Wish(PERSON, None, "ann"), 60, NOW),
        lambda c: opt_outs.opt_out(c, PERSON, "called", "ann", NOW),
        lambda c: c.execute(outbox.update().values(status=Status.ACCEPTED)),
        lambda c: c.execute(outbox.update().values(delivery="delivered")),
        lambda c: c.execute(conversations.update().values(state="asked")),
        lambda c: contacts.store_values(c, PERSON, {"first_name": "Ann"}),
        lambda c: c.execute(inbox_table.update().values(status="waiting")),
    ],
)
def test_what_changes_of_a_person_is_seen_of_them_alone(
    change: Callable[[Connection], object], either_database: Database
) -> None:
    def look() -> Mapping[str, str]:
        with either_database.reading() as connection:
            return changes.marks(connection, [PERSON, OTHER_PERSON])

    with either_database.transaction() as connection:
        hear(connection, "r-1")
    before = look()
    with either_database.transaction() as connection:
        change(connection)
    after = look()
    assert after[PERSON] != before[PERSON]
    assert after[OTHER_PERSON] == before[OTHER_PERSON]
    assert look() == after


def hear(connection: Connection, key: str) -> None:
    inbox.keep(connection, [inbound("Hours?", key=key)])
    [waiting] = inbox.waiting(connection, 1)
    process(connection, waiting, ruleset(HOURS), NOW)


async def test_a_page_of_one_person_hears_of_them_alone(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "_LOOKS_EVERY", 0.02)
    watched = Changes(web.writer)
    told: list[str] = []

    async def listen(about: str) -> None:
        async for event in watched.since(Watcher("/", "ann", await watched.mark(about), about)):
            if event.mark is not None:
                told.append(about)

    listening = [asyncio.create_task(listen(about)) for about in ("", PERSON, OTHER_PERSON)]
    await asyncio.sleep(0.05)

    await web.writer.run(lambda connection: hear(connection, "r-1"))
    await until(lambda: len(told) == 2)
    watched.note()  # somebody did something that changes neither
    await until(lambda: len(told) == 3)
    await asyncio.sleep(0.1)  # another look
    watched.end()
    await asyncio.gather(*listening)
    assert (told[2], sorted(told)) == ("", ["", "", PERSON])


async def test_what_a_page_of_one_person_missed_it_hears_at_once(web: Web) -> None:
    """Also of a server that has started anew meanwhile."""
    missed = await Changes(web.writer).mark(PERSON)
    await web.writer.run(lambda c: contacts.store_values(c, PERSON, {"first_name": "Ann"}))
    for seen, is_told in ((missed, True), (await Changes(web.writer).mark(PERSON), False)):
        heard = Changes(web.writer).since(Watcher("/", "ann", seen, PERSON))
        waiting = asyncio.ensure_future(anext(heard))
        await asyncio.sleep(0.1)
        assert waiting.done() is is_told
        waiting.cancel()


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
