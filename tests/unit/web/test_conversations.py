"""The API of conversations: the shapes of the commands, for whom it is there, what it refuses."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.ledger import contacts, inbox, opt_outs
from bot.ledger.contacts import Changed, OptOut
from bot.ledger.opt_outs import Change
from bot.ledger.schema import conversations, outbox
from bot.ledger.schema import inbox as inbox_table
from tests.build import NOW, OUR_NUMBER, PERSON, inbound, ruleset
from tests.support import HOURS, OTHER_PERSON, process
from tests.unit.web.conftest import Serve, Web

pytestmark = pytest.mark.anyio

RULES = ruleset(HOURS)
BY = {"by": "ann"}


@pytest.fixture(autouse=True)
def said(web: Web) -> None:
    with web.database.transaction() as connection:
        for n, (sender, text) in enumerate(((PERSON, "Hours?"), (OTHER_PERSON, "xyz"))):
            at = NOW + timedelta(seconds=n)
            inbox.keep(connection, [inbound(text, key=f"r-{n}", sender=sender, received_at=at)])
            [waiting] = inbox.waiting(connection, 1)
            process(connection, waiting, RULES, at)


async def get(web: Web, path: str = "", **headers: str) -> tuple[int, list[Any]]:
    response = await web.client.get(f"/api/conversations{path}", headers=headers)
    return response.status_code, [json.loads(line) for line in response.text.splitlines()]


async def post(web: Web, path: str, body: object = BY, **headers: str) -> tuple[int, Any]:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", **headers}
    response = await web.client.post(f"/api/conversations/{path}", content=content, headers=headers)
    return response.status_code, response.json()


def line(row_id: int, number: str, second: int) -> dict[str, object]:
    return {
        "id": row_id,
        "at": f"2026-01-15T17:04:0{5 + second}Z",
        "reason": None,
        "number": number,
        "ourNumber": OUR_NUMBER,
        "longcodeId": None,
        "state": None,
        "received": 1,
    }


async def test_conversations_are_listed_as_the_command_lists_them(web: Web) -> None:
    both = [line(2, OTHER_PERSON, 1), line(1, PERSON, 0)]
    assert await get(web) == (200, both)
    assert await get(web, Accept="application/json") == (200, [both])
    assert await get(web, "?search=HOURS") == (200, [both[1]])
    assert await get(web, "?outcome=unmatched&since=2026-01-01") == (200, [both[0]])
    assert await get(web, "?rule=none") == (200, [])


async def test_a_page_leads_to_the_next(web: Web) -> None:
    response = await web.client.get("/api/conversations?limit=1&since=2026-01-01")
    assert [json.loads(response.text)] == [line(2, OTHER_PERSON, 1)]
    response = await web.client.get(f"/api/conversations{response.links['next']['url']}")
    assert [json.loads(response.text)] == [line(1, PERSON, 0)]
    response = await web.client.get(f"/api/conversations{response.links['next']['url']}")
    assert (response.text, "next" in response.links) == ("", False)


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("?since=soon", "since: is not a time, for example 7d or 2026-01-15T17:30Z"),
        ("?limit=0", "limit: needs a number up to 1000"),
        ("?limit=-1", "limit: needs a number up to 1000"),
        ("?limit=1001", "limit: needs a number up to 1000"),
        ("?after=x", "after: is not what a header Link led to"),
        ("?outcome=x", "outcome: is one of replied, held, suppressed, unmatched, failed"),
        ("?odd=1", "odd: is not a filter"),
    ],
)
async def test_what_cannot_be_looked_for_says_why(web: Web, query: str, error: str) -> None:
    status, [found] = await get(web, query)
    assert status == 400
    assert found["error"].startswith(error)


@pytest.mark.parametrize("written", [PERSON, "%2B15555550123", "5555550123"])
async def test_one_is_shown_as_the_command_shows_it(web: Web, written: str) -> None:
    status, [chain] = await get(web, f"/{written}")
    texts = [(one["direction"], one["text"]) for one in chain["messages"]]
    assert (status, chain["number"], texts) == (
        200,
        PERSON,
        [("inbound", "Hours?"), ("outbound", "We're open 9-5.")],
    )


async def test_who_is_not_there_is_not_found(web: Web) -> None:
    missing = {"error": "there is no conversation with +15555550199"}
    assert await get(web, "/+15555550199") == (404, [missing])


async def test_one_of_us_opts_a_person_out(web: Web) -> None:
    body = {**BY, "because": "called us"}
    told = {"number": PERSON, "since": "2026-01-15T17:04:05Z", "because": "called us", "by": "ann"}
    assert await post(web, f"{PERSON}/opt-out", body) == (200, told)
    assert await post(web, f"{PERSON}/opt-out", {"by": "kim"}) == (200, told)
    with web.database.transaction() as connection:
        left = contacts.known(connection, PERSON).opt_out
        history = opt_outs.history(connection, PERSON)
    assert left == OptOut(NOW, None, "called us", "ann")
    assert history == [Change(NOW, Changed.OUT, "called us", "ann")]
    assert [(row.recipient, row.status) for row in web.rows(outbox)] == [(PERSON, "dropped")]
    first = json.dumps({"to": PERSON, "text": "Hello", "longcodeId": 123})
    headers = {"Content-Type": "application/json"}
    sent = await web.client.post("/api/messages", content=first, headers=headers)
    assert sent.status_code == 409


async def test_one_of_us_lets_a_person_be_forgotten(web: Web) -> None:
    await post(web, f"{PERSON}/opt-out")
    told = {"number": PERSON, "conversations": 1, "messages": 2, "events": 0, "optedOut": True}
    assert await post(web, f"{PERSON}/forget") == (200, told)
    assert await get(web, f"/{PERSON}") == (
        404,
        [{"error": f"there is no conversation with {PERSON}"}],
    )
    assert [row.sender for row in web.rows(inbox_table)] == [OTHER_PERSON]
    with web.database.transaction() as connection:
        assert contacts.is_opted_out(connection, PERSON)
    nothing = {**told, "conversations": 0, "messages": 0}
    assert await post(web, f"{PERSON}/forget") == (200, nothing)


@pytest.mark.parametrize("act", ["opt-out", "forget"])
@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({}, 400, "by: needs the name of who does it"),
        ({"by": 5}, 400, "by: needs a text of at most 500 characters"),
        ({"by": "contact"}, 400, "by contact: stands for somebody else"),
        ({"by": "ann", "odd": 1}, 400, "odd: is not a field"),
        ([], 400, "the body is not a JSON object"),
        (b"{", 400, "the body is not JSON"),
        (b" " * 70_000, 413, "the body is too large"),
    ],
)
async def test_an_act_that_is_wrong_changes_nothing(
    web: Web, act: str, body: object, status: int, error: str
) -> None:
    got, told = await post(web, f"{PERSON}/{act}", body)
    assert got == status
    assert told["error"].startswith(error)
    assert len(web.rows(inbox_table)) == 2
    with web.database.transaction() as connection:
        assert not contacts.is_opted_out(connection, PERSON)


async def test_a_number_that_is_none_is_told(web: Web) -> None:
    error = {"error": "number: is not a phone number, for example +15555550123"}
    assert await post(web, "12/opt-out") == (400, error)


async def test_one_of_us_writes_takes_and_gives_back(web: Web) -> None:
    status, body = await post(web, f"{PERSON}/messages", {"text": "Ann here.", "by": "ann"})
    assert (status, list(body)) == (202, ["externalId"])
    [_, row] = web.rows(outbox)
    assert (row.text, row.by, row.external_id) == ("Ann here.", "ann", body["externalId"])
    held = {"number": PERSON, "ourNumber": OUR_NUMBER}
    taken = {"ourNumber": OUR_NUMBER, "for": "2h", "by": "kim"}
    until = {**held, "handedOver": True, "pausedUntil": "2026-01-15T19:04:05Z"}
    assert await post(web, f"{PERSON}/handoff", taken) == (200, until)
    assert [row.handoff and row.handoff["by"] for row in web.rows(conversations)] == ["kim", None]
    over = {**held, "handedOver": False, "pausedUntil": None}
    assert await post(web, f"{PERSON}/release", {}) == (200, over)


@pytest.mark.parametrize(
    ("act", "body", "status", "error"),
    [
        ("messages", {"text": "Hi"}, 400, "by: needs the name of who does it"),
        ("messages", {"text": " ", **BY}, 400, "text: is missing"),
        ("messages", {"text": "x" * 1_551, **BY}, 400, "text: has more than 1550 characters"),
        ("messages", {"text": "Hi", "ourNumber": "12", **BY}, 400, "ourNumber: is not a phone"),
        ("messages", {"text": "Hi", "ourNumber": "+18005550199", **BY}, 404, "there is no conv"),
        ("handoff", {"for": "soon"}, 400, "for: is not a time"),
        ("handoff", {"by": "provider"}, 400, "by provider: stands for somebody else"),
        ("release", {"number": 1}, 400, "number: is not a field"),
    ],
)
async def test_what_a_person_of_ours_gets_wrong_changes_nothing(
    web: Web, act: str, body: object, status: int, error: str
) -> None:
    got, told = await post(web, f"{PERSON}/{act}", body)
    assert (got, told["error"][: len(error)]) == (status, error)
    assert len(web.rows(outbox)) == 1
    assert [row.handoff for row in web.rows(conversations)] == [None, None]


async def test_nobody_writes_to_who_has_left_or_was_never_there(web: Web) -> None:
    await post(web, f"{PERSON}/opt-out")
    for act, body in (("messages", {"text": "Hi", **BY}), ("handoff", {})):
        assert (await post(web, f"{PERSON}/{act}", body))[0] == 409
        assert (await post(web, f"+15555550199/{act}", body))[0] == 404


PATHS = [("GET", ""), ("GET", f"/{PERSON}")]
ACTS = [
    ("POST", f"/{PERSON}/{act}") for act in ("opt-out", "forget", "messages", "handoff", "release")
]


@pytest.mark.parametrize(("method", "path"), PATHS + ACTS)
async def test_strangers_get_nothing_and_change_nothing(
    serve: Serve, method: str, path: str
) -> None:
    async def ask(web: Web, **headers: str) -> int:
        response = await web.client.request(
            method,
            f"/api/conversations{path}",
            content=json.dumps({**BY, "text": "Hi"} if path.endswith("/messages") else BY),
            headers={"Content-Type": "application/json", **headers},
        )
        return response.status_code

    guarded = serve(token="secret")
    assert await ask(guarded) == 401
    assert await ask(guarded, Authorization="Bearer wrong") == 401
    far = serve(client="203.0.113.7")
    assert await ask(far) == 403
    local = serve()
    assert await ask(local, **{"Sec-Fetch-Site": "cross-site"}) == 403
    if method == "POST":
        assert await ask(local, **{"Content-Type": "text/plain"}) == 415
        assert (await local.client.get(f"/api/conversations{path}")).status_code == 405
    assert len(local.rows(inbox_table)) == 2
    assert await ask(guarded, Authorization="Bearer secret") in (200, 202)
