"""Keeps the attachments of MMS replies in BOT_MEDIA_DIR: each fetched once, removed with its text.

Several machines share the folder as they share the ledger.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from bot.ledger import media
from bot.ledger.media import Fetch
from bot.log import logger
from bot.messaging.resources import Resources
from bot.provider.media import Fetched, NotFetched, fetch
from bot.provider.media_types import ENDINGS

_WAITS: Final = (30, 120, 600, 1_800, 7_200, 21_600, 43_200)
"""Seconds after each try that came to nothing; then it has failed."""
_BATCH: Final = 50
_PARTIAL: Final = ".part"


class Collector:
    """Fetches what is due, one after the other, and removes what is gone."""

    def __init__(self, resources: Resources, folder: Path) -> None:
        self._resources = resources
        self._folder = folder

    async def next(self) -> bool:
        """Whether there was anything to do. Raises what went wrong with the ledger."""
        claimed, swept = await self._resources.writer.run(self._look)
        if claimed is None:
            return swept > 0
        result = await self._fetch(claimed)
        await self._resources.writer.run(partial(self._record, claimed, result))
        _tell(claimed, result)  # here, where the log knows the account
        return True

    def _look(self, connection: Connection) -> tuple[Fetch | None, int]:
        now = self._resources.clock()
        return media.claim(connection, now), sweep(connection, self._folder, now)

    async def _fetch(self, claimed: Fetch) -> Fetched | NotFetched:
        part = self._folder / f"{claimed.token}{_PARTIAL}"
        loopback = self._resources.settings.media_loopback
        try:
            make_folder(self._folder)
            result = await fetch(claimed.url, part, loopback=loopback)
            if isinstance(result, Fetched):
                part.rename(self._folder / f"{claimed.token}{result.kind.ending}")
                _on_disk(self._folder)
            else:
                part.unlink(missing_ok=True)
        except OSError as error:
            return NotFetched(f"cannot be written: {error.strerror}", may_come=True)
        return result

    def _record(self, claimed: Fetch, result: Fetched | NotFetched, connection: Connection) -> None:
        """In the writer's thread; may run twice."""
        now = self._resources.clock()
        if isinstance(result, Fetched):
            file = f"{claimed.token}{result.kind.ending}"
            if not media.kept(connection, claimed, file, result.kind.name, result.size):
                remove(self._folder, claimed.token)  # forgotten meanwhile
        elif _is_tried_again(claimed, result):
            wait = timedelta(seconds=_WAITS[claimed.tries - 1])
            media.later(connection, claimed, result.because, now + wait)
        else:
            media.failed(connection, claimed, result.because)


def _is_tried_again(claimed: Fetch, result: NotFetched) -> bool:
    return result.may_come and claimed.tries <= len(_WAITS)


def _tell(claimed: Fetch, result: Fetched | NotFetched) -> None:
    name = f"media-{claimed.id}"
    if isinstance(result, Fetched):
        logger().info("an attachment is kept", id=name, bytes=result.size)
    elif _is_tried_again(claimed, result):
        logger().warning("an attachment will be tried again", id=name, because=result.because)
    else:
        logger().error("an attachment cannot be kept", id=name, because=result.because)


def sweep(connection: Connection, folder: Path, now: datetime) -> int:
    """Remove the files of what was forgotten or has become too old; how many are done with."""
    found = media.gone(connection, _BATCH)
    for token in found.values():
        remove(folder, token)
    return media.removed(connection, list(found), now) if found else 0


def remove(folder: Path, token: str) -> None:
    """Whatever its ending is, and what is written of it."""
    for ending in (*ENDINGS, _PARTIAL):
        (folder / f"{token}{ending}").unlink(missing_ok=True)


def make_folder(folder: Path) -> None:
    """For nobody else to read. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(13, "it cannot be written to", str(folder))


def _on_disk(folder: Path) -> None:
    """The names in it too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
