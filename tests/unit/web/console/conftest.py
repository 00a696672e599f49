"""A console over a ledger in which something was said."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pytest

from bot.ledger import inbox
from tests.build import NOW, PERSON, inbound, ruleset
from tests.support import HOURS, OTHER_PERSON, process
from tests.unit.web.conftest import Web

HOSTILE: Final = (
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }}",
    "\u202etxet\u202c \x1b[2J\x00",
    "x" * 10_000,
)


@pytest.fixture
def said(web: Web) -> None:
    """They ask for hours, another one writes what no rule knows, and a third is hostile."""
    rules = ruleset(HOURS)
    texts = [(PERSON, "Hours?"), (OTHER_PERSON, "xyz"), *((PERSON, text) for text in HOSTILE)]
    with web.database.transaction() as connection:
        for n, (sender, text) in enumerate(texts):
            at = NOW - timedelta(seconds=10 - n)
            tags = {"campaign": text} if text in HOSTILE else {}
            message = inbound(text, key=f"r-{n}", sender=sender, received_at=at, tags=tags)
            inbox.keep(connection, [message])
            [waiting] = inbox.waiting(connection, 1)
            process(connection, waiting, rules, at)
