"""What procrastinate is given to connect with: none is kept that is of no use."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from procrastinate import PsycopgConnector, exceptions

from bot.ledger.job_connections import connector
from tests.postgres import Server
from tests.system.wire import wire_to

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("logged")]


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[PsycopgConnector]:
    made = connector(url, 1)
    await made.open_async()
    try:
        yield made
    finally:
        await made.close_async()


@pytest.mark.parametrize(
    ("statement", "is_kept"),
    [
        ("SET default_transaction_read_only = off", True),
        ("SET default_transaction_read_only = on", False),
    ],
)
async def test_a_connection_by_which_nothing_can_be_written_is_not_taken_again(
    statement: str, *, is_kept: bool, postgres_url: str
) -> None:
    """As to a primary that gave its place to another while we were connected."""
    backend = "SELECT pg_backend_pid() AS pid"
    async with opened(postgres_url) as made:
        before = await made.execute_query_one_async(backend)
        await made.execute_query_async(statement)
        after = await made.execute_query_one_async(backend)
    assert (before == after) == is_kept


async def test_while_a_server_gives_no_answer_no_socket_is_left_behind(postgres: Server) -> None:
    """The pool tries again and again; nobody looks for cycles of what is left often."""
    async with (
        wire_to(postgres.socket) as wire,
        opened(f"{wire.url('postgres')}?connect_timeout=2") as made,
    ):
        await made.execute_query_async("SELECT 1")
        gc.disable()
        try:
            wire.fall_silent()
            wire.cut()
            for _ in range(2):
                with pytest.raises(exceptions.ConnectorException):
                    await made.execute_query_async("SELECT 1")
            assert wire.held <= 1  # the one that is being tried
        finally:
            gc.enable()
        wire.go_on()
        await made.execute_query_async("SELECT 1")
