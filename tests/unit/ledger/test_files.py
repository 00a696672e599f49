"""The files of a ledger on SQLite: one lock whatever their name, private, and not swapped."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from bot.errors import LedgerError, LedgerUnavailable
from bot.ledger.database import open_database
from bot.ledger.files import DatabaseFile, FileLock
from tests.support import database_url


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_umask")
def test_all_files_of_a_ledger_are_private(tmp_path: Path) -> None:
    names = ("bot.db", "bot.db-wal", "bot.db-shm", "bot.db.lock", "bot.db.sender")
    with closing(open_database(database_url(tmp_path))) as database, database.only_sender():
        assert modes(tmp_path) == dict.fromkeys(names, 0o600)


def test_the_mode_of_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    open_database(database_url(tmp_path)).close()
    (tmp_path / "bot.db").chmod(0o640)
    with closing(open_database(database_url(tmp_path))):
        found = modes(tmp_path)
    assert {name: found[name] for name in ("bot.db", "bot.db-wal")} == {
        "bot.db": 0o640,
        "bot.db-wal": 0o640,
    }


def symlinked(folder: Path) -> str:
    (folder / "link.db").symlink_to("bot.db")
    return f"sqlite:///{folder / 'link.db'}"


def in_a_symlinked_folder(folder: Path) -> str:
    (folder / "here").symlink_to(folder)
    return f"sqlite:///{folder / 'here' / 'bot.db'}"


def linked_twice(folder: Path) -> str:
    (folder / "one.db").symlink_to("two.db")
    (folder / "two.db").symlink_to(folder / "bot.db")
    return f"sqlite:///{folder / 'one.db'}"


NAMES: list[Callable[[Path], str]] = [
    database_url,
    symlinked,
    linked_twice,
    in_a_symlinked_folder,
    lambda folder: "sqlite:///bot.db",
    lambda folder: "sqlite:///./bot.db",
    lambda folder: f"sqlite:///../{folder.name}/bot.db",
    lambda folder: f"sqlite:///{folder}//./bot.db",
    lambda folder: f"sqlite+pysqlite:///{folder / 'bot.db'}",
    lambda folder: f"sqlite:///file:{folder / 'bot.db'}?uri=true",
    lambda folder: "sqlite:///file:bot%2Edb?mode=rwc&uri=true",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_has_one_sender_by_whichever_name(
    name: Callable[[Path], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    another = f"sqlite:///{tmp_path / 'another.db'}"
    with (
        closing(open_database(database_url(tmp_path))) as database,
        database.only_sender() as mine,
        closing(open_database(name(tmp_path))) as other,
        other.only_sender() as theirs,
        closing(open_database(another)) as elsewhere,
        elsewhere.only_sender() as also,
    ):
        assert (mine, theirs, also) == (True, False, True)


def test_a_link_that_leads_nowhere_yet_leads_to_the_new_file(tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "new" / "bot.db")
    open_database(f"sqlite:///{tmp_path / 'link.db'}").close()
    assert (tmp_path / "new" / "bot.db").is_file()
    assert (tmp_path / "link.db").is_symlink()


def test_a_file_with_two_names_is_refused(tmp_path: Path) -> None:
    """SQLite's journals are beside each of them: two that write would damage it."""
    open_database(database_url(tmp_path)).close()
    (tmp_path / "other.db").hardlink_to(tmp_path / "bot.db")
    for name in ("bot.db", "other.db"):
        with pytest.raises(LedgerError, match=f"{name} has 2 names"):
            open_database(f"sqlite:///{tmp_path / name}")
    (tmp_path / "other.db").unlink()
    open_database(database_url(tmp_path)).close()


def removed(folder: Path) -> None:
    (folder / "bot.db").rename(folder / "away.db")


def replaced(folder: Path) -> None:
    shutil.copy(folder / "bot.db", folder / "copy.db")
    removed(folder)
    (folder / "copy.db").rename(folder / "bot.db")


def folder_removed(folder: Path) -> None:
    folder.rename(folder.with_name("away"))


@pytest.mark.parametrize(
    ("change", "because"),
    [(removed, "removed"), (replaced, "replaced"), (folder_removed, "removed")],
)
def test_a_file_that_is_not_the_one_any_more_is_not_written_to(
    change: Callable[[Path], None], because: str, tmp_path: Path
) -> None:
    folder = tmp_path / "ledger"
    with closing(open_database(database_url(folder))) as database:
        change(folder)
        there = sorted(path.name for path in folder.iterdir()) if folder.exists() else None
        for _ in range(2):
            database.engine.dispose()  # a new connection would make a new file
            with pytest.raises(LedgerUnavailable, match=because), database.transaction():
                pytest.fail("it has begun")
        if there is not None:
            assert sorted(path.name for path in folder.iterdir() if path.name in there) == there


def test_a_link_that_leads_elsewhere_now_is_seen(tmp_path: Path) -> None:
    for name in ("old", "new"):
        open_database(f"sqlite:///{tmp_path / name}.db").close()
    link = tmp_path / "bot.db"
    link.symlink_to("old.db")
    with closing(open_database(database_url(tmp_path))) as database:
        link.unlink()
        link.symlink_to("new.db")
        with pytest.raises(LedgerUnavailable, match="replaced"), database.transaction():
            pytest.fail("it has begun")


def test_what_was_put_back_is_written_to_again(tmp_path: Path) -> None:
    with closing(open_database(database_url(tmp_path))) as database:
        removed(tmp_path)
        with suppress(LedgerUnavailable), database.transaction():
            pytest.fail("it has begun")
        (tmp_path / "away.db").rename(tmp_path / "bot.db")
        with database.transaction():
            pass


def test_a_lock_is_waited_for_and_given_up(tmp_path: Path) -> None:
    mine, theirs = DatabaseFile(tmp_path / "bot.db"), DatabaseFile(tmp_path / "bot.db")
    with closing(mine), closing(theirs):
        with (
            mine.written_alone(0),
            pytest.raises(LedgerUnavailable, match="another process"),
            theirs.written_alone(0.02),
        ):
            pytest.fail("both write")
        with theirs.written_alone(0):
            pass


def test_a_lock_file_that_was_removed_does_not_let_two_in(tmp_path: Path) -> None:
    path = tmp_path / "bot.db.lock"
    first, second, third = FileLock(path), FileLock(path), FileLock(path)
    assert first.acquire(0)
    first.release()
    path.unlink()
    assert second.acquire(0)  # of the new file
    assert not first.acquire(0.02)
    second.release()
    assert third.acquire(0)
    assert not first.acquire(0.02)
    for lock in (first, second, third):
        lock.close()
