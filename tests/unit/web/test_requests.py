"""What every request must hold, whatever it asks for: a host that can be read, a path."""

from __future__ import annotations

from typing import Any

import pytest

from bot.ledger.schema import inbox, outbox
from bot.provider.events import EVENTS
from tests.build import PERSON
from tests.support import signed, webhook
from tests.unit.web.conftest import Serve, Web

pytestmark = pytest.mark.anyio

FIRST: dict[str, Any] = {"to": PERSON, "text": "Is your order OK?", "longcodeId": 123}
ODD: list[list[bytes]] = [
    [b""],
    [b"["],
    [b"[::1"],
    [b"::1"],
    [b"a b"],
    [b"bot.example/x"],
    [b"me@bot.example"],
    [b"bot.example,127.0.0.1"],
    [b"127.0.0.1:y"],
    [b"127.0.0.1:80808080"],
    [b"\xff"],
    [b"127.0.0.1\x00"],
    [b"127.0.0.1", b"127.0.0.1"],
    [b"127.0.0.1", b"bot.example"],
]


@pytest.mark.parametrize("path", ["/webhooks/message-reply", "/api/messages", "/healthz", "/no"])
@pytest.mark.parametrize("hosts", ODD, ids=repr)
async def test_a_host_that_cannot_be_read_is_refused(
    hosts: list[bytes], path: str, web: Web
) -> None:
    body = webhook()
    headers = [(name.encode(), text.encode()) for name, text in signed(body).items()]
    request = web.client.build_request("POST", path, content=body, headers=headers)
    request.headers = type(request.headers)([*headers, *((b"Host", host) for host in hosts)])
    answer = await web.client.send(request)
    assert (answer.status_code, answer.json()) == (400, {"error": "Host: cannot be read"})
    assert web.rows(inbox) == web.rows(outbox) == []


@pytest.mark.parametrize(
    "host",
    ["bot.example", "BOT.example:443", "bot_1", "127.0.0.1:8080", "[::1]", "[::1]:8080", "bot:"],
)
async def test_a_webhook_is_taken_under_every_name(host: str, web: Web) -> None:
    assert (await web.post(webhook(), Host=host))[0] == 200


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("end", ["", "/", "//"])
async def test_a_slash_at_the_end_of_a_path_makes_no_difference(
    event: str, end: str, web: Web
) -> None:
    body = webhook(status="delivered")
    assert (await web.post(body, f"{event}{end}"))[0] == 200
    assert (await web.post(body, event))[1]["status"] == "duplicate"


async def test_nor_does_it_elsewhere(web: Web, serve: Serve) -> None:
    for path in ("/healthz/", "/readyz/", "/metrics/"):
        assert (await web.client.get(path)).status_code == 200
    assert (await web.client.post("/api/messages/", json=FIRST)).status_code == 202
    for path in ("/webhooks/", "/webhooks/message-reply/x/", "/healthz/x"):
        assert (await web.client.post(path)).status_code == 404
    for path in ("/", "//"):
        assert (await web.client.post(path)).status_code == 405
