"""Messages that another system sent, noted after the fact: their place, and what answered them."""

from __future__ import annotations

from sqlalchemy import Connection, func, select, update

from bot.ledger.schema import conversations, inbox, outbox


def quoted_in(connection: Connection, to: str, external_id: str) -> int | None:
    """The conversation in which somebody has answered a message before we knew of it."""
    mine = select(conversations.c.id).where(conversations.c.contact == to)
    quoting = select(inbox.c.conversation_id).where(
        inbox.c.conversation_id.in_(mine), inbox.c.external_id == external_id
    )
    found: int | None = connection.execute(quoting.limit(1)).scalar_one_or_none()
    return found


def place(connection: Connection, outbox_id: int, external_id: str) -> None:
    """Put a message where it was sent: after what had come in, before what answers it.

    Only for those does a clock count: no more is known of them.
    """
    row = connection.execute(select(outbox).where(outbox.c.id == outbox_id)).one()
    mine = inbox.c.conversation_id == row.conversation_id
    connection.execute(
        update(inbox)
        .where(inbox.c.external_id == external_id, inbox.c.sender == row.recipient)
        .where(mine, inbox.c.answers_id.is_(None))
        .values(answers_id=outbox_id)
    )
    heard = select(func.max(inbox.c.id)).where(mine, inbox.c.received_at <= row.created_at)
    answer = select(func.min(inbox.c.id)).where(mine, inbox.c.answers_id == outbox_id)
    after = connection.execute(heard).scalar_one() or 0
    answered_by = connection.execute(answer).scalar_one()
    if answered_by is not None:
        after = min(after, answered_by - 1)
    connection.execute(update(outbox).where(outbox.c.id == outbox_id).values(after_id=after))
