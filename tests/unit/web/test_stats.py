"""`/api/stats`: what `bot stats --json` prints."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.ledger import inbox
from tests.build import NOW, inbound, ruleset
from tests.support import HOURS, process
from tests.unit.web.conftest import Web

pytestmark = pytest.mark.anyio

RULES = ruleset(HOURS)
AT = NOW - timedelta(minutes=1)


@pytest.fixture(autouse=True)
def said(web: Web) -> None:
    with web.database.transaction() as connection:
        for number, text in enumerate(("Hours?", "hours", "xyz")):
            inbox.keep(connection, [inbound(text, key=f"r-{number}", received_at=AT)])
            [waiting] = inbox.waiting(connection, 1)
            process(connection, waiting, RULES, NOW)


async def test_it_tells_what_the_command_tells(web: Web) -> None:
    response = await web.client.get("/api/stats?since=2026-01-15&by=rule")
    found = response.json()
    assert (response.status_code, found["messages"], found["parts"]) == (
        200,
        3,
        [{"name": "hours", "count": 2}],
    )
    assert found["unmatched"] == [{"text": "xyz", "count": 1}]


@pytest.mark.parametrize(
    ("query", "because"),
    [
        ("since=soon", "since: is not a time, for example 7d or 2026-01-15T17:30Z"),
        ("since=2999-01-01", "since: is not in the past"),
        ("by=moon", "by: is one of rule, outcome, day, hour, word"),
        ("of=me", "of: is not a filter; known: since, by"),
    ],
)
async def test_what_cannot_be_meant_is_refused(web: Web, query: str, because: str) -> None:
    response = await web.client.get(f"/api/stats?{query}")
    assert (response.status_code, response.json()) == (400, {"error": because})
