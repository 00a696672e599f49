"""The API: for whom it is there, and what it takes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.ledger import contacts
from bot.ledger.schema import conversations
from bot.ledger.schema import outbox as outbox_table
from bot.provider.events import LARGEST_BODY
from tests.build import NOW, PERSON
from tests.unit.web.conftest import Serve, Web

pytestmark = pytest.mark.anyio

FIRST: dict[str, Any] = {"to": PERSON, "text": "Is your order OK?", "longcodeId": 123}


async def post(web: Web, body: object = FIRST, **headers: str) -> tuple[int, Any]:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", **headers}
    response = await web.client.post("/api/messages", content=content, headers=headers)
    return response.status_code, response.json()


async def test_a_first_message_is_queued_in_a_conversation_of_its_own(web: Web) -> None:
    whole = FIRST | {
        "externalId": "shop-1",
        "tags": {"campaign": "spring"},
        "image": "https://example.com/1.jpg",
    }
    assert await post(web, whole) == (202, {"externalId": "shop-1"})
    [row], [chain] = web.rows(outbox_table), web.rows(conversations)
    assert (row.external_id, row.recipient, row.text, row.image, row.longcode_id, row.tags) == (
        "shop-1",
        PERSON,
        "Is your order OK?",
        "https://example.com/1.jpg",
        123,
        {"campaign": "spring"},
    )
    assert (row.status, row.due_at, row.inbox_id, row.conversation_id) == ("due", NOW, None, 1)
    assert (chain.contact, chain.number, chain.longcode_id) == (PERSON, "", 123)


async def test_an_external_id_is_made_where_none_is_given(web: Web) -> None:
    made = {(await post(web))[1]["externalId"] for _ in range(3)}
    assert {len(external_id) for external_id in made} == {32}
    assert {row.external_id for row in web.rows(outbox_table)} == made


async def test_who_has_left_is_a_conflict_and_gets_nothing(web: Web) -> None:
    with web.database.transaction() as connection:
        contacts.opt_out(connection, FIRST["to"], "in-1", NOW)
    refused = {"error": f"to: {FIRST['to']} has opted out and gets no messages"}
    assert await post(web, FIRST) == (409, refused)
    assert web.rows(outbox_table) == []
    with web.database.transaction() as connection:
        contacts.opt_in(connection, FIRST["to"], "in-2", NOW)
    assert (await post(web, FIRST))[0] == 202


async def test_an_external_id_is_taken_once(web: Web) -> None:
    body = FIRST | {"externalId": "shop-1"}
    assert await post(web, body) == (202, {"externalId": "shop-1"})
    assert await post(web, body) == (
        409,
        {"error": "externalId: is taken by an earlier message"},
    )
    assert len(web.rows(outbox_table)) == 1


@pytest.mark.parametrize(
    ("members", "stored"),
    [
        ({"to": "(555) 555-0123"}, {"recipient": PERSON}),
        ({"to": 15555550123}, {"recipient": PERSON}),
        ({"longcodeId": "123"}, {"longcode_id": 123}),
        ({"tags": None, "externalId": None, "image": None}, {"tags": {}, "image": None}),
        ({"text": "", "image": "https://example.com/1.jpg"}, {"text": ""}),
        ({"text": "a" * 160}, {"text": "a" * 160}),
        ({"text": "a\u0000b"}, {"text": "a\N{REPLACEMENT CHARACTER}b"}),
        ({"externalId": "A-z_9" + "x" * 59}, {"external_id": "A-z_9" + "x" * 59}),
        ({"tags": {"n" * 64: "v" * 64}}, {"tags": {"n" * 64: "v" * 64}}),
    ],
)
async def test_fields_are_read_with_good_will(
    members: dict[str, Any], stored: dict[str, Any], web: Web
) -> None:
    assert (await post(web, FIRST | members))[0] == 202
    [row] = web.rows(outbox_table)
    assert {name: row._mapping[name] for name in stored} == stored


TO = "to: needs a phone number, for example +15555550123"
LONGCODE = "longcodeId: needs the id of one of your numbers, for example 123"
IMAGE = "image: needs a public URL"
EXTERNAL_ID = "externalId: needs 1 to 64 of A-Z, a-z, 0-9, _ and -"
TAGS = "tags: needs names with texts"
MANY_TAGS = "tags: at most 5, names and texts at most 64 characters"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", "the body is not JSON"),
        (b"to=%2B15555550123", "the body is not JSON"),
        (b"\xff", "the body is not JSON"),
        (b"[" * 50_000, "the body is not JSON"),
        (b"[]", "the body is not a JSON object"),
        (FIRST | {"to": None}, TO),
        (FIRST | {"to": "12345"}, TO),
        (FIRST | {"to": [PERSON]}, TO),
        (FIRST | {"to": True}, TO),
        (FIRST | {"longcodeId": None}, LONGCODE),
        (FIRST | {"longcodeId": "+18005550100"}, LONGCODE),
        (FIRST | {"longcodeId": 0}, LONGCODE),
        (FIRST | {"longcodeId": True}, LONGCODE),
        (FIRST | {"longcodeId": 1.5}, LONGCODE),
        (FIRST | {"text": None}, "text: is missing"),
        (FIRST | {"text": " \n"}, "text: is missing"),
        (FIRST | {"text": 5}, "text: is missing"),
        (FIRST | {"text": "a" * 1_551}, "text: has more than 1550 characters"),
        (FIRST | {"text": "ж" * 1_000}, "text: is too long for one message; see BOT_LONG_TEXTS"),
        (FIRST | {"image": "ftp://example.com/1.jpg"}, IMAGE),
        (FIRST | {"image": ["https://example.com/1.jpg"]}, IMAGE),
        (FIRST | {"externalId": ""}, EXTERNAL_ID),
        (FIRST | {"externalId": "a b"}, EXTERNAL_ID),
        (FIRST | {"externalId": "x" * 65}, EXTERNAL_ID),
        (FIRST | {"externalId": "x\n"}, EXTERNAL_ID),
        (FIRST | {"externalId": 7}, EXTERNAL_ID),
        (FIRST | {"tags": ["a"]}, TAGS),
        (FIRST | {"tags": {"a": 1}}, TAGS),
        (FIRST | {"tags": {str(n): "x" for n in range(6)}}, MANY_TAGS),
        (FIRST | {"tags": {"n" * 65: "v"}}, MANY_TAGS),
        (FIRST | {"tags": {"n": "v" * 65}}, MANY_TAGS),
        (
            FIRST | {"longcode": 123},
            "longcode: is not a field; known: externalId, image, longcodeId, tags, text, to",
        ),
    ],
)
async def test_each_wrong_field_is_named_and_nothing_is_queued(
    body: object, error: str, web: Web
) -> None:
    assert await post(web, body) == (400, {"error": error})
    assert web.rows(outbox_table) == []


async def test_a_body_that_is_too_large_is_refused(web: Web) -> None:
    code, _ = await post(web, FIRST | {"text": "a" * LARGEST_BODY})
    assert code == 413


@pytest.mark.parametrize(
    ("client", "host", "headers", "code"),
    [
        ("127.0.0.1", "127.0.0.1:8080", {}, 202),
        ("127.0.0.9", "localhost:8080", {}, 202),
        ("::1", "[::1]:8080", {}, 202),
        ("127.0.0.1", "127.0.0.1:8080", {"Origin": "http://127.0.0.1:8080"}, 202),
        # somebody else's machine
        ("192.0.2.7", "127.0.0.1:8080", {}, 403),
        ("192.0.2.7", "bot.example", {}, 403),
        ("::ffff:192.0.2.7", "127.0.0.1:8080", {}, 403),
        ("", "127.0.0.1:8080", {}, 403),
        # a page elsewhere whose name was pointed at this machine
        ("127.0.0.1", "bot.example", {}, 403),
        ("127.0.0.1", "127.0.0.1.bot.example", {}, 403),
        ("127.0.0.1", "localhost.bot.example", {}, 403),
        # a page of somebody else in a browser on this machine
        ("127.0.0.1", "127.0.0.1:8080", {"Origin": "http://bot.example"}, 403),
        ("127.0.0.1", "127.0.0.1:8080", {"Origin": "http://127.0.0.1:9999"}, 403),
        ("127.0.0.1", "127.0.0.1:8080", {"Origin": "null"}, 403),
        # a proxy on this machine
        ("127.0.0.1", "127.0.0.1:8080", {"X-Forwarded-For": "192.0.2.7"}, 403),
        ("127.0.0.1", "127.0.0.1:8080", {"X-Forwarded-For": "127.0.0.1"}, 403),
        ("127.0.0.1", "127.0.0.1:8080", {"Forwarded": "for=192.0.2.7"}, 403),
        ("127.0.0.1", "127.0.0.1:8080", {"X-Real-IP": "192.0.2.7"}, 403),
        # what a browser says of the page that asks
        ("127.0.0.1", "127.0.0.1:8080", {"Sec-Fetch-Site": "same-origin"}, 202),
        ("127.0.0.1", "127.0.0.1:8080", {"Sec-Fetch-Site": "none"}, 202),
        ("127.0.0.1", "127.0.0.1:8080", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("127.0.0.1", "127.0.0.1:8080", {"Sec-Fetch-Site": "same-site"}, 403),
        ("127.0.0.1", "127.0.0.1:8080", {"Sec-Fetch-Site": "?"}, 403),
        ("127.0.0.1", "127.0.0.1:8080", {"Sec-Fetch-Site": ""}, 403),
    ],
)
async def test_without_a_token_only_this_machine_may_ask(
    client: str, host: str, headers: dict[str, str], code: int, serve: Serve
) -> None:
    web = serve(client=client, host=host)
    assert (await post(web, **headers))[0] == code
    assert len(web.rows(outbox_table)) == (code == 202)


@pytest.mark.parametrize("client", ["127.0.0.1", "192.0.2.7"])
@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        ("Bearer t0ken", 202),
        ("bearer  t0ken", 202),
        (None, 401),
        ("", 401),
        ("Bearer", 401),
        ("Bearer t0ke", 401),
        ("Bearer t0ken2", 401),
        ("Basic t0ken", 401),
        ("t0ken", 401),
        ("Bearer tökén", 401),
    ],
)
async def test_with_a_token_whoever_has_it_may_ask(
    authorization: str | None, code: int, client: str, serve: Serve
) -> None:
    web = serve(token="t0ken", client=client, host="bot.example")
    headers = [] if authorization is None else [(b"Authorization", authorization.encode("latin-1"))]
    response = await web.client.post("/api/messages", json=FIRST, headers=headers)
    assert response.status_code == code
    if code == 401:
        assert response.headers["www-authenticate"] == "Bearer"
        assert response.json() == {"error": "a bearer token is needed"}


async def test_a_page_of_another_site_may_not_ask_even_with_a_token(serve: Serve) -> None:
    web = serve(token="t0ken", host="bot.example")
    token = {"Authorization": "Bearer t0ken"}
    refused = (403, {"error": "this was asked by a page of another site"})
    assert await post(web, **token, **{"Sec-Fetch-Site": "cross-site"}) == refused
    assert (await post(web, **token, **{"Sec-Fetch-Site": "same-origin"}))[0] == 202


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("application/json", 202),
        ("Application/JSON; charset=utf-8", 202),
        ("application/json;charset=utf-8", 202),
        ("", 415),
        ("text/plain", 415),
        ("text/plain; application/json", 415),
        ("application/json-seq", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
    ],
)
async def test_the_body_must_be_said_to_be_json(written: str, code: int, web: Web) -> None:
    status, answer = await post(web, **{"Content-Type": written})
    assert status == code
    if code == 415:
        assert answer == {"error": "Content-Type: needs to be application/json"}
    assert len(web.rows(outbox_table)) == (code == 202)


@pytest.mark.usefixtures("logged")
async def test_what_cannot_be_stored_is_answered_503(web: Web) -> None:
    await web.limit(1)
    codes = {(await post(web, FIRST | {"text": "a" * 1_500}))[0] for _ in range(60)}
    await web.limit(2**31 - 2)
    assert codes >= {503}
    assert codes <= {202, 503}
    assert (await post(web))[0] == 202


async def take_in(web: Web, body: object) -> tuple[int, Any]:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    response = await web.client.post("/api/messages/import", content=content, headers=headers)
    return response.status_code, response.json()


THEIRS: dict[str, Any] = {"externalId": "shop-1", "to": PERSON, "longcodeId": 123}


async def test_another_program_tells_what_another_system_sent(web: Web) -> None:
    whole = THEIRS | {"text": "Sale!", "tags": {"a": "b"}, "sentAt": "2026-01-15T17:00:00Z"}
    assert await take_in(web, whole) == (200, {"imported": 1, "known": 0})
    assert await take_in(web, [THEIRS, THEIRS | {"externalId": 2}]) == (
        200,
        {"imported": 1, "known": 1},
    )
    assert [(row.external_id, row.status, row.text) for row in web.rows(outbox_table)] == [
        ("shop-1", "imported", "Sale!"),
        ("2", "imported", ""),
    ]


@pytest.mark.parametrize(
    ("body", "because"),
    [
        (b"{", "the body is not JSON"),
        (b"3", "is not a JSON object"),
        ([THEIRS, {}], "message 2: externalId: is missing"),
        (THEIRS | {"to": "x"}, "to: needs a phone number, for example +15555550123"),
        (THEIRS | {"text": 5}, "text: is not a text"),
        (THEIRS | {"sentAt": 5}, "sentAt: is not a time, for example 2026-01-15T17:30:00Z"),
    ],
)
async def test_what_is_wrong_with_it_is_told_and_nothing_is_taken_in(
    body: object, because: str, web: Web
) -> None:
    assert await take_in(web, body) == (400, {"error": because})
    assert web.rows(outbox_table) == []
