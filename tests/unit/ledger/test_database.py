"""Opening the ledger, its tables, and the one thread that writes to it."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import sqlite3
import threading
import weakref
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, insert, select, text
from sqlalchemy.exc import IntegrityError

from bot.errors import LedgerError, LedgerUnavailable
from bot.ledger import contacts as contacts_of
from bot.ledger.database import Database, newest_version, open_database
from bot.ledger.files import FileLock
from bot.ledger.schema import contacts, metadata
from bot.ledger.writer import Writer
from tests.support import database_url


@pytest.fixture
async def writer(database: Database) -> AsyncIterator[Writer]:
    writer = Writer(database)
    yield writer
    await asyncio.to_thread(writer.close)


def add(number: str) -> Callable[[Connection], str]:
    def work(connection: Connection) -> str:
        connection.execute(insert(contacts).values(number=number, values={}))
        return number

    return work


def stored(database: Database) -> list[str]:
    """What another connection sees."""
    with database.engine.connect() as connection:
        return list(connection.execute(select(contacts.c.number).order_by("number")).scalars())


class _Boom(Exception):
    """One that can be watched."""


@pytest.mark.anyio
@pytest.mark.parametrize("many", [1, 3])
async def test_an_error_is_gone_when_nobody_has_it_any_more(writer: Writer, many: int) -> None:
    """With all that its traceback holds, such as a connection: nobody looks for cycles often."""
    raised: list[weakref.ref[_Boom]] = []

    def fail(_: Connection) -> None:
        raise _Boom

    async def run() -> None:
        try:
            await writer.run(fail)
        except _Boom as error:
            raised.append(weakref.ref(error))

    gc.disable()
    try:
        await asyncio.gather(*(run() for _ in range(many)))
        await writer.run(add("+1"))
        assert [ref() for ref in raised] == [None] * many
    finally:
        gc.enable()


def test_the_migrations_lead_to_the_tables_of_the_code(database: Database) -> None:
    def ours(_: object, name: str | None, kind: str, *__: object) -> bool:
        return not str(name).startswith("procrastinate_")

    with database.transaction() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours})
        assert compare_metadata(context, metadata) == []


def test_what_is_committed_survives_a_power_cut(tmp_path: Path) -> None:
    names = ("journal_mode", "synchronous", "foreign_keys")
    with (
        closing(open_database(database_url(tmp_path))) as database,
        database.transaction() as connection,
    ):
        found = {name: connection.scalar(text(f"PRAGMA {name}")) for name in names}
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_opening_again_keeps_everything(tmp_path: Path) -> None:
    for number in ("+1", "+2"):
        with closing(open_database(database_url(tmp_path))) as database:
            with database.transaction() as connection:
                add(number)(connection)
            numbers = stored(database)
    assert numbers == ["+1", "+2"]


def test_the_folder_of_the_database_is_made(tmp_path: Path) -> None:
    open_database(f"sqlite:///{tmp_path / 'new' / 'folder' / 'bot.db'}").close()
    assert (tmp_path / "new" / "folder" / "bot.db").is_file()


def test_a_transaction_is_whole_or_nothing(database: Database) -> None:
    with contextlib.suppress(ZeroDivisionError), database.transaction() as connection:
        add("+1")(connection)
        raise ZeroDivisionError
    assert stored(database) == []


@pytest.mark.anyio
async def test_a_result_comes_when_it_is_durable(database: Database, writer: Writer) -> None:
    assert await writer.run(add("+1")) == "+1"
    assert stored(database) == ["+1"]


@pytest.mark.anyio
async def test_work_that_waits_at_a_moment_goes_in_one_commit(
    database: Database, writer: Writer
) -> None:
    commits: list[Connection] = []
    event.listen(database.engine, "commit", commits.append)
    await together(writer, [add(f"+{n}") for n in range(9)])
    assert (len(commits), len(stored(database))) == (2, 9)  # of the blocker, and of all others


@pytest.mark.anyio
async def test_a_piece_that_fails_does_not_spoil_the_others(
    database: Database, writer: Writer
) -> None:
    def fail(connection: Connection) -> str:
        add("+3")(connection)
        raise ZeroDivisionError

    results = await together(writer, [add("+1"), fail, add("+1"), add("+2")])
    assert [type(result) for result in results] == [str, ZeroDivisionError, IntegrityError, str]
    assert stored(database) == ["+1", "+2"]


@pytest.mark.anyio
async def test_after_a_failure_the_writer_goes_on(database: Database, writer: Writer) -> None:
    with pytest.raises(ZeroDivisionError):
        await writer.run(lambda _: 1 // 0)
    assert await writer.run(add("+1")) == "+1"


@pytest.mark.anyio
async def test_work_is_done_even_when_nobody_waits_any_more(
    database: Database, writer: Writer
) -> None:
    release = threading.Event()
    blocker = asyncio.create_task(writer.run(lambda _: release.wait(10)))
    await asyncio.sleep(0.01)
    left = asyncio.create_task(writer.run(add("+1")))
    await asyncio.sleep(0.01)
    left.cancel()
    release.set()
    assert await blocker
    await writer.run(add("+2"))
    assert stored(database) == ["+1", "+2"]


@pytest.mark.anyio
async def test_closing_finishes_what_waits(database: Database) -> None:
    writer = Writer(database)
    tasks = [asyncio.create_task(writer.run(add(f"+{n}"))) for n in range(300)]
    await asyncio.sleep(0)
    await asyncio.to_thread(writer.close)
    assert len(await asyncio.gather(*tasks)) == len(stored(database)) == 300


@pytest.mark.anyio
async def test_two_writers_of_one_file_wait_for_each_other(tmp_path: Path) -> None:
    """As `bot send` and `bot serve` do: each has its own connection and takes its turn."""
    with (
        closing(open_database(database_url(tmp_path))) as first,
        closing(open_database(database_url(tmp_path))) as second,
    ):
        writers = [Writer(first), Writer(second)]
        work = (writers[n % 2].run(add(f"+{n}")) for n in range(200))
        await asyncio.gather(*work)
        for writer in writers:
            await asyncio.to_thread(writer.close)
        assert len(stored(first)) == 200


@pytest.mark.anyio
async def test_where_no_connection_is_to_be_had_the_work_fails_and_the_next_is_done(
    tmp_path: Path,
) -> None:
    folder, away = tmp_path / "here", tmp_path / "away"
    with closing(open_database(f"sqlite:///{folder / 'bot.db'}")) as database:
        database.engine.dispose()
        folder.rename(away)
        writer = Writer(database)
        with pytest.raises(LedgerUnavailable, match="was removed"):
            await writer.run(add("+1"))
        away.rename(folder)
        assert await writer.run(add("+2")) == "+2"
        await asyncio.to_thread(writer.close)
        assert stored(database) == ["+2"]


@pytest.mark.anyio
async def test_work_that_has_not_begun_in_time_is_never_done(
    database: Database, writer: Writer
) -> None:
    """And work that has begun is, though nobody waits for it any more."""
    release = threading.Event()

    def begin(connection: Connection) -> str:
        release.wait(10)
        return add("+1")(connection)

    begun = asyncio.create_task(writer.run(begin, within=0.05))
    await asyncio.sleep(0.01)
    waiting = [asyncio.create_task(writer.run(add(f"+{n}"), within=0.05)) for n in (2, 3)]
    results = await asyncio.gather(begun, *waiting, return_exceptions=True)
    assert [type(result) for result in results] == [LedgerUnavailable] * 3
    assert writer.stuck_for > 0.04
    release.set()
    assert await writer.run(add("+4"), within=10) == "+4"
    await asyncio.to_thread(writer.close)
    assert writer.stuck_for == 0
    assert stored(database) == ["+1", "+4"]


@pytest.mark.anyio
async def test_behind_a_database_that_stands_still_no_more_than_so_much_waits(
    database: Database, writer: Writer
) -> None:
    release = threading.Event()
    blocker = asyncio.create_task(writer.run(lambda _: release.wait(30)))
    await asyncio.sleep(0.01)
    work = [asyncio.create_task(writer.run(add("+1"), within=30)) for _ in range(20_001)]
    with pytest.raises(LedgerUnavailable, match="too much waits"):
        await work[-1]
    for task in work:
        task.cancel()
    await asyncio.wait(work)
    ours = asyncio.create_task(writer.run(add("+2")))  # what the bot itself has begun
    await asyncio.sleep(0)
    release.set()
    assert await blocker
    await ours
    assert stored(database) == ["+2"]


@pytest.mark.system
@pytest.mark.anyio
@pytest.mark.parametrize("held", ["lock file", "transaction"])
async def test_what_waits_behind_another_process_fails_together(held: str, tmp_path: Path) -> None:
    """Not one after the other, each after the whole time."""
    with closing(open_database(database_url(tmp_path))) as database:
        writer = Writer(database)
        async with asyncio.timeout(20):
            with HOLDERS[held](tmp_path):
                work = (writer.run(add(f"+{n}")) for n in range(20))
                results = await asyncio.gather(*work, return_exceptions=True)
            assert {type(result) for result in results} == {LedgerUnavailable}
            said = "another process of the" if held == "lock file" else "another program has held"
            assert [result for result in results if not str(result).startswith(said)] == []
            assert await writer.run(add("+1")) == "+1"
        assert stored(database) == ["+1"]
        await asyncio.to_thread(writer.close)


@contextlib.contextmanager
def lock_held(folder: Path) -> Iterator[None]:
    with closing(FileLock(folder / "bot.db.lock")) as lock:
        assert lock.acquire(5)
        yield


@contextlib.contextmanager
def transaction_held(folder: Path) -> Iterator[None]:
    with closing(sqlite3.connect(folder / "bot.db", isolation_level=None)) as shell:
        shell.execute("BEGIN IMMEDIATE")
        yield


HOLDERS = {"lock file": lock_held, "transaction": transaction_held}


async def together(writer: Writer, works: list[Callable[[Connection], object]]) -> list[object]:
    """Run these in one batch: they queue up behind a piece that waits for them."""
    release = threading.Event()
    blocker = asyncio.create_task(writer.run(lambda _: release.wait(10)))
    await asyncio.sleep(0.05)
    tasks = [asyncio.create_task(writer.run(work)) for work in works]
    await asyncio.sleep(0)
    release.set()
    await blocker
    return list(await asyncio.gather(*tasks, return_exceptions=True))


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("sqlite:////proc/no/bot.db", "the database sqlite:////proc/no/bot.db cannot be used: "),
        ("sqlite:///{folder}", "the database sqlite:///{folder} cannot be used: "),
        (
            "sqlite:///{text}",
            "the database sqlite:///{text} cannot be used: file is not a database",
        ),
        ("postgresql://bot:hush@127.0.0.1:1/bot", "the database postgresql://bot:***@127.0.0.1:1/"),
        ("postgresql://bot:hush@host:port/bot", "the database cannot be used: "),
        ("postgresql+pg8000://bot:hush@host/bot", "the database postgresql+pg8000://bot:***@host/"),
        ("postgresql+nosuch://bot:hush@host/bot", "the database postgresql+nosuch://bot:***@host/"),
    ],
)
def test_an_impossible_database_is_said_without_its_password(
    url: str, message: str, tmp_path: Path
) -> None:
    folder, file = tmp_path / "folder", tmp_path / "text.db"
    folder.mkdir()
    file.write_text("This is not a database. " * 100)
    with pytest.raises(LedgerError) as raised:
        open_database(url.format(folder=folder, text=file))
    assert str(raised.value).startswith(message.format(folder=folder, text=file))
    assert "hush" not in str(raised.value)


def test_the_newest_version_is_the_one_that_the_migrations_lead_to() -> None:
    config = Config()
    config.set_main_option("script_location", "bot.ledger:migrations")
    config.set_main_option("path_separator", "os")
    assert newest_version() == ScriptDirectory.from_config(config).get_current_head()


def test_a_database_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    open_database(database_url(tmp_path)).close()
    with closing(sqlite3.connect(tmp_path / "bot.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(LedgerError, match="9999"):
        open_database(database_url(tmp_path))


def test_one_process_at_a_time_sends(tmp_path: Path) -> None:
    with (
        closing(open_database(database_url(tmp_path))) as database,
        closing(open_database(database_url(tmp_path))) as other,
        database.only_sender() as mine,
    ):
        with other.only_sender() as theirs:
            assert (mine, theirs) == (True, False)
        with database.transaction() as connection:  # it does not keep anybody from writing
            assert not contacts_of.is_opted_out(connection, "+1")
    with database.only_sender() as again:
        assert again
