"""What waits for its time, by what it adds to a message of its conversation, and of others."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, text

from bot.ledger import inbox, timers
from bot.ledger.database import Database, open_database
from bot.model import InboundMessage
from bot.rules.ruleset import Ruleset
from tests.build import ruleset
from tests.support import process

COUNT = 300
OWN = 100
OTHERS = 100_000
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
NUMBER = "+18005550100"
SAID = "I'm driving right now, I'll see your message later"
"""Which ends nothing, so that both conversations stay as they are."""
_RULES: Final = """
rules:
  - {id: ask, when: {keywords: [ask]}, ask: {text: "Which day?", accept: {date: true}}}
  - {id: hours, when: {keywords: [hours]}, reply: "9 to 5."}
"""
RULES = ruleset(_RULES)
_WAIT = """INSERT INTO timers (conversation_id, kind, key, due_at, status, reason, content)
WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n + 1 < :many)
SELECT conversations.id, 'follow-up', 'k' || n, :due_at + n, 'due', '', '{}'
FROM n, conversations WHERE contact = :person"""


def report() -> None:
    print(f"one message by what waits for its time, p50 of {COUNT}, µs")
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bot.db'}"
        with closing(open_database(url)) as database:
            costs = _costs(database)
    for name, (plain, waiting) in costs.items():
        print(f"  {name:30} {plain * 1e6:>7.0f} {waiting * 1e6:>7.0f}   {waiting / plain:.2f}x")


def _costs(database: Database) -> dict[str, tuple[float, float]]:
    quiet, busy, other = "+15555550001", "+15555550002", "+15555550003"
    with database.transaction() as connection:
        for number, (person, said) in enumerate(((quiet, "hours"), (busy, "ask"), (other, "ask"))):
            _decide(connection, RULES, _message(f"first-{number}", person, said, BEGIN))
        _wait(connection, busy, OWN)
        due = partial(timers.due, connection, BEGIN + timedelta(hours=1), 8)
        few = statistics.median(_seconds(due) for _ in range(COUNT))
    own = _pair(database, RULES, quiet, busy)
    alone = _strangers(database, 0)
    with database.transaction() as connection:
        _wait(connection, other, OTHERS)
        due = partial(timers.due, connection, BEGIN + timedelta(hours=1), 8)
        many = statistics.median(_seconds(due) for _ in range(COUNT))
    beside = _strangers(database, COUNT)
    return {
        f"a question and {OWN} of its own": own,
        f"{OTHERS:,} of another": (alone, beside),
        f"to find what is due of {OTHERS:,}": (few, many),
    }


def _pair(database: Database, rules: Ruleset, one: str, other: str) -> tuple[float, float]:
    """Of both, turn by turn."""
    costs: tuple[list[float], list[float]] = ([], [])
    for number in range(COUNT):
        for person, found in zip((one, other), costs, strict=True):
            found.append(_cost(database, rules, person, number))
    return statistics.median(costs[0]), statistics.median(costs[1])


def _strangers(database: Database, first: int) -> float:
    """Each writes once."""
    people = (f"+1555556{number:04}" for number in range(first, first + COUNT))
    return statistics.median(_cost(database, RULES, person, 0) for person in people)


_keys = iter(range(10**9))


def _cost(database: Database, rules: Ruleset, person: str, number: int) -> float:
    at = BEGIN + timedelta(minutes=number)
    said = _message(f"new-{next(_keys)}", person, SAID, at)
    with database.transaction() as connection:
        return _seconds(partial(_decide, connection, rules, said))


def _decide(connection: Connection, rules: Ruleset, message: InboundMessage) -> None:
    inbox.keep(connection, [message])
    [waiting] = inbox.waiting(connection, 1)
    process(connection, waiting, rules, message.received_at)


def _message(key: str, person: str, said: str, at: datetime) -> InboundMessage:
    return InboundMessage(key=key, sender=person, number=NUMBER, text=said, received_at=at)


def _wait(connection: Connection, person: str, many: int) -> None:
    due_at = int((BEGIN + timedelta(days=900)).timestamp() * 1e6)
    connection.execute(text(_WAIT), {"many": many, "person": person, "due_at": due_at})


def _seconds(run: Callable[[], object]) -> float:
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin
