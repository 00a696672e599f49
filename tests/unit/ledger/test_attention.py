"""What nobody of ours has read, and whom nobody has answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TypeAlias

import pytest
from sqlalchemy import Connection, update

from bot.ledger import attention, conversations, inbox, inbox_items, quarantine
from bot.ledger.attention import Attention
from bot.ledger.database import Database
from bot.ledger.outbox import Status
from bot.ledger.schema import outbox
from tests.build import NOW, OUR_NUMBER, PERSON, inbound, ruleset
from tests.support import outbound, process, queue

RULES = ruleset("""
rules:
  - {id: human, when: {keywords: [human]}, handoff: {reply: "Somebody will come."}}
  - id: broken
    when: {keywords: [price]}
    reply: "{{ tags.price }}"
  - hours: "We're open 9-5."
""")
Step: TypeAlias = Callable[[Connection, int], None]
UNREAD, ANSWERED = Attention(is_unread=True), Attention()
UNANSWERED = Attention(has_person_written=True)
NEITHER = Attention(is_unread=True, has_person_written=True)


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.transaction() as connection:
        yield connection


def hears(text: str) -> Step:
    def step(connection: Connection, seconds: int) -> None:
        now = NOW + timedelta(seconds=seconds)
        inbox.keep(connection, [inbound(text, key=f"r-{seconds}", received_at=now)])
        [waiting] = inbox.waiting(connection, 2)
        process(connection, waiting, RULES, now)

    return step


def opens(connection: Connection, seconds: int) -> None:
    attention.read(connection, PERSON, OUR_NUMBER, NOW + timedelta(seconds=seconds))


def writes(connection: Connection, seconds: int) -> None:
    now = NOW + timedelta(seconds=seconds)
    conversation = conversations.chosen(connection, PERSON, OUR_NUMBER)
    assert conversation is not None
    conversations.seen_to(connection, conversation.id, now)
    queue(connection, outbound("Ann here."), conversation=conversation.id, now=now, by="ann")


def fails_to_send(connection: Connection, seconds: int) -> None:
    connection.execute(update(outbox).values(status=Status.DEAD, reason="refused"))


@pytest.mark.parametrize(
    ("steps", "item", "expected"),
    [
        ([hears("xyz")], "in-1", NEITHER),
        ([hears("xyz"), opens], "in-1", UNANSWERED),
        ([hears("xyz"), opens, hears("abc")], "in-1", NEITHER),
        ([hears("xyz"), hears("hours")], "in-1", UNREAD),  # the bot has the last word
        ([hears("xyz"), hears("hours"), fails_to_send], "in-1", NEITHER),
        ([hears("xyz"), hears("hours"), fails_to_send, opens], "out-1", UNANSWERED),
        ([hears("price")], "in-1", NEITHER),
        ([hears("price"), writes], "in-1", ANSWERED),
        ([hears("price"), writes, hears("xyz")], "in-1", NEITHER),
        # The bot's word is not an answer to who asked for a person.
        ([hears("human")], "handoff-1", NEITHER),
        ([hears("human"), opens], "handoff-1", UNANSWERED),
        ([hears("human"), writes], "handoff-1", ANSWERED),
        ([hears("human"), writes, hears("thanks")], "handoff-1", NEITHER),
    ],
)
def test_who_has_read_and_answered(
    steps: list[Step], item: str, expected: Attention, connection: Connection
) -> None:
    for seconds, step in enumerate(steps):
        step(connection, seconds)
    now = NOW + timedelta(seconds=len(steps))
    listed = inbox_items.listed(connection, now, unmatched=True)
    assert attention.paid(connection, listed)[item] == expected


def test_what_is_no_conversation_is_not_to_be_read(connection: Connection) -> None:
    quarantine.keep_unreadable(connection, "message-reply", b"?", "no JSON", NOW)
    hears("xyz")(connection, 0)
    paid = attention.paid(connection, inbox_items.listed(connection, NOW, unmatched=True))
    assert paid == {"quarantine-1": Attention(), "in-1": NEITHER}


def test_a_conversation_with_another_number_of_ours_is_not_opened(connection: Connection) -> None:
    hears("xyz")(connection, 0)
    attention.read(connection, PERSON, "", NOW + timedelta(seconds=1))
    listed = inbox_items.listed(connection, NOW, unmatched=True)
    assert attention.paid(connection, listed) == {"in-1": NEITHER}


def test_many_people_are_asked_for_in_turn(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attention, "_AT_A_TIME", 2)
    for n in range(5):
        sender = f"+1555555010{n}"
        inbox.keep(connection, [inbound("xyz", key=f"r-{n}", sender=sender, received_at=NOW)])
        [waiting] = inbox.waiting(connection, 2)
        process(connection, waiting, RULES, NOW)
    listed = inbox_items.listed(connection, NOW, unmatched=True)
    expected = {f"in-{n + 1}": NEITHER for n in range(5)}
    assert attention.paid(connection, listed) == expected
