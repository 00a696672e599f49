"""What goes to the provider, to the byte, and what each of its answers means."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from bot.gateway import Gateway
from bot.model import Accepted, LongcodeId, OutboundMessage, Refused, RetryLater
from tests.support import KEY

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
Handler = Callable[[httpx.Request], httpx.Response]


async def send(handler: Handler, message: OutboundMessage = MESSAGE) -> object:
    gateway = Gateway("https://mta.example/v3", KEY, transport=httpx.MockTransport(handler))
    try:
        return await gateway.send(message)
    finally:
        await gateway.close()


async def numbers(handler: Handler) -> object:
    gateway = Gateway("https://mta.example/v3", KEY, transport=httpx.MockTransport(handler))
    try:
        return await gateway.numbers()
    finally:
        await gateway.close()


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
    names = ("authorization", "content-type", "x-request-id", "accept")
    assert (request.method, str(request.url)) == ("POST", "https://mta.example/v3/send")
    assert {name: request.headers[name] for name in names} == {
        "authorization": "Bearer test-key",
        "content-type": "application/json",
        "x-request-id": "0123456789abcdef0123456789abcdef",
        "accept": "application/json",
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


@pytest.mark.parametrize(
    ("handler", "answer"),
    [
        (answering(200, {"data": {"messageId": 98765, "totalSent": 1}}), Accepted("98765")),
        (answering(200, {"success": True, "data": {"totalSent": 0}}), Accepted(None, 0)),
        (answering(200, {}), Accepted(None)),
        (
            answering(200, b"<html>OK</html>"),
            RetryLater("the provider answered 200 with a body that cannot be read"),
        ),
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
        (answering(404), Refused("the provider answered 404")),
        (answering(301, location="https://elsewhere/"), Refused("the provider answered 301")),
        (
            answering(401),
            Refused("the provider answered 401: the API key is missing or wrong", pauses=True),
        ),
        (
            answering(403, {"message": "trial"}),
            Refused("the provider answered 403: the account may not send", pauses=True),
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
        (
            answering(200, b"no gzip", content_encoding="gzip"),
            RetryLater("the provider could not be reached (DecodingError)"),
        ),
    ],
)
async def test_each_answer_has_its_meaning(handler: Handler, answer: object) -> None:
    assert await send(handler) == answer


@pytest.mark.parametrize(
    ("handler", "answer"),
    [
        (answering(200, {"data": [{"id": 123, "number": "8005550100"}]}), {"+18005550100": 123}),
        (
            answering(200, {"data": {"rows": [{"id": "7", "e164Number": "+18005550101"}]}}),
            {"+18005550101": 7},
        ),
        (answering(200, {"data": []}), {}),
        (answering(200, b"<html>"), Refused("the list of numbers is no JSON")),
        (answering(200, {"data": "none"}), Refused("the list of numbers is no list")),
        (answering(404), Refused("the provider answered 404")),
        (answering(409), Refused("the provider answered 409")),
        (
            answering(401),
            Refused("the provider answered 401: the API key is missing or wrong", pauses=True),
        ),
        # A key may be allowed to send and not to list: no reason to stop sending.
        (answering(403), Refused("the provider answered 403: the account may not send")),
        (answering(500), RetryLater("the provider answered 500")),
        (answering(429, retry_after="7"), RetryLater("the provider's rate limit", after=7.0)),
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
