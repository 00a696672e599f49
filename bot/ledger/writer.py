"""The one thread of a process that writes to the ledger, with as much as waits in one commit."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Collection
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import LedgerUnavailable
from bot.ledger.database import Database

T = TypeVar("T")
Work = Callable[[Connection], T]

_LARGEST_BATCH: Final = 256
"""Pieces of work in one transaction."""
_MOST_ASIDE: Final = 16
"""The same of work that lets other work pass: some milliseconds."""
_LOOK_ASIDE: Final = "aside"
"""In the queue: such work waits."""
_MOST_WAITING: Final = 20_000
"""Pieces that wait, with those that nobody wants any more, until no more are taken in: seconds of
work where it goes on, a bound of memory where the database stands still."""


class Piece(Generic[T]):
    """A piece of work that waits for the writer, and the future of its result."""

    __slots__ = ("future", "loop", "result", "work")

    def __init__(self, work: Work[T], loop: asyncio.AbstractEventLoop) -> None:
        self.work = work
        self.loop = loop
        self.future: asyncio.Future[T] = loop.create_future()
        self.result: T | BaseException

    def settle(self) -> None:
        """It holds nothing from then on.

        The frames that an error has come through hold the piece: they would hold each other, and
        with them a connection, until somebody looks for such cycles, which is rarely done.
        """
        future, result = self.future, self.result
        del self.future, self.result
        if future.done():
            return
        if isinstance(result, BaseException):
            future.set_exception(result)
        else:
            future.set_result(result)


class Writer:
    """One thread with one connection: all work that waits at a moment goes in one commit.

    When a batch fails, its pieces are tried one by one, so that one cannot spoil the others;
    hence a piece of work may run twice and must touch nothing but the connection.
    """

    _since: float | None = None
    """From when on there was work, and nothing came of it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queue: queue.SimpleQueue[Piece[Any] | str | None] = queue.SimpleQueue()
        self._aside: deque[Piece[Any]] = deque()
        self._thread = threading.Thread(target=self._run, name="ledger-writer", daemon=True)
        self._thread.start()

    async def run(self, work: Work[T], *, within: float | None = None, aside: bool = False) -> T:
        """The result of `work(connection)`, after it is durable.

        `within`: seconds, after which LedgerUnavailable is raised, and work that has not begun
        never is; without them it is done whether or not anybody waits for it still.
        `aside`: it lets other work pass, which waits for a few pieces of this at most.
        """
        waiting = self._queue.qsize() + len(self._aside)
        if within is not None and waiting >= _MOST_WAITING:
            raise LedgerUnavailable("the database stands still: too much waits for it already")
        piece = Piece(work, asyncio.get_running_loop())
        if aside:
            self._aside.append(piece)
            self._queue.put(_LOOK_ASIDE)
        else:
            self._queue.put(piece)
        if within is None:
            return await asyncio.shield(piece.future)
        return await _expiring(piece.future, within)

    async def read(self, work: Work[T]) -> T:
        """The result of `work` on a snapshot, beside the thread that writes."""

        def look() -> T:
            with self._database.reading() as connection:
                return work(connection)

        return await asyncio.to_thread(look)

    async def overwrite_deleted(self, words: Collection[bytes]) -> None:
        """See `Database.overwrite_deleted`: what is to be written may wait meanwhile."""
        await asyncio.to_thread(self._database.overwrite_deleted, words)

    @property
    def stuck_for(self) -> float:
        """Seconds for which work has waited and no transaction has ended as it should."""
        since = self._since
        return 0.0 if since is None else time.monotonic() - since

    def close(self) -> None:
        """Finish what waits, then end the thread."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        last = False
        while not last:
            batch, last = self._next_batch()
            try:
                with self._database.connection() as connection:
                    self._work_off(connection, batch)
                    while not last:
                        batch, last = self._next_batch()
                        self._work_off(connection, batch)
            except (SQLAlchemyError, LedgerUnavailable) as error:  # no connection is to be had
                self._since = self._since or time.monotonic()
                for piece in batch:
                    piece.result = error
                _hand_over(batch)

    def _work_off(self, connection: Connection, batch: list[Piece[Any]]) -> None:
        wanted = [piece for piece in batch if not piece.future.done()]
        if wanted:
            self._since = self._since or time.monotonic()
            if self._commit(connection, wanted) is None:
                self._since = None
        _hand_over(wanted)

    def _next_batch(self) -> tuple[list[Piece[Any]], bool]:
        """What waits, and whether it is the last."""
        batch: list[Piece[Any]] = []
        found = self._queue.get()
        while found is not None:
            if isinstance(found, Piece):
                batch.append(found)
            if len(batch) == _LARGEST_BATCH:
                break
            try:
                found = self._queue.get_nowait()
            except queue.Empty:
                break
        is_last = found is None
        most = len(self._aside) if is_last else _MOST_ASIDE
        while self._aside and most:
            batch.append(self._aside.popleft())
            most -= 1
        if self._aside:
            self._queue.put(_LOOK_ASIDE)
        return batch, is_last

    def _commit(self, connection: Connection, batch: list[Piece[Any]]) -> LedgerUnavailable | None:
        """What was in the way where no transaction was to be had: nothing was done then."""
        try:
            with self._database.transaction_on(connection):
                for piece in batch:
                    piece.result = piece.work(connection)
        except LedgerUnavailable as error:
            for piece in batch:
                piece.result = error
            return error
        except BaseException as error:  # it belongs to whoever waits for the work
            if len(batch) == 1:
                batch[0].result = error
                return None
            return self._commit_each(connection, batch)
        self._since = time.monotonic()
        return None

    def _commit_each(
        self, connection: Connection, batch: list[Piece[Any]]
    ) -> LedgerUnavailable | None:
        unavailable: LedgerUnavailable | None = None
        for piece in batch:
            if unavailable is None:
                unavailable = self._commit(connection, [piece])
            else:
                piece.result = unavailable
        return unavailable


def unanswered(seconds: float) -> LedgerUnavailable:
    """What is told where nothing came of it in so many seconds."""
    return LedgerUnavailable(f"the database has not answered for {seconds:g} seconds")


async def _expiring(future: asyncio.Future[T], seconds: float) -> T:
    """Its result. After so many seconds it fails with LedgerUnavailable, which is raised."""
    timer = future.get_loop().call_later(seconds, _expire, future, seconds)
    try:
        return await future
    finally:
        timer.cancel()


def _expire(future: asyncio.Future[Any], seconds: float) -> None:
    if not future.done():
        future.set_exception(unanswered(seconds))


def _hand_over(batch: list[Piece[Any]]) -> None:
    """One call into the loop for the whole batch."""
    if not batch:
        return

    def settle() -> None:
        for piece in batch:
            piece.settle()

    try:
        batch[0].loop.call_soon_threadsafe(settle)
    except RuntimeError:  # the loop has ended; the work is durable all the same
        return
