"""The API of what waits for a person: as the commands list it, and what is done with it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.ledger import contacts, inbox, quarantine
from bot.ledger.schema import conversations, inbox_items
from bot.ledger.schema import inbox as inbox_table
from tests.build import NOW, OUR_NUMBER, PERSON, inbound, ruleset
from tests.support import OTHER_PERSON, process
from tests.unit.web.conftest import Serve, Web

pytestmark = pytest.mark.anyio

RULES = ruleset("rules: [{id: human, when: {keywords: [human]}, handoff: true}]")
WISH = "Please take me off this list"
SAID = ((PERSON, WISH), (OTHER_PERSON, "human"), (PERSON, "xyz"))
BY = {"by": "ann"}


@pytest.fixture(autouse=True)
def said(web: Web) -> None:
    with web.database.transaction() as connection:
        for n, (sender, text) in enumerate(SAID):
            inbox.keep(connection, [inbound(text, key=f"r-{n}", sender=sender)])
            [waiting] = inbox.waiting(connection, 1)
            process(connection, waiting, RULES, NOW)
        quarantine.keep_unreadable(connection, "message-reply", b"?", "no JSON", NOW)


async def get(web: Web, query: str = "") -> tuple[int, list[Any]]:
    response = await web.client.get(f"/api/inbox{query}")
    return response.status_code, [json.loads(line) for line in response.text.splitlines()]


async def kinds(web: Web, query: str = "") -> dict[str, str]:
    status, found = await get(web, query)
    assert status == 200
    return {item["id"]: item["kind"] for item in found}


async def post(web: Web, path: str, body: object = BY) -> tuple[int, Any]:
    headers = {"Content-Type": "application/json"}
    response = await web.client.post(
        f"/api/inbox/{path}", content=json.dumps(body), headers=headers
    )
    return response.status_code, response.json()


async def test_it_is_listed_as_the_command_lists_it(web: Web) -> None:
    waits = {"in-1": "likely-opt-out", "handoff-2": "handoff", "quarantine-1": "quarantine"}
    assert await kinds(web) == waits
    assert await kinds(web, "?unmatched=true") == {**waits, "in-3": "unmatched"}
    [item] = [one for one in (await get(web))[1] if one["id"] == "handoff-2"]
    assert item == {
        "id": "handoff-2",
        "kind": "handoff",
        "at": "2026-01-15T17:04:05Z",
        "number": OTHER_PERSON,
        "ourNumber": OUR_NUMBER,
        "text": "human",
        "rule": "human",
        "reason": "paused",
        "detail": "nobody has written",
        "snoozedUntil": None,
    }


async def test_what_one_of_us_does_with_it(web: Web) -> None:
    status, told = await post(web, "quarantine-1/snooze", {"for": "2h", **BY})
    assert (status, told["snoozedUntil"]) == (200, "2026-01-15T19:04:05Z")
    assert "quarantine-1" not in await kinds(web)
    assert "quarantine-1" in await kinds(web, "?snoozed=true")
    assert (await post(web, "handoff-2/done"))[0] == 200
    assert [row.handoff for row in web.rows(conversations)] == [None, None]
    status, told = await post(web, "in-1/answer")
    assert (status, told["text"]) == (200, WISH)
    [first, *_] = web.rows(inbox_table)
    assert (first.status, first.is_cleared) == ("waiting", True)
    assert await kinds(web) == {}
    by = {row.item: row.done_by for row in web.rows(inbox_items)}
    assert by == {"quarantine-1": None, "handoff-2": "ann", "in-1": "ann"}


async def test_one_word_opts_a_person_out(web: Web) -> None:
    assert (await post(web, "in-1/opt-out"))[0] == 200
    with web.database.transaction() as connection:
        left = contacts.known(connection, PERSON).opt_out
    assert left is not None
    assert (left.by, left.because) == ("ann", "in-1")
    assert "in-1" not in await kinds(web)


@pytest.mark.parametrize(
    ("path", "body", "status", "error"),
    [
        ("in-9/done", {}, 404, "in-9: waits for nobody"),
        ("x/done", {}, 404, "x: waits for nobody"),
        ("in-1/snooze", {}, 400, "for: is not a time"),
        ("in-1/snooze", {"for": "soon"}, 400, "for: is not a time"),
        ("in-1/opt-out", {}, 400, "by: needs the name of who does it"),
        ("in-1/done", {"by": "contact"}, 400, "by contact: stands for somebody else"),
        ("in-1/done", {"odd": 1}, 400, "odd: is not a field"),
        ("quarantine-1/answer", {}, 400, "quarantine-1: is not a text of theirs"),
    ],
)
async def test_what_is_wrong_changes_nothing(
    web: Web, path: str, body: object, status: int, error: str
) -> None:
    got, told = await post(web, path, body)
    assert (got, told["error"][: len(error)]) == (status, error)
    assert web.rows(inbox_items) == []


@pytest.mark.parametrize("query", ["?odd=1", "?unmatched=perhaps"])
async def test_what_cannot_be_asked_for_says_why(web: Web, query: str) -> None:
    assert (await get(web, query))[0] == 400


async def test_strangers_get_nothing(serve: Serve) -> None:
    guarded = serve(token="secret")
    assert (await guarded.client.get("/api/inbox")).status_code == 401
    assert (await post(guarded, "in-1/done"))[0] == 401
    assert guarded.rows(inbox_items) == []
