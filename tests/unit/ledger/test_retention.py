"""What is too old goes; what a person or the law still needs stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select

from bot.ledger import contacts, conversations, inbox, quarantine, schema, sending
from bot.ledger.database import Database
from bot.ledger.retention import purge
from bot.ledger.sending import Claim
from bot.model import Rate
from bot.provider.answers import Accepted, Refused
from tests.build import NOW, OUR_NUMBER, PERSON, inbound, ruleset
from tests.support import HOURS, OTHER_PERSON, outbound, process, queue

RULES = ruleset(HOURS)
OLD, NEW = NOW - timedelta(days=100), NOW - timedelta(days=10)
BEFORE = NOW - timedelta(days=30)


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.transaction() as connection:
        yield connection


def talk(connection: Connection, at: datetime, key: str, person: str = PERSON) -> None:
    """A message comes in, is decided, and its reply leaves."""
    inbox.keep(connection, [inbound("Hours?", key=key, sender=person, received_at=at)])
    [waiting] = inbox.waiting(connection, 10)
    process(connection, waiting, RULES, at)
    answer(connection, Accepted("1"), at)


def answer(connection: Connection, answer: Accepted | Refused, at: datetime) -> None:
    claim = sending.claim(connection, Rate(1_000, 1.0), at)
    assert isinstance(claim, Claim)
    sending.record(connection, claim, answer, claim.message, at)


def purge_all(connection: Connection) -> int:
    """Rows forgotten in all."""
    forgotten = 0
    while step := purge(connection, BEFORE, BEFORE):
        forgotten += step
    return forgotten


def ids(connection: Connection, table: Any) -> list[int]:
    [key] = table.primary_key
    return list(connection.scalars(select(key).order_by(key)))


def test_what_is_old_goes_with_all_that_hangs_on_it(connection: Connection) -> None:
    for number, at in enumerate([OLD, OLD, NEW, NOW], 1):
        talk(connection, at, f"r-{number}")
    assert purge_all(connection) == 4
    for table in (schema.inbox, schema.decisions, schema.outbox, schema.attempts):
        assert ids(connection, table) == [3, 4]
    assert ids(connection, schema.conversations) == [1]
    assert purge_all(connection) == 0


def test_nothing_young_goes(connection: Connection) -> None:
    for number, at in enumerate([BEFORE, NEW, NOW], 1):
        talk(connection, at, f"r-{number}")
    assert purge_all(connection) == 0


def test_the_last_row_stays_so_that_no_id_comes_again(connection: Connection) -> None:
    talk(connection, OLD, "r-1")
    talk(connection, OLD, "r-2")
    purge_all(connection)
    assert ids(connection, schema.inbox) == ids(connection, schema.outbox) == [2]
    talk(connection, NOW, "r-3")
    assert ids(connection, schema.inbox) == ids(connection, schema.outbox) == [2, 3]


@pytest.mark.parametrize("status", ["due", "sending", "dead"])
def test_what_has_not_left_stays_with_what_it_answers(status: str, connection: Connection) -> None:
    inbox.keep(connection, [inbound("Hours?", received_at=OLD)])
    [waiting] = inbox.waiting(connection, 1)
    process(connection, waiting, RULES, OLD)
    connection.execute(schema.outbox.update().values(status=status, due_at=NOW))
    talk(connection, NEW, "r-2", OTHER_PERSON)
    assert purge_all(connection) == 0
    assert ids(connection, schema.inbox) == [1, 2]


def test_what_is_not_decided_stays(connection: Connection) -> None:
    inbox.keep(connection, [inbound(key=key, received_at=OLD) for key in ("r-1", "r-2")])
    assert purge_all(connection) == 0


def test_a_person_is_forgotten_with_the_last_conversation_but_not_that_they_left(
    connection: Connection,
) -> None:
    talk(connection, OLD, "r-1")
    talk(connection, NEW, "r-2", OTHER_PERSON)
    for number in (PERSON, OTHER_PERSON):
        values = {"number": number, "values": {"first_name": "x"}}
        connection.execute(insert(schema.contacts).values(**values))
        contacts.opt_out(connection, number, "in-1", OLD)
    purge_all(connection)
    known = select(schema.contacts.c.number)
    assert list(connection.scalars(known)) == [OTHER_PERSON]
    assert contacts.is_opted_out(connection, PERSON)
    assert ids(connection, schema.conversations) == [2]


def test_first_messages_and_notices_go_and_the_quarantine_stays(connection: Connection) -> None:
    for at in (OLD, NEW):
        message = outbound()
        chain = conversations.begin(connection, PERSON, OUR_NUMBER, None, at).id
        queue(connection, message, conversation=chain, now=at, status="accepted")
        body = f"{at}".encode()
        inbox.keep_notice(connection, "message-send", body, at)
        quarantine.keep_unreadable(connection, "message-reply", body, "not JSON", at)
    purge_all(connection)
    assert ids(connection, schema.outbox) == ids(connection, schema.notices) == [2]
    assert ids(connection, schema.conversations) == [2]
    assert ids(connection, schema.quarantine) == [1, 2]


def test_uses_stay_as_long_as_a_cooldown_looks_back(connection: Connection) -> None:
    for at in (OLD, OLD, NEW):
        use = {"scope": "contact", "owner": PERSON, "key": "hours", "at": at}
        connection.execute(insert(schema.uses).values(**use))
    assert purge(connection, BEFORE, OLD) == 0
    assert purge(connection, BEFORE, BEFORE) == 2
    assert ids(connection, schema.uses) == [3]


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(days=st.lists(st.integers(0, 60), max_size=30), gaps=st.sets(st.integers(1, 30)))
def test_exactly_what_is_old_goes_however_many_there_are(
    days: list[int], gaps: set[int], database: Database
) -> None:
    """Ids rise with time; some of them are gone already."""
    with database.engine.connect() as connection, connection.begin() as transaction:
        rows = sorted(NOW - timedelta(days=day) for day in days)
        for number, at in enumerate(rows, 1):
            if number not in gaps:
                row = {"id": number, "scope": "all", "owner": "", "key": "k", "at": at}
                connection.execute(insert(schema.uses).values(**row))
        kept = [n for n, at in enumerate(rows, 1) if n not in gaps and at >= BEFORE]
        there = ids(connection, schema.uses)
        purge_all(connection)
        assert ids(connection, schema.uses) == (kept or there[-1:])
        transaction.rollback()


def test_what_a_person_did_goes_with_the_text(connection: Connection) -> None:
    for item, at in (("in-1", OLD), ("in-2", NEW), ("out-1", OLD)):
        row = {"item": item, "done_at": at, "changed_at": at}
        connection.execute(insert(schema.inbox_items).values(row))
    assert purge_all(connection) == 1
    items = connection.scalars(select(schema.inbox_items.c.item)).all()
    assert sorted(items) == ["in-2", "out-1"]
