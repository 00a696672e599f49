"""The sender: sends while the lane is its own, and says when it is worth to ask again."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import Connection

from bot.ledger import conversations, lane, outbox
from bot.ledger.conversations import Arrival
from bot.ledger.database import Database
from bot.ledger.numbers import OurNumbers
from bot.ledger.writer import Writer
from bot.messaging.delivery import Sender
from bot.messaging.key_probe import KeyProbe
from bot.messaging.resources import Resources
from bot.model import Rate
from bot.provider.client import Gateway
from bot.sandbox import Fault, Number, Provider, create_app
from bot.settings import Settings
from tests.build import OUR_NUMBER, PERSON, inbound, ruleset
from tests.conftest import Logged
from tests.support import HOURS, KEY, LINE, OTHER_PERSON, outbound, queue

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("logged")]


@dataclass(slots=True)
class Lane:
    sender: Sender
    provider: Provider
    database: Database
    transport: Slow
    writer: Writer

    def queue(self, text: str, delay: float = 0.0, *, to: str = PERSON) -> None:
        """Each person has one conversation."""
        at = datetime.now(UTC)
        with self.database.transaction() as connection:
            [chain] = conversations.conversations_of(
                connection, [Arrival(inbound(sender=to))], OurNumbers(), at
            )
            due = at + timedelta(seconds=delay)
            message = outbound(text, to=to)
            queue(connection, message, conversation=chain.id, now=at, due_at=due)

    async def begin(self, calls: int) -> list[asyncio.Task[float | None]]:
        """So many sends at once, each at the provider or through."""
        tasks = []
        for _ in range(calls):
            self.transport.came.clear()
            tasks.append(asyncio.create_task(self.sender.send_next()))
            came = asyncio.create_task(self.transport.came.wait())
            await asyncio.wait((tasks[-1], came), return_when=asyncio.FIRST_COMPLETED)
            came.cancel()
        return tasks

    def sent(self) -> list[str | None]:
        return [message.text for message in self.provider.sent]


class Slow(httpx.AsyncBaseTransport):
    """To the stand-in, which answers nothing until it `may`."""

    def __init__(self, provider: Provider) -> None:
        self._inner = httpx.ASGITransport(create_app(provider, api_key=KEY))
        self.may = asyncio.Event()
        self.came = asyncio.Event()
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/send"):
            self.asked.append(json.loads(request.content)["message"])
            self.came.set()
            await self.may.wait()
        return await self._inner.handle_async_request(request)


@pytest.fixture
async def sending(either_database: Database) -> AsyncIterator[Lane]:
    async for made in lanes(either_database, Settings(api_key=KEY, send_rate=Rate(2, 60.0))):
        made.transport.may.set()
        yield made


@pytest.fixture
async def at_once(either_database: Database) -> AsyncIterator[Lane]:
    settings = Settings(api_key=KEY, send_rate=Rate(3, 60.0), sends_in_flight=4)
    async for made in lanes(either_database, settings):
        yield made


async def lanes(database: Database, settings: Settings) -> AsyncIterator[Lane]:
    provider = Provider(numbers=[Number(id=LINE, number=OUR_NUMBER)], send_limit=None)
    transport = Slow(provider)
    gateway = Gateway("http://mta/v3", KEY, transport=transport)
    writer = Writer(database)
    resources = Resources(
        settings=settings,
        writer=writer,
        rules=lambda: ruleset(HOURS),
        gateway=gateway,
    )
    sender = Sender(resources, gateway, KeyProbe())
    yield Lane(sender, provider, database, transport, writer)
    await gateway.close()
    await asyncio.to_thread(writer.close)


async def test_it_sends_while_the_lane_is_its_own(sending: Lane) -> None:
    sending.queue("one")
    assert await sending.sender.send_next(lambda _: False) is None
    assert sending.sent() == []
    assert await sending.sender.send_next(lambda _: True) == 0
    assert sending.sent() == ["one"]


async def test_nothing_to_do_has_no_time(sending: Lane) -> None:
    assert await sending.sender.send_next() is None


async def test_it_says_when_the_next_is_due(sending: Lane) -> None:
    sending.queue("later", delay=30)
    wait = await sending.sender.send_next()
    assert wait is not None
    assert 25 < wait <= 30


async def test_it_says_when_the_rate_allows_the_next(sending: Lane) -> None:
    for text in ("one", "two", "three"):
        sending.queue(text)
    assert [await sending.sender.send_next() for _ in range(2)] == [0, 0]
    wait = await sending.sender.send_next()
    assert wait is not None
    assert 55 < wait <= 60
    assert sending.sent() == ["one", "two"]


async def test_a_pause_by_hand_has_no_end_that_is_known(sending: Lane) -> None:
    sending.queue("one")
    with sending.database.transaction() as connection:
        lane.pause(connection, lane.BY_HAND)
    assert await sending.sender.send_next() is None
    assert sending.sent() == []


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 422, 429, 500])
async def test_the_providers_own_words_are_kept_and_not_logged(
    status: int, sending: Lane, logged: Logged
) -> None:
    words = "Jane Roe of Elm Street wrote: call me"
    body = json.dumps({"success": False, "message": words, "requestId": words}).encode()
    sending.provider.faults.append(Fault(status=status, body=body))
    sending.queue("Hello Jane")
    assert await sending.sender.send_next() == 0
    lines = [json.loads(line) for line in logged().splitlines()]
    assert [line["because"].startswith("the provider") for line in lines] == [True]
    assert not {"Jane", "Elm", "Hello"} & set(re.findall(r"\w+", logged()))


async def test_several_are_sent_at_once_but_never_two_of_one_conversation(at_once: Lane) -> None:
    for text, to in (("one", PERSON), ("two", PERSON), ("other", OTHER_PERSON)):
        at_once.queue(text, to=to)
    tasks = await at_once.begin(4)
    assert sorted(at_once.transport.asked) == ["one", "other"]
    assert [task.result() for task in tasks if task.done()] == [None, None]
    at_once.transport.may.set()
    assert sorted(map(str, await asyncio.gather(*tasks))) == ["0.0", "0.0", "None", "None"]
    assert await at_once.sender.send_next() == 0
    assert at_once.sent()[-1] == "two"


async def test_those_under_way_count_for_the_rate(at_once: Lane) -> None:
    for number in range(5):
        at_once.queue(f"text {number}", to=f"+1555555010{number}")
    tasks = await at_once.begin(4)
    assert len(at_once.transport.asked) == 3
    assert [task.result() for task in tasks if task.done()] == [60]
    at_once.transport.may.set()
    await asyncio.gather(*tasks)
    wait = await at_once.sender.send_next()
    assert wait is not None
    assert 55 < wait <= 60
    assert len(at_once.transport.asked) == 3


async def test_where_one_fails_what_is_under_way_is_not_taken_back(at_once: Lane) -> None:
    """Its answer comes, and is kept: nothing is sent twice."""
    at_once.queue("one")
    tasks = await at_once.begin(1)
    at_once.queue("two", to=OTHER_PERSON)

    def is_ours(_: Connection) -> bool:
        raise ValueError("a fault")

    with pytest.raises(ValueError, match="a fault"):
        await at_once.sender.send_next(is_ours)
    wait = await at_once.sender.send_next()
    assert wait == pytest.approx(0.05)
    at_once.transport.may.set()
    assert await asyncio.gather(*tasks) == [0]
    assert await at_once.sender.send_next() == 0
    assert at_once.transport.asked == ["one", "two"]


@pytest.mark.parametrize("goes_on", [True, False])
async def test_with_an_answer_the_next_is_claimed(goes_on: bool, sending: Lane) -> None:
    for text in ("one", "two"):
        sending.queue(text)
    assert await sending.sender.send_next(goes_on=lambda: goes_on) == 0
    assert sending.sender.holds is goes_on
    with sending.database.transaction() as connection:
        counts = outbox.counts_after(connection, 0)
    assert counts == {"accepted": 1, "sending" if goes_on else "due": 1}
    assert await sending.sender.send_next() == 0
    assert sending.sent() == ["one", "two"]
