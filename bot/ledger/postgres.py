"""Connections to PostgreSQL: how they are made, and how it is noticed that they are of no use.

A server that has given its place to another goes on answering and refuses what writes (25006). A
connection to it is closed and made anew, by the whole URL: of several hosts, or of an address that
leads elsewhere now, the one is taken that can be written to.

Behind a pooler that shares the server's connections among transactions, as PgBouncer does, what is
set for a session is set for nobody in particular: it is set for each transaction, no statement is
prepared by name, and nobody listens.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import Dialect, ExceptionContext
from sqlalchemy.pool import ConnectionPoolEntry

_REMOTE: Final = {
    "target_session_attrs": "read-write",
    "connect_timeout": 5,
    # A server that has vanished is noticed within some 12 seconds, not within hours.
    "keepalives_idle": 3,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 12_000,  # milliseconds
}
"""For libpq, where the URL says nothing else: seconds but where it says otherwise."""
_SETTINGS: Final = {
    # What a machine holds that has vanished is let go before others are asked to take over.
    "idle_in_transaction_session_timeout": "'10s'",
    "tcp_keepalives_idle": "'3s'",
    "tcp_keepalives_interval": "'3s'",
    "tcp_keepalives_count": "'3'",
    "lock_timeout": "'30s'",
    # A commit that waits for no disk would be an answer 200 that may be lost.
    "synchronous_commit": "CASE current_setting('synchronous_commit')"
    " WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END",
}
"""For the server, each with the SQL of its value."""


def _set(*, local: bool) -> str:
    each = (f"set_config('{name}', {value}, {local})" for name, value in _SETTINGS.items())
    return f"SELECT {', '.join(each)}"


SESSION: Final = _set(local=False)
"""For each connection, at its begin."""
_TRANSACTION: Final = _set(local=True)
"""For each transaction, where connections are shared."""
BACKEND: Final = "SELECT pg_backend_pid()"
"""The process that really answers; a pooler has told the driver of another."""


_READ_ONLY: Final = "25006"
"""https://www.postgresql.org/docs/current/errcodes-appendix.html"""
_POOLED: Final = "pooled"


def connect_arguments(url: str) -> dict[str, Any]:
    """What psycopg connects with, as SQLAlchemy reads the URL."""
    parsed = _with_driver(make_url(url))
    _, found = parsed.get_dialect()().create_connect_args(parsed)
    return {**_REMOTE, **found}


def make_engine(parsed: URL) -> Engine:
    """Raises ImportError without the extra `postgres`."""
    # An error goes to the log, a text must not.
    engine = create_engine(_with_driver(parsed), hide_parameters=True)
    event.listen(engine, "do_connect", _connect)
    event.listen(engine, "connect", _begin_session)
    event.listen(engine, "begin", _begin_transaction)
    event.listen(engine, "handle_error", _give_up_read_only)
    return engine


def is_pooled(connection: Connection) -> bool:
    """Whether what answers shares its connections among those who come."""
    return bool(connection.info.get(_POOLED))


def refuse_read_only(connection: Connection) -> None:
    """Raises InternalError where nothing can be written; it locks nothing."""
    connection.execute(_LOCK_NOTHING)


_LOCK_NOTHING: Final = text("SELECT id FROM inbox WHERE false FOR UPDATE")


def is_first_schema(parsed: URL, path: str) -> bool:
    """Whether the schema that the URL asks for by `options`, if any, is that of `search_path`."""
    options = parsed.query.get("options", "")
    asked = re.search(
        r"search_path=([^\s,]+)", options if isinstance(options, str) else options[-1]
    )
    return asked is None or asked[1].strip('"') == path.partition(",")[0].strip('"')


def let_go(error: BaseException) -> None:
    """Nothing that the failed calls held outlives them.

    The driver's frames and its error hold each other, and with them a socket that waits for its
    server: such cycles are looked for rarely.
    """
    traceback.clear_frames(error.__traceback__)


def _with_driver(parsed: URL) -> URL:
    if parsed.drivername != "postgresql":
        return parsed
    return parsed.set(drivername="postgresql+psycopg")


def _connect(dialect: Dialect, _: Any, args: Sequence[Any], arguments: Mapping[str, Any]) -> Any:
    try:
        return dialect.connect(*args, **{**_REMOTE, **arguments})
    except Exception as error:
        let_go(error)
        raise


def _begin_session(connection: Any, record: ConnectionPoolEntry) -> None:
    with connection.cursor() as cursor:
        [pid] = cursor.execute(BACKEND).fetchone()
        if pid == connection.info.backend_pid:
            cursor.execute(SESSION)
        else:
            record.info[_POOLED] = True
            connection.prepare_threshold = None
    connection.commit()


def _begin_transaction(connection: Connection) -> None:
    if is_pooled(connection):
        connection.exec_driver_sql(_TRANSACTION)


def _give_up_read_only(context: ExceptionContext) -> None:
    if getattr(context.original_exception, "sqlstate", None) == _READ_ONLY:
        context.is_disconnect = True
