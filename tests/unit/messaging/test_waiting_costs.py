"""What waits for its time costs a message next to nothing: counted in steps of SQLite's machine.

Seconds are `python -m tests.benchmarks waiting`; these are the same in every run.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import Connection, insert, select

from bot.ledger import inbox
from bot.ledger.database import Database, open_database
from bot.ledger.schema import conversations, timers
from bot.model import InboundMessage
from tests.build import NOW, OUR_NUMBER, ruleset
from tests.support import new_ledger, process

RULES = ruleset("""
rules:
  - {id: ask, when: {keywords: [ask]}, ask: {text: "Which day?", accept: {date: true}}}
  - {id: hours, when: {keywords: [hours]}, reply: "9 to 5."}
""")
QUIET, BUSY, OTHER = "+15555550101", "+15555550102", "+15555550103"
SAID: Final = "I'm driving right now, I'll see your message later"
"""Which ends nothing, so that all stays as it is."""
_EVERY: Final = 10
"""Steps; SQLite tells of so many at once."""


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Database]:
    """Three people who have written, two of them with a question."""
    with closing(open_database(new_ledger(tmp_path))) as database:
        _begin(database)
        yield database


def _begin(database: Database) -> None:
    with database.transaction() as connection:
        for number, (person, text) in enumerate(((QUIET, "hours"), (BUSY, "ask"), (OTHER, "ask"))):
            _decide(connection, person, text, f"first-{number}")


def _decide(connection: Connection, person: str, text: str, key: str) -> None:
    message = InboundMessage(key=key, sender=person, number=OUR_NUMBER, text=text, received_at=NOW)
    inbox.keep(connection, [message])
    [waiting] = inbox.waiting(connection, 1)
    process(connection, waiting, RULES, NOW)


def wait(database: Database, person: str, count: int) -> None:
    with database.transaction() as connection:
        chain = connection.scalar(select(conversations.c.id).filter_by(contact=person))
        one = {"conversation_id": chain, "kind": "follow-up", "status": "due", "reason": ""}
        rows = [
            {**one, "key": f"k{n}", "due_at": NOW + timedelta(days=9, seconds=n), "content": "{}"}
            for n in range(count)
        ]
        connection.execute(insert(timers), rows)


def steps(database: Database, person: str, key: str) -> int:
    """To keep and decide one more message of theirs, once all statements are prepared."""
    _count(database, person, f"{key}-before")
    return _count(database, person, key)


def _count(database: Database, person: str, key: str) -> int:
    count = 0

    def step() -> None:
        nonlocal count
        count += _EVERY

    with database.transaction() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.set_progress_handler(step, _EVERY)
        try:
            _decide(connection, person, SAID, key)
        finally:
            driver.set_progress_handler(None, 0)
    return count


def test_of_the_same_conversation(ledger: Database) -> None:
    """Each of its timers is looked at a few times, by an index."""
    before = steps(ledger, BUSY, "before")
    wait(ledger, BUSY, 100)
    after = steps(ledger, BUSY, "after")
    assert after - before <= 100 * 25, (before, after)


def test_of_others(ledger: Database) -> None:
    """They are not looked at."""
    before = steps(ledger, QUIET, "before")
    wait(ledger, OTHER, 2_000)
    after = steps(ledger, QUIET, "after")
    assert 100 < after <= before + 100, (before, after)
