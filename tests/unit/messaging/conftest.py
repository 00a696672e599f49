"""What the tests of the acting part share: a ledger that conversations are told to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.ledger.database import open_database
from tests.stories import Ledgers


@pytest.fixture(scope="session")
def ledgers() -> Iterator[Ledgers]:
    database = open_database("sqlite://")
    yield Ledgers(database)
    database.close()
