"""What is too old to be sent waits for a person; what was hardly tried is not given up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from bot.ledger import contacts, conversations, dead_letters, inbox, lane, outbox, sending
from bot.ledger.database import Database
from bot.ledger.lane import Nothing
from bot.ledger.outbox import Queued
from bot.ledger.schema import attempts
from bot.ledger.schema import inbox as inbox_table
from bot.ledger.schema import outbox as table
from bot.ledger.sending import Claim, backoff
from bot.model import Rate
from bot.provider.answers import Accepted, RetryLater
from tests.build import NOW, OUR_NUMBER, PERSON, inbound
from tests.support import outbound, queue

FREE = Rate(1_000, 0.000_001)
DAY = timedelta(days=1)
AWAY = RetryLater("away")


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.transaction() as connection:
        yield connection


def reply(connection: Connection, text: str = "Open.", **members: Any) -> int:
    """A reply that is due now."""
    inbox.keep(connection, [inbound("Open?")])
    message = connection.scalar(select(func.min(inbox_table.c.id)))
    chain = conversations.begin(connection, PERSON, OUR_NUMBER, None, NOW).id
    item = Queued(outbound(text), chain, message, "hours", **{"due_at": NOW, **members})
    return outbox.put_one(connection, item, NOW)


def sent(connection: Connection, now: datetime) -> str | None:
    claim = sending.claim(connection, FREE, now, DAY)
    if isinstance(claim, Nothing):
        return None
    sending.record(connection, claim, Accepted("1"), claim.message, now)
    return claim.message.text


def stand(connection: Connection, outbox_id: int) -> tuple[str, str]:
    row = connection.execute(select(table).where(table.c.id == outbox_id)).one()
    return row.status, row.reason


LATER = timedelta(hours=5)


@pytest.mark.parametrize(
    ("members", "after", "leaves"),
    [
        ({}, DAY, True),
        ({}, DAY + timedelta(seconds=1), False),
        ({}, timedelta(days=30), False),
        # From when it was due.
        ({"due_at": NOW + LATER}, DAY + LATER, True),
        ({"due_at": NOW + LATER}, DAY + LATER + timedelta(seconds=1), False),
        # What it answers had waited undecided, on a server that was off.
        ({"waited": LATER}, DAY - LATER, True),
        ({"waited": LATER}, DAY - LATER + timedelta(seconds=1), False),
        ({"waited": timedelta(days=30)}, timedelta(), False),
        # A clock that was set back makes nothing old.
        ({}, -timedelta(days=30), True),
    ],
)
def test_a_reply_that_waited_for_too_long_is_held(
    members: dict[str, Any], after: timedelta, leaves: bool, connection: Connection
) -> None:
    item = reply(connection, **members)
    assert sent(connection, NOW + after) == ("Open." if leaves else None)
    assert stand(connection, item) == (("accepted", "") if leaves else ("dead", "too-old"))


def test_a_first_message_is_no_reply_and_leaves_however_old(connection: Connection) -> None:
    queue(connection, outbound("Ready?"))
    assert sent(connection, NOW + timedelta(days=30)) == "Ready?"


def test_retries_do_not_make_a_reply_young(connection: Connection) -> None:
    item = reply(connection)
    now = NOW
    for _ in range(60):
        claim = sending.claim(connection, FREE, now, DAY)
        if isinstance(claim, Nothing):
            break
        sending.record(connection, claim, AWAY, claim.message, now)
        now += timedelta(hours=1)
    assert (now - NOW, stand(connection, item)) == (timedelta(hours=25), ("dead", "too-old"))


def test_a_person_who_sends_it_again_has_all_the_time_again(connection: Connection) -> None:
    item = reply(connection)
    month = NOW + timedelta(days=30)
    assert sent(connection, month) is None
    [dead] = dead_letters.listed(connection)
    dead_letters.revive(connection, item, dead.queued.message, month)
    assert sent(connection, month + DAY) == "Open."


def test_all_that_is_too_old_is_held_at_once_and_nothing_else(connection: Connection) -> None:
    old = [reply(connection, str(number)) for number in range(3)]
    late = reply(connection, "later", due_at=NOW + 2 * DAY)
    first = queue(connection, outbound("Ready?"))
    assert sent(connection, NOW + DAY + timedelta(seconds=1)) == "Ready?"
    assert [stand(connection, item)[0] for item in (*old, late, first)] == [
        *["dead"] * 3,
        "due",
        "accepted",
    ]


@pytest.mark.parametrize(
    ("waited", "after", "leaves"),
    [(0, 0, True), (0, 300, True), (0, 301, False), (290, 10, True), (290, 11, False)],
)
def test_an_opt_out_is_confirmed_within_five_minutes_or_not_at_all(
    waited: float, after: float, leaves: bool, connection: Connection
) -> None:
    """Nobody holds it for a person: they are out, and were to hear so at once."""
    contacts.opt_out(connection, PERSON, "in-1", NOW)
    item = reply(
        connection, "You are out.", confirms_opt_out=True, waited=timedelta(seconds=waited)
    )
    now = NOW + timedelta(seconds=after)
    assert sent(connection, now) == ("You are out." if leaves else None)
    assert stand(connection, item) == (("accepted", "") if leaves else ("dropped", "too-old"))


def test_so_many_tries_are_three_days_of_trying() -> None:
    waits = [backoff(tries, "0000") for tries in range(1, 873)]
    assert sum(waits[:-1], timedelta()) < timedelta(hours=72) <= sum(waits, timedelta())


def claimed(connection: Connection, now: datetime) -> Claim:
    found = sending.claim(connection, FREE, now)
    assert isinstance(found, Claim)
    return found


@pytest.mark.system
def test_a_message_is_given_up_after_three_days_of_trying(connection: Connection) -> None:
    item = queue(connection, outbound())
    now = NOW
    for tries in range(1, 874):
        assert stand(connection, item)[0] == "due"
        claim = claimed(connection, now)
        sending.record(connection, claim, AWAY, claim.message, now)
        now += backoff(tries, claim.message.request_id)
    assert stand(connection, item) == ("dead", "gave up: away")
    assert now - NOW > timedelta(hours=72)
    assert connection.scalar(select(func.count()).select_from(attempts)) == 873


def test_what_was_hardly_tried_is_not_given_up(connection: Connection) -> None:
    """The server was off, or the lane paused, for a month between two tries."""
    item = queue(connection, outbound())
    for month in range(12):
        now = NOW + month * timedelta(days=30)
        claim = claimed(connection, now)
        sending.record(connection, claim, AWAY, claim.message, now)
        lane.pause_for_trials(connection, "402", now)
    assert stand(connection, item) == ("due", "away")


@pytest.mark.system
def test_a_list_of_numbers_that_never_comes_is_given_up_too(connection: Connection) -> None:
    item = queue(connection, outbound())
    now = NOW
    while stand(connection, item)[0] == "due":
        claim = claimed(connection, now)
        sending.postpone(connection, claim, "no list", now)
        now += timedelta(minutes=7)
    assert stand(connection, item) == ("dead", "gave up: no list")
    assert timedelta(hours=72) < now - NOW < timedelta(hours=108)
