"""Whether anything has changed that people look at: a look that costs the same at any size.

Of whom something has changed is a second look, at those alone of whom somebody wants to know.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, Select, bindparam, func, select

from bot.ledger.outbox import Status
from bot.ledger.schema import (
    attempts,
    contacts,
    conversations,
    decisions,
    inbox,
    lanes,
    notices,
    optout_changes,
    optouts,
    outbox,
    quarantine,
    timers,
)

_MOST: Final = 1_000
"""Rows that are counted."""
_LAST: Final = 20
"""Tries that are looked at: more are never under way."""


def _standing(status: Status) -> Select[Any]:
    some = select(outbox.c.id).where(outbox.c.status == status).limit(_MOST).subquery()
    return select(func.count()).select_from(some)


_TO_COME: Final = select(timers.c.id).where(timers.c.status == "due").limit(_MOST).subquery()
_LATEST: Final = select(attempts.c.finished_at).order_by(attempts.c.id.desc()).limit(_LAST)
_SEEN: Final = select(
    *(
        column.scalar_subquery()
        for column in (
            select(func.max(inbox.c.id)),
            select(func.min(inbox.c.id)).where(inbox.c.status == "waiting"),
            select(func.max(decisions.c.inbox_id)),
            select(func.max(outbox.c.id)),
            *map(_standing, (Status.DUE, Status.SENDING, Status.DEAD, Status.HELD)),
            select(func.max(attempts.c.id)),
            select(func.count(_LATEST.subquery().c.finished_at)),
            select(func.max(notices.c.id)),
            select(func.max(quarantine.c.id)),
            select(func.max(optout_changes.c.id)),
            select(func.count(lanes.c.paused)),
            select(func.max(timers.c.id)),
            select(func.count()).select_from(_TO_COME),
        )
    )
)


def mark(connection: Connection) -> str:
    """Another one after each message, decision, send, status, opt-out and timer; no secret."""
    seen = connection.execute(_SEEN).one()
    return "-".join("" if one is None else str(one) for one in seen)


_PEOPLE: Final[BindParameter[str]] = bindparam("people", expanding=True)
_CONVERSATIONS: Final = (
    select(
        *(conversations.c.contact, conversations.c.id, conversations.c.number),
        *(conversations.c.changed_at, conversations.c.seen_to_at, conversations.c.state),
        *(conversations.c.state_until, conversations.c.question, conversations.c.handoff),
    )
    .where(conversations.c.contact.in_(_PEOPLE))
    .order_by(conversations.c.id)
)
_OF_PEOPLE: Final = (
    select(contacts.c.number, contacts.c["values"]).where(contacts.c.number.in_(_PEOPLE)),
    select(optouts.c.number, optouts.c.since).where(optouts.c.number.in_(_PEOPLE)),
)
_IDS: Final[BindParameter[int]] = bindparam("ids", expanding=True)
_OF_CONVERSATIONS: Final = (
    select(
        *(inbox.c.conversation_id, inbox.c.status),
        *(func.count(), func.max(inbox.c.id)),
    )
    .where(inbox.c.conversation_id.in_(_IDS))
    .group_by(inbox.c.conversation_id, inbox.c.status)
    .order_by(inbox.c.conversation_id, inbox.c.status),
    select(
        *(outbox.c.conversation_id, outbox.c.status, outbox.c.delivery),
        *(func.count(), func.max(outbox.c.id), func.max(outbox.c.delivery_at)),
        *(func.max(outbox.c.done_at), func.max(outbox.c.due_at)),
    )
    .where(outbox.c.conversation_id.in_(_IDS))
    .group_by(outbox.c.conversation_id, outbox.c.status, outbox.c.delivery)
    .order_by(outbox.c.conversation_id, outbox.c.status, outbox.c.delivery),
    select(
        *(timers.c.conversation_id, func.count()),
        *(func.max(timers.c.id), func.max(timers.c.due_at)),
    )
    .where(timers.c.conversation_id.in_(_IDS), timers.c.status == "due")
    .group_by(timers.c.conversation_id),
)


def marks(connection: Connection, people: Collection[str]) -> Mapping[str, str]:
    """As `mark`, of each of these people: by what is stored of them alone."""
    digests = {person: hashlib.blake2b(digest_size=12) for person in people}
    for person, row in _seen(connection, people):
        digests[person].update(repr(tuple(row)).encode("utf-8", "replace"))
    return {person: digest.hexdigest() for person, digest in digests.items()}


def _seen(connection: Connection, people: Collection[str]) -> Iterator[tuple[str, Any]]:
    """Rows, each with the person whose it is."""
    theirs = connection.execute(_CONVERSATIONS, {"people": list(people)}).all()
    yield from ((row.contact, row) for row in theirs)
    for query in _OF_PEOPLE:
        for row in connection.execute(query, {"people": list(people)}):
            yield row[0], row
    of = {row.id: row.contact for row in theirs}
    for query in _OF_CONVERSATIONS:
        for row in connection.execute(query, {"ids": list(of)}):
            yield of[row[0]], row
