"""Attachments are kept once, whoever ends when, and go with their text."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.ledger import forgetting, inbox, media, retention, views
from bot.ledger.database import Database
from bot.ledger.forgetting import Request
from bot.ledger.views import InboundView
from bot.ledger.writer import Writer
from bot.messaging import processing
from bot.messaging.media import Collector, sweep
from bot.messaging.resources import Resources
from bot.model import Rate
from bot.settings import Settings
from tests.build import NOW, PERSON, inbound, ruleset
from tests.support import HOURS, OTHER_PERSON
from tests.web_files import JPEG, Files, files

pytestmark = pytest.mark.anyio
RULES = ruleset(HOURS)


@dataclass(slots=True)
class Desk:
    """A ledger with a folder of attachments, and a clock that a test moves."""

    database: Database
    writer: Writer
    folder: Path
    server: Files
    now: datetime = NOW
    resources: Resources = field(init=False)

    def __post_init__(self) -> None:
        self.resources = Resources(
            settings=Settings(media_dir=self.folder, media_loopback=True),
            writer=self.writer,
            rules=lambda: RULES,
            clock=lambda: self.now,
        )

    def collector(self) -> Collector:
        return Collector(self.resources, self.folder)

    def take(self, *urls: str, key: str = "r-1", sender: str = PERSON) -> None:
        first, *more = urls
        members = {"media_url": first, "more_media": tuple(more), "key": key, "sender": sender}
        with self.database.transaction() as connection:
            inbox.keep(connection, [inbound("Look", **members)])
            [waiting] = inbox.waiting(connection, 10)
            processing.answer(connection, [[waiting]], RULES, self.resources, self.now)

    async def collect(self) -> None:
        while await self.collector().next():
            pass

    def work(self, work: Callable[[Connection], object]) -> object:
        with self.database.transaction() as connection:
            return work(connection)

    def kept(self, person: str = PERSON) -> list[tuple[str, str | None, int | None, str]]:
        with self.database.transaction() as connection:
            chains = views.chains_with(connection, person)
        return [
            (one.status, one.kind, one.size, one.reason)
            for chain in chains
            for message in chain.messages
            if isinstance(message, InboundView)
            for one in message.media
        ]

    def files(self) -> list[bytes]:
        return [path.read_bytes() for path in sorted(self.folder.iterdir())]


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    writer = Writer(database)
    async with files() as server:
        yield Desk(database, writer, tmp_path / "media", server)
    await asyncio.to_thread(writer.close)


KEPT = ("kept", "image/jpeg", len(JPEG), "")


async def test_each_is_fetched_once_into_a_file_with_nothing_of_theirs(desk: Desk) -> None:
    url = desk.server.put("/+15555550123.exe")
    other = desk.server.put("/2", b"GIF89a")
    desk.take(url, other, url)
    await desk.collect()
    await desk.collect()
    assert desk.kept() == [KEPT, ("kept", "image/gif", 6, "")]
    assert len(desk.server.asked) == 2
    names = sorted(path.name for path in desk.folder.iterdir())
    assert sorted(name[32:] for name in names) == [".gif", ".jpg"]
    assert all(set(name[:32]) <= set("0123456789abcdef") for name in names)
    assert desk.folder.stat().st_mode & 0o777 == 0o700


async def test_of_two_machines_one_fetches(desk: Desk) -> None:
    desk.take(*(desk.server.put(f"/{number}") for number in range(6)))
    machines = [desk.collector(), desk.collector()]

    async def collect(machine: Collector) -> None:
        while await machine.next():
            pass

    await asyncio.gather(*map(collect, machines))
    assert (len(desk.server.asked), desk.kept()) == (6, [KEPT] * 6)


async def test_what_a_process_left_that_ended_the_next_one_takes_up(desk: Desk) -> None:
    desk.take(desk.server.put("/1"))
    desk.work(lambda connection: media.claim(connection, desk.now))  # and then it ends
    await desk.collect()
    assert desk.server.asked == []
    desk.now += media.LEASE
    await desk.collect()
    assert desk.kept() == [KEPT]


async def test_what_is_not_there_yet_is_tried_again_and_given_up_in_the_end(desk: Desk) -> None:
    desk.take(desk.server.put("/1", b"", "503 Service Unavailable"))
    times = []
    for _ in range(20):
        await desk.collect()
        times.append(len(desk.server.asked))
        desk.now += timedelta(hours=12)
    assert desk.kept() == [("failed", None, None, "was answered 503")]
    assert times[:3] == [1, 2, 3]
    assert times[-1] == 8


async def test_the_person_is_forgotten_with_all_files_and_nobody_else(desk: Desk) -> None:
    desk.take(desk.server.put("/1"))
    desk.take(desk.server.put("/2", b"GIF89a"), key="r-2", sender=OTHER_PERSON)
    await desk.collect()
    forget(desk)
    assert desk.files() == [b"GIF89a"]
    assert len(desk.kept(OTHER_PERSON)) == 1


async def test_what_is_being_fetched_while_its_person_is_forgotten_is_not_kept(desk: Desk) -> None:
    desk.take(desk.server.put("/1"))

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.to_thread(forget, desk)
        writer.write(desk.server.answers["/1"])
        writer.close()

    slow = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with slow:
        port = slow.sockets[0].getsockname()[1]
        desk.take(f"http://127.0.0.1:{port}/1", key="r-2")
        await desk.collect()
    assert desk.files() == []
    desk.now += media.LEASE
    await desk.collect()
    assert desk.work(lambda connection: media.gone(connection, 10)) == {}


def forget(desk: Desk) -> None:
    with desk.database.reading() as connection:
        found = forgetting.bodies(connection, PERSON)
    request = Request(number=PERSON, by="ann", at=desk.now, rate=Rate(20, 15.0))
    desk.work(lambda connection: forgetting.forget(connection, request, found))
    desk.work(lambda connection: sweep(connection, desk.folder, desk.now))


async def test_what_is_too_old_goes_with_its_file(desk: Desk) -> None:
    desk.take(desk.server.put("/1"))
    await desk.collect()
    desk.now += timedelta(days=100)
    desk.take(desk.server.put("/2", b"GIF89a"), key="r-2")
    await desk.collect()
    before = desk.now - timedelta(days=30)
    while desk.work(lambda connection: retention.purge(connection, before, before)):
        pass
    await desk.collect()
    assert desk.files() == [b"GIF89a"]


async def test_a_folder_that_cannot_be_written_loses_nothing(desk: Desk) -> None:
    desk.folder.write_bytes(b"a file stands there")
    desk.take(desk.server.put("/1"))
    await desk.collect()
    assert [status for status, *_ in desk.kept()] == ["due"]
    desk.folder.unlink()
    desk.now += timedelta(minutes=1)
    await desk.collect()
    assert desk.kept() == [KEPT]
