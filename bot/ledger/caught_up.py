"""What was taken from the provider's threads, so that it is taken in once.

Where its webhook comes after all it is known by its words and its time: its id may be another one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, bindparam, or_, select, update

from bot.ledger import inbox as inbox_ledger
from bot.ledger.database import insert_on_conflict
from bot.ledger.inbox import Kept
from bot.ledger.locks import advisory_lock, shared_lock
from bot.ledger.schema import caught_up, conversations, inbox
from bot.model import InboundMessage

SAME: Final = timedelta(minutes=1)
"""That the times of one text may be apart, which the provider tells in two places."""
_UNTIMED: Final = timedelta(hours=1)
"""After which a webhook without a time is another text."""
_NEAR: Final = timedelta(days=1)
_LOCK: Final = "catch-up"


def hold(connection: Connection) -> None:
    """No webhook is kept while it is looked at what came."""
    advisory_lock(connection, _LOCK)


def known_keys(connection: Connection, keys: Sequence[str]) -> set[str]:
    """Those that were taken before."""
    return set(connection.scalars(select(caught_up.c.key).where(caught_up.c.key.in_(keys))))


def note(
    connection: Connection,
    key: str,
    message: InboundMessage,
    inbox_id: int | None,
    now: datetime,
) -> None:
    """It was taken in as that message; None: it was an opt-out and counted without."""
    row = {
        "key": key,
        "inbox_id": inbox_id,
        "sender": message.sender,
        "said": said(message),
        "at": message.sent_at,
        "noted_at": now,
    }
    new = insert_on_conflict(connection, caught_up).values(row)
    connection.execute(new.on_conflict_do_nothing(index_elements=["key"]))


def said(message: InboundMessage) -> str:
    """What makes one text of a person equal to another."""
    return digest(message.text, message.media_url)


def digest(text: str, media_url: str | None) -> str:
    whole = "\0".join((text.strip(), media_url or ""))
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


def keep(connection: Connection, messages: Sequence[InboundMessage]) -> list[Kept]:
    """Store what webhooks bring, in its order; what is known, or was taken in here, once."""
    again = told_again(connection, messages)
    new = [message for place, message in enumerate(messages) if place not in again]
    kept = iter(inbox_ledger.keep(connection, new) if new else ())
    return [
        Kept(again[place], duplicate=True) if place in again else next(kept)
        for place in range(len(messages))
    ]


def told_again(connection: Connection, messages: Sequence[InboundMessage]) -> Mapping[int, int]:
    """Which of those that come by webhook were taken in before: their places, the messages' ids."""
    shared_lock(connection, _LOCK)
    if connection.execute(_ANY).first() is None:  # as in most ledgers; it saves a third of `keep`
        return {}
    senders = list({message.sender for message in messages})
    rows = connection.execute(_TAKEN_OF, {"senders": senders}).all()
    found: dict[int, int] = {}
    taken = {row.id: row.claimed_by for row in rows}
    for place, message in enumerate(messages if rows else ()):
        for row in _alike(rows, message):
            if taken[row.id] in (None, message.key):
                found[place] = row.inbox_id
                taken[row.id] = message.key
                claimed = update(caught_up).where(caught_up.c.id == row.id)
                connection.execute(claimed.values(claimed_by=message.key))
                break
    return found


_ANY: Final = select(caught_up.c.id).limit(1)
_TAKEN_OF: Final = (
    select(caught_up)
    .where(
        caught_up.c.sender.in_(bindparam("senders", expanding=True)),
        caught_up.c.inbox_id.is_not(None),
    )
    .order_by(caught_up.c.id)
)


def _alike(rows: Sequence[Row[Any]], message: InboundMessage) -> Iterator[Row[Any]]:
    words = said(message)
    for row in rows:
        if (row.sender, row.said) != (message.sender, words):
            continue
        if message.sent_at is None or row.at is None:
            if message.received_at - row.noted_at <= _UNTIMED:
                yield row
        elif abs(message.sent_at - row.at) <= SAME:
            yield row


def came(
    connection: Connection, message: InboundMessage, others: Sequence[datetime]
) -> bool | None:
    """Whether it came by webhook: by its id or by its words and time; None where that is open.

    `others`: times of its equals at the provider. A text that was said within a day and is none of
    them leaves it open: nobody knows whether the times of both places agree.
    """
    at = message.sent_at
    mine = select(conversations.c.id).where(conversations.c.contact == message.sender)
    waits = and_(inbox.c.status == "waiting", inbox.c.sender == message.sender)
    rows = connection.execute(
        select(inbox.c.key, inbox.c.text, inbox.c.media_url, inbox.c.sent_at, inbox.c.received_at)
        .where(or_(inbox.c.conversation_id.in_(mine), waits))
        .where(inbox.c.received_at >= (at or message.received_at) - _NEAR)
    ).all()
    if any(row.key in (message.key, _as_reply(message.key)) for row in rows):
        return True
    alike = [row.sent_at or row.received_at for row in rows if _says(row, message)]
    alike = [time for time in alike if time == at or time not in others]
    if at is None:
        return None
    if any(abs(time - at) <= SAME for time in alike):
        return True
    near = [time for time in alike if abs(time - at) <= _NEAR]
    spoken_for = [time for time in near if any(abs(time - one) <= SAME for one in others)]
    return None if len(near) > len(spoken_for) else False


def _as_reply(key: str) -> str:
    """The id of an item may be that of the reply."""
    return f"r-{key.rpartition('/')[2]}"


def _says(row: Any, message: InboundMessage) -> bool:
    said_before = (row.text.strip(), row.media_url or "")
    return said_before == (message.text.strip(), message.media_url or "")
