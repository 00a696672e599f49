"""Delivers webhooks to the registered URLs (MTA API, webhook requests)."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import httpx

from bot.sandbox.provider import Provider
from bot.sandbox.texts import iso
from bot.sandbox.values import SentMessage, Webhook

MAX_RETRIES = 2
SENT = 3
_V1_NAMES = {"fromNumber": "originationNumber", "toNumber": "destinationNumber"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How bodies are written. Flat and V3 is what new registrations are thought to get.

    `nested` wraps the body in `{"event", "data"}`. Version 1 has the older names of the two
    numbers, `messageId` as a number, and a `type`, whose value here (the event) is a guess.
    """

    nested: bool = False
    version: Literal[1, 3] = 3


FLAT_V3 = Shape()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event for one registration, when no more tries follow."""

    webhook_id: int
    event: str
    url: str
    payload: bytes
    answers: tuple[int | None, ...]
    """Status of each try; None where no answer came."""

    @property
    def arrived(self) -> bool:
        return self.answers[-1] == 200


class Courier:
    """Posts events to whoever is registered for them, and keeps a record of it.

    `client` belongs to the caller and to one event loop. `backoff` seconds pass before the first
    retry and twice as many before the second; MTA's interval and timeout are unknown.
    """

    def __init__(
        self,
        provider: Provider,
        client: httpx.AsyncClient,
        *,
        shape: Shape = FLAT_V3,
        backoff: float = 1.0,
        timeout: float = 10.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        on_delivered: Callable[[Delivery], None] = lambda _: None,
    ) -> None:
        """`on_delivered` is called with each event when no more tries follow."""
        self.deliveries: list[Delivery] = []
        self._on_delivered = on_delivered
        self._provider = provider
        self._client = client
        self._shape = shape
        self._backoff = backoff
        self._timeout = timeout
        self._sleep = sleep
        self._following: set[asyncio.Task[None]] = set()

    async def inbound(
        self, sender: str, text: str | None, to: str | None = None, media_url: str | None = None
    ) -> tuple[Delivery, ...]:
        """A person writes (see `Provider.inbound`), and message-reply goes out."""
        return await self.deliver("message-reply", self.received(sender, text, to, media_url))

    def received(
        self,
        sender: str,
        text: str | None,
        to: str | None = None,
        media_url: str | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> Mapping[str, object]:
        """The same without a webhook yet; its body. Raises ValueError."""
        return self._provider.inbound(sender, text, to, media_url, tags)

    async def deliver(self, event: str, body: Mapping[str, object]) -> tuple[Delivery, ...]:
        """Post one event to each registration for it, side by side; returns when all are done."""
        payload = encode(event, body, self._shape)
        hooks = self._provider.registered(event)
        deliveries = await asyncio.gather(*(self._deliver(hook, payload) for hook in hooks))
        self.deliveries.extend(deliveries)
        return tuple(deliveries)

    def follow(self, messages: Sequence[SentMessage]) -> None:
        """Start the events that follow a send, message by message; returns at once."""
        for message in messages:
            task = asyncio.get_running_loop().create_task(self._follow(message))
            self._following.add(task)
            task.add_done_callback(self._following.discard)

    async def settle(self) -> None:
        """Wait until every event that was started has arrived or been given up."""
        while self._following:
            await asyncio.gather(*self._following)

    async def _follow(self, message: SentMessage) -> None:
        """In order and one after the other, which MTA does not promise."""
        if SENT in message.statuses:
            await self.deliver("message-send", _about(message))
        for status in message.statuses:
            await self.deliver("delivery-status", _about(message) | {"status": status})

    async def _deliver(self, webhook: Webhook, payload: bytes) -> Delivery:
        answers: list[int | None] = []
        for retry in range(1 + MAX_RETRIES):
            if retry:
                await self._sleep(self._backoff * 2 ** (retry - 1))
            answers.append(await self._post(webhook, payload))
            if not _is_retried(webhook, answers[-1]):
                break
        delivery = Delivery(
            webhook_id=webhook.id,
            event=webhook.event,
            url=webhook.url,
            payload=payload,
            answers=tuple(answers),
        )
        self._on_delivered(delivery)
        return delivery

    async def _post(self, webhook: Webhook, payload: bytes) -> int | None:
        headers = {
            "Content-Type": "application/json",
            "X-Signature": signature(webhook.secret, payload),
        }
        try:
            answer = await self._client.post(
                webhook.url, content=payload, headers=headers, timeout=self._timeout
            )
        except httpx.HTTPError:
            return None
        return answer.status_code


def signature(secret: str, payload: bytes) -> str:
    """X-Signature: lowercase hex of HMAC-SHA256 over the raw body, keyed by the secret's UTF-8."""
    return hmac.new(secret.encode(), payload, hashlib.sha256).hexdigest()


def encode(event: str, body: Mapping[str, object], shape: Shape) -> bytes:
    """The bytes that are posted: UTF-8 as it is, not escaped, as most JSON writers do."""
    fields = _as_v1(event, body) if shape.version == 1 else dict(body)
    whole = {"event": event, "data": fields} if shape.nested else fields
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    # half of a surrogate pair has no UTF-8; JSON.stringify escapes it too
    return text.encode("utf-8", "backslashreplace")


def _as_v1(event: str, body: Mapping[str, object]) -> dict[str, object]:
    fields = {_V1_NAMES.get(name, name): value for name, value in body.items()}
    if "messageId" in fields:
        fields["messageId"] = int(str(fields["messageId"]))
    return fields | {"type": event}


def _is_retried(webhook: Webhook, status: int | None) -> bool:
    if status == 200 or webhook.skip_errors or str(status) in webhook.skip_error_codes:
        return False
    return webhook.retry_on_error


def _about(message: SentMessage) -> dict[str, object]:
    """The members of delivery-status but for the status; those of message-send are a guess."""
    return {
        "messageId": message.message_id,
        "externalId": message.external_id,
        "toNumber": message.to,
        "tags": dict(message.tags) or None,
        "timestamp": iso(message.at),
    }
