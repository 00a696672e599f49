"""What nobody of ours has read, and whom nobody has answered, of those who wait for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, bindparam, func, select, update

from bot.ledger.inbox_items import Item, Kind
from bot.ledger.outbox import Status
from bot.ledger.schema import conversations, inbox, outbox

_AT_A_TIME: Final = 1_000
"""People that one query asks for."""
_LEFT: Final = (Status.DUE, Status.SENDING, Status.ACCEPTED, Status.IMPORTED)
"""What has reached them, or is about to."""
_LAST: Final = inbox.alias()
_STANDS: Final = (
    select(
        *(conversations.c.contact, conversations.c.number),
        *(conversations.c.read_to, conversations.c.seen_to_at),
        *(_LAST.c.id, _LAST.c.received_at),
        select(func.coalesce(func.max(outbox.c.after_id), 0))
        .where(outbox.c.conversation_id == conversations.c.id, outbox.c.status.in_(_LEFT))
        .scalar_subquery()
        .label("answered_to"),
    )
    .select_from(conversations)
    .outerjoin(
        _LAST,
        _LAST.c.id
        == select(inbox.c.id)
        .where(inbox.c.conversation_id == conversations.c.id)
        .order_by(inbox.c.received_at.desc(), inbox.c.id.desc())
        .limit(1)
        .scalar_subquery(),
    )
    .where(conversations.c.contact.in_(bindparam("people", expanding=True)))
)
_READ: Final = update(conversations).where(
    and_(
        conversations.c.contact == bindparam("person"),
        conversations.c.number == bindparam("ours"),
    )
)


@dataclass(frozen=True, slots=True)
class Attention:
    """How an item stands with those who look at the inbox."""

    is_unread: bool = False
    """Nobody of ours has opened its conversation since it waits, or since they last wrote."""
    has_person_written: bool = False
    """They have the last word: no person of ours has answered where one has the conversation in
    hand, and elsewhere not even the bot."""


_NONE: Final = Attention()


def paid(connection: Connection, items: Sequence[Item]) -> Mapping[str, Attention]:
    """By the id of the item. What belongs to no conversation is nothing to be read."""
    people = sorted({item.number for item in items if item.number is not None})
    stands: dict[tuple[str, str], Any] = {}
    for some in _batches(people):
        for row in connection.execute(_STANDS, {"people": some}):
            stands[row.contact, row.number] = row
    found = {}
    for item in items:
        stands_so = stands.get((item.number or "", item.our_number or ""))
        found[item.id] = _NONE if stands_so is None else _attention(item, stands_so)
    return found


def read(connection: Connection, contact: str, number: str, now: datetime) -> None:
    """One of us has opened the conversation with that number of ours, which may be empty."""
    connection.execute(_READ.values(read_to=now), {"person": contact, "ours": number})


def _attention(item: Item, row: Row[Any]) -> Attention:
    last = item.at if row.received_at is None else max(item.at, row.received_at)
    return Attention(
        is_unread=row.read_to is None or row.read_to < last,
        has_person_written=row.id is not None and _is_unanswered(item, row),
    )


def _is_unanswered(item: Item, row: Row[Any]) -> bool:
    if item.kind in (Kind.HANDOFF, Kind.HELD):
        return row.seen_to_at is None or bool(row.seen_to_at < row.received_at)
    return bool(row.answered_to < row.id)


def _batches(people: Sequence[str]) -> Iterator[Sequence[str]]:
    for begin in range(0, len(people), _AT_A_TIME):
        yield people[begin : begin + _AT_A_TIME]
