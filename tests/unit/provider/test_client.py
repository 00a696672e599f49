"""What goes to the provider, to the byte, and what each of its answers means."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
import tracemalloc
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.model import LongcodeId, OutboundMessage, Rate
from bot.provider.account import KeyCheck, OurNumber, SmartReply, Webhook
from bot.provider.answers import About, Accepted, Refused, RetryLater
from bot.provider.capture import Capture
from bot.provider.client import Gateway
from bot.provider.rate_limit import RateLimiter
from bot.provider.redaction import sample
from bot.sandbox import Fault, Provider, create_app, serving
from tests.build import NOW
from tests.support import KEY, texts_in

pytestmark = pytest.mark.anyio

MESSAGE = OutboundMessage(
    external_id="conv-42_out-8",
    request_id="0123456789abcdef0123456789abcdef",
    to="+15555550123",
    text="We’re open “9–5” 🙂",
    longcode_id=LongcodeId(123),
    image="https://example.com/1.jpg",
    tags={"campaign": "spring", "rule": "hours"},
)
DATE = "Thu, 15 Jan 2026 17:04:05 GMT"
Handler = Callable[[httpx.Request], httpx.Response]


async def send(handler: Handler, message: OutboundMessage = MESSAGE) -> object:
    gateway = Gateway("https://mta.example/v3", KEY, transport=httpx.MockTransport(handler))
    try:
        return await gateway.send(message)
    finally:
        await gateway.close()


async def ask(handler: Handler, call: Callable[[Gateway], Awaitable[object]]) -> object:
    gateway = Gateway("https://mta.example/v3", KEY, transport=httpx.MockTransport(handler))
    try:
        return await call(gateway)
    finally:
        await gateway.close()


async def numbers(handler: Handler) -> object:
    return await ask(handler, Gateway.numbers)


async def sent(message: OutboundMessage) -> httpx.Request:
    requests: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json={"data": {"messageId": "1", "totalSent": 1}})

    assert await send(handler, message) == Accepted("1")
    [request] = requests
    return request


async def test_a_send_is_what_the_contract_says() -> None:
    request = await sent(MESSAGE)
    names = ("authorization", "content-type", "x-request-id", "accept", "accept-encoding")
    assert (request.method, str(request.url)) == ("POST", "https://mta.example/v3/send")
    assert {name: request.headers[name] for name in names} == {
        "authorization": "Bearer test-key",
        "content-type": "application/json",
        "x-request-id": "0123456789abcdef0123456789abcdef",
        "accept": "application/json",
        "accept-encoding": "identity",
    }
    assert json.loads(request.content) == {
        "subscribers": ["+15555550123"],
        "message": "We’re open “9–5” 🙂",
        "longcodeId": 123,
        "image": "https://example.com/1.jpg",
        "externalId": "conv-42_out-8",
        "tags": {"campaign": "spring", "rule": "hours"},
    }


async def test_a_send_has_no_member_that_is_not_meant() -> None:
    message = OutboundMessage(external_id="x", request_id="0" * 32, to="+15555550123", text="Hi")
    assert json.loads((await sent(message)).content) == {
        "subscribers": ["+15555550123"],
        "message": "Hi",
        "externalId": "x",
        "tags": {},
    }


def answering(status: int, body: Any = b"", **headers: str) -> Handler:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: httpx.Response(status, content=content, headers=names)


def raising(error: type[httpx.HTTPError]) -> Handler:
    def handler(request: httpx.Request) -> httpx.Response:
        raise error("hush: Bearer test-key")

    return handler


UNREAD = Accepted(None, "accepted, but the answer could not be read")
NOBODY = Accepted(None, "accepted, but nobody was reached")
NO_KEY = Refused("the provider answered 401: the API key is missing or wrong", About.KEY)


def address(status: int) -> Refused:
    return Refused(f"the provider answered {status}: look at MTA_BASE_URL", About.ACCOUNT)


@pytest.mark.parametrize(
    ("handler", "answer"),
    [
        (answering(200, {"data": {"messageId": 98765, "totalSent": 1}}), Accepted("98765")),
        (answering(201, {"data": {"messageId": "98765"}}), Accepted("98765")),
        (answering(200, {"success": True, "data": {"totalSent": 0}}), NOBODY),
        (answering(200, {}), Accepted(None)),
        (answering(200), Accepted(None)),
        (answering(204), Accepted(None)),
        (answering(200, b"<html>OK</html>"), UNREAD),
        (
            answering(200, {"success": False, "message": "no"}),
            Refused("the provider answered 200: no"),
        ),
        (answering(409, {"message": "seen before"}), Accepted(None)),
        (
            answering(400, {"message": "too long", "requestId": "r-1"}),
            Refused("the provider answered 400: too long (requestId r-1)"),
        ),
        (answering(400, b"not JSON"), Refused("the provider answered 400")),
        (
            answering(404, {"message": "longcodeId"}),
            Refused("the provider answered 404: longcodeId", About.UNCLEAR),
        ),
        (answering(301, location="https://elsewhere/"), address(301)),
        (answering(401), NO_KEY),
        (
            answering(402, {"message": "pay"}),
            Refused("the provider answered 402: the account has no credit", About.ACCOUNT),
        ),
        (
            answering(403, {"message": "trial"}),
            Refused("the provider answered 403: the account may not send", About.ACCOUNT),
        ),
        (answering(429, retry_after="7"), RetryLater("the provider's rate limit", after=7.0)),
        (answering(429), RetryLater("the provider's rate limit", after=15.0)),
        (answering(429, retry_after="soon"), RetryLater("the provider's rate limit", after=15.0)),
        (answering(429, retry_after="9999"), RetryLater("the provider's rate limit", after=120.0)),
        (answering(500), RetryLater("the provider answered 500")),
        (answering(503, retry_after="5"), RetryLater("the provider answered 503", after=5.0)),
        (answering(408), RetryLater("the provider answered 408")),
        (
            raising(httpx.ConnectError),
            RetryLater("the provider could not be reached (ConnectError)"),
        ),
        (raising(httpx.ReadTimeout), RetryLater("the provider could not be reached (ReadTimeout)")),
        (
            raising(httpx.RemoteProtocolError),
            RetryLater("the provider could not be reached (RemoteProtocolError)"),
        ),
    ],
)
async def test_each_answer_has_its_meaning(handler: Handler, answer: object) -> None:
    assert await send(handler) == answer


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        (Fault(drip=0.01), RetryLater("the provider took longer than 0.3 s to answer")),
        (Fault.slow(60), RetryLater("the provider took longer than 0.3 s to answer")),
        (Fault(body=b" " * 2**22 + b"{}"), UNREAD),
        (Fault(body=b"{}" + b" " * (2**20 - 2)), Accepted(None)),
        (
            Fault(body=gzip.compress(bytes(2**26), 1), headers={"Content-Encoding": "gzip"}),
            UNREAD,
        ),
        (Fault(body=b"no gzip", headers={"Content-Encoding": "gzip"}), UNREAD),
        (Fault(status=204, body=b""), Accepted(None)),
        (Fault(status=307, headers={"Location": "/v3/elsewhere"}), address(307)),
    ],
)
async def test_no_answer_takes_more_than_its_time_and_room(fault: Fault, answer: object) -> None:
    provider = Provider(send_limit=None)
    provider.faults.append(fault)
    message = replace(MESSAGE, longcode_id=LongcodeId(1))
    async with serving(create_app(provider, api_key=KEY)) as origin:
        gateway = Gateway(f"{origin}/v3", KEY, deadline=0.3)
        tracemalloc.start()
        try:
            assert await gateway.send(message) == answer
            assert tracemalloc.get_traced_memory()[1] < 2**24
            # The next one has a connection that works.
            assert isinstance(await gateway.send(replace(message, request_id="next")), Accepted)
        finally:
            tracemalloc.stop()
            await gateway.close()


NUMBER = OurNumber("+18005550100", LongcodeId(123))
NO_LIST = "the provider answered 200 with something else than a list"


@pytest.mark.parametrize(
    ("handler", "answer"),
    [
        (answering(200, {"data": [{"id": 123, "number": "8005550100"}]}), (NUMBER,)),
        (answering(200, {"data": []}), ()),
        (answering(200, b"<html>"), Refused(NO_LIST)),
        (
            answering(200, {"success": False, "message": "no"}),
            Refused("the provider answered 200: no"),
        ),
        (answering(404), Refused("the provider answered 404")),
        (answering(409), Refused("the provider answered 409")),
        (answering(301), Refused("the provider answered 301")),
        (answering(401), NO_KEY),
        # A key may be allowed to send and not to list: no reason to stop sending.
        (answering(403, {"message": "trial"}), Refused("the provider answered 403: trial")),
        (answering(500), RetryLater("the provider answered 500")),
        (answering(429, retry_after="7"), RetryLater("the provider's rate limit", after=7.0)),
        (answering(429), RetryLater("the provider's rate limit", after=60.0)),
        (
            raising(httpx.ConnectError),
            RetryLater("the provider could not be reached (ConnectError)"),
        ),
    ],
)
async def test_our_numbers_are_listed_or_it_is_said_why_not(
    handler: Handler, answer: object
) -> None:
    assert await numbers(handler) == answer


async def test_the_list_of_numbers_is_asked_for_with_the_key() -> None:
    requests: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json={"data": []})

    await numbers(handler)
    [request] = requests
    assert (request.method, str(request.url), request.headers["authorization"]) == (
        "GET",
        "https://mta.example/v3/dedicated-numbers",
        "Bearer test-key",
    )


HOOK = {"id": 11, "event": "message-reply", "url": "https://bot.example/webhooks/message-reply"}
WEBHOOK = Webhook(11, "message-reply", "https://bot.example/webhooks/message-reply")


def delete(gateway: Gateway) -> Awaitable[object]:
    return gateway.delete_webhook(11)


def register(gateway: Gateway) -> Awaitable[object]:
    return gateway.register("message-reply", WEBHOOK.url, "hush")


def change(gateway: Gateway) -> Awaitable[object]:
    return gateway.register("message-reply", WEBHOOK.url, "hush", over=11)


@pytest.mark.parametrize(
    ("call", "method", "path"),
    [(register, "POST", "/v3/webhooks"), (change, "PATCH", "/v3/webhooks/11")],
)
async def test_a_webhook_is_registered_with_retries(
    call: Callable[[Gateway], Awaitable[object]], method: str, path: str
) -> None:
    requests: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json={"message": "ok", "data": HOOK})

    assert await ask(handler, call) == WEBHOOK
    [request] = requests
    assert (request.method, request.url.path) == (method, path)
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.content) == {
        "event": "message-reply",
        "url": "https://bot.example/webhooks/message-reply",
        "secret": "hush",
        "retryOnError": True,
        "maxThroughputPerMinute": 600,
    }


@pytest.mark.parametrize(
    ("call", "handler", "answer"),
    [
        (Gateway.webhooks, answering(200, {"data": {"rows": [HOOK], "total": 1}}), (WEBHOOK,)),
        (Gateway.webhooks, answering(200, {"data": {}}), Refused(NO_LIST)),
        (
            Gateway.smart_replies,
            answering(200, {"data": [{"word": " Hours ", "message": "9-5"}, {"message": "x"}]}),
            (SmartReply("Hours", "9-5"), SmartReply("", "x")),
        ),
        (
            Gateway.smart_replies,
            answering(200, {"data": [{"word": "map", "templateId": 7}]}),
            (SmartReply("map", ""),),
        ),
        (Gateway.smart_replies, answering(404), Refused("the provider answered 404")),
        (delete, answering(200, {"message": "deleted"}), None),
        (delete, answering(200), None),
        (delete, answering(204), None),
        (register, answering(201, {"data": HOOK}), WEBHOOK),
        (delete, answering(404, {"message": "no"}), Refused("the provider answered 404: no")),
        (delete, answering(500), RetryLater("the provider answered 500")),
        (register, answering(409), Refused("the provider answered 409")),
        (
            change,
            answering(200, {"data": {"id": "?"}}),
            Refused("the provider answered 200 with something else than a webhook"),
        ),
        (
            Gateway.verify_key,
            raising(httpx.ConnectTimeout),
            KeyCheck(RetryLater("the provider could not be reached (ConnectTimeout)")),
        ),
        (
            Gateway.verify_key,
            answering(401, date=DATE),
            KeyCheck(NO_KEY, NOW),
        ),
    ],
)
async def test_what_the_account_says_is_a_value(
    call: Callable[[Gateway], Awaitable[object]], handler: Handler, answer: object
) -> None:
    assert await ask(handler, call) == answer


class Paged:
    """Answers `GET /smart-replies` from so many rows; `total` may be left out."""

    def __init__(self, count: int, *, tells: bool = True) -> None:
        self.words = [f"word{number}" for number in range(count)]
        self.tells = tells
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        page, size = (int(request.url.params[name]) for name in ("page", "pageSize"))
        self.asked.append(request.url.path)
        rows = [{"word": word} for word in self.words[page * size : (page + 1) * size]]
        told = {"total": len(self.words)} if self.tells else {}
        return httpx.Response(200, json={"data": {"rows": rows, "page": page, **told}})


@pytest.mark.parametrize(
    ("count", "tells", "calls"),
    [(0, True, 1), (25, True, 1), (26, True, 2), (25, False, 2), (250, True, 10)],
)
async def test_a_list_is_read_to_its_end(count: int, tells: bool, calls: int) -> None:
    paged = Paged(count, tells=tells)
    assert await ask(paged, Gateway.smart_replies) == tuple(
        SmartReply(word, "") for word in paged.words
    )
    assert paged.asked == ["/v3/smart-replies"] * calls


async def test_a_list_without_end_is_given_up() -> None:
    paged = Paged(251)
    assert await ask(paged, Gateway.smart_replies) == Refused("the list has more than 250 rows")
    assert len(paged.asked) == 10


async def test_samples_are_kept_of_what_a_send_is_answered(tmp_path: Path) -> None:
    body = b'{"data": {"messageId": 98765, "account": {"apiKey": "hush"}}}'
    handlers = [answering(status, body) for status in (200, 400, 503)]
    handlers += [answering(200, b"not JSON"), raising(httpx.ConnectError)]
    capture = Capture(tmp_path)
    gateway = Gateway(
        "https://mta.example/v3",
        KEY,
        capture=capture,
        transport=httpx.MockTransport(lambda request: handlers.pop(0)(request)),
    )
    while handlers:
        await gateway.send(MESSAGE)
    handlers.append(answering(200, {"data": [{"id": 1, "number": "+18005550100"}]}))
    await gateway.numbers()
    await gateway.close()
    capture.close()
    found = [sample("send-answer", body, status) for status in (200, 400, 503)]
    assert texts_in(tmp_path) == {one.name: one.redacted().decode() for one in found if one}


async def test_accounts_share_the_rate_of_all_calls_but_sends() -> None:
    """MTA counts them by address, not by account."""
    general = RateLimiter(Rate(2, 0.3))
    provider = Provider()
    transport = httpx.ASGITransport(create_app(provider, api_key=KEY))
    gateways = [
        Gateway("http://mta/v3", KEY, transport=transport, general=general) for _ in range(3)
    ]
    begin = time.monotonic()
    await asyncio.gather(*(gateway.verify_key() for gateway in gateways))
    assert time.monotonic() - begin >= 0.3
    await asyncio.gather(*(gateway.close() for gateway in gateways))
