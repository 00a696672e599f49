"""Opening the ledger.

SQLite: WAL with `synchronous=FULL`, so that what is committed survives a power cut, and one
writer at a time: versions 3.7.0 to 3.51.2 can lose data when two connections write and
checkpoint at the same instant (https://sqlite.org/wal.html). A lock file keeps commands and the
server apart for the length of a transaction. Nobody waits for it, or for another program's
transaction, for longer than the answer to a webhook may take.

PostgreSQL: several machines write at once; where they must not, they `hold` a name. A commit waits
for its disk, whatever the server's default is.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    Table,
    create_engine,
    delete,
    event,
    func,
    insert,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.schema import CreateSchema

from bot.errors import LedgerError, LedgerUnavailable
from bot.ledger import postgres, residue
from bot.ledger.files import DatabaseFile
from bot.ledger.schema import trials

_TRIAL: Final = 16_384
"""Bytes."""
_PATIENCE: Final = 4.0
"""Seconds to wait for another process: fewer than a webhook has, so that its answer says why."""
_LOOKS_AGAIN: Final = 0.1
"""Seconds from one look whether somebody reads still to the next."""
_PATIENCE_AT_END: Final = 1.0
"""Seconds; what closes is waited for itself."""
_PRAGMAS: Final = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "temp_store=MEMORY",
    # 8 MB: what looking up among a million messages touches; SQLite's own 2 MB are too few.
    "cache_size=-8000",
    # What is deleted is overwritten: who is forgotten is then seldom a reason to write all anew.
    "secure_delete=ON",
)
_NEEDS_EXTRA: Final = "PostgreSQL needs more packages: pip install 'bot[postgres]'"


class Database:
    """An open ledger, migrated to this version of the bot."""

    def __init__(self, engine: Engine, file: DatabaseFile | None = None) -> None:
        self.engine = engine
        self._file = file

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Everything inside is committed together, or not at all. Raises LedgerUnavailable."""
        try:
            with self._alone(), self.engine.begin() as connection:
                yield connection
        except OperationalError as error:
            raise LedgerUnavailable(_because(error)) from error

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """One connection for several transactions of the same thread."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def transaction_on(self, connection: Connection) -> Iterator[None]:
        """The same on that connection; LedgerUnavailable comes before anything is done inside."""
        with self._alone():
            try:
                begun = connection.begin()
            except SQLAlchemyError as error:
                raise LedgerUnavailable(_because(error)) from error
            with begun:
                yield

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A snapshot to look at for as long as it takes: nobody who writes waits for it.

        Raises LedgerUnavailable.
        """
        try:
            with self.engine.connect() as connection, _snapshot(connection):
                yield connection
        except OperationalError as error:
            raise LedgerUnavailable(_because(error)) from error

    def overwrite_deleted(self, words: Collection[bytes]) -> None:
        """None of these words of rows that were deleted can be read in the file, nor in its WAL.

        Where one can be, the file is written anew, and nobody else writes meanwhile: 2.3 s for
        56 MB were seen on two busy cores. On a server it changes nothing: there VACUUM FULL does
        it. Raises LedgerUnavailable.
        """
        if self._file is None:
            return
        with self.engine.connect() as connection, _sorting_in_files(connection):
            driver: Any = connection.connection.driver_connection
            try:
                self._empty_wal(driver)
                [page_size] = driver.execute("PRAGMA page_size").fetchone()
                with self._file.content() as content:
                    is_there = residue.holds(content, page_size, words)
                if is_there:
                    with self._alone():
                        driver.execute("VACUUM")
                    self._empty_wal(driver)
            except sqlite3.OperationalError as error:
                raise LedgerUnavailable(f"{_NOT_OVERWRITTEN}: {error}") from error

    def _empty_wal(self, driver: Any) -> None:
        """Who reads an older state is waited for, but nobody who wants to write waits for them."""
        ends = time.monotonic() + _PATIENCE
        driver.execute("PRAGMA busy_timeout=0")
        try:
            while True:
                with self._alone():
                    [is_busy, *_] = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                if not is_busy:
                    return
                if time.monotonic() > ends:
                    raise LedgerUnavailable(f"{_NOT_OVERWRITTEN}: another program reads it")
                time.sleep(_LOOKS_AGAIN)
        finally:
            driver.execute(f"PRAGMA busy_timeout={_PATIENCE * 1_000:.0f}")

    @contextmanager
    def only_sender(self) -> Iterator[bool]:
        """Whether this process is the one that sends, as long as it is inside.

        SQLite: one process at a time, by a lock file. A server database says it by itself.
        """
        with nullcontext(True) if self._file is None else self._file.sent_alone() as is_alone:
            yield is_alone

    def has_sender(self) -> bool | None:
        """Whether a process is the one that sends; None where the ledger itself says it."""
        return None if self._file is None else self._file.has_sender()

    def close(self) -> None:
        # The last connection moves the WAL into the database; where another process has the lock,
        # it has a connection too.
        with suppress(LedgerUnavailable), self._alone(_PATIENCE_AT_END):
            self.engine.dispose()
        self.engine.dispose()
        if self._file is not None:
            self._file.close()

    def _alone(self, patience: float = _PATIENCE) -> AbstractContextManager[None]:
        """No other process writes to the same SQLite file meanwhile."""
        return nullcontext() if self._file is None else self._file.written_alone(patience)


