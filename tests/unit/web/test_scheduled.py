"""The API of what waits for its time: as the command lists it, and takes it back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.ledger import inbox
from bot.ledger.schema import timers
from tests.build import NOW, OUR_NUMBER, PERSON, inbound, ruleset
from tests.support import process
from tests.unit.web.conftest import Serve, Web

pytestmark = pytest.mark.anyio

RULES = ruleset("""
timezone: UTC
rules:
  - {id: later, when: {keywords: [later]}, follow_up: {after: 1h, reply: "It is later."}}
  - {id: wait, when: {keywords: [wait]}, reply: {text: "Now.", delay: 10m}}
  - {id: human, when: {keywords: [human]}, handoff: true}
""")
LATER = {
    "id": "timer-1",
    "kind": "follow-up",
    "due": "2026-01-15T18:04:05Z",
    "number": PERSON,
    "ourNumber": OUR_NUMBER,
    "rule": "later",
    "text": "It is later.",
}


@pytest.fixture(autouse=True)
def said(web: Web) -> None:
    with web.database.transaction() as connection:
        for number, text in enumerate(("later", "wait")):
            inbox.keep(connection, [inbound(text, key=f"r-{number}")])
            [waiting] = inbox.waiting(connection, 1)
            process(connection, waiting, RULES, NOW)


async def get(web: Web, query: str = "") -> list[Any]:
    response = await web.client.get(f"/api/scheduled{query}")
    assert response.status_code == 200
    return [json.loads(line) for line in response.text.splitlines()]


async def cancel(web: Web, item: str, body: object = {"by": "ann"}) -> tuple[int, Any]:
    headers = {"Content-Type": "application/json"}
    content = json.dumps(body)
    path = f"/api/scheduled/{item}/cancel"
    response = await web.client.post(path, content=content, headers=headers)
    return response.status_code, response.json()


async def test_it_is_listed_the_next_first(web: Web) -> None:
    [reply, later] = await get(web)
    assert (later, reply["id"], reply["text"]) == (LATER, "out-1", "Now.")
    assert await get(web, "?limit=1") == [reply]


async def test_what_is_cancelled_is_not_said(web: Web) -> None:
    assert await cancel(web, "timer-1") == (200, LATER)
    assert (await cancel(web, "out-1"))[0] == 200
    assert await get(web) == []
    assert [(row.status, row.reason) for row in web.rows(timers)] == [("dropped", "cancelled")]


@pytest.mark.parametrize(
    ("item", "body", "status", "error"),
    [
        ("timer-9", {}, 404, "timer-9: nothing waits under that id"),
        ("out-1;drop", {}, 404, "nothing waits under that id"),
        ("timer-1", {"until": "9:00"}, 400, "until: is not a field; known: by"),
        ("timer-1", {"by": "contact"}, 400, "stands for somebody else"),
    ],
)
async def test_mistakes(item: str, body: object, status: int, error: str, web: Web) -> None:
    answered, told = await cancel(web, item, body)
    assert (answered, error in told["error"]) == (status, True), told


async def test_what_ends_by_itself_cannot_be_cancelled(web: Web) -> None:
    with web.database.transaction() as connection:
        inbox.keep(connection, [inbound("human", key="r-9")])
        [waiting] = inbox.waiting(connection, 1)
        process(connection, waiting, RULES, NOW)
    [expiry] = await get(web)
    status, told = await cancel(web, expiry["id"])
    assert (status, "cannot be cancelled" in told["error"]) == (400, True)


@pytest.mark.parametrize("query", ["?limit=0", "?limit=x", "?since=2h"])
async def test_what_cannot_be_asked(query: str, web: Web) -> None:
    assert (await web.client.get(f"/api/scheduled{query}")).status_code == 400


async def test_strangers_are_refused(serve: Serve) -> None:
    web = serve(token="a-long-token-of-ours", client="192.0.2.1", host="bot.example")
    assert (await web.client.get("/api/scheduled")).status_code == 401
    assert (await cancel(web, "timer-1"))[0] == 401
