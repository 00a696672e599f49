"""Messages of other systems in the chain: told by a file, a program, or the provider."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.ledger import conversations, imports, inbox, numbers, sending, views
from bot.ledger.database import Database
from bot.ledger.outbox import OutboundView
from bot.ledger.sending import Claim
from bot.messaging import elsewhere, notices
from bot.messaging.elsewhere import SentElsewhere
from bot.model import LongcodeId, Rate
from bot.provider import events, sent_events
from bot.provider.answers import Accepted
from tests.build import NOW, OUR_NUMBER, PERSON, inbound, ruleset
from tests.support import HOURS, LINE, OTHER_PERSON, outbound, process, queue

RULES = ruleset(HOURS)
RATE = Rate(1_000, 1.0)


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.transaction() as connection:
        numbers.store(connection, {LINE: OUR_NUMBER}, NOW)
        yield connection


def told(connection: Connection, **members: Any) -> None:
    """The provider posts `message-send`."""
    body = json.dumps({"toNumber": PERSON, "message": "Sale!", **members}).encode()
    read = sent_events.read_sent(events.read_json(body))
    notices.keep_notice(connection, "message-send", body, read, NOW)


def imported(connection: Connection, **members: Any) -> bool:
    whole = {"external_id": "shop-1", "to": PERSON, "longcode_id": LINE, "at": NOW}
    return elsewhere.import_message(connection, SentElsewhere(**{**whole, **members}))


def hear(connection: Connection, text: str, key: str, **members: Any) -> None:
    inbox.keep(connection, [inbound(text, key=key, **members)])
    for waiting in inbox.waiting(connection, 10):
        process(connection, waiting, RULES, NOW)


def send(connection: Connection) -> Claim:
    claimed = sending.claim(connection, RATE, NOW)
    assert isinstance(claimed, Claim)
    return claimed


def accept(connection: Connection, claimed: Claim, message_id: str | None) -> None:
    sending.record(connection, claimed, Accepted(message_id), claimed.message, NOW)
    imports.merge(connection, claimed.outbox_id, message_id)


def said(connection: Connection, person: str = PERSON) -> list[str]:
    """The chain as people see it: texts, with a sign of who said it."""
    [chain] = views.chains_with(connection, person)
    return [
        f"< {one.message.text}" if isinstance(one, OutboundView) else f"> {one.message.text}"
        for one in chain.messages
    ]


READ: list[tuple[Mapping[str, Any], Mapping[str, Any]]] = [
    ({"toNumber": PERSON}, {"to": (PERSON,)}),
    ({"destinationNumber": 5555550123}, {"to": (PERSON,)}),
    ({"recipients": [{"number": "555-555-0123"}, PERSON, None]}, {"to": (PERSON,)}),
    ({"subscribers": "nobody"}, {"to": ()}),
    ({"fromNumber": OUR_NUMBER, "longcodeId": "123"}, {"number": OUR_NUMBER, "longcode_id": LINE}),
    ({"longcode": {"id": 123, "number": OUR_NUMBER}}, {"number": OUR_NUMBER, "longcode_id": LINE}),
    ({"message": "Sale!", "image": "https://x/1.png"}, {"text": "Sale!", "image": "https://x/1.png"}),
    ({"message": 7, "url": [], "tags": "x", "messageId": {}, "toNumber": True}, {}),
    ({"messageId": 7, "externalId": "a", "tags": {"n": 1}},
     {"message_id": "7", "external_id": "a", "tags": {"n": "1"}}),
]  # fmt: skip


@pytest.mark.parametrize(("data", "expected"), READ)
def test_what_can_be_read_of_an_event_is(
    data: Mapping[str, Any], expected: Mapping[str, Any]
) -> None:
    whole = sent_events.SentNotice(**{"tags": {}, **expected})
    assert sent_events.read_sent(data) == whole


@pytest.mark.parametrize(
    "members", [{"longcodeId": 123}, {"fromNumber": OUR_NUMBER}, {}], ids=["id", "number", "only"]
)
def test_a_campaign_stands_before_its_answer_and_silences_nothing(
    members: Mapping[str, Any], connection: Connection
) -> None:
    told(connection, externalId="c-1", tags={"campaign": "spring"}, **members)
    hear(connection, "Hours?", "r-1", external_id="c-1")
    assert said(connection) == ["< Sale!", "> Hours?", "< We're open 9-5."]
    [chain] = views.chains_with(connection, PERSON)
    assert chain.messages[1].answers_id == chain.messages[0].id  # type: ignore[union-attr]
    assert send(connection).message.tags == {"campaign": "spring", "rule": "hours"}


def test_it_stands_among_ours_in_the_order_in_which_they_left(connection: Connection) -> None:
    hear(connection, "Hours?", "r-1")
    accept(connection, send(connection), "1")
    told(connection, messageId="2", longcodeId=123)
    row = conversations.conversation_to(connection, PERSON, LINE, numbers.load(connection), NOW)
    queue(connection, outbound("Later"), conversation=row.id)
    accept(connection, send(connection), "3")
    assert said(connection) == ["> Hours?", "< We're open 9-5.", "< Sale!", "< Later"]


def test_where_it_cannot_be_placed_it_is_kept_as_it_came(database: Database) -> None:
    with database.transaction() as connection:
        numbers.store(connection, {LINE: OUR_NUMBER, LongcodeId(124): "+18005550101"}, NOW)
        told(connection, messageId="1")
        told(connection, toNumber=None, longcodeId=123)
        assert views.chains_with(connection, PERSON) == []


@pytest.mark.parametrize(
    ("when", "members"),
    [
        ("queued", {"externalId": "ours"}),
        *(
            (when, members)
            for when in ("sending", "sent", "unnamed")
            for members in ({"externalId": "ours"}, {"messageId": "7"})
        ),
    ],
)
def test_our_own_is_not_told_twice(
    when: str, members: Mapping[str, Any], connection: Connection
) -> None:
    row = conversations.conversation_to(connection, PERSON, LINE, numbers.load(connection), NOW)
    queue(connection, outbound("Sale!", external_id="ours"), conversation=row.id)
    claimed = None if when == "queued" else send(connection)
    if claimed is not None and when != "sending":
        accept(connection, claimed, None if when == "unnamed" else "7")
    told(connection, **members)
    if claimed is not None and when == "sending":
        accept(connection, claimed, "7")
    assert said(connection) == ["< Sale!"]


def test_our_own_in_other_words_is_known_by_its_id_once_that_is_told(
    connection: Connection,
) -> None:
    """As of an account that adds a footer, before its answer has told us which id it has."""
    row = conversations.conversation_to(connection, PERSON, LINE, numbers.load(connection), NOW)
    queue(connection, outbound("Sale!"), conversation=row.id)
    claimed = send(connection)
    told(connection, message="Sale! Reply STOP to end", messageId="7", longcodeId=123)
    assert len(said(connection)) == 2
    accept(connection, claimed, "7")
    assert said(connection) == ["< Sale!"]


@pytest.mark.parametrize("first", ["told", "imported"])
def test_told_by_both_it_is_one_message_with_all_that_each_knows(
    first: str, connection: Connection
) -> None:
    if first == "told":
        told(connection, externalId="shop-1", longcodeId=123)
    assert imported(connection, tags={"campaign": "spring"}) is (first == "imported")
    if first == "imported":
        told(connection, externalId="shop-1", messageId="9")
    told(connection, externalId="shop-1", again=1)
    [chain] = views.chains_with(connection, PERSON)
    [one] = chain.messages
    assert (one.message.text, one.message.tags) == ("Sale!", {"campaign": "spring"})


def test_one_id_for_many_is_a_message_to_each_of_them(connection: Connection) -> None:
    """A campaign tool gives all recipients of a call one externalId."""
    assert [imported(connection, to=to) for to in (PERSON, OTHER_PERSON, OTHER_PERSON)] == [
        True,
        True,
        False,
    ]
    hear(connection, "Hours?", "r-1", sender=OTHER_PERSON, external_id="shop-1")
    status = {"externalId": "shop-1", "status": 4, "toNumber": OTHER_PERSON}
    body = json.dumps(status).encode()
    notices.keep_notice(
        connection, "delivery-status", body, events.read_delivery_status(status), NOW
    )
    found = {}
    for person in (PERSON, OTHER_PERSON):
        [chain] = views.chains_with(connection, person)
        [sent, *answers] = chain.messages
        assert isinstance(sent, OutboundView)
        found[person] = (sent.message.external_id, sent.delivery, len(answers))
        assert [one.answers_id for one in answers if not isinstance(one, OutboundView)] == (
            [sent.id] if answers else []
        )
    assert found == {PERSON: ("shop-1", None, 0), OTHER_PERSON: ("shop-1", "delivered", 2)}


def test_a_reply_to_an_older_message_stands_where_it_came(connection: Connection) -> None:
    for number in (1, 2):
        imported(connection, external_id=f"shop-{number}", text=f"Sale {number}!")
    hear(connection, "To the first", "r-1", external_id="shop-1")
    hear(connection, "To the second", "r-2", external_id="shop-2")
    hear(connection, "To the first again", "r-3", external_id="shop-1")
    [chain] = views.chains_with(connection, PERSON)
    assert said(connection) == [
        "< Sale 1!",
        "< Sale 2!",
        "> To the first",
        "> To the second",
        "> To the first again",
    ]
    inbound_ones = [one for one in chain.messages if not isinstance(one, OutboundView)]
    assert [one.answers_id for one in inbound_ones] == [1, 2, 1]


def test_what_waits_stands_last_with_its_time_and_moves_to_where_it_leaves(
    connection: Connection,
) -> None:
    hear(connection, "Hours?", "r-1")
    row = conversations.conversation_to(connection, PERSON, LINE, numbers.load(connection), NOW)
    at = NOW + timedelta(hours=9)
    queue(connection, outbound("Good morning"), conversation=row.id, due_at=at)
    hear(connection, "Hello?", "r-2")
    accept(connection, send(connection), "1")
    assert said(connection) == ["> Hours?", "> Hello?", "< We're open 9-5.", "< Good morning"]
    [chain] = views.chains_with(connection, PERSON)
    waiting = chain.messages[-1]
    assert isinstance(waiting, OutboundView)
    assert (waiting.due, waiting.at, waiting.queued_at) == (at, at, NOW)
    claimed = sending.claim(connection, RATE, at)
    assert isinstance(claimed, Claim)
    sending.record(connection, claimed, Accepted("2"), claimed.message, at)
    hear(connection, "Thanks", "r-3")
    assert said(connection)[-2:] == ["< Good morning", "> Thanks"]
