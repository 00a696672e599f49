"""The file of a ledger on SQLite: private, the same for as long as it is open, and locked.

The locks are files beside it, named after the file that all its symbolic links lead to. To lock
the database itself would not do: on Windows nobody could read what is locked, and on other systems
closing a descriptor of it lets go of the locks that SQLite holds.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from filelock import lock_descriptor, unlock_descriptor

from bot.errors import LedgerError, LedgerUnavailable

_TRIES_EVERY: Final = 0.005
"""Seconds. A lock of a file cannot be waited for with a limit, only tried again."""
_PRIVATE: Final = 0o600


class DatabaseFile:
    """One file, found again by whichever of its names. It is made where there is none."""

    def __init__(self, path: Path) -> None:
        """Raises LedgerError where it has several names, OSError."""
        self._path = path.absolute()
        real = self._path.resolve()
        real.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):  # SQLite gives its other files the same mode
            os.close(os.open(real, os.O_CREAT | os.O_EXCL | os.O_RDWR, _PRIVATE))
        self._opened = real.stat()
        if self._opened.st_nlink > 1 and real.is_file():
            raise LedgerError(
                f"{real} has {self._opened.st_nlink} names (hard links), and SQLite keeps a journal"
                " beside each of them: keep one name, and copy the file where you want two files"
            )
        self._writing = FileLock(real.with_name(f"{real.name}.lock"))
        self._sender = real.with_name(f"{real.name}.sender")
        self._reading = threading.Lock()
        self._content: BinaryIO | None = None

    def check(self) -> None:
        """Raises LedgerUnavailable where its name leads to another file by now, or to none."""
        try:
            found = os.stat(self._path)  # noqa: PTH116  in each transaction
        except FileNotFoundError:
            raise LedgerUnavailable(f"{self._path} was removed{_WAY_OUT}") from None
        except OSError as error:
            raise LedgerUnavailable(f"{self._path}: {error.strerror}") from error
        if not os.path.samestat(found, self._opened):
            raise LedgerUnavailable(f"{self._path} was replaced{_WAY_OUT}")

    @contextmanager
    def written_alone(self, patience: float) -> Iterator[None]:
        """No other process writes to it meanwhile.

        Raises LedgerUnavailable where it does not come to that within `patience` seconds.
        """
        try:
            is_alone = self._writing.acquire(patience)
        except OSError as error:
            self.check()  # its folder may be gone
            raise LedgerUnavailable(f"{self._writing.path}: {error.strerror}") from error
        if not is_alone:
            raise LedgerUnavailable(
                f"another process of the bot has been writing to {self._path} for"
                f" {patience:.0f} seconds: let it finish or end it (it has {self._writing.path}"
                " open), and try again"
            )
        try:
            self.check()
            yield
        finally:
            self._writing.release()

    @contextmanager
    def content(self) -> Iterator[BinaryIO]:
        """Its bytes, to look at. They stay open: to close them would let go of SQLite's locks."""
        with self._reading:
            if self._content is None:
                self._content = self._path.open("rb", buffering=0)
            yield self._content

    @contextmanager
    def sent_alone(self) -> Iterator[bool]:
        """Whether this process is the one that sends from it, as long as it is inside."""
        lock = FileLock(self._sender)
        try:
            yield lock.acquire(0)
        finally:
            lock.close()

    def has_sender(self) -> bool:
        """Whether a process sends from it, or decides without sending, at this moment."""
        if not self._sender.exists():
            return False
        with self.sent_alone() as alone:
            return not alone

    def close(self) -> None:
        """When nothing has it open any more."""
        self._writing.close()
        if self._content is not None:
            self._content.close()


_WAY_OUT: Final = (
    " while the bot had it open: put it back, or stop the bot and start it again with the file that"
    " is to count"
)


class FileLock:
    """A lock between processes and between threads, by a file that stays."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None
        self._threads = threading.Lock()

    def acquire(self, patience: float) -> bool:
        """False where another has it after that many seconds still. Raises OSError."""
        ends = time.monotonic() + patience
        if not self._threads.acquire(timeout=patience):
            return False
        try:
            while not self._try():
                if time.monotonic() >= ends:
                    self._threads.release()
                    return False
                time.sleep(_TRIES_EVERY)
        except BaseException:
            self._threads.release()
            raise
        return True

    def release(self) -> None:
        if self._descriptor is not None:
            unlock_descriptor(self._descriptor)
        self._threads.release()

    def close(self) -> None:
        """Let go of it too, if it is held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _try(self) -> bool:
        if self._descriptor is None:
            self._descriptor = os.open(self.path, os.O_CREAT | os.O_RDWR, _PRIVATE)
        is_locked = lock_descriptor(self._descriptor, blocking=False)
        if self._is_current(self._descriptor):
            return is_locked
        self.close()  # it was removed: others lock another file
        return False

    def _is_current(self, descriptor: int) -> bool:
        try:
            return os.path.samestat(os.fstat(descriptor), os.stat(self.path))  # noqa: PTH116
        except FileNotFoundError:
            return False
