"""What was said last in each of some conversations, for lists of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, func, select

from bot.ledger.outbox import Status
from bot.ledger.schema import conversations, decisions, inbox, optouts, outbox
from bot.ledger.views import ConversationView


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """The last message of a conversation."""

    is_ours: bool
    text: str
    media_url: str | None
    at: datetime
    outcome: str | None = None
    """What became of a text of theirs; None until it is decided."""
    reason: str | None = None
    status: Status | None = None
    """Where one of ours stands."""
    delivery: str | None = None


_LAST: Final = select(
    conversations.c.id,
    select(inbox.c.id)
    .where(inbox.c.conversation_id == conversations.c.id)
    .order_by(inbox.c.received_at.desc(), inbox.c.id.desc())
    .limit(1)
    .scalar_subquery()
    .label("heard"),
    select(func.max(outbox.c.id))
    .where(outbox.c.conversation_id == conversations.c.id)
    .scalar_subquery()
    .label("sent"),
).where(conversations.c.id.in_(bindparam("ids", expanding=True)))
_HEARD: Final = (
    select(
        *(inbox.c.id, inbox.c.text, inbox.c.media_url, inbox.c.received_at),
        *(decisions.c.outcome, decisions.c.reason),
    )
    .outerjoin(decisions, decisions.c.inbox_id == inbox.c.id)
    .where(inbox.c.id.in_(bindparam("ids", expanding=True)))
)
_SENT: Final = select(
    *(outbox.c.id, outbox.c.text, outbox.c.image, outbox.c.created_at, outbox.c.done_at),
    *(outbox.c.status, outbox.c.delivery, outbox.c.after_id),
).where(outbox.c.id.in_(bindparam("ids", expanding=True)))
_LEFT: Final = select(optouts.c.number).where(
    optouts.c.number.in_(bindparam("numbers", expanding=True))
)


def latest(connection: Connection, wanted: Collection[ConversationView]) -> Mapping[int, Latest]:
    """By the id of the conversation; those in which nothing was said are not there."""
    rows = connection.execute(_LAST, {"ids": [one.id for one in wanted]}).all()
    ids = {"ids": [row.heard for row in rows if row.heard is not None]}
    heard = {row.id: row for row in connection.execute(_HEARD, ids)}
    ids = {"ids": [row.sent for row in rows if row.sent is not None]}
    sent = {row.id: row for row in connection.execute(_SENT, ids)}
    found = {}
    for row in rows:
        theirs, ours = heard.get(row.heard), sent.get(row.sent)
        if ours is not None and (theirs is None or ours.after_id >= theirs.id):
            found[row.id] = Latest(
                is_ours=True,
                text=ours.text,
                media_url=ours.image,
                at=ours.done_at or ours.created_at,
                status=Status(ours.status),
                delivery=ours.delivery,
            )
        elif theirs is not None:
            found[row.id] = Latest(
                is_ours=False,
                text=theirs.text,
                media_url=theirs.media_url,
                at=theirs.received_at,
                outcome=theirs.outcome,
                reason=theirs.reason,
            )
    return found


def opted_out(connection: Connection, wanted: Collection[ConversationView]) -> frozenset[str]:
    """Those of the people who get no texts; but for whom the ledger has forgotten."""
    numbers = {"numbers": [one.contact for one in wanted]}
    return frozenset(connection.execute(_LEFT, numbers).scalars())
