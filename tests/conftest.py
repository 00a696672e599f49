"""What the tests of the acting part share: an open ledger in a folder of its own."""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

from bot import log
from bot.ledger.database import Database, open_database
from tests.support import database_url


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(database_url(tmp_path))
    yield database
    database.close()


Logged = Callable[[], str]


@pytest.fixture
def logged() -> Iterator[Logged]:
    """What has been logged so far, as a server logs that does not stand in a terminal."""
    root, written = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    with contextlib.redirect_stderr(written):
        log.configure()
    yield written.getvalue
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
