"""The connections by which procrastinate takes and finishes jobs."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final, Self

from procrastinate import PsycopgConnector
from psycopg import AsyncConnection, Error, OperationalError
from psycopg_pool import AsyncConnectionPool

from bot.ledger.postgres import BACKEND, SESSION, connect_arguments, let_go

_WAITS: Final = 3.0
"""Seconds until there must be a connection."""
_TRIES_AGAIN: Final = 5.0
"""Seconds that the pool tries by itself; who needs a connection later lets it try anew. Its pauses
double: after an outage of minutes it would wait for minutes."""


def connector(database_url: str, size: int) -> PsycopgConnector:
    """At most `size` connections to where the ledger is, beside the one that listens."""
    return PsycopgConnector(
        pool_factory=_pool,
        kwargs=connect_arguments(database_url),
        connection_class=_Connection,
        configure=_configure,
        min_size=1,
        max_size=size,
        timeout=_WAITS,
        reconnect_timeout=_TRIES_AGAIN,
    )


class _Connection(AsyncConnection[Any]):
    @classmethod
    async def connect(cls, conninfo: str = "", **arguments: Any) -> Self:
        try:
            return await super().connect(conninfo, **arguments)
        except Error as error:
            let_go(error)
            raise


def _pool(**arguments: Any) -> AsyncConnectionPool[Any]:
    """procrastinate's own check sees only that somebody answers."""
    return AsyncConnectionPool(**{**arguments, "check": _check})


async def _check(connection: AsyncConnection[Any]) -> None:
    """Raises OperationalError where nothing can be written; the pool takes another."""
    await connection.set_autocommit(True)
    try:
        found = await (await connection.execute("SHOW transaction_read_only")).fetchone()
    finally:
        with suppress(Error):
            await connection.set_autocommit(False)
    if found == ("on",):
        await connection.close()
        raise OperationalError("the server is read-only")


async def _configure(connection: AsyncConnection[Any]) -> None:
    """As the ledger's own: what a vanished machine holds is let go, also of its jobs."""
    pid = await (await connection.execute(BACKEND)).fetchone()
    if pid == (connection.info.backend_pid,):
        await connection.execute(SESSION)
    else:
        connection.prepare_threshold = None
    await connection.commit()
