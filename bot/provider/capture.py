"""Capture mode: one redacted sample of each shape of what the provider sends, in a folder."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import BoundedSemaphore
from typing import Final

from bot.log import logger
from bot.provider.redaction import sample

MOST_FILES: Final = 200
_MOST_WAITING: Final = 64
"""Bodies; what comes while so many wait for the disk is left out."""


class Capture:
    """Takes bodies and keeps what is new of them; whatever fails harms no one else."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="capture")
        self._room = BoundedSemaphore(_MOST_WAITING)
        self._failed = False

    def take(self, event: str, body: bytes, status: int | None = None) -> None:
        """Returns at once: the work is done in a thread. `status` is that of an answer."""
        if not self._room.acquire(blocking=False):
            return
        try:
            self._thread.submit(self._keep, event, body, status)
        except RuntimeError:  # it is closed, or there is no thread to be had
            self._room.release()

    def close(self) -> None:
        """Finishes what was taken, and takes nothing more."""
        self._thread.shutdown()

    def _keep(self, event: str, body: bytes, status: int | None) -> None:
        try:
            self._write(event, body, status)
        except Exception as error:
            if not self._failed:
                # Its own words might tell what stood in the body.
                because = isinstance(error, OSError) and error.strerror
                logger().warning("no samples", because=because or type(error).__name__)
            self._failed = True
        finally:
            self._room.release()

    def _write(self, event: str, body: bytes, status: int | None) -> None:
        found = sample(event, body, status)
        if found is None:
            return
        path = self._folder / found.name
        if path.exists() or len(list(self._folder.glob("*.json"))) >= MOST_FILES:
            return
        self._folder.mkdir(exist_ok=True)
        draft = path.with_suffix(".tmp")
        try:
            draft.write_bytes(found.redacted())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
