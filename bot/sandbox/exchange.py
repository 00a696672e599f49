"""The stand-in as a whole: the API, the webhooks, and people who text through it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.sandbox.app import create_app
from bot.sandbox.feed import Feed
from bot.sandbox.phone.bot_side import BotSide
from bot.sandbox.phone.routes import Phone
from bot.sandbox.phone.time_machine import TimeMachine
from bot.sandbox.provider import Provider
from bot.sandbox.serve import serving
from bot.sandbox.texting import texting_routes
from bot.sandbox.values import Refusal, SentMessage
from bot.sandbox.webhooks import Courier, Delivery


@dataclass(frozen=True, slots=True)
class Exchange:
    """What goes over its wires is in `feed`."""

    provider: Provider
    courier: Courier
    feed: Feed
    origin: str
    """`http://host:port`; MTA_BASE_URL is `{origin}/v3`."""

    def register(self, event: str, url: str, secret: str) -> None:
        """As POST /webhooks does. Raises ValueError."""
        body = {"event": event, "url": url, "secret": secret, "retryOnError": True}
        found = self.provider.register(body)
        if isinstance(found, Refusal):
            raise ValueError(found.message)


@asynccontextmanager
async def exchanging(
    provider: Provider,
    *,
    api_key: str,
    port: int = 0,
    token: str | None = None,
    time: TimeMachine | None = None,
) -> AsyncIterator[Exchange]:
    """Serve API and phone on this machine alone while the block runs.

    `token`: of the bot's console; `time`: of a bot that is in our hands. Raises OSError where the
    port cannot be had.
    """
    feed = Feed(provider.clock)
    async with httpx.AsyncClient(trust_env=False) as client:
        courier = Courier(provider, client, on_delivered=lambda one: _note_delivery(feed, one))

        def sent(messages: Sequence[SentMessage]) -> None:
            for message in messages:
                feed.note("sent", **as_object(message, provider))
            courier.follow(messages)

        phone = Phone(provider, courier, feed, BotSide(provider, client, token), time)
        api = _Heard(create_app(provider, api_key=api_key, on_sent=sent), feed)
        app = Starlette(
            routes=[
                *texting_routes(courier, feed),
                *phone.routes(),
                Mount("/", api),
            ]
        )
        async with serving(app, port=port) as origin:
            try:
                yield Exchange(provider, courier, feed, origin)
            finally:
                feed.end()
        await courier.settle()


class _Heard:
    """Notes each call of the API, but for a message that was taken, which is noted as such."""

    def __init__(self, app: ASGIApp, feed: Feed) -> None:
        self._app = app
        self._feed = feed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start" and scope["type"] == "http":
                called = f"{scope['method']} {scope['path']}"
                if (called.endswith("/send"), message["status"]) != (True, 200):
                    self._feed.note("request", called=called, status=message["status"])
            await send(message)

        await self._app(scope, receive, answer)


def as_object(message: SentMessage, provider: Provider) -> dict[str, object]:
    """A message to a person, of JSON's types alone."""
    ours = {number.id: number.number for number in provider.numbers}
    return {
        "to": message.to,
        "from": ours[message.longcode_id],
        "text": message.text,
        "image": message.image,
        "longcodeId": message.longcode_id,
        "externalId": message.external_id,
        "tags": dict(message.tags),
        "messageId": message.message_id,
    }


def _note_delivery(feed: Feed, delivery: Delivery) -> None:
    feed.note(
        "webhook",
        event=delivery.event,
        url=delivery.url,
        body=_read(delivery.payload),
        answers=list(delivery.answers),
    )


def _read(payload: bytes) -> Mapping[str, object]:
    body: Mapping[str, object] = json.loads(payload)
    return body
