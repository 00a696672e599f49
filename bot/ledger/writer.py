"""The one thread of a process that writes to the ledger, with as much as waits in one commit."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.ledger.database import Database

T = TypeVar("T")
Work = Callable[[Connection], T]

_LARGEST_BATCH: Final = 256
"""Pieces of work in one transaction."""


class Piece(Generic[T]):
    """A piece of work that waits for the writer, and the future of its result."""

    __slots__ = ("future", "loop", "result", "work")

    def __init__(self, work: Work[T], loop: asyncio.AbstractEventLoop) -> None:
        self.work = work
        self.loop = loop
        self.future: asyncio.Future[T] = loop.create_future()
        self.result: T | BaseException

    def settle(self) -> None:
        if self.future.done():
            return
        if isinstance(self.result, BaseException):
            self.future.set_exception(self.result)
        else:
            self.future.set_result(self.result)


class Writer:
    """One thread with one connection: all work that waits at a moment goes in one commit.

    When a batch fails, its pieces are tried one by one, so that one cannot spoil the others;
    hence a piece of work may run twice and must touch nothing but the connection.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queue: queue.SimpleQueue[Piece[Any] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="ledger-writer", daemon=True)
        self._thread.start()

    async def run(self, work: Work[T]) -> T:
        """The result of `work(connection)`, after it is durable."""
        piece = Piece(work, asyncio.get_running_loop())
        self._queue.put(piece)
        # The commit happens whether or not anybody still waits for it.
        return await asyncio.shield(piece.future)

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
            except SQLAlchemyError as error:  # there was no connection to be had
                for piece in batch:
                    piece.result = error
                _hand_over(batch)

    def _work_off(self, connection: Connection, batch: list[Piece[Any]]) -> None:
        if batch:
            self._commit(connection, batch)
        _hand_over(batch)

    def _next_batch(self) -> tuple[list[Piece[Any]], bool]:
        batch: list[Piece[Any]] = []
        piece = self._queue.get()
        while piece is not None:
            batch.append(piece)
            if len(batch) == _LARGEST_BATCH:
                return batch, False
            try:
                piece = self._queue.get_nowait()
            except queue.Empty:
                return batch, False
        return batch, True

    def _commit(self, connection: Connection, batch: list[Piece[Any]]) -> None:
        try:
            with self._database.transaction_on(connection):
                for piece in batch:
                    piece.result = piece.work(connection)
        except BaseException as error:  # it belongs to whoever waits for the work
            if len(batch) == 1:
                batch[0].result = error
                return
            for piece in batch:
                self._commit(connection, [piece])


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
