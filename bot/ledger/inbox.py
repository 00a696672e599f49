"""What came in: kept once, in order, until it is decided; and what could not be read."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any, Final, NewType

from sqlalchemy import (
    Connection,
    Dialect,
    Integer,
    Row,
    Table,
    bindparam,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError

from bot.ledger.prepared import Prepared
from bot.ledger.schema import inbox, notices
from bot.model import InboundMessage

InboxId = NewType("InboxId", int)

_WAITING: Final = (
    select(inbox)
    .where(
        inbox.c.status == "waiting",
        or_(
            inbox.c.decide_after.is_(None),
            inbox.c.decide_after <= bindparam("now", type_=inbox.c.decide_after.type),
        ),
    )
    .order_by(inbox.c.id)
    .limit(bindparam("most", type_=Integer))
)
_ID: Final = select(inbox.c.id).where(inbox.c.key == bindparam("delivery"))
_TOGETHER: Final = (
    select(inbox)
    .where(
        inbox.c.status == "waiting",
        inbox.c.sender == bindparam("sender"),
        inbox.c.number == bindparam("number"),
        inbox.c.is_cleared.is_(False),
    )
    .order_by(inbox.c.id)
)
_FAR: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Kept:
    """An event is durable: its id, and whether it was here before."""

    id: int
    duplicate: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """An inbound message that is not decided yet."""

    id: InboxId
    message: InboundMessage
    is_new: bool = True
    """Nobody has looked at it yet, and put it off for more texts of the same person."""


def keep(connection: Connection, messages: Sequence[InboundMessage]) -> list[Kept]:
    """Store messages in their order; one whose delivery key is known changes nothing."""
    rows = [
        {
            "key": message.key,
            "status": "waiting",
            "sender": message.sender,
            "number": message.number,
            "text": message.text,
            "media_url": message.media_url,
            "external_id": message.external_id,
            "message_id": message.message_id,
            "tags": dict(message.tags),
            "received_at": message.received_at,
            "sent_at": message.sent_at,
            "odd": message.odd,
            "more_media": list(message.more_media) or None,
        }
        for message in messages
    ]
    return keep_once(connection, inbox, rows)


def id_of(connection: Connection, key: str) -> InboxId | None:
    """Of a message by its delivery key; None where it is not here any more."""
    found: InboxId | None = connection.execute(_ID, {"delivery": key}).scalar_one_or_none()
    return found


def keep_notice(connection: Connection, event: str, body: bytes, now: datetime) -> Kept:
    """Store an event other than a message: a delivery status, a send, an opt-in."""
    row = {"event": event, "body": body, "received_at": now}
    return keep_once(connection, notices, [{"key": event_digest(event, body), **row}])[0]


def keep_early(connection: Connection, notice: int, message_id: str | None) -> None:
    """It is about a message of ours whose id at the provider is not known yet."""
    connection.execute(update(notices).where(notices.c.id == notice).values(message_id=message_id))


def early(connection: Connection, message_id: str) -> Sequence[bytes]:
    """What came about that message meanwhile, in its order; it is given once."""
    found = _EARLY(connection, message_id=message_id).rows
    if found:
        known = update(notices).where(notices.c.message_id == message_id)
        connection.execute(known.values(message_id=None))
    return [row.body for row in found]


_EARLY: Final = Prepared(
    select(notices.c.body)
    .where(notices.c.message_id == bindparam("message_id"))
    .order_by(notices.c.id)
)


def waiting(connection: Connection, limit: int, now: datetime = _FAR) -> list[Waiting]:
    """The oldest messages that are not decided yet and are to be now, in order."""
    return list(map(read, connection.execute(_WAITING, {"most": limit, "now": now})))


def waiting_with(connection: Connection, item: Waiting) -> list[Waiting]:
    """What waits in the same conversation, in order, whether or not it waits for more texts."""
    together = {"sender": item.message.sender, "number": item.message.number}
    return list(map(read, connection.execute(_TOGETHER, together)))


def put_off(connection: Connection, items: Iterable[Waiting], until: datetime) -> None:
    """They wait for more texts of the same person."""
    ids = [item.id for item in items]
    connection.execute(update(inbox).where(inbox.c.id.in_(ids)).values(decide_after=until))


def read(row: Row[Any]) -> Waiting:
    """Of all columns."""
    return Waiting(InboxId(row.id), message_of(row), is_new=row.decide_after is None)


def contact_lock(number: str) -> str:
    """What is held while the conversations with a person change."""
    return f"contact {number}"


def message_of(row: Row[Any]) -> InboundMessage:
    return InboundMessage(
        key=row.key,
        sender=row.sender,
        number=row.number,
        text=row.text,
        media_url=row.media_url,
        external_id=row.external_id,
        message_id=row.message_id,
        tags=row.tags,
        received_at=row.received_at,
        sent_at=row.sent_at,
        odd=row.odd,
        is_cleared=row.is_cleared,
        more_media=tuple(row.more_media or ()),
    )


def event_digest(event: str, body: bytes) -> str:
    return hashlib.sha256(event.encode() + b"\0" + body).hexdigest()


@cache
def _insert_new(table: Table, dialect: str) -> Any:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(table).on_conflict_do_nothing(index_elements=["key"])
    return statement.returning(table.c.key, table.c.id)


def keep_once(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]
) -> list[Kept]:
    """Insert what is new by `key`; ids for all, in the order given."""
    is_sqlite = connection.dialect.name == "sqlite"
    new = (insert_one_by_one if is_sqlite else insert_at_once)(connection, table, rows)
    known = {row["key"] for row in rows} - new.keys()
    old: dict[str, int] = {}
    if known:
        stored = select(table.c.key, table.c.id).where(table.c.key.in_(known))
        old = {row.key: row.id for row in connection.execute(stored)}
    kept = []
    for row in rows:
        key = row["key"]
        kept.append(Kept(new.get(key) or old[key], duplicate=key not in new or key in old))
        if key in new:  # the same key again in this batch is a duplicate of the first
            old[key] = new[key]
    return kept


def insert_at_once(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]
) -> dict[str, int]:
    """Ids of the new ones by their keys."""
    found = connection.execute(
        _insert_new(table, connection.dialect.name), [dict(row) for row in rows]
    )
    return {row.key: row.id for row in found}


def insert_one_by_one(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]
) -> dict[str, int]:
    """The same on SQLite, whose driver says of each row whether it is new, and its id.

    It takes 0.75 of the time: no statement is put together for so many rows, and none comes back.
    """
    sql, columns = _for_driver(table, tuple(rows[0]), connection.dialect)
    new: dict[str, int] = {}
    with closing(connection.connection.cursor()) as cursor:
        try:
            for row in rows:
                cursor.execute(sql, [to(row[name]) if to else row[name] for name, to in columns])
                if cursor.rowcount:
                    new[row["key"]] = cursor.lastrowid
        except sqlite3.OperationalError as error:
            raise OperationalError(sql, None, error) from error
    return new


@lru_cache(maxsize=8)
def _for_driver(
    table: Table, names: tuple[str, ...], dialect: Dialect
) -> tuple[str, Sequence[tuple[str, Any]]]:
    """The statement; in its order the columns, with what makes values into those of the driver."""
    statement = sqlite.insert(table).on_conflict_do_nothing(index_elements=["key"])
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    types = ((name, table.c[name].type) for name in compiled.positiontup or ())
    columns = [(name, of.dialect_impl(dialect).bind_processor(dialect)) for name, of in types]
    return str(compiled), columns
