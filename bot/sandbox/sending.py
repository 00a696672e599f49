"""MTA API, POST /send and POST /send/validate-recipients."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.answers import Dropped, instead, read_json, refused, success
from bot.sandbox.provider import Provider
from bot.sandbox.texts import e164
from bot.sandbox.values import Accepted, Attempt, Fault, Refusal, SentMessage

OnSent: TypeAlias = Callable[[Sequence[SentMessage]], None]


class SendEndpoints:
    """Each POST /send with the right key uses up the next of the provider's faults."""

    def __init__(self, provider: Provider, on_sent: OnSent | None) -> None:
        self._provider = provider
        self._on_sent = on_sent

    def routes(self, prefix: str) -> list[Route]:
        return [
            Route(f"{prefix}/send", self._send, methods=["POST"]),
            Route(f"{prefix}/send/validate-recipients", self._validate, methods=["POST"]),
        ]

    async def _send(self, request: Request) -> Response:
        at = self._provider.clock()
        faults = self._provider.faults
        fault = faults.popleft() if faults else Fault()
        answer = instead(fault, at)
        body = await read_json(request)
        request_id = request.headers.get("x-request-id")
        if answer is None:
            answer = self._take(body, request_id, fault)
        elif fault.taken:
            self._take(body, request_id, fault)
        status = None if isinstance(answer, Dropped) else answer.status_code
        self._provider.attempts.append(Attempt(at=at, request_id=request_id, status=status))
        await asyncio.sleep(fault.delay)
        return answer

    def _take(self, body: object | Refusal, request_id: str | None, fault: Fault) -> Response:
        """The limit is looked at first: a 400 or 409 counts against it (a guess)."""
        now = self._provider.clock()
        window = self._provider.send_window
        if window and not window.take(now.timestamp()):
            headers = window.headers(now.timestamp())
            return refused(Refusal(429, "Too many requests"), now, headers)
        headers = window.headers(now.timestamp()) if window else {}
        headers.pop("Retry-After", None)
        if isinstance(body, Refusal):
            return refused(body, now, headers)
        answer = self._provider.send(body, request_id, reach=fault.reach)
        if isinstance(answer, Refusal):
            return refused(answer, now, headers)
        if self._on_sent and answer.messages:
            self._on_sent(answer.messages)
        return _accepted(answer, headers)

    async def _validate(self, request: Request) -> Response:
        body = await read_json(request)
        if isinstance(body, Refusal):
            return refused(body, self._provider.clock())
        recipients = body.get("recipients") if isinstance(body, dict) else None
        if not isinstance(recipients, list) or not all(isinstance(r, dict) for r in recipients):
            return refused(Refusal(400, "recipients: required"), self._provider.clock())
        unsubscribes = isinstance(body, dict) and body.get("validateUnsubscribes") is True
        valid = []
        invalid = []
        for recipient in recipients:
            error = self._complaint(recipient.get("number"), unsubscribes=unsubscribes)
            if error is None:
                valid.append(recipient)
            else:
                invalid.append(recipient | {"error": error})
        return success(
            "Recipients validated", {"validRecipients": valid, "invalidRecipients": invalid}
        )

    def _complaint(self, value: object, *, unsubscribes: bool) -> str | None:
        number = e164(value)
        if number is None:
            return "Invalid phone number"
        if unsubscribes and number in self._provider.unsubscribed:
            return "Recipient has unsubscribed"
        return None


def _accepted(accepted: Accepted, headers: dict[str, str]) -> Response:
    count = len(accepted.messages)
    answer = success(
        f"Message sent to {count} recipient(s)",
        {
            "messageId": accepted.message_id,
            "totalSent": count,
            "totalFailedInternationalRecipients": accepted.failed_international,
            "outboundIds": [message.outbound_id for message in accepted.messages],
        },
    )
    answer.headers.update(headers)
    return answer
