"""Messages that another system sent, noted after the fact: their place, and what answered them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection, and_, bindparam, delete, func, or_, select, update

from bot.ledger.outbox import Status, names_of
from bot.ledger.prepared import Prepared
from bot.ledger.schema import attempts, conversations, inbox, outbox
from bot.model import LongcodeId, OutboundMessage
from bot.provider.sent_events import SentNotice

# Asked of every message that is sent: building it costs more than running it.
_TWIN: Final = Prepared(
    select(outbox.c.id).where(
        outbox.c.message_id == bindparam("told", type_=outbox.c.message_id.type),
        outbox.c.status == Status.IMPORTED,
        outbox.c.recipient
        == select(outbox.c.recipient).where(outbox.c.id == bindparam("message")).scalar_subquery(),
    )
)


def named_for(message: OutboundMessage) -> OutboundMessage:
    """The same under an id of its own: that of the campaign is another person's message already."""
    return replace(message, external_id=names_of(message.external_id, message.to)[1])


def known(connection: Connection, external_id: str, to: str) -> int | None:
    """The message with that id to that person."""
    mine = select(outbox.c.id).where(
        outbox.c.external_id.in_(names_of(external_id, to)), outbox.c.recipient == to
    )
    found: int | None = connection.execute(mine.limit(1)).scalar_one_or_none()
    return found


def told_of(connection: Connection, sent: SentNotice, to: str) -> int | None:
    """The message that an event of the provider is about, ours or one that is noted already.

    By its ids; one of ours whose id at the provider nobody knows, by its text.
    """
    if sent.external_id is not None:
        return known(connection, sent.external_id, to)
    mine = outbox.c.recipient == to
    unnamed = and_(
        outbox.c.text == sent.text,
        outbox.c.message_id.is_(None),
        outbox.c.status.in_((Status.SENDING, Status.ACCEPTED)),
    )
    if sent.message_id is not None:
        mine = and_(mine, or_(outbox.c.message_id == sent.message_id, unnamed))
    else:
        mine = and_(mine, unnamed)
    latest = select(outbox.c.id).where(mine).order_by(outbox.c.id.desc()).limit(1)
    found: int | None = connection.execute(latest).scalar_one_or_none()
    return found


def complete(
    connection: Connection,
    outbox_id: int,
    text: str,
    tags: Mapping[str, str],
    longcode_id: LongcodeId | None,
) -> None:
    """What somebody else tells of a message of another system that is known already."""
    row = connection.execute(select(outbox).where(outbox.c.id == outbox_id)).one()
    if row.status != Status.IMPORTED:
        return
    more = {
        "text": row.text or text,
        "tags": row.tags or dict(tags),
        "longcode_id": row.longcode_id or longcode_id,
    }
    connection.execute(update(outbox).where(outbox.c.id == outbox_id).values(**more))


def identify(connection: Connection, outbox_id: int, message_id: str | None) -> None:
    """The provider's id of a message, where it had told none yet."""
    unnamed = outbox.c.id == outbox_id, outbox.c.message_id.is_(None)
    connection.execute(update(outbox).where(*unnamed).values(message_id=message_id))


def merge(connection: Connection, outbox_id: int, message_id: str | None) -> None:
    """A message that was noted as another system's turns out to be this one of ours."""
    if message_id is None:
        return
    for (other,) in _TWIN(connection, told=message_id, message=outbox_id).rows:
        answered = update(inbox).where(inbox.c.answers_id == other)
        connection.execute(answered.values(answers_id=outbox_id))
        connection.execute(delete(outbox).where(outbox.c.id == other))


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
    tried = (
        select(func.max(attempts.c.id))
        .join(outbox, outbox.c.id == attempts.c.outbox_id)
        .where(outbox.c.conversation_id == row.conversation_id)
        .where(attempts.c.started_at <= row.created_at)
    )
    after = connection.execute(heard).scalar_one() or 0
    answered_by = connection.execute(answer).scalar_one()
    if answered_by is not None:
        after = min(after, answered_by - 1)
    there = {"after_id": after, "after_attempt": connection.execute(tried).scalar_one() or 0}
    connection.execute(update(outbox).where(outbox.c.id == outbox_id).values(**there))
