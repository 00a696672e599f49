"""A disk under the ledger that remembers what was written and synced, and that can fail.

The ledger opens `sqlite+watched:///…` with its own code and its own pragmas; below it is a driver
over apsw in place of Python's, because only apsw lets a VFS be written in Python.
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

import apsw
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

SECTOR: Final = 512
"""Bytes that a disk writes whole or not at all."""


@dataclass(frozen=True, slots=True)
class Operation:
    """What SQLite asked of one file."""

    kind: str
    """write, truncate, sync, delete."""
    name: str
    """The file's name without its folder."""
    offset: int = 0
    """Of a truncation the new size."""
    data: bytes = b""


Trouble = Callable[[Operation], Exception | None]
"""What goes wrong with an operation, raised in its place."""


def well(_: Operation) -> None:
    """No trouble."""


class Disk:
    """One folder. `log` grows with each operation; `trouble` may be set at any time."""

    _numbers = itertools.count(1)
    _disks: dict[Path, Disk] = {}  # noqa: RUF012  by folder, for the driver

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.log: list[Operation] = []
        self.trouble: Trouble = well
        self.name = f"watched-{next(self._numbers)}"
        self._vfs = _Vfs(self)
        self._disks[self.folder] = self

    @property
    def url(self) -> str:
        return f"sqlite+watched:///{self.folder / 'bot.db'}"

    def note(self, operation: Operation) -> None:
        error = self.trouble(operation)
        if error is not None:
            raise error
        self.log.append(operation)

    @classmethod
    def under(cls, database: str) -> Disk:
        return cls._disks[Path(database).parent]

    def close(self) -> None:
        self._vfs.unregister()
        del self._disks[self.folder]


@contextmanager
def watched(folder: Path) -> Iterator[Disk]:
    disk = Disk(folder)
    try:
        yield disk
    finally:
        disk.close()


class _Vfs(apsw.VFS):
    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        super().__init__(disk.name, "")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:
        return _File(self._disk, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        self._disk.note(Operation("delete", Path(filename).name))
        super().xDelete(filename, syncdir)


class _File(apsw.VFSFile):
    def __init__(self, disk: Disk, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        full = name.filename() if isinstance(name, apsw.URIFilename) else name or "temporary"
        self._disk, self._name = disk, Path(full).name
        super().__init__("", name, flags)

    def xWrite(self, data: Any, offset: int) -> None:
        self._disk.note(Operation("write", self._name, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:
        self._disk.note(Operation("truncate", self._name, newsize))
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:
        self._disk.note(Operation("sync", self._name))
        super().xSync(flags)


class Replay:
    """What the disk certainly holds after some operations, and what only may be there."""

    def __init__(self) -> None:
        self.certain: dict[str, bytearray] = {}
        self.open: dict[str, list[Operation]] = {}

    def follow(self, operation: Operation) -> None:
        """A deletion counts at once: the ledger deletes nothing while it runs."""
        name = operation.name
        if operation.kind == "delete":
            self.certain.pop(name, None)
            self.open.pop(name, None)
        elif operation.kind == "sync":
            content = self.certain.setdefault(name, bytearray())
            for each in self.open.pop(name, ()):
                _apply(content, each)
        else:
            self.open.setdefault(name, []).append(operation)

    def cut(self, chance: Random, folder: Path) -> None:
        """The files after a power cut: of what was not synced nothing, all, or any sectors."""
        share = chance.choice([0.0, 0.0, 0.5, 0.9, 1.0])
        for name in {*self.certain, *self.open}:
            content = bytearray(self.certain.get(name, b""))
            for operation in self.open.get(name, ()):
                for piece in _sectors(operation):
                    if chance.random() < share:
                        _apply(content, piece)
            (folder / name).write_bytes(content)


def _sectors(operation: Operation) -> Iterator[Operation]:
    if operation.kind != "write":
        yield operation
        return
    at, data = operation.offset, operation.data
    while data:
        size = SECTOR - at % SECTOR
        yield Operation("write", operation.name, at, data[:size])
        at, data = at + size, data[size:]


def _apply(content: bytearray, operation: Operation) -> None:
    end = operation.offset + len(operation.data)
    if operation.kind == "truncate":
        del content[operation.offset :]
        return
    if len(content) < operation.offset:
        content.extend(bytes(operation.offset - len(content)))
    content[operation.offset : end] = operation.data


class _Driver:
    """As much of Python's `sqlite3` as SQLAlchemy asks of it."""

    paramstyle = "qmark"
    sqlite_version_info = tuple(int(part) for part in apsw.sqlite_lib_version().split("."))

    def __getattr__(self, name: str) -> Any:
        return getattr(sqlite3, name)

    def connect(self, database: str, **_: Any) -> _Connection:
        return _Connection(database)


class _Connection:
    def __init__(self, database: str) -> None:
        self._inner = apsw.Connection(database, vfs=Disk.under(database).name)
        self._inner.set_busy_timeout(30_000)
        self.isolation_level: str | None = ""

    def create_function(self, name: str, arguments: int, function: Any, **_: Any) -> None:
        self._inner.create_scalar_function(name, function, arguments)

    def cursor(self) -> _Cursor:
        return _Cursor(self._inner)

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> _Cursor:
        return self.cursor().execute(statement, parameters)

    def commit(self) -> None:
        if self._inner.in_transaction:
            self.execute("COMMIT")

    def rollback(self) -> None:
        if self._inner.in_transaction:
            self.execute("ROLLBACK")

    def close(self) -> None:
        self._inner.close()


class _Cursor:
    arraysize = 1

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Sequence[Any] | None = None
        self.rowcount = -1
        self.lastrowid = 0

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> _Cursor:
        with _errors_of_python():
            cursor = self._connection.cursor()
            cursor.exec_trace = self._begins
            self._rows = cursor.execute(statement, tuple(parameters)).fetchall()
        self.rowcount = self._connection.changes()
        self.lastrowid = self._connection.last_insert_rowid()
        return self

    def executemany(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        for row in rows:
            self.execute(statement, row)

    def _begins(self, cursor: apsw.Cursor, *_: Any) -> bool:
        columns = cursor.get_description()
        self.description = [(name, *[None] * 6) for name, _ in columns] or None
        return True

    def fetchone(self) -> Any:
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size: int = 1) -> list[Any]:
        taken, self._rows = self._rows[:size], self._rows[size:]
        return taken

    def fetchall(self) -> list[Any]:
        taken, self._rows = self._rows, []
        return taken

    def close(self) -> None:
        self._rows = []


@contextmanager
def _errors_of_python() -> Iterator[None]:
    try:
        yield
    except apsw.ConstraintError as error:
        raise sqlite3.IntegrityError(str(error)) from error
    except (apsw.FullError, apsw.IOError, apsw.BusyError, apsw.CantOpenError) as error:
        raise sqlite3.OperationalError(str(error)) from error
    except apsw.Error as error:
        raise sqlite3.DatabaseError(str(error)) from error


class Dialect(SQLiteDialect_pysqlite):
    """SQLite as SQLAlchemy knows it, over our driver."""

    driver = "watched"
    supports_statement_cache = True

    @classmethod
    def import_dbapi(cls) -> Any:
        return _Driver()


registry.register("sqlite.watched", __name__, "Dialect")
