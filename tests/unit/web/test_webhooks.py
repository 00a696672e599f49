"""Webhooks: verified, kept, answered 200; the rest comes later."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.ledger import contacts
from bot.ledger import inbox as inbox_of
from bot.ledger.schema import inbox, notices, optouts, quarantine
from bot.ledger.schema import outbox as outbox_table
from bot.provider.capture import Capture
from bot.provider.events import EVENTS, LARGEST_BODY
from bot.provider.redaction import sample
from tests.build import NOW, OUR_NUMBER, PERSON
from tests.conftest import Logged
from tests.support import OTHER_PERSON, outbound, queue, signed, texts_in, webhook
from tests.unit.web.conftest import Serve, Web

pytestmark = pytest.mark.anyio


async def test_a_signed_message_is_on_disk_when_it_is_accepted(web: Web) -> None:
    body = webhook(
        externalId="conv-42-out-7",
        messageId=55501,
        url="https://example.com/1.jpg",
        tags={"flow": "hours"},
    )
    assert await web.post(body) == (200, {"status": "accepted", "id": "in-1"})
    with web.database.transaction() as connection:
        [waiting] = inbox_of.waiting(connection, 10)
    message = waiting.message
    assert (message.key, message.sender, message.number, message.text, message.media_url) == (
        "r-r-1001",
        PERSON,
        OUR_NUMBER,
        "Hours?",
        "https://example.com/1.jpg",
    )
    assert (message.external_id, message.message_id, message.tags) == (
        "conv-42-out-7",
        "55501",
        {"flow": "hours"},
    )


async def test_the_vendors_example_is_accepted(serve: Serve) -> None:
    """MTA API, X-Signature: the vector."""
    web = serve(secrets=("example-webhook-secret",))
    body = (
        b'{"fromNumber":"+15555550123","toNumber":"+18005550100","replyId":"r-1001",'
        b'"externalId":"conv-42-out-7","message":"What time do you open?",'
        b'"tags":{"flow":"hours"},"timestamp":"2026-01-15T17:04:05.000Z"}'
    )
    given = "e08349fb93edc0faeb944eeee53da0be2e3e23a96a91f75d4163108db51fe1e4"
    assert await web.post(body, **{"X-Signature": given}) == (
        200,
        {"status": "accepted", "id": "in-1"},
    )


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(webhook(), id="flat"),
        pytest.param(webhook("message-reply"), id="nested"),
        pytest.param(webhook("delivery-status"), id="nested, of another event by its own word"),
        pytest.param(
            webhook(
                fromNumber=None,
                toNumber=None,
                originationNumber="5555550123",
                destinationNumber=18005550100,
                type="message-reply",
            ),
            id="names and numbers of V1",
        ),
        pytest.param(webhook(event="delivery-status", status=4), id="flat, of another event"),
        pytest.param(webhook(unknown={"member": [1, None]}), id="unknown members"),
    ],
)
async def test_each_shape_of_a_reply_is_the_same_message(body: bytes, web: Web) -> None:
    assert await web.post(body) == (200, {"status": "accepted", "id": "in-1"})
    [row] = web.rows(inbox)
    assert (row.sender, row.number, row.text) == (PERSON, OUR_NUMBER, "Hours?")


@pytest.mark.parametrize(
    ("members", "text", "media_url"),
    [
        ({"message": None, "url": "https://example.com/1.jpg"}, "", "https://example.com/1.jpg"),
        ({"message": "", "url": None}, "", None),
        (
            {"message": "a\u0000b\ud800 🙂"},
            "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER} 🙂",
            None,
        ),
        ({"toNumber": None}, "Hours?", None),
    ],
)
async def test_a_message_may_lack_what_is_optional(
    members: dict[str, Any], text: str, media_url: str | None, web: Web
) -> None:
    assert (await web.post(webhook(**members)))[1]["status"] == "accepted"
    [row] = web.rows(inbox)
    assert (row.text, row.media_url) == (text, media_url)


@pytest.mark.parametrize(
    "odd",
    [
        {"tags": ["a"]},
        {"tags": "campaign"},
        {"messageId": 98765.0},
        {"messageId": {}},
        {"externalId": ["x"]},
        {"replyId": ["x"]},
        {"url": ["https://example.com/1.jpg"]},
        {"message": ["STOP"]},
        {"message": {"text": "STOP"}},
        {"fromNumber": 15555550123.0},
        {"fromNumber": "tel:+15555550123"},
        {"toNumber": {}},
        {"timestamp": []},
    ],
)
async def test_a_stop_is_heard_whatever_stands_beside_it(odd: dict[str, Any], web: Web) -> None:
    body = webhook(**{"message": "STOP", **odd})
    assert await web.post(body) == (200, {"status": "accepted", "id": "in-1"})
    [row] = web.rows(inbox)
    assert (row.sender, row.text) == (PERSON, "STOP")


@pytest.mark.parametrize("sender", ["ann@shop.example", "87121", "MYBANK"])
async def test_who_has_no_phone_number_has_a_conversation_too(sender: str, web: Web) -> None:
    assert await web.post(webhook(fromNumber=sender)) == (200, {"status": "accepted", "id": "in-1"})
    assert [row.sender for row in web.rows(inbox)] == [sender]


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        ({}, {}, "duplicate"),
        ({}, {"message": "another text, same replyId"}, "duplicate"),
        ({"replyId": 1001}, {"replyId": "1001"}, "duplicate"),
        ({}, {"replyId": "r-1002"}, "accepted"),
        ({"replyId": None}, {"replyId": None}, "duplicate"),
        ({"replyId": None}, {"replyId": None, "message": "Open?"}, "accepted"),
        ({"replyId": None}, {"replyId": None, "timestamp": "2026-01-15T17:04:06Z"}, "accepted"),
        # a STOP after a START is a text of its own, whatever its replyId looks like
        ({"replyId": [1]}, {"replyId": [1]}, "duplicate"),
        ({"replyId": [1]}, {"replyId": [3]}, "accepted"),
        ({"replyId": {"id": 1}}, {"replyId": {"id": 3}}, "accepted"),
        ({"replyId": True}, {"replyId": False}, "accepted"),
        ({"replyId": "x" * 1_001}, {"replyId": "y" * 1_001}, "accepted"),
        # messageId may be that of our message, which can be answered twice
        (
            {"replyId": None, "messageId": 7},
            {"replyId": None, "messageId": 7, "message": "Open?"},
            "accepted",
        ),
    ],
)
async def test_a_repeated_webhook_is_kept_once(
    first: dict[str, Any], second: dict[str, Any], status: str, web: Web
) -> None:
    await web.post(webhook(**first))
    expected = "in-1" if status == "duplicate" else "in-2"
    assert await web.post(webhook(**second)) == (200, {"status": status, "id": expected})


async def test_the_same_webhook_ten_times_at_once_is_kept_once(web: Web) -> None:
    answers = await asyncio.gather(*(web.post(webhook()) for _ in range(10)))
    statuses = sorted(answer["status"] for _, answer in answers)
    assert statuses == ["accepted"] + ["duplicate"] * 9
    assert {answer["id"] for _, answer in answers} == {"in-1"}


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "0" * 64,
        signed(webhook())["X-Signature"].upper(),
        f"sha256={signed(webhook())['X-Signature']}",
        signed(webhook(), "another secret")["X-Signature"],
        signed(webhook() + b" ")["X-Signature"],
        "é" * 64,
    ],
)
async def test_an_unsigned_webhook_is_refused_and_leaves_nothing(
    signature: str | None, event: str, web: Web
) -> None:
    headers = [] if signature is None else [(b"X-Signature", signature.encode("latin-1"))]
    response = await web.client.post(f"/webhooks/{event}", content=webhook(), headers=headers)
    assert (response.status_code, response.json()) == (
        401,
        {"error": "the signature is missing or wrong"},
    )
    assert [web.rows(table) for table in (inbox, notices, quarantine)] == [[], [], []]


async def test_while_a_secret_is_being_replaced_both_are_good(serve: Serve) -> None:
    web = serve(secrets=("new", "old"))
    codes = []
    for number, secret in enumerate(("new", "old", "older")):
        body = webhook(replyId=f"r-{number}")
        codes.append((await web.post(body, **signed(body, secret)))[0])
    assert codes == [200, 200, 401]


def of_size(size: int) -> bytes:
    body = webhook(message="")
    return webhook(message="a" * (size - len(body)))


@pytest.mark.parametrize(("size", "code"), [(LARGEST_BODY, 200), (LARGEST_BODY + 1, 413)])
async def test_a_body_may_have_64_kib_and_no_more(size: int, code: int, web: Web) -> None:
    body = of_size(size)
    assert (len(body), LARGEST_BODY) == (size, 65_536)
    assert (await web.post(body))[0] == code
    assert len(web.rows(inbox)) == (code == 200)


@pytest.mark.parametrize(("size", "code"), [(LARGEST_BODY, 200), (LARGEST_BODY + 1, 413)])
async def test_the_limit_holds_without_a_content_length(size: int, code: int, web: Web) -> None:
    body = of_size(size)

    async def chunks() -> AsyncIterator[bytes]:
        for at in range(0, len(body), 10_000):
            yield body[at : at + 10_000]

    response = await web.client.post(
        "/webhooks/message-reply", content=chunks(), headers=signed(body)
    )
    assert response.status_code == code


async def test_a_large_body_is_refused_before_its_signature_is_looked_at(web: Web) -> None:
    code, _ = await web.post(of_size(LARGEST_BODY + 1), **{"X-Signature": "0" * 64})
    assert code == 413


NO_SENDER = "fromNumber is neither a phone number nor another address"
UNREADABLE = [
    ("message-reply", b"", "the body is not JSON"),
    ("message-reply", b"fromNumber=%2B15555550123", "the body is not JSON"),
    ("message-reply", b"\xff\xfe{}\x00", "the body is not JSON"),
    ("message-reply", b"[" * 60_000, "the body is not JSON"),
    ("message-reply", b"[]", "the body is not a JSON object"),
    ("message-reply", b'"Hours?"', "the body is not a JSON object"),
    ("message-reply", b"null", "the body is not a JSON object"),
    ("message-reply", webhook(fromNumber=None), "fromNumber is missing"),
    ("message-reply", webhook(fromNumber=" "), NO_SENDER),
    ("message-reply", webhook(fromNumber=["+15555550123"]), NO_SENDER),
    ("delivery-status", b"{}", "status is missing"),
    ("delivery-status", webhook(), "status is missing"),
    ("delivery-status", b"not JSON", "the body is not JSON"),
    ("message-send", b"not JSON", "the body is not JSON"),
    ("number-opt-in", b"[]", "the body is not a JSON object"),
]


@pytest.mark.parametrize(("event", "body", "because"), UNREADABLE)
async def test_a_signed_body_that_cannot_be_read_is_kept_in_quarantine(
    event: str, body: bytes, because: str, web: Web
) -> None:
    """200, since MTA would repeat anything else; a person looks at it."""
    for _ in range(2):
        assert await web.post(body, event) == (
            200,
            {"status": "quarantined", "id": "quarantine-1"},
        )
    [row] = web.rows(quarantine)
    assert (row.event, row.body, row.received_at) == (event, body, NOW)
    assert row.because == because
    assert web.rows(inbox) == []


@pytest.mark.parametrize("event", ["message-send", "number-opt-in"])
async def test_other_events_are_stored_and_nothing_else(event: str, web: Web) -> None:
    body = json.dumps({"anything": 1}).encode()
    assert await web.post(body, event) == (200, {"status": "accepted", "id": "notice-1"})
    assert await web.post(body, event) == (200, {"status": "duplicate", "id": "notice-1"})
    assert [(row.event, row.body) for row in web.rows(notices)] == [(event, body)]


async def test_the_path_says_which_event_it_is_and_nothing_else_does(web: Web) -> None:
    """A delivery status that looks like a message is not a message, and the other way round."""
    body = webhook(event="message-reply", status=4)
    assert (await web.post(body, "delivery-status"))[1]["id"] == "notice-1"
    assert (await web.post(body, "message-reply"))[1]["id"] == "in-1"


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/webhooks/message-reply", 405),
        ("PUT", "/webhooks/message-reply", 405),
        ("POST", "/webhooks/unknown", 404),
        ("POST", "/webhooks", 404),
        ("POST", "/", 405),
    ],
)
async def test_other_paths_and_methods_are_not_there(
    method: str, path: str, code: int, web: Web
) -> None:
    response = await web.client.request(method, path, content=webhook(), headers=signed(webhook()))
    assert response.status_code == code


@pytest.mark.usefixtures("logged")
async def test_what_cannot_be_stored_is_answered_503_and_accepted_when_it_can(web: Web) -> None:
    large = "a" * 60_000
    answered: dict[int, int] = {}
    await web.limit(1)
    for number in range(20):
        code, _ = await web.post(webhook(replyId=f"r-{number}", message=large))
        answered[number] = code
    await web.limit(2**31 - 2)
    assert set(answered.values()) >= {503}
    assert len(web.rows(inbox)) == sum(code == 200 for code in answered.values())
    again = [await web.post(webhook(replyId=f"r-{number}", message=large)) for number in range(20)]
    assert {code for code, _ in again} == {200}
    assert len(web.rows(inbox)) == 20


async def test_a_text_that_cannot_be_stored_is_in_no_log(web: Web, logged: Logged) -> None:
    await web.limit(1)
    for number in range(20):
        code, _ = await web.post(webhook(replyId=f"hush-{number}", message="hush " * 10_000))
    await web.limit(2**31 - 2)
    assert code == 503
    assert "an event could not be stored" in logged()
    assert "disk is full" in logged()
    assert "hush" not in logged()
    assert PERSON not in logged()


def status(code: object, **members: Any) -> bytes:
    return json.dumps({"status": code, "externalId": "out-x", **members}).encode()


async def test_a_delivery_status_is_noted_with_its_message(web: Web) -> None:
    with web.database.transaction() as connection:
        queue(connection, outbound(external_id="out-x"))
    for code in (1, 3, 4, 2):
        assert (await web.post(status(code), "delivery-status"))[0] == 200
    assert [row.delivery for row in web.rows(outbox_table)] == ["delivered"]
    assert len(web.rows(notices)) == 4


@pytest.mark.parametrize(
    "body",
    [
        status(11),
        status("11"),
        status("STOPPED_NUMBER"),
        json.dumps({"status": 11, "destinationNumber": "5555550123"}).encode(),
        json.dumps(
            {"event": "delivery-status", "data": {"status": 11, "toNumber": PERSON}}
        ).encode(),
    ],
)
async def test_a_stopped_number_is_opted_out_and_its_replies_are_dropped(
    body: bytes, web: Web
) -> None:
    with web.database.transaction() as connection:
        queue(connection, outbound(external_id="out-x"))
        queue(connection, outbound(to=OTHER_PERSON))
    await web.post(body, "delivery-status")
    assert [(row.number, row.because) for row in web.rows(optouts)] == [
        (PERSON, "delivery-status 11")
    ]
    assert [row.status for row in web.rows(outbox_table)] == ["dropped", "due"]


async def test_an_old_stop_that_is_repeated_does_not_undo_a_return(web: Web) -> None:
    with web.database.transaction() as connection:
        queue(connection, outbound(external_id="out-x"))
    await web.post(status(11), "delivery-status")
    with web.database.transaction() as connection:
        contacts.opt_in(connection, PERSON, "in-2", NOW)
    assert (await web.post(status(11), "delivery-status"))[1]["status"] == "duplicate"
    assert web.rows(optouts) == []


async def test_a_status_of_a_message_that_is_not_ours_is_stored_all_the_same(web: Web) -> None:
    assert await web.post(status(4), "delivery-status") == (
        200,
        {"status": "accepted", "id": "notice-1"},
    )


async def test_samples_are_kept_of_what_is_signed_and_of_nothing_else(
    serve: Serve, tmp_path: Path
) -> None:
    capture = Capture(tmp_path / "samples")
    web = serve(capture=capture)
    unread = webhook(fromNumber=None)
    for event in EVENTS:
        await web.post(webhook(), event)
    codes = [
        (await web.post(body, **headers))[0]
        for body, headers in (
            (unread, {}),
            (b"not JSON", {}),
            (webhook(unsigned=1), {"X-Signature": "0" * 64}),
            (of_size(LARGEST_BODY + 1), {}),
        )
    ]
    capture.close()
    found = [*(sample(event, webhook()) for event in EVENTS), sample("message-reply", unread)]
    assert codes == [200, 200, 401, 413]
    assert texts_in(tmp_path / "samples") == {
        one.name: one.redacted().decode() for one in found if one
    }


@pytest.mark.usefixtures("logged")
async def test_samples_that_cannot_be_kept_harm_no_webhook(serve: Serve, tmp_path: Path) -> None:
    capture = Capture(tmp_path / "away" / "samples")
    web = serve(capture=capture)
    assert (await web.post(webhook()))[0] == 200
    capture.close()
    assert await web.post(webhook(replyId="r-2")) == (200, {"status": "accepted", "id": "in-2"})


FIRST = {"to": OTHER_PERSON, "text": "Hi.", "longcodeId": 123, "externalId": "shop-1"}


@pytest.mark.system
async def test_what_the_ledger_does_not_answer_in_time_is_refused_and_not_doubled(web: Web) -> None:
    bodies = [webhook(replyId=str(number)) for number in range(3)]

    async def everything() -> list[object]:
        first = web.client.post("/api/messages", json=FIRST)
        events = [(body, "message-reply") for body in bodies]
        events += [(status(4), "delivery-status"), (webhook(fromNumber=None), "message-reply")]
        answers = await asyncio.gather(*(web.post(body, event) for body, event in events))
        return [*(code for code, _ in answers), (await first).status_code]

    release = threading.Event()
    blocker = asyncio.create_task(web.writer.run(lambda _: release.wait(30)))
    await asyncio.sleep(0.01)
    begun = asyncio.create_task(web.post(bodies[0]))  # it is on its way to the ledger already
    await asyncio.sleep(0.01)
    async with asyncio.timeout(20):
        assert await everything() == [503] * 6
        assert (await web.client.get("/readyz")).status_code == 503
    assert (await begun)[0] == 503
    release.set()
    assert await blocker
    assert await everything() == [200] * 5 + [202]
    assert len(web.rows(inbox)) == 3
    assert len(web.rows(notices)) == 1
    assert len(web.rows(quarantine)) == 1
    assert [row.external_id for row in web.rows(outbox_table)] == ["shop-1"]


async def test_answers_are_json_with_their_length(web: Web) -> None:
    path, body = "/webhooks/message-reply", webhook()
    for status, headers in ((200, signed(body)), (401, {})):
        response = await web.client.post(path, content=body, headers=headers)
        assert response.status_code == status
        assert dict(response.headers) == {
            "content-length": f"{len(response.content)}",
            "content-type": "application/json",
        }


async def test_of_two_signatures_the_first_counts(web: Web) -> None:
    body = webhook()
    right, wrong = signed(body)["X-Signature"], "0" * 64
    statuses = []
    for pair in ((right, wrong), (wrong, right)):
        headers = [("x-signature", one) for one in pair]
        response = await web.client.post("/webhooks/message-reply", content=body, headers=headers)
        statuses.append(response.status_code)
    assert statuses == [200, 401]
