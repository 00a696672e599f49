"""Conversations that are looked for, literally and by letters of every script."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.ledger import inbox, search
from bot.ledger.database import Database
from bot.ledger.search import Wanted
from tests.build import NOW, inbound, ruleset
from tests.support import outbound, process, queue

RULES = ruleset(
    r"""
rules:
  - hours: "We open at Nine."
  - id: asked
    when: {keywords: [order]}
    reply: "Which 100% order_no?"
    state: {name: asked, expires: 1h}
  - id: quiet
    when: {keywords: [thanks]}
    silent: true
"""
)
DAY = timedelta(days=1)


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    """Four people, one a day; the last one we write to."""
    texts = ("Hours?", "my ORDER, Größe ÜBER 5", "thanks", "xyz")
    with database.transaction() as connection:
        for day, text in enumerate(texts, 1):
            at = NOW + day * DAY
            sender = f"+1555555020{day}"
            message = inbound(text, key=f"r-{day}", sender=sender, received_at=at)
            inbox.keep(connection, [message])
            [waiting] = inbox.waiting(connection, 1)
            process(connection, waiting, RULES, at)
        queue(connection, outbound("Is all WELL?", to="+15555550205"), now=NOW + 5 * DAY)
        yield connection


def people(connection: Connection, wanted: Wanted, **members: Any) -> list[int]:
    now = NOW + timedelta(days=2, minutes=30)
    return [int(one.contact[-1]) for one in search.found(connection, wanted, now, **members)]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, [5, 4, 3, 2, 1]),
        ({"said": "hours"}, [1]),
        ({"said": "NINE"}, [1]),
        ({"said": "größe"}, [2]),
        ({"said": "über 5"}, [2]),
        ({"said": "100% order_"}, [2]),
        ({"said": "100%o"}, []),
        ({"said": "order-"}, []),
        ({"said": "all well"}, [5]),
        ({"said": "'"}, []),
        ({"since": NOW + 3 * DAY}, [5, 4, 3]),
        ({"since": NOW + 9 * DAY}, []),
        ({"said": "hours", "since": NOW + 2 * DAY}, []),
        ({"said": "well", "since": NOW + 5 * DAY}, [5]),
        ({"outcome": "replied"}, [2, 1]),
        ({"outcome": "replied", "since": NOW + 2 * DAY}, [2]),
        ({"outcome": "suppressed"}, [3]),
        ({"outcome": "unmatched"}, [4]),
        ({"rule": "hours"}, [1]),
        ({"rule": "hours", "outcome": "unmatched"}, []),
        ({"rule": "asked", "said": "which"}, [2]),
        ({"state": "asked"}, [2]),
        ({"state": "other"}, []),
        ({"state": "none"}, [5, 4, 3, 1]),
    ],
)
def test_what_is_looked_for_is_found_and_nothing_else(
    connection: Connection, wanted: dict[str, Any], expected: list[int]
) -> None:
    assert people(connection, Wanted(**wanted)) == expected


def test_a_state_that_has_ended_is_none(connection: Connection) -> None:
    later = NOW + 3 * DAY
    assert list(search.found(connection, Wanted(state="asked"), later)) == []
    assert len(list(search.found(connection, Wanted(state="none"), later))) == 5


def test_pages_join_to_the_whole(connection: Connection) -> None:
    """Also where several changed at the same moment."""
    for _ in range(3):
        queue(connection, outbound(to="+15555550205"), now=NOW + 5 * DAY)
    whole = [one.id for one in search.found(connection, Wanted(), NOW)]
    pages, after = [], None
    while page := list(search.found(connection, Wanted(after=after), NOW, 2)):
        pages += [one.id for one in page]
        after = (page[-1].changed_at, page[-1].id)
    assert pages == whole
    assert len(whole) == 8
