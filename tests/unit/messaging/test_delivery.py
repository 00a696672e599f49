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

from bot.ledger import lane
from bot.ledger.database import Database
from bot.ledger.writer import Writer
from bot.messaging.delivery import Sender
from bot.messaging.key_probe import KeyProbe
from bot.messaging.resources import Resources
from bot.model import Rate
from bot.provider.client import Gateway
from bot.sandbox import Fault, Number, Provider, create_app
from bot.settings import Settings
from tests.build import OUR_NUMBER, ruleset
from tests.conftest import Logged
from tests.support import HOURS, KEY, LINE, outbound, queue

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("logged")]


@dataclass(slots=True)
class Lane:
    sender: Sender
    provider: Provider
    database: Database

    def queue(self, text: str, delay: float = 0.0) -> None:
        at = datetime.now(UTC)
        with self.database.transaction() as connection:
            queue(connection, outbound(text), now=at, due_at=at + timedelta(seconds=delay))

    def sent(self) -> list[str | None]:
        return [message.text for message in self.provider.sent]


@pytest.fixture
async def sending(either_database: Database) -> AsyncIterator[Lane]:
    provider = Provider(numbers=[Number(id=LINE, number=OUR_NUMBER)], send_limit=None)
    transport = httpx.ASGITransport(create_app(provider, api_key=KEY))
    gateway = Gateway("http://mta/v3", KEY, transport=transport)
    writer = Writer(either_database)
    resources = Resources(
        settings=Settings(api_key=KEY, send_rate=Rate(2, 60.0)),
        writer=writer,
        rules=lambda: ruleset(HOURS),
        gateway=gateway,
    )
    sender = Sender(resources, gateway, KeyProbe())
    yield Lane(sender, provider, either_database)
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