def open_database(url: str, *, migrates: bool = True) -> Database:
    """Open, create and migrate the database. Raises LedgerError.

    Without `migrates` it is taken as it is, which may be as another version of the bot made it.
    """
    parsed = parsed_url(url)
    try:
        path = path_of(parsed)
        file = None if path is None else DatabaseFile(path)
        database = Database(engine_of(parsed), file)
        if file is not None:  # SQLite would make a new one
            event.listen(database.engine, "do_connect", lambda *_: file.check())
        try:
            if migrates:
                _prepare(database)
        except BaseException:
            database.close()
            raise
        return database
    except (SQLAlchemyError, LedgerError, ImportError, OSError, sqlite3.Error) as error:
        raise unusable(parsed, error) from error


def parsed_url(url: str) -> URL:
    try:
        return make_url(url)
    except (SQLAlchemyError, ValueError):
        raise LedgerError("the database cannot be used: its URL cannot be read") from None


def unusable(parsed: URL, error: Exception) -> LedgerError:
    place = parsed.render_as_string(hide_password=True)
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, ImportError) and parsed.get_backend_name() == "postgresql":
        cause = _NEEDS_EXTRA
    if "unsupported startup parameter" in str(cause):
        cause = _DROPPED
    return LedgerError(f"the database {place} cannot be used: {cause}")


def engine_of(parsed: URL) -> Engine:
    if parsed.get_backend_name() != "sqlite":
        return postgres.make_engine(parsed)
    engine = create_engine(
        parsed,
        connect_args={"check_same_thread": False, "timeout": _PATIENCE},
        hide_parameters=True,  # an error goes to the log, a text must not
    )
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def path_of(parsed: URL) -> Path | None:
    """Of the file that SQLite opens; None where the ledger is not a file of this machine."""
    name = parsed.database
    if parsed.get_backend_name() != "sqlite" or name in (None, "", ":memory:"):
        return None
    if name.startswith("file:") and parsed.query.get("uri"):  # https://sqlite.org/uri.html
        name = unquote(urlsplit(name).path)
    return Path(name)


