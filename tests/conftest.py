"""What the tests of the acting part share: an open ledger in a folder of its own."""

from __future__ import annotations

import contextlib
import gc
import io
import itertools
import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings

from bot import log
from bot.ledger.database import Database, open_database
from tests.postgres import MISSING, Server, cluster, programs
from tests.support import new_ledger

_numbered = itertools.count(1)


# readline gives it to the processes of pytest-xdist, and lines would be wrapped.
os.environ.pop("COLUMNS", None)

# README's command is to take less than two minutes; `.ci/run` asks once more, with the default.
settings.register_profile("quick", max_examples=40)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

KINDS = ("unit", "integration", "system")


def pytest_itemcollected(item: pytest.Item) -> None:
    """The folder says of which kind a test is, or a server that it wants."""
    for kind in KINDS:
        if f"tests/{kind}/" in item.nodeid:
            item.add_marker(kind)
    if "postgres" in getattr(item, "fixturenames", ()):
        item.add_marker("system")


def pytest_collection_finish() -> None:
    """Eleven thousand tests are never garbage: not to be looked through again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """One cluster for each process of the suite; nothing in it outlives the suite."""
    if programs() is None:
        pytest.skip(MISSING)
    with cluster("fsync = off") as server:
        yield server


@pytest.fixture(scope="session")
def _migrated(postgres: Server) -> str:
    """A database with our tables, of which each test gets a copy."""
    postgres.create("migrated")
    open_database(postgres.url("migrated")).close()
    return "migrated"


@pytest.fixture
def postgres_url(postgres: Server, _migrated: str) -> Iterator[str]:
    """A ledger of its own for one test."""
    name = f"t{next(_numbered)}"
    postgres.create(name, like=_migrated)
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(new_ledger(tmp_path))
    yield database
    database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.system)])
def either_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """For tests of what holds on both; the twins on a server run with those of the system."""
    on_sqlite = request.param == "sqlite"
    url = new_ledger(tmp_path) if on_sqlite else request.getfixturevalue("postgres_url")
    database = open_database(url)
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
