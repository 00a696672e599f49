"""What one message costs when a hundred times as much is stored: to keep, to decide, to claim.

And what it takes to count the last hour.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, text

from bot.ledger import inbox, sending
from bot.ledger.database import Database, open_database
from bot.ledger.sending import Claim
from bot.ledger.stats import Span, stats
from bot.model import InboundMessage, Rate
from bot.provider.answers import Accepted
from bot.rules.files import read_rule_files
from bot.rules.loader import load
from tests.benchmarks.accept import ROOT
from tests.benchmarks.texts import texts
from tests.support import process

SIZES = (10_000, 100_000, 1_000_000)
PEOPLE = 5_000
"""Each has a conversation of so many messages that all of them together are the size."""
COUNT = 300
RULES = load(read_rule_files(ROOT / "rules")).ruleset
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)

# Everything was decided, answered and sent long ago, one message a second.
_FILL = (
    """INSERT INTO conversations (id, contact, number, longcode_id, "values", received, changed_at)
    SELECT n, '+1555555' || printf('%04d', n), '+18005550100', 123, '{}', 1, :at + n * 1000000
    FROM n WHERE n < :people""",
    """INSERT INTO inbox (id, key, status, sender, number, text, tags, received_at, conversation_id)
    SELECT n, 'old-' || n, 'decided', '+1555555' || printf('%04d', n % :people), '+18005550100',
    'What are your hours on day ' || n || '?', '{}', :at + n * 1000000, n % :people FROM n""",
    """INSERT INTO decisions (inbox_id, outcome, rule, detail, captures, changes, trace, ruleset,
    decided_at) SELECT n, 'replied', 'hours', '', '{}', '[]', '[]', 'x', :at + n * 1000000
    FROM n""",
    """INSERT INTO outbox (id, external_id, request_id, conversation_id, inbox_id, recipient, text,
    is_mms, longcode_id, tags, rule, status, reason, due_at, tries, confirms_opt_out, created_at,
    done_at) SELECT n, 'old-' || n, 'old-' || n, n % :people, n, '+1555555' ||
    printf('%04d', n % :people), 'We open at 9.', 0, 123, '{}', 'hours', 'accepted', '',
    :at + n * 1000000, 1, 0, :at + n * 1000000, :at + n * 1000000 FROM n""",
    """INSERT INTO attempts (id, outbox_id, started_at, finished_at, answer)
    SELECT n, n, :at + n * 1000000, :at + n * 1000000, 'accepted' FROM n""",
)
_NUMBERS = "WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n + 1 < :size) "


def report() -> None:
    print(f"one message by how much is stored, p50 of {COUNT}, µs")
    print(f"  {'messages':>10} {'keep':>8} {'decide':>8} {'claim':>8} {'stats of 1 h':>13}")
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            database = open_database(f"sqlite:///{Path(folder) / 'bot.db'}")
            fill(database, size)
            costs = _costs(database, BEGIN + timedelta(seconds=size))
            counted = _seconds(partial(_count, database, BEGIN + timedelta(seconds=size)))
            figures = " ".join(f"{cost * 1e6:>8.0f}" for cost in costs)
            print(f"  {size:>10,} {figures} {counted * 1e6:>13.0f}")
            database.close()


def fill(database: Database, size: int, people: int = PEOPLE, begin: datetime = BEGIN) -> None:
    """So many messages of theirs with answers, one a second."""
    at = int(begin.timestamp() * 1e6)
    with database.transaction() as connection:
        for statement in _FILL:
            head, select, rest = statement.partition("SELECT")
            bound = {"size": size, "people": people, "at": at}
            connection.execute(text(f"{head}{_NUMBERS}{select}{rest}"), bound)


def _costs(database: Database, now: datetime) -> tuple[float, ...]:
    kept, decided, claimed = list[float](), list[float](), list[float]()
    for number, said in enumerate(texts(COUNT)):
        at = now + timedelta(seconds=number)
        message = InboundMessage(
            key=f"new-{number}",
            sender=f"+1555555{number:04}",
            number="+18005550100",
            text=said,
            received_at=at,
        )
        with database.transaction() as connection:
            kept.append(_seconds(partial(inbox.keep, connection, [message])))
            decided.append(_seconds(partial(_decide, connection, at)))
            claimed.append(_seconds(partial(_send, connection, at)))
    return tuple(statistics.median(costs) for costs in (kept, decided, claimed))


def _seconds(run: Callable[[], object]) -> float:
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


def _count(database: Database, now: datetime) -> None:
    with database.reading() as connection:
        stats(connection, Span(now - timedelta(hours=1), now))


def _decide(connection: Connection, now: datetime) -> None:
    [waiting] = inbox.waiting(connection, 1)
    process(connection, waiting, RULES, now)


def _send(connection: Connection, now: datetime) -> None:
    found = sending.claim(connection, Rate(20, 0.001), now)
    if isinstance(found, Claim):
        sending.record(connection, found, Accepted("1"), found.message, now)
