"""The provider over HTTP: posts what `wire` wrote and hands `wire` what came back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import httpx

from bot import wire
from bot.errors import WebhookError
from bot.model import Answer, LongcodeId, OutboundMessage, Refused, RetryLater

_TIMEOUT: Final = httpx.Timeout(30.0, connect=5.0)
"""Seconds."""


class Gateway:
    """MTA's REST API, with the key of one account. An expected failure is a value."""

    def __init__(
        self, base_url: str, api_key: str, *, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._client = httpx.AsyncClient(
            base_url=base_url,
            headers={"Authorization": f"Bearer {api_key}", "Accept": "application/json"},
            timeout=_TIMEOUT,
            transport=transport,
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def send(self, message: OutboundMessage) -> Answer:
        """`POST /send` with one recipient; the same `X-Request-Id` at each try."""
        headers = {"Content-Type": "application/json", "X-Request-Id": message.request_id}
        try:
            response = await self._client.post(
                "/send", content=wire.send_body(message), headers=headers
            )
        except httpx.HTTPError as error:
            return RetryLater(f"the provider could not be reached ({type(error).__name__})")
        return wire.read_answer(response.status_code, response.headers, response.content)

    async def numbers(self) -> Mapping[str, LongcodeId] | Refused | RetryLater:
        """`GET /dedicated-numbers`: our numbers in E.164 with their ids."""
        try:
            response = await self._client.get("/dedicated-numbers")
        except httpx.HTTPError as error:
            return RetryLater(f"the provider could not be reached ({type(error).__name__})")
        if response.status_code != 200:
            answer = wire.read_answer(response.status_code, response.headers, response.content)
            if isinstance(answer, RetryLater):
                return answer
            said = answer.because if isinstance(answer, Refused) else "the provider answered 409"
            # A key may be allowed to send and not to list; a wrong one is wrong for both.
            return Refused(said, pauses=response.status_code == 401)
        try:
            return wire.read_numbers(response.content)
        except WebhookError as error:
            return Refused(str(error))
