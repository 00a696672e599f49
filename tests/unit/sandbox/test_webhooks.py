"""Webhooks as they leave the provider."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import httpx
import pytest

from bot.sandbox import Courier, Provider, Shape, create_app, signature
from tests.unit.sandbox.build import KEY, PERSON, body, client_of

pytestmark = pytest.mark.anyio

VECTOR = (
    '{"fromNumber":"+15555550123","toNumber":"+18005550100","replyId":"r-1001",'
    '"externalId":"conv-42-out-7","message":"What time do you open?","tags":{"flow":"hours"},'
    '"timestamp":"2026-01-15T17:04:05.000Z"}'
)


class Bot:
    """Receives webhooks; answers the statuses in turn, then 200. 0 stands for no answer."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        status = self.statuses.pop(0) if self.statuses else 200
        if status == 0:
            raise httpx.ConnectError("refused", request=request)
        return httpx.Response(status)

    @property
    def bodies(self) -> list[dict[str, object]]:
        return [json.loads(request.content) for request in self.requests]


class Waits:
    """A sleep that takes no time."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def register(provider: Provider, *events: str, **members: object) -> None:
    for event in events:
        given = {"event": event, "url": f"https://bot.example/{event}", "secret": "hush"}
        provider.register(given | members)


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def bot() -> Bot:
    return Bot()


@pytest.fixture
async def to_bot(bot: Bot) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(bot)) as client:
        yield client


async def test_the_signature_of_the_contract() -> None:
    assert len(VECTOR) == 201
    assert signature("example-webhook-secret", VECTOR.encode()) == (
        "e08349fb93edc0faeb944eeee53da0be2e3e23a96a91f75d4163108db51fe1e4"
    )


async def test_a_message_is_posted_signed_to_who_is_registered(
    provider: Provider, bot: Bot, to_bot: httpx.AsyncClient
) -> None:
    register(provider, "message-reply", "delivery-status")
    deliveries = await Courier(provider, to_bot).inbound(PERSON, "Été? 😀")
    assert [delivery.arrived for delivery in deliveries] == [True]
    (request,) = bot.requests
    assert request.url == "https://bot.example/message-reply"
    assert request.headers["X-Signature"] == signature("hush", request.content)
    assert "Été? 😀".encode() in request.content
    assert bot.bodies[0]["fromNumber"] == PERSON


async def test_half_a_surrogate_pair_is_escaped(
    provider: Provider, bot: Bot, to_bot: httpx.AsyncClient
) -> None:
    register(provider, "message-reply")
    await Courier(provider, to_bot).inbound(PERSON, "\\\ud83d")
    assert bot.bodies[0]["message"] == "\\\ud83d"


async def test_nested_with_the_names_of_version_1(
    provider: Provider, bot: Bot, to_bot: httpx.AsyncClient
) -> None:
    register(provider, "message-reply")
    provider.send(body())
    await Courier(provider, to_bot, shape=Shape(nested=True, version=1)).inbound(PERSON, "Hi")
    (found,) = bot.bodies
    data = found["data"]
    assert found["event"] == "message-reply"
    assert isinstance(data, dict)
    assert data["originationNumber"] == PERSON
    assert data["messageId"] == int(provider.sent[0].message_id)
    assert "fromNumber" not in data


async def test_a_failure_is_retried_twice_with_growing_waits_and_the_same_bytes(
    provider: Provider, bot: Bot, to_bot: httpx.AsyncClient, waits: Waits
) -> None:
    register(provider, "message-reply")
    bot.statuses = [503, 0, 201]
    courier = Courier(provider, to_bot, backoff=0.5, sleep=waits)
    (delivery,) = await courier.inbound(PERSON, "Hi")
    assert delivery.answers == (503, None, 201)
    assert not delivery.arrived
    assert waits.seconds == [0.5, 1.0]
    assert {request.content for request in bot.requests} == {delivery.payload}
    assert courier.deliveries == [delivery]


@pytest.mark.parametrize(
    "members", [{"retryOnError": False}, {"skipErrors": True}, {"skipErrorCodes": ["503"]}]
)
async def test_a_failure_is_not_retried_where_the_registration_says_so(
    provider: Provider,
    bot: Bot,
    to_bot: httpx.AsyncClient,
    waits: Waits,
    members: dict[str, object],
) -> None:
    register(provider, "message-reply", **members)
    bot.statuses = [503]
    await Courier(provider, to_bot, sleep=waits).inbound(PERSON, "Hi")
    assert len(bot.requests) == 1


async def test_two_registrations_are_two_deliveries(
    provider: Provider, bot: Bot, to_bot: httpx.AsyncClient
) -> None:
    register(provider, "message-reply", "message-reply")
    assert len(await Courier(provider, to_bot).inbound(PERSON, "Hi")) == 2


async def test_a_send_is_followed_by_its_events(
    provider: Provider, bot: Bot, to_bot: httpx.AsyncClient
) -> None:
    register(provider, "message-send", "delivery-status")
    courier = Courier(provider, to_bot)
    async with client_of(create_app(provider, api_key=KEY, on_sent=courier.follow)) as client:
        answer = await client.post("/send", json=body(externalId="e-1"))
    await courier.settle()
    assert [request.url.path for request in bot.requests] == [
        "/message-send",
        "/delivery-status",
        "/delivery-status",
    ]
    assert [found.get("status") for found in bot.bodies] == [None, 3, 4]
    assert {found["messageId"] for found in bot.bodies} == {answer.json()["data"]["messageId"]}
    assert {found["externalId"] for found in bot.bodies} == {"e-1"}


async def test_a_send_to_who_has_unsubscribed_ends_in_11(
    provider: Provider, bot: Bot, to_bot: httpx.AsyncClient
) -> None:
    register(provider, "message-send", "delivery-status")
    provider.unsubscribed.add(PERSON)
    courier = Courier(provider, to_bot)
    async with client_of(create_app(provider, api_key=KEY, on_sent=courier.follow)) as client:
        assert (await client.post("/send", json=body())).status_code == 200
    await courier.settle()
    assert [found["status"] for found in bot.bodies] == [11]