def _because(error: SQLAlchemyError) -> str:
    cause = getattr(error, "orig", None) or error
    if getattr(cause, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
        return (
            f"another program has held a transaction on the database for {_PATIENCE:.0f} seconds:"
            " end it, in a `sqlite3` shell by COMMIT or .quit, and try again"
        )
    return f"the database cannot be used now: {cause}"


def _is_sqlite(engine: Engine) -> bool:
    return engine.dialect.name == "sqlite"


def _configure(connection: sqlite3.Connection, _: Any) -> None:
    connection.isolation_level = None  # transactions begin where we say, not where the driver does
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    # SQLite's own lower() knows ASCII alone.
    connection.create_function("casefold", 1, str.casefold, deterministic=True)


def _begin(connection: Connection) -> None:
    """By the driver: SQLAlchemy takes 30 µs for what takes SQLite one."""
    reads = connection.get_execution_options().get(_READS)
    begin = "BEGIN" if reads else "BEGIN IMMEDIATE"
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute(begin)
    except sqlite3.OperationalError as error:
        raise OperationalError(begin, None, error) from error


_READS: Final = "bot reads"


_NOT_OVERWRITTEN: Final = "what was deleted can still be read in the file"


@contextmanager
def _snapshot(connection: Connection) -> Iterator[None]:
    if _is_sqlite(connection.engine):
        with (
            _sorting_in_files(connection),
            connection.execution_options(**{_READS: True}).begin(),
        ):
            yield
        return
    with connection.begin():
        # Who reads what comes may take a break.
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        yield


@contextmanager
def _sorting_in_files(connection: Connection) -> Iterator[None]:
    """Much takes no more memory than little; SQLite changes it outside of transactions only."""
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA temp_store=FILE")
    try:
        yield
    finally:
        driver.execute("PRAGMA temp_store=MEMORY")


def version(connection: Connection) -> str:
    """Of the tables, as the migrations count; "none" where there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return "none"
    return connection.scalar(_VERSION) or "none"


_VERSION: Final = text("SELECT version_num FROM alembic_version")


def newest_version() -> str:
    """Of the tables that this bot works with: the number in the name of the last migration."""
    names = (entry.name for entry in files("bot.ledger.migrations.versions").iterdir())
    return max(name[1:5] for name in names if name.startswith("v"))


def _prepare(database: Database) -> None:
    if _is_sqlite(database.engine):
        with database.transaction() as connection:
            _migrate(connection)
        return
    from bot.ledger import jobs

    with _migrating_alone(database.engine) as connection:
        _use_schema(connection)
        _migrate(connection)
    is_done = False
    while not is_done:
        with _migrating_alone(database.engine) as connection:
            is_done = jobs.migrate(connection)


@contextmanager
def _migrating_alone(engine: Engine) -> Iterator[Connection]:
    """Several machines may start at the same moment; each finds its schema."""
    with engine.begin() as connection:
        for timeout in ("lock_timeout", "idle_in_transaction_session_timeout"):
            connection.execute(text(f"SET LOCAL {timeout} = 0"))  # a migration may take long
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATING})"))
        yield connection


def _use_schema(connection: Connection) -> None:
    """That the URL names, where it names one; it is made if need be."""
    path = str(connection.scalar(text("SHOW search_path")))
    if not postgres.is_first_schema(connection.engine.url, path):
        raise LedgerError(_DROPPED)
    if connection.scalar(select(func.current_schema())) is None:
        connection.execute(CreateSchema(path.strip('"')))


_DROPPED: Final = (
    "the pooler drops `options`, so that accounts would share their tables: "
    "give each account a database of its own, or connect to PostgreSQL itself"
)
_MIGRATING: Final = "hashtextextended('bot: migrating', 0)"


def _migrate(connection: Connection) -> None:
    # Alembic is a third of the start; it is asked only when the version is another.
    found, newest = version(connection), newest_version()
    if found == newest:
        return
    if found != "none" and found > newest:
        raise LedgerError(f"it is of version {found}, this bot knows {newest}: install a newer bot")
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", "bot.ledger:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:  # no migration of ours has that number
        raise LedgerError(str(error)) from error


def clock_of(connection: Connection) -> datetime:
    """The database's clock: this machine's where it is a file."""
    if connection.dialect.name == "sqlite":
        return datetime.now(UTC)
    at: datetime = connection.execute(_SERVER_TIME).scalar_one()
    return at


_SERVER_TIME: Final = select(func.clock_timestamp())


def try_to_write(connection: Connection) -> None:
    """Write as much as some messages take, in place of what was written the last time.

    Reading would not do: a full disk can still be read.
    """
    connection.execute(delete(trials))
    connection.execute(insert(trials).values(content=bytes(_TRIAL)))


def insert_on_conflict(connection: Connection, table: Table) -> Any:
    """INSERT with ON CONFLICT, which both databases have under the same name."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)
