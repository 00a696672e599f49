"""What the ledger promises, it promises on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest

from bot.ledger.database import Database


@pytest.fixture
def database(either_database: Database) -> Database:
    return either_database
