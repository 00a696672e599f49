"""What the provider has and no webhook brought: taken in once, and only where all is certain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from bot.ledger import caught_up, contacts, inbox, numbers
from bot.ledger.database import Database
from bot.messaging import catch_up
from bot.messaging.catch_up import Found, Wanted
from bot.model import InboundMessage, LongcodeId
from bot.provider.threads import Thread, ThreadItem, read_items
from tests.build import NOW, OUR_NUMBER, PERSON, inbound, ruleset
from tests.support import HOURS, LINE, OTHER_PERSON, outbound, process, queue

RULES = ruleset(HOURS)
WANTED = Wanted(ruleset=RULES, max_age=timedelta(hours=24), since=NOW - timedelta(days=7))
THREAD = Thread("5", (PERSON,), is_group=False)
AN_HOUR_AGO = NOW - timedelta(hours=1)


@pytest.fixture
def database(either_database: Database) -> Database:
    return either_database


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.transaction() as connection:
        numbers.store(connection, {LINE: OUR_NUMBER, LongcodeId(8): "+18005550101"}, NOW)
        yield connection


def item(text: str = "Hours?", **members: Any) -> ThreadItem:
    whole = {
        "id": "i-1",
        "is_theirs": True,
        "sender": PERSON,
        "recipient": OUR_NUMBER,
        "at": AN_HOUR_AGO,
        "tags": {},
    }
    return ThreadItem(text=text, **{**whole, **members})


def catch(connection: Connection, *items: ThreadItem, thread: Thread = THREAD) -> list[Found]:
    caught_up.hold(connection)
    found = catch_up.look(connection, thread, items, WANTED, NOW)
    return catch_up.take_in(connection, found, NOW)


def told(found: list[Found]) -> list[tuple[str, str, str]]:
    return [(one.message.text, str(one.result), one.because) for one in found]


def webhook(connection: Connection, text: str = "Hours?", **members: Any) -> bool:
    """One comes after all; whether it is known."""
    message = inbound(text, **{"key": "r-1001", "sent_at": AN_HOUR_AGO, **members})
    [kept] = caught_up.keep(connection, [message])
    return kept.duplicate


def waiting(connection: Connection) -> list[InboundMessage]:
    return [one.message for one in inbox.waiting(connection, 100)]


def test_what_did_not_come_is_taken_in_as_if_it_had(connection: Connection) -> None:
    [found] = catch(connection, item(external_id="x", tags={"a": "b"}))
    assert (found.result, found.inbox_id) == ("taken-in", 1)
    assert waiting(connection) == [
        inbound(
            "Hours?",
            key="c-5/i-1",
            received_at=AN_HOUR_AGO,
            sent_at=AN_HOUR_AGO,
            external_id="x",
            tags={"a": "b"},
        )
    ]
    [one] = inbox.waiting(connection, 10)
    assert process(connection, one, RULES, NOW).outcome == "replied"


DOUBTS: list[tuple[ThreadItem, Thread, str]] = [
    (item(at=None), THREAD, "it is not told when"),
    (item(at=NOW - timedelta(hours=25)), THREAD, "too-old"),
    (item(sender=None), Thread("5", (PERSON, OTHER_PERSON), is_group=False),
     "it is not told who wrote it"),
    (item(sender=None), Thread("5", (PERSON,), is_group=True), "it is not told who wrote it"),
    (item(is_theirs=None, sender=None, recipient=None), THREAD,
     "it is not told whether they wrote it or we did"),
    (item(recipient=None), THREAD, "it is not told to which of our numbers"),
    (item(recipient="+18005559999"), THREAD, "it is not told to which of our numbers"),
]  # fmt: skip


@pytest.mark.parametrize(("doubtful", "thread", "because"), DOUBTS)
def test_what_is_not_certain_is_listed_and_not_answered(
    doubtful: ThreadItem, thread: Thread, because: str, connection: Connection
) -> None:
    for _ in range(2):
        assert told(catch(connection, doubtful, thread=thread)) == [("Hours?", "listed", because)]
    assert waiting(connection) == []


@pytest.mark.parametrize(("doubtful", "thread", "because"), DOUBTS)
def test_a_stop_in_it_counts_once(
    doubtful: ThreadItem, thread: Thread, because: str, connection: Connection
) -> None:
    queued = queue(connection, outbound("Sale!"))
    stop = item("Stop.", **{name: getattr(doubtful, name) for name in
                            ("at", "sender", "recipient", "is_theirs")})  # fmt: skip
    [found] = catch(connection, stop, thread=thread)
    known = bool(found.message.sender)
    assert (found.result, contacts.is_opted_out(connection, PERSON)) == (
        "opt-out" if known else "listed",
        known,
    )
    assert bool(queued) is True
    contacts.opt_in(connection, PERSON, "in-1", NOW)
    assert told(catch(connection, stop, thread=thread)) == (
        [] if known else [("Stop.", "listed", because)]
    )
    assert not contacts.is_opted_out(connection, PERSON)


@pytest.mark.parametrize("at", [AN_HOUR_AGO, NOW - timedelta(days=2), None], ids=str)
def test_a_stop_from_before_they_came_back_does_not_count(
    at: datetime | None, connection: Connection
) -> None:
    contacts.opt_out(connection, PERSON, "in-1", NOW - timedelta(days=3))
    contacts.opt_in(connection, PERSON, "in-2", NOW - timedelta(minutes=5))
    because = "an opt-out, and they came back later"
    assert told(catch(connection, item("STOP", at=at))) == [("STOP", "listed", because)]
    assert not contacts.is_opted_out(connection, PERSON)


def test_a_fresh_stop_goes_its_usual_way(connection: Connection) -> None:
    assert told(catch(connection, item("STOP"))) == [("STOP", "taken-in", "")]
    [one] = inbox.waiting(connection, 10)
    assert process(connection, one, RULES, NOW).reason == "opt-out"


@pytest.mark.parametrize(
    "members",
    [
        {"key": "r-i-1", "sent_at": None},
        {"sent_at": AN_HOUR_AGO + timedelta(seconds=2)},
        {"sent_at": None, "received_at": AN_HOUR_AGO + timedelta(seconds=2)},
    ],
    ids=["by the id", "by the time", "by the time at which it came"],
)
def test_what_came_by_webhook_is_known(members: Mapping[str, Any], connection: Connection) -> None:
    webhook(connection, **members)
    assert catch(connection, item()) == []
    assert len(waiting(connection)) == 1


def test_where_times_do_not_agree_nobody_is_answered_twice(connection: Connection) -> None:
    """As of an API that tells local times without their offset."""
    webhook(connection, sent_at=AN_HOUR_AGO - timedelta(hours=5))
    assert told(catch(connection, item())) == [("Hours?", "listed", "it may have come already")]


def test_of_equal_texts_those_that_came_are_told_from_those_that_did_not(
    connection: Connection,
) -> None:
    times = [AN_HOUR_AGO + timedelta(minutes=5 * number) for number in range(3)]
    webhook(connection, sent_at=times[1])
    items = [item(id=f"i-{number}", at=at) for number, at in enumerate(times)]
    taken = catch(connection, *items)
    assert [(one.message.sent_at, str(one.result)) for one in taken] == [
        (times[0], "taken-in"),
        (times[2], "taken-in"),
    ]
    assert catch(connection, *items) == []


@pytest.mark.parametrize(
    ("members", "is_known"),
    [
        ({}, True),
        ({"sent_at": AN_HOUR_AGO + timedelta(seconds=50)}, True),
        ({"sent_at": None}, True),
        ({"sent_at": None, "received_at": NOW + timedelta(hours=2)}, False),
        ({"sent_at": AN_HOUR_AGO + timedelta(minutes=2)}, False),
        ({"text": "hours"}, False),
        ({"sender": OTHER_PERSON}, False),
        ({"media_url": "https://mta.example/1.jpg"}, False),
    ],
)
def test_a_webhook_that_comes_later_is_known(
    members: Mapping[str, Any], is_known: bool, connection: Connection
) -> None:
    catch(connection, item())
    assert webhook(connection, **members) is is_known
    assert webhook(connection, **members) is True
    assert len(waiting(connection)) == (1 if is_known else 2)


def test_one_text_stands_for_one_webhook(connection: Connection) -> None:
    catch(connection, item())
    assert webhook(connection, key="r-1")
    assert not webhook(connection, key="r-2", sent_at=AN_HOUR_AGO + timedelta(seconds=30))


def test_what_we_said_is_not_theirs(connection: Connection) -> None:
    queue(connection, outbound("We open at 9."))
    ours = [
        item("We open at 9.", is_theirs=None, sender=None, recipient=None),
        item("Sale!", is_theirs=False),
        item("Sale!", is_theirs=None, sender=OUR_NUMBER, recipient=PERSON),
    ]
    assert catch(connection, *ours) == []


EVENTS = st.lists(
    st.tuples(st.sampled_from(["webhook", "catch-up"]), st.integers(0, 3)), max_size=12
)


@given(events=EVENTS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_in_whatever_order_they_come_each_text_is_there_once(
    events: list[tuple[str, int]], database: Database
) -> None:
    at = [AN_HOUR_AGO + timedelta(minutes=number // 2, seconds=number) for number in range(4)]
    texts = ["Hours?", "order #1", "Hello", "Bye"]
    with database.transaction() as connection:
        numbers.store(connection, {LINE: OUR_NUMBER}, NOW)
        for event, number in events:
            if event == "webhook":
                webhook(connection, texts[number], key=f"r-{number}", sent_at=at[number])
            else:
                items = [item(text, id=f"i-{n}", at=at[n]) for n, text in enumerate(texts)]
                catch(connection, *items[: number + 1])
        said = [message.text for message in waiting(connection)]
        connection.rollback()
    assert len(said) == len(set(said))


ROWS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"direction": "INBOUND", "message": "Hi", "timestamp": "2026-01-15T17:04:05Z"},
     {"is_theirs": True, "text": "Hi", "at": NOW}),
    ({"type": "outgoing", "body": "Hi", "createdAt": 1768496645},
     {"is_theirs": False, "text": "Hi", "at": NOW}),
    ({"isReply": True, "text": "Hi", "from": {"number": "5555550123"}},
     {"is_theirs": True, "text": "Hi", "sender": PERSON}),
    ({"type": "sms", "direction": "sideways", "fromNumber": 15555550123}, {"sender": PERSON}),
    ({"direction": "in", "type": "sent"}, {}),
    ({"message": {"text": "Hi", "timestamp": "yesterday"}, "id": 7}, {"text": "Hi", "id": "7"}),
    ({"message": ["Hi"], "id": {}, "url": 5, "timestamp": True, "tags": 3}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("row", "members"), ROWS)
def test_an_item_is_read_as_far_as_it_can_be(row: dict[str, Any], members: dict[str, Any]) -> None:
    assert read_items([row, None, 5, "x"]) == (ThreadItem(**{"tags": {}, **members}),)
