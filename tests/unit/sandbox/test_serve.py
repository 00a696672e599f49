"""The provider on a real socket: what only a connection can show."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox import Courier, Fault, Provider, create_app, serving
from tests.unit.sandbox.build import KEY, PERSON, Clock, body

pytestmark = pytest.mark.anyio


@pytest.fixture
async def client(provider: Provider) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        serving(create_app(provider, api_key=KEY)) as origin,
        httpx.AsyncClient(
            base_url=f"{origin}/v3", headers={"Authorization": f"Bearer {KEY}"}, trust_env=False
        ) as client,
    ):
        yield client


async def test_a_send_over_the_wire(provider: Provider, client: httpx.AsyncClient) -> None:
    assert (await client.post("/send", json=body())).status_code == 200
    assert provider.sent[0].to == PERSON


async def test_a_reset_before_drops_the_connection_and_the_message(
    provider: Provider, client: httpx.AsyncClient
) -> None:
    provider.faults.append(Fault.reset_before())
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        await client.post("/send", json=body(), headers={"X-Request-Id": "abc"})
    assert provider.sent == []
    again = await client.post("/send", json=body(), headers={"X-Request-Id": "abc"})
    assert again.status_code == 200


async def test_a_reset_after_drops_the_connection_and_keeps_the_message(
    provider: Provider, client: httpx.AsyncClient
) -> None:
    provider.faults.append(Fault.reset_after())
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        await client.post("/send", json=body(), headers={"X-Request-Id": "abc"})
    again = await client.post("/send", json=body(), headers={"X-Request-Id": "abc"})
    assert again.status_code == 409
    assert len(provider.sent) == 1


async def test_a_reset_sends_not_one_byte(provider: Provider, client: httpx.AsyncClient) -> None:
    provider.faults.append(Fault.reset_before())
    reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
    writer.write(
        b"POST /v3/send HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
        b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}" % KEY.encode()
    )
    assert await asyncio.wait_for(reader.read(), 5) == b""
    writer.close()
    await writer.wait_closed()


async def test_a_slow_answer_outlasts_the_client_but_the_message_is_taken(
    provider: Provider, client: httpx.AsyncClient
) -> None:
    provider.faults.append(Fault.slow(0.5))
    with pytest.raises(httpx.ReadTimeout):
        await client.post("/send", json=body(), headers={"X-Request-Id": "abc"}, timeout=0.1)
    again = await client.post("/send", json=body(), headers={"X-Request-Id": "abc"})
    assert again.status_code == 409


async def test_a_conversation_goes_both_ways(provider: Provider) -> None:
    """A bot of one line answers on its own socket; nothing is shared but the contract."""

    async def answer(request: Request) -> Response:
        received = await request.json()
        reply = body(subscribers=[received["fromNumber"]], message=received["message"].upper())
        await to_provider.post("/send", json=reply)
        return Response()

    bot = Starlette(routes=[Route("/in", answer, methods=["POST"])])
    async with httpx.AsyncClient(trust_env=False) as to_bot:
        courier = Courier(provider, to_bot)
        app = create_app(provider, api_key=KEY, on_sent=courier.follow)
        async with serving(bot) as bot_origin, serving(app) as origin:
            to_provider = httpx.AsyncClient(
                base_url=f"{origin}/v3", headers={"Authorization": f"Bearer {KEY}"}, trust_env=False
            )
            async with to_provider:
                hook = {"event": "message-reply", "url": f"{bot_origin}/in", "secret": "hush"}
                assert (await to_provider.post("/webhooks", json=hook)).status_code == 200
                (delivery,) = await courier.inbound(PERSON, "hello")
                await courier.settle()
    assert delivery.arrived
    assert [message.text for message in provider.sent] == ["HELLO"]


async def test_the_port_is_free_again_afterwards() -> None:
    async with serving(create_app(Provider(), api_key=KEY)) as origin:
        port = httpx.URL(origin).port
        assert port is not None
    with socket.create_server(("127.0.0.1", port)):
        pass


async def test_over_the_wire_there_is_one_time_and_it_is_the_providers() -> None:
    clock = Clock()
    async with (
        serving(create_app(Provider(clock=clock), api_key=KEY)) as origin,
        httpx.AsyncClient(trust_env=False) as client,
    ):
        answer = await client.get(f"{origin}/v3/send")
    assert answer.headers.get_list("Date") == ["Thu, 15 Jan 2026 17:04:05 GMT"]
