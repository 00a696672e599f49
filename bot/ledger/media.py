"""Attachments that are to be fetched, or are kept in files: the queue and what became of it.

Who fetches one has it for a while only (LEASE), so a process that ends leaves it to the next, and
of several machines one fetches. A file's name is random; nothing from outside is in it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Select, delete, select, update

from bot.ledger.database import insert_on_conflict
from bot.ledger.schema import media
from bot.model import InboundMessage

LEASE: Final = timedelta(minutes=3)
"""Longer than a try takes."""


class MediaStatus(StrEnum):
    DUE = "due"
    KEPT = "kept"
    FAILED = "failed"
    GONE = "gone"
    """Its message is deleted; the file is to follow."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """An attachment that is ours to fetch now."""

    id: int
    url: str
    token: str
    """Of its file's name."""
    tries: int
    """With this one."""


@dataclass(frozen=True, slots=True)
class MediaView:
    """An attachment as people look at it."""

    url: str
    status: MediaStatus
    file: str | None
    """Its name in BOT_MEDIA_DIR."""
    kind: str | None
    """As in MIME, by its content."""
    size: int | None
    """Bytes."""
    reason: str
    """Why it is not kept; empty where nothing stands in the way."""


def queue(connection: Connection, inbox_id: int, message: InboundMessage, now: datetime) -> None:
    """To be fetched, each once."""
    for url in filter(None, (message.media_url, *message.more_media)):
        row = {
            "inbox_id": inbox_id,
            "url": url,
            "token": secrets.token_hex(16),
            "status": MediaStatus.DUE,
            "reason": "",
            "due_at": now,
            "tries": 0,
        }
        new = insert_on_conflict(connection, media).values(row)
        connection.execute(new.on_conflict_do_nothing(index_elements=["inbox_id", "url"]))


def claim(connection: Connection, now: datetime) -> Fetch | None:
    """The next that is due; None where there is none, or another machine was faster."""
    due = select(media).where(media.c.status == MediaStatus.DUE, media.c.due_at <= now)
    row = connection.execute(due.order_by(media.c.due_at, media.c.id).limit(1)).one_or_none()
    if row is None:
        return None
    same = media.c.id == row.id, media.c.status == row.status, media.c.tries == row.tries
    taken = update(media).where(*same).values(due_at=now + LEASE, tries=row.tries + 1)
    if connection.execute(taken).rowcount != 1:
        return None
    return Fetch(row.id, row.url, row.token, row.tries + 1)


def kept(connection: Connection, fetch: Fetch, file: str, kind: str, size: int) -> bool:
    """False where it is not wanted any more: the file must go."""
    return _record(connection, fetch, status=MediaStatus.KEPT, file=file, kind=kind, size=size)


def failed(connection: Connection, fetch: Fetch, because: str) -> None:
    _record(connection, fetch, status=MediaStatus.FAILED, reason=because)


def later(connection: Connection, fetch: Fetch, because: str, at: datetime) -> None:
    _record(connection, fetch, due_at=at, reason=because)


def _record(connection: Connection, fetch: Fetch, **values: Any) -> bool:
    ours = (
        media.c.id == fetch.id,
        media.c.status == MediaStatus.DUE,
        media.c.tries == fetch.tries,
    )
    reason = {"reason": "", **values}
    return connection.execute(update(media).where(*ours).values(**reason)).rowcount == 1


def leave(connection: Connection, messages: Select[Any] | Sequence[int]) -> None:
    """Of messages that are about to be deleted: only the names of the files stay, until those are.

    A try may be under way: then they stay until it is over for certain.
    """
    nothing = {"url": "", "reason": "", "file": None, "kind": None, "size": None}
    theirs = update(media).where(media.c.inbox_id.in_(messages))
    connection.execute(theirs.values(status=MediaStatus.GONE, inbox_id=None, **nothing))


def gone(connection: Connection, limit: int) -> Mapping[int, str]:
    """Tokens of files that are to be removed, by id."""
    those = select(media.c.id, media.c.token).where(media.c.status == MediaStatus.GONE)
    rows = connection.execute(those.order_by(media.c.due_at, media.c.id).limit(limit))
    return {row.id: row.token for row in rows}


def removed(connection: Connection, ids: Sequence[int], now: datetime) -> int:
    """Their files are; those that may be under way are looked at again. How many are done with."""
    over = media.c.id.in_(ids), media.c.due_at <= now
    return connection.execute(delete(media).where(*over)).rowcount


def of_messages(connection: Connection, ids: Sequence[int]) -> Mapping[int, Sequence[MediaView]]:
    """By message."""
    found: dict[int, list[MediaView]] = {}
    rows = connection.execute(select(media).where(media.c.inbox_id.in_(ids)).order_by(media.c.id))
    for row in rows:
        view = MediaView(row.url, MediaStatus(row.status), row.file, row.kind, row.size, row.reason)
        found.setdefault(row.inbox_id, []).append(view)
    return found
