"""Texting as a person: who may, what is asked for, and what the feed tells of it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.sandbox import Courier, Provider
from bot.sandbox.feed import Feed
from bot.sandbox.texting import texting_routes
from tests.unit.sandbox.build import OUR_NUMBER, PERSON, client_of

pytestmark = pytest.mark.anyio
ORIGIN = "http://127.0.0.1:8090"
TEXT = {"from": PERSON, "text": "Hours?"}


async def asked(
    provider: Provider, feed: Feed, body: object, origin: str = ORIGIN, **headers: str
) -> httpx.Response:
    async with httpx.AsyncClient() as told:
        routes = texting_routes(Courier(provider, told), feed)
        async with client_of(Starlette(routes=routes)) as client:
            return await client.post(f"{origin}/_sandbox/texts", json=body, headers=headers)


async def test_a_text_is_received_and_told_to_nobody(provider: Provider) -> None:
    feed = Feed(provider.clock)
    answer = await asked(provider, feed, TEXT)
    [received] = provider.received
    told = {"replyId": received.reply_id, "from": PERSON, "told": []}
    assert (answer.status_code, answer.json()) == (200, told)
    [event] = feed.after(0)
    assert event.as_object() | {"at": ""} == {
        "id": 1,
        "at": "",
        "kind": "received",
        "from": PERSON,
        "to": OUR_NUMBER,
        "text": "Hours?",
        "media": None,
        "replyId": received.reply_id,
    }


@pytest.mark.parametrize(
    ("body", "because"),
    [
        ({}, "from: needed"),
        ([], "from: needed"),
        ({"from": PERSON}, "a message needs a text or a picture"),
        ({"from": "me", "text": "Hi"}, "'me' is not a phone number"),
        ({**TEXT, "to": "+18005550177"}, "+18005550177 is not a number of this account"),
        ({**TEXT, "text": 7}, "text: needs a text"),
        ({**TEXT, "tags": {"a": 1}}, "tags: needs texts by name"),
        ({**TEXT, "tags": "a"}, "tags: needs texts by name"),
        ({**TEXT, "text": "x" * 70_000}, "from: needed"),
    ],
)
async def test_what_cannot_be_said(provider: Provider, body: Any, because: str) -> None:
    answer = await asked(provider, Feed(provider.clock), body)
    assert (answer.status_code, answer.json()) == (400, {"error": because})
    assert provider.received == []


@pytest.mark.parametrize(
    ("origin", "headers"),
    [
        ("http://attacker.example", {}),
        (ORIGIN, {"Origin": "http://attacker.example"}),
        (ORIGIN, {"Origin": "null"}),
        (ORIGIN, {"Sec-Fetch-Site": "cross-site"}),
        (ORIGIN, {"Content-Type": "text/plain"}),
    ],
)
async def test_a_page_of_another_site_cannot_text(
    provider: Provider, origin: str, headers: dict[str, str]
) -> None:
    answer = await asked(provider, Feed(provider.clock), TEXT, origin, **headers)
    assert answer.status_code in (400, 403)
    assert provider.received == []


async def test_who_watches_hears_each_event_once(provider: Provider) -> None:
    feed, heard = Feed(provider.clock), []
    async for last in feed.changes(beat=60):
        heard.append(last)
        if last < 2:
            feed.note("request", called="GET /", status=200)
        else:
            feed.end()
    assert heard == [0, 1, 2]
    assert [event.id for event in feed.after(1)] == [2]
