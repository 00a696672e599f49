"""What came in: kept once, in order, until it is decided; and what could not be read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final, NewType

from sqlalchemy import Connection, Integer, Row, Table, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.ledger.database import advisory_lock
from bot.ledger.schema import inbox, notices
from bot.model import InboundMessage

InboxId = NewType("InboxId", int)

_WAITING: Final = (
    select(inbox)
    .where(inbox.c.status == "waiting")
    .order_by(inbox.c.id)
    .limit(bindparam("most", type_=Integer))
)
_WAITING_OF: Final = _WAITING.where(inbox.c.sender == bindparam("sender"))
_ID: Final = select(inbox.c.id).where(inbox.c.key == bindparam("delivery"))
_SENDER: Final = select(inbox.c.sender).where(inbox.c.id == bindparam("row"))
_UNDECIDED: Final = (
    select(inbox.c.sender, func.min(inbox.c.id).label("first"))
    .where(
        inbox.c.status == "waiting",
        inbox.c.received_at < bindparam("before", type_=inbox.c.received_at.type),
    )
    .group_by(inbox.c.sender)
    .order_by("first")
    .limit(bindparam("most", type_=Integer))
)


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
    found = connection.execute(_EARLY, {"message_id": message_id}).all()
    if found:
        known = update(notices).where(notices.c.message_id == message_id)
        connection.execute(known.values(message_id=None))
    return [row.body for row in found]


_EARLY: Final = (
    select(notices.c.body)
    .where(notices.c.message_id == bindparam("message_id"))
    .order_by(notices.c.id)
)


def waiting(connection: Connection, limit: int) -> list[Waiting]:
    """The oldest messages that are not decided yet, in order."""
    rows = connection.execute(_WAITING, {"most": limit})
    return [Waiting(InboxId(row.id), message_of(row)) for row in rows]


def waiting_beside(connection: Connection, row_id: InboxId, limit: int) -> list[Waiting]:
    """The oldest messages of the same person as that one which are not decided yet, in order.

    Until the transaction ends no other machine sees them.
    """
    sender = connection.execute(_SENDER, {"row": row_id}).scalar_one_or_none()
    if sender is None:  # deleted meanwhile
        return []
    advisory_lock(connection, contact_lock(sender))
    rows = connection.execute(_WAITING_OF, {"sender": sender, "most": limit})
    return [Waiting(InboxId(row.id), message_of(row)) for row in rows]


def contact_lock(number: str) -> str:
    """What is held while the conversations with a person change."""
    return f"contact {number}"


def undecided(connection: Connection, received_before: datetime, limit: int) -> dict[str, InboxId]:
    """People who wait for a decision since then, each with the first of their messages."""
    rows = connection.execute(_UNDECIDED, {"before": received_before, "most": limit})
    return {row.sender: InboxId(row.first) for row in rows}


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
    statement = _insert_new(table, connection.dialect.name)
    found = connection.execute(statement, [dict(row) for row in rows])
    new: dict[str, int] = {row.key: row.id for row in found}
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
