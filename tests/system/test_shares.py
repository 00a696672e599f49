"""What waits of a share of the people, on PostgreSQL, as several machines decide it."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import Connection, update

from bot.ledger import inbox, shares
from bot.ledger.database import Database, open_database
from bot.ledger.schema import inbox as table
from bot.ledger.shares import SHARES, share_of
from tests.build import NOW, inbound

PEOPLE = [f"+1555555{n:04}" for n in range(200)] + ["12345", "ana@example.com", "日本", "+1 555 é"]


@pytest.fixture
def database(postgres_url: str) -> Iterator[Database]:
    with closing(open_database(postgres_url)) as database:
        yield database


def keep(database: Database, people: list[str]) -> None:
    said = [
        inbound(f"number {n}", key=f"{n}", sender=sender, received_at=NOW)
        for n, sender in enumerate(people)
    ]
    with database.transaction() as connection:
        inbox.keep(connection, said)


def waiting(connection: Connection, share: int, limit: int = 1_000) -> list[tuple[str, str]]:
    found = shares.waiting(connection, share, limit, NOW)
    return [(one.message.sender, one.message.text) for one in found]


def test_the_database_counts_shares_as_the_machines_do(database: Database) -> None:
    keep(database, PEOPLE)
    with database.transaction() as connection:
        found = [waiting(connection, share) for share in range(SHARES)]
    expected: list[list[tuple[str, str]]] = [[] for _ in range(SHARES)]
    for n, sender in enumerate(PEOPLE):
        expected[share_of(sender)].append((sender, f"number {n}"))
    assert found == expected
    assert all(expected), "none of them may have nothing to do"
    sums = [hashlib.sha256(sender.encode()).hexdigest() for sender in PEOPLE]
    assert [share_of(sender) for sender in PEOPLE] == [int(one[:2], 16) % 16 for one in sums]


def test_the_oldest_come_first(database: Database) -> None:
    keep(database, [PEOPLE[0]] * 5)
    with database.transaction() as connection:
        found = waiting(connection, share_of(PEOPLE[0]), 2)
    assert [text for _, text in found] == ["number 0", "number 1"]


def test_what_another_machine_decides_meanwhile_is_seen_no_more(database: Database) -> None:
    keep(database, [PEOPLE[0]] * 3)
    share, found = share_of(PEOPLE[0]), list[tuple[str, str]]()

    def look() -> None:
        with database.transaction() as connection:
            found.extend(waiting(connection, share))

    other = threading.Thread(target=look)
    with database.transaction() as connection:
        assert len(waiting(connection, share, 2)) == 2
        other.start()
        other.join(0.3)
        assert other.is_alive()  # it waits for who decides
        first_two = update(table).where(table.c.key.in_(["0", "1"]))
        connection.execute(first_two.values(status="decided"))
    other.join(10)
    assert found == [(PEOPLE[0], "number 2")]


def test_two_machines_that_want_the_same_people_end_both(database: Database) -> None:
    """Whatever comes first in one share comes first in none of the others' locks."""
    keep(database, PEOPLE * 2)
    failed = list[BaseException]()

    def look(order: range) -> None:
        try:
            for _ in range(3):
                with database.transaction() as connection:
                    for share in order[:2]:
                        waiting(connection, share)
        except BaseException as error:
            failed.append(error)

    machines = [threading.Thread(target=look, args=(range(SHARES),)) for _ in range(2)]
    for machine in machines:
        machine.start()
    for machine in machines:
        machine.join(30)
    assert failed == []


def test_a_share_is_overdue_when_one_of_its_messages_is(database: Database) -> None:
    keep(database, [PEOPLE[0]])
    second = timedelta(seconds=1)
    with database.transaction() as connection:
        assert shares.overdue(connection, NOW, NOW) == set()
        assert shares.overdue(connection, NOW + second, NOW) == {share_of(PEOPLE[0])}


def test_a_burst_that_is_over_makes_its_share_overdue(database: Database) -> None:
    keep(database, [PEOPLE[0]])
    with database.transaction() as connection:
        [one] = shares.waiting(connection, share_of(PEOPLE[0]), 1, NOW)
        inbox.put_off(connection, [one], NOW + timedelta(seconds=5))
        for seconds, expected in ((0, set()), (4.9, set()), (5.1, {share_of(PEOPLE[0])})):
            now = NOW + timedelta(seconds=seconds)
            assert shares.overdue(connection, now, now) == expected
            assert len(shares.waiting(connection, share_of(PEOPLE[0]), 1, now)) == len(expected)
