"""How often rules decided: by day and week, each message once, whatever is older."""

from __future__ import annotations

from datetime import timedelta

from bot.ledger import inbox
from bot.ledger.database import Database
from bot.ledger.rule_hits import Hits, rule_hits
from tests.build import NOW, inbound, ruleset
from tests.support import HOURS, process

AGES = (*(timedelta(days=days) for days in (9, 8, 7, 6, 1)), timedelta(hours=1), timedelta())


def test_rules_are_counted_by_day_and_week(either_database: Database) -> None:
    rules = ruleset(HOURS)
    with either_database.transaction() as connection:
        assert rule_hits(connection, NOW) == {}
        for n, age in enumerate(AGES):
            at = NOW - age
            person = f"+1555555{n:04}"
            message = inbound("Hours?", key=f"r-{n}", sender=person, received_at=at)
            inbox.keep(connection, [message])
            [waiting] = inbox.waiting(connection, 1)
            process(connection, waiting, rules, at)
        assert rule_hits(connection, NOW) == {"hours": Hits(3, 5, NOW)}
        assert rule_hits(connection, NOW + timedelta(days=8)) == {}
