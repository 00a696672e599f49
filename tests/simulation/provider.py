"""MTA on its good and bad days: repeats webhooks, loses answers, limits, refuses keys."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx

from bot.sandbox import Accepted, Provider, Refusal
from tests.simulation.history import Request, Told
from tests.simulation.people import NUMBERS, Text
from tests.simulation.stage import Stage

Answered = Callable[[int | None], None]
"""Called with the status of the answer, or None where the connection broke."""
Post = Callable[[str, bytes, Answered], None]
_MOST_TRIES = 3
_PATIENCE = 30.0
"""Seconds that the bot's client waits for an answer."""


class Mta:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._account = Provider(numbers=NUMBERS, send_limit=None, clock=stage.true_time)
        self.post: Post
        """To the bot; set when there is one."""
        self.under_way = 0
        """Webhooks that will still come."""
        self.refused_a_key = False

    def carries(self, text: Text) -> None:
        """Somebody writes; the webhook goes out at once, at times more than once."""
        self._stage.history.counts["messages"] += 1
        body = self._account.inbound(text.person, text.text, text.number.number)
        if "externalId" in body and self._stage.random.random() < 0.1:
            del body["toNumber"]  # our own message tells which number it was
        copies = 6 if self._stage.goes_wrong(self._stage.plan.repeats / 10) else 1
        for _ in range(copies):
            self._post_soon(0.0, "message-reply", body, text.text, 1)

    def _post_soon(
        self, seconds: float, event: str, body: dict[str, Any], about: str, tries: int
    ) -> None:
        self.under_way += 1
        self._stage.later(seconds, lambda: self._post(event, body, about, tries))

    def _post(self, event: str, body: dict[str, Any], about: str, tries: int) -> None:
        stage = self._stage
        stage.history.posted.setdefault(about, stage.now())

        def answered(status: int | None) -> None:
            self.under_way -= 1
            stage.note(f"webhook '{about}' is answered {status}")
            if status == 200:
                stage.history.acknowledged.setdefault(about, stage.now())
                if stage.goes_wrong(stage.plan.repeats):
                    stage.history.counts["repeats"] += 1
                    self._post_soon(stage.within(0, 40), event, body, about, _MOST_TRIES)
            elif tries < _MOST_TRIES:
                self._post_soon(stage.within(1, 30), event, body, about, tries + 1)

        self.post(event, json.dumps(body).encode(), answered)

    async def answer(self, request: httpx.Request) -> httpx.Response:
        """What the bot's client gets; the request arrives even when the bot dies meanwhile."""
        left = self._stage.now(), self._stage.wall()
        future: asyncio.Future[httpx.Response] = self._stage.loop.create_future()

        def arrives() -> None:
            if request.url.path.endswith("/send"):
                self._send(request, left, future)
            else:
                self._list(future)

        self._stage.later(self._stage.within(0, 0.2), arrives)
        return await future

    def _send(
        self,
        request: httpx.Request,
        left: tuple[float, datetime],
        future: asyncio.Future[httpx.Response],
    ) -> None:
        stage, body = self._stage, json.loads(request.content)
        kind = "refused key" if self._refuses() else self._kind()
        not_taken = ("429", "500", "503", "reset before", "refused", "refused key")
        result: Accepted | Refusal | None = None
        if kind not in not_taken:
            request_id = request.headers.get("x-request-id")
            result = self._account.send(body, request_id, reach=kind != "nobody")
        seen = Request(
            left=left[0],
            wall=left[1],
            seen=stage.now(),
            request_id=request.headers.get("x-request-id", ""),
            external_id=body["externalId"],
            to=body["subscribers"][0],
            longcode_id=body.get("longcodeId"),
            text=body["message"],
            taken=isinstance(result, Accepted),
        )
        stage.history.requests.append(seen)
        stage.history.counts["sends"] += 1
        stage.note(
            f"send '{seen.text}' of {seen.left:.3f} to {seen.to}: {kind}, taken {seen.taken}"
        )
        if kind != "fine":
            stage.history.counts["faults"] += 1
        if isinstance(result, Accepted):
            self._tells_what_became_of(result)
        if isinstance(result, Refusal) and result.status != 409:
            stage.history.ours.append(f"a send that MTA cannot take: {result.message}")
        self._reply(kind, result, future)

    def _kind(self) -> str:
        if not self._stage.goes_wrong(self._stage.plan.faulty):
            return "fine"
        kinds = ("429", "500", "503", "reset before", "reset after", "500 after", "nobody")
        return self._stage.random.choice([*kinds, "garbage", "slow", "slow", "refused"])

    def _refuses(self) -> bool:
        begin, end = self._stage.plan.refuses
        refuses = begin <= self._stage.now() < end
        self.refused_a_key = self.refused_a_key or refuses
        return refuses

    def _reply(
        self, kind: str, result: Accepted | Refusal | None, future: asyncio.Future[httpx.Response]
    ) -> None:
        stage = self._stage
        takes = stage.within(4, 40) if kind == "slow" else stage.within(0, 0.5)
        wait = stage.random.choice([None, 1, 4, 12]) if kind in ("429", "503") else None
        headers = {} if wait is None else {"Retry-After": str(wait)}
        answer: httpx.Response | httpx.HTTPError
        match kind:
            case "reset before" | "reset after":
                answer = httpx.ReadError("the connection broke")
            case "429" | "500" | "503":
                answer = httpx.Response(int(kind), headers=headers, json={})
            case "500 after":
                answer = httpx.Response(500, json={})
            case "refused" | "refused key":
                answer = httpx.Response(400 if kind == "refused" else 401, json={"message": "no"})
            case "garbage":
                answer = httpx.Response(200, content=b"<html>")
            case _:
                answer = _honest(result)
        if takes > _PATIENCE:
            takes, answer = _PATIENCE, httpx.ReadTimeout("too slow")

        def arrives() -> None:
            if future.done():
                return  # nobody is there any more
            if wait is not None:
                stage.history.told.append(Told(stage.now(), stage.now() + wait))
                stage.note(f"* Retry-After {wait}")
            _settle(future, answer)

        stage.later(takes, arrives)

    def _list(self, future: asyncio.Future[httpx.Response]) -> None:
        stage = self._stage
        rows = [{"id": number.id, "number": number.number} for number in NUMBERS]
        answer: httpx.Response | httpx.HTTPError
        answer = httpx.Response(200, json={"data": {"rows": rows}})
        if self._refuses():
            answer = httpx.Response(401, json={})
        elif stage.goes_wrong(stage.plan.faulty):
            stage.history.counts["faults"] += 1
            kind = stage.random.choice([500, 429, None])
            answer = httpx.Response(kind, json={}) if kind else httpx.ConnectError("away")
        stage.note(f"* list of numbers: {answer!r}")
        stage.later(stage.within(0, 3), lambda: _settle(future, answer))

    def _tells_what_became_of(self, accepted: Accepted) -> None:
        """By delivery-status, which for one who wrote STOP is 11."""
        if self._stage.random.random() < 0.8:
            return
        for message in accepted.messages:
            for status in message.statuses:
                body = {"messageId": message.message_id, "externalId": message.external_id}
                whole = {**body, "toNumber": message.to, "status": status}
                about = f"status {status} of {message.text}"
                self._post_soon(self._stage.within(0, 5), "delivery-status", whole, about, 1)


def _honest(result: Accepted | Refusal | None) -> httpx.Response:
    if isinstance(result, Accepted):
        data = {"messageId": result.message_id, "totalSent": len(result.messages)}
        return httpx.Response(200, json={"success": True, "data": data})
    assert result is not None
    return httpx.Response(result.status, json={"message": result.message})


def _settle(
    future: asyncio.Future[httpx.Response], answer: httpx.Response | httpx.HTTPError
) -> None:
    if future.done():
        return
    if isinstance(answer, httpx.HTTPError):
        future.set_exception(answer)
    else:
        future.set_result(answer)
