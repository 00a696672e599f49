"""What waits for a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from bot.ledger import contacts, dead_letters, inbox, inbox_items, outbox, quarantine
from bot.ledger.database import Database
from bot.ledger.inbox_items import Item, Kind
from bot.ledger.outbox import Status
from bot.ledger.schema import conversations
from bot.ledger.schema import inbox as inbox_table
from bot.ledger.schema import outbox as table
from bot.model import Decision, Outcome, Reason
from tests.build import NOW, OUR_NUMBER, PERSON, inbound, ruleset
from tests.support import OTHER_PERSON, outbound, process, queue

RULES = ruleset("""
rules:
  - hours: "We're open 9-5."
  - id: broken
    when: {keywords: price}
    reply: "{{ tags.price }}"
""")
WISH = "Please take me off this list"


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.transaction() as connection:
        yield connection


def take(connection: Connection, text: str, seconds: int = 0, sender: str = PERSON) -> Decision:
    """A text comes in and is decided."""
    message = inbound(text, sender=sender, key=f"{sender} {seconds}")
    message = replace(message, received_at=NOW + timedelta(seconds=seconds))
    inbox.keep(connection, [message])
    return decide(connection, message.received_at)


def decide(connection: Connection, now: datetime) -> Decision:
    [waiting] = inbox.waiting(connection, 2)
    return process(connection, waiting, RULES, now)


def ids(connection: Connection, seconds: int = 100, **asked: bool) -> list[str]:
    now = NOW + timedelta(seconds=seconds)
    return [item.id for item in inbox_items.listed(connection, now, **asked)]


def one(connection: Connection, item_id: str) -> Item:
    item = inbox_items.one(connection, item_id)
    assert item is not None
    return item


def test_what_waits_and_what_does_not(connection: Connection) -> None:
    for seconds, text in enumerate(("hours", WISH, "price?", "what?"), 1):
        take(connection, text, seconds)
    dead = queue(connection, outbound("x"), status=Status.DEAD, reason="too-old")
    late = NOW + timedelta(seconds=9)
    quarantine.keep_unreadable(connection, "message-reply", b"?", "no JSON", late)
    found = inbox_items.listed(connection, NOW, unmatched=True)
    theirs: dict[str, Any] = {"number": PERSON, "our_number": OUR_NUMBER}
    assert [replace(item, detail="") for item in found] == [
        Item(
            id=f"out-{dead}",
            kind=Kind.DEAD_LETTER,
            at=NOW,
            number=PERSON,
            text="x",
            reason="too-old",
        ),
        Item(
            id="in-2",
            kind=Kind.LIKELY_OPT_OUT,
            at=NOW + timedelta(seconds=2),
            text=WISH,
            rule="$opt-out",
            reason="likely-opt-out",
            **theirs,
        ),
        Item(
            id="in-3",
            kind=Kind.FAILED,
            at=NOW + timedelta(seconds=3),
            text="price?",
            rule="broken",
            reason="template-error",
            **theirs,
        ),
        Item(
            id="in-4",
            kind=Kind.UNMATCHED,
            at=NOW + timedelta(seconds=4),
            text="what?",
            **theirs,
        ),
        Item(id="quarantine-1", kind=Kind.QUARANTINE, at=late, reason="no JSON"),
    ]
    assert [bool(item.detail) for item in found] == [False, False, True, False, True]
    assert ids(connection) == [item.id for item in found if item.kind is not Kind.UNMATCHED]
    assert [one(connection, item.id) for item in found] == found


@pytest.mark.parametrize("item_id", ["in-1", "in-9", "out-9", "quarantine-9", "in-x", "x-1", "1"])
def test_what_does_not_wait(item_id: str, connection: Connection) -> None:
    take(connection, "hours")
    assert inbox_items.one(connection, item_id) is None


def test_done_is_listed_no_more_and_snoozed_is_later(connection: Connection) -> None:
    take(connection, WISH, 1)
    take(connection, "price?", 2)
    queue(connection, outbound("x"), status=Status.DEAD, reason="too-old")
    [letter, wish, failed] = ids(connection)
    until = NOW + timedelta(seconds=200)
    for item in (letter, wish):
        inbox_items.snooze(connection, one(connection, item), until, NOW + timedelta(seconds=2))
    assert ids(connection, 199) == [failed]
    assert ids(connection, 200) == ids(connection, 199, snoozed=True) == [letter, wish, failed]
    assert one(connection, wish).snoozed_until == until
    for item in (letter, failed):
        inbox_items.done(connection, one(connection, item), "Kim", NOW + timedelta(seconds=3))
    assert ids(connection, 200, unmatched=True, snoozed=True) == [wish]
    inbox_items.snooze(connection, one(connection, failed), until, NOW + timedelta(seconds=4))
    assert ids(connection, 200) == [wish, failed]


def test_who_has_left_waits_for_nobody(connection: Connection) -> None:
    take(connection, WISH, 1)
    take(connection, WISH, 2, OTHER_PERSON)
    contacts.opt_out(connection, PERSON, "in-1", NOW)
    assert ids(connection) == ["in-2"]


def test_the_rules_answer_what_is_no_opt_out(connection: Connection) -> None:
    """Three days later, too: the age of the reply counts anew."""
    both = "What are your hours? Please take me off this list"
    first = take(connection, both, 1)
    assert (first.outcome, first.reason) == (Outcome.HELD, Reason.LIKELY_OPT_OUT)
    inbox_items.answer(connection, one(connection, "in-1"), "Kim", NOW)
    again = decide(connection, NOW + timedelta(days=3))
    assert (again.outcome, again.rule) == (Outcome.REPLIED, "hours")
    assert "$opt-out: not an opt-out, says a person of ours" in [
        f"{step.rule}: {getattr(step.result, 'because', '')}" for step in again.trace
    ]
    assert ids(connection, unmatched=True) == []
    assert connection.scalars(select(conversations.c.received)).all() == [1]
    row = connection.execute(select(table)).one()
    assert (row.inbox_id, row.due_since) == (1, NOW + timedelta(days=3))


def test_what_a_person_cleared_may_still_be_an_opt_out(connection: Connection) -> None:
    inbox.keep(connection, [inbound("STOP")])
    connection.execute(update(inbox_table).values(is_cleared=True))
    assert decide(connection, NOW).reason is Reason.OPT_OUT


def test_what_comes_back_waits_anew(connection: Connection) -> None:
    take(connection, "price?")
    dead = queue(connection, outbound("x"), status=Status.DEAD, reason="too-old")
    for item in ids(connection):
        inbox_items.done(connection, one(connection, item), "Kim", NOW)
    assert ids(connection) == []
    inbox_items.answer(connection, one(connection, "in-1"), "Kim", NOW)
    later = NOW + timedelta(seconds=5)
    decide(connection, later)
    [letter] = dead_letters.listed(connection)
    dead_letters.revive(connection, dead, letter.queued.message, later)
    outbox.finish(connection, dead, Status.DEAD, "no", later)
    assert ids(connection) == ["in-1", f"out-{dead}"]
