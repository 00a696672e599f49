"""The provider over HTTP: posts what `sending` wrote, hands back what it and `account` read."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, cast
from urllib.parse import quote

import httpx

from bot.model import OutboundMessage, Rate
from bot.provider import account, sending, threads
from bot.provider.account import Failure, KeyCheck, OurNumber, SmartReply, Webhook
from bot.provider.answers import Answer, Refused, RetryLater
from bot.provider.capture import Capture
from bot.provider.rate_limit import RateLimiter
from bot.provider.threads import Thread, ThreadItem, ThreadRow
from bot.provider.tls import trust

_DEADLINE: Final = 30.0
"""Seconds for a whole call: httpx counts each read anew, and a drip of bytes has no end."""
_TIMEOUT: Final = httpx.Timeout(_DEADLINE, connect=5.0)
"""Seconds."""
_LARGEST: Final = 2**20
"""Bytes of an answer; a list of numbers has some thousands."""
_MOST_PAGES: Final = 10
_MOST_PAGES_OF_THREADS: Final = 400
"""Of one list: MTA answers 30 calls a minute."""
_SEND: Final = "/send"
GENERAL: Final = Rate(25, 60.0)
"""Of all calls but sends: MTA takes 30 a minute of one address, for all accounts together."""
_JSON: Final = {"Content-Type": "application/json"}


class Gateway:
    """MTA's REST API, with the key of one account. An expected failure is a value."""

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        capture: Capture | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        deadline: float = _DEADLINE,
        general: RateLimiter | None = None,
    ) -> None:
        """`deadline`: seconds until a call is given up, however much of the answer has come.

        `general`: what the accounts of a process share, for all calls but sends.
        """
        self._general = general or RateLimiter(GENERAL)
        self._capture = capture
        self._deadline = deadline
        self._client = httpx.AsyncClient(
            base_url=base_url,
            headers={
                "Authorization": f"Bearer {api_key}",
                "Accept": "application/json",
                "Accept-Encoding": "identity",  # what is packed may be of any size
            },
            timeout=_TIMEOUT,
            verify=trust(),
            transport=transport,
        )
        # Address and headers of a send, put together once: that takes 130 µs.
        self._posting = self._client.build_request("GET", _SEND, headers=_JSON)

    async def close(self) -> None:
        await self._client.aclose()

    async def send(self, message: OutboundMessage) -> Answer:
        """`POST /send` with one recipient; the same `X-Request-Id` at each try."""
        request = httpx.Request(
            "POST",
            self._posting.url,
            headers=[*self._posting.headers.raw, (b"X-Request-Id", message.request_id.encode())],
            content=sending.send_body(message),
            extensions=self._posting.extensions,
        )
        response = await self._ask(request)
        if isinstance(response, RetryLater):
            return response
        if self._capture is not None:
            self._capture.take("send-answer", response.body, response.status)
        return sending.read_answer(response.status, response.headers, response.body, _now())

    async def verify_key(self) -> KeyCheck:
        """`GET /auth/verify-api-key`: whether the key is good, and the provider's time."""
        response = await self._call("GET", "/auth/verify-api-key")
        if isinstance(response, RetryLater):
            return KeyCheck(response)
        return account.read_key_check(response.status, response.headers, response.body, _now())

    async def numbers(self) -> tuple[OurNumber, ...] | Failure:
        """`GET /dedicated-numbers`: our numbers with their ids."""
        body = await self._body("GET", "/dedicated-numbers")
        page = account.read_page(body) if isinstance(body, bytes) else body
        return account.read_numbers(page.rows) if isinstance(page, account.Page) else page

    async def webhooks(self) -> tuple[Webhook, ...] | Failure:
        """`GET /webhooks`: all that are registered."""
        rows = await self._rows("/webhooks")
        return account.read_webhooks(rows) if isinstance(rows, tuple) else rows

    async def register(
        self, event: str, url: str, secret: str, *, over: int | None = None
    ) -> Webhook | Failure:
        """`POST /webhooks`, or `PATCH` over the webhook of that id. Posting makes a new one."""
        method, path = ("POST", "/webhooks") if over is None else ("PATCH", f"/webhooks/{over}")
        body = await self._body(method, path, account.webhook_body(event, url, secret))
        return account.read_webhook(body) if isinstance(body, bytes) else body

    async def delete_webhook(self, webhook_id: int) -> Failure | None:
        """`DELETE /webhooks/{id}`; None where it is gone."""
        answer = await self._body("DELETE", f"/webhooks/{webhook_id}")
        return None if isinstance(answer, bytes) else answer

    async def smart_replies(self) -> tuple[SmartReply, ...] | Failure:
        """`GET /smart-replies`: the words that MTA answers by itself."""
        rows = await self._rows("/smart-replies")
        return account.read_smart_replies(rows) if isinstance(rows, tuple) else rows

    async def threads(self) -> tuple[ThreadRow, ...] | Failure:
        """`GET /threads`: all conversations that the provider has."""
        rows = await self._rows("/threads", most=_MOST_PAGES_OF_THREADS)
        return threads.read_threads(rows) if isinstance(rows, tuple) else rows

    async def thread(self, row_id: str) -> Thread | Failure:
        """`GET /threads/{id}`: with whom it is."""
        body = await self._body("GET", f"/threads/{quote(row_id, safe='')}")
        return threads.read_thread(row_id, body) if isinstance(body, bytes) else body

    async def thread_items(self, row_id: str) -> tuple[ThreadItem, ...] | Failure:
        """`GET /threads/{id}/items`: what was said in it."""
        rows = await self._rows(
            f"/threads/{quote(row_id, safe='')}/items", most=_MOST_PAGES_OF_THREADS
        )
        return threads.read_items(rows) if isinstance(rows, tuple) else rows

    async def _rows(self, path: str, *, most: int = _MOST_PAGES) -> tuple[object, ...] | Failure:
        """A list, page by page."""
        rows: tuple[object, ...] = ()
        for number in range(most):
            asked = {"page": str(number), "pageSize": str(account.PAGE_SIZE)}
            body = await self._body("GET", path, params=asked)
            page = account.read_page(body) if isinstance(body, bytes) else body
            if not isinstance(page, account.Page):
                return page
            rows += page.rows
            if not page.rows or (page.total is not None and len(rows) >= page.total):
                return rows
        return Refused(f"the list has more than {len(rows)} rows")

    async def _body(
        self,
        method: str,
        path: str,
        content: bytes | None = None,
        params: Mapping[str, str] | None = None,
    ) -> bytes | Failure:
        """The body of an answer that says success."""
        headers = {} if content is None else _JSON
        response = await self._call(method, path, content, headers=headers, params=params)
        if isinstance(response, RetryLater):
            return response
        failed = account.read_failure(response.status, response.headers, response.body, _now())
        return response.body if failed is None else failed

    async def _turn(self) -> None:
        now = time.monotonic()
        wait = max(self._general.wait(now), 0.0)
        self._general.sent(now + wait, None)  # nobody else gets this turn
        await asyncio.sleep(wait)

    async def _call(
        self,
        method: str,
        path: str,
        content: bytes | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> _Response | RetryLater:
        await self._turn()
        return await self._ask(
            self._client.build_request(
                method, path, content=content, headers=headers, params=params
            )
        )

    async def _ask(self, request: httpx.Request) -> _Response | RetryLater:
        try:
            async with asyncio.timeout(self._deadline):
                response = await self._client.send(request, stream=True)
                try:
                    body = await _beginning(response)
                finally:
                    await response.aclose()
                return _Response(response.status_code, response.headers, body)
        except TimeoutError:
            return RetryLater(f"the provider took longer than {self._deadline:g} s to answer")
        except httpx.HTTPError as error:
            return RetryLater(f"the provider could not be reached ({type(error).__name__})")


@dataclass(frozen=True, slots=True)
class _Response:
    status: int
    headers: Mapping[str, str]
    body: bytes
    """As it came, never unpacked; what is too large is cut off, and is not JSON then."""


async def _beginning(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in cast("httpx.AsyncByteStream", response.stream):
        body += chunk
        if len(body) > _LARGEST:
            break
    return bytes(body[:_LARGEST])


def _now() -> datetime:
    return datetime.now(UTC)
