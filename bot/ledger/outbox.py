"""What leaves: queued, claimed one at a time within the provider's rate, and its answer kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    func,
    insert,
    or_,
    select,
    true,
    update,
)

from bot.engine.outbound import cost
from bot.ledger import questions
from bot.ledger.schema import inbox, outbox
from bot.model import OutboundMessage, Reason
from bot.provider.events import DeliveryStatus


class Status(StrEnum):
    """Where an outbound message stands."""

    DUE = "due"
    SENDING = "sending"
    """Claimed; whether the provider has it is not known yet."""
    ACCEPTED = "accepted"
    DEAD = "dead"
    """A dead letter: a person must look at it."""
    HELD = "held"
    """It waits for a person: an earlier part of the same reply is a dead letter, and it is sent
    again or dropped with that; or nothing leaves to its recipient, see `bot.ledger.holds`."""
    DROPPED = "dropped"
    """Will not be sent, as it should be."""
    IMPORTED = "imported"
    """Another system sent it."""


LAST_HEARD: Final = select(func.coalesce(func.max(inbox.c.id), 0)).scalar_subquery()
"""The place of a message of ours in its chain: what comes in later has a greater id."""
# Statements of every message are built once: building costs more than running them.
_PUT: Final = insert(outbox).values(after_id=LAST_HEARD)
_PUT_ONE: Final = _PUT.returning(outbox.c.id)


@dataclass(frozen=True, slots=True)
class Queued:
    """An outbound message to be put in the outbox."""

    message: OutboundMessage
    conversation_id: int
    inbox_id: int | None
    rule: str | None
    due_at: datetime
    status: Status = Status.DUE
    reason: str = ""
    confirms_opt_out: bool = False
    part_of: str | None = None
    """The external id of the first part, for those after it of one long reply."""
    waited: timedelta = timedelta()
    """What it answers had waited so long to be decided."""
    asks: str | None = None
    """The key of the question that it asks."""
    by: str | None = None
    """Who of us wrote it; None of what the bot says, or a program."""
    of_handoff: bool = False
    """It tells of a handoff, and leaves though the bot is silent."""
    unless_replied: bool = False
    """It does not leave where the person writes before, or one of ours."""
    is_notice: bool = False
    """It tells a colleague of a conversation."""


@dataclass(frozen=True, slots=True)
class OutboundView:
    """A message of ours as people look at it."""

    id: int
    message: OutboundMessage
    at: datetime
    """When it left, or will; else when it ended as a dead letter, or was queued."""
    queued_at: datetime
    status: Status
    reason: str
    """Why it stands there; empty where the status says it all."""
    rule: str | None
    """The rule that said it; None of one that we began with."""
    inbox_id: int | None
    """The message that it answers."""
    message_id: str | None
    """The provider's."""
    delivery: str | None
    """What the provider said last of its delivery; of the first of several parts of one reply, how
    the reply stands, by the part that stands worst."""
    part_of: str | None = None
    """The external id of the first part, for those after it of one long reply."""
    parts: tuple[Part, ...] = ()
    """Of the first of several parts: all of them."""
    due: datetime | None = None
    """From when on it may leave; None where it does not wait."""
    by: str | None = None
    """Who of us wrote it."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of several messages that carry a reply."""

    external_id: str
    delivery: str | None
    """What the provider said last; `dead`, `held` or `dropped` where it did not leave."""


_OF_CAMPAIGN: Final = "~"


def names_of(external_id: str, to: str) -> tuple[str, str]:
    """Under which a message may stand: its own id, or, as one of a campaign, that with the person.

    Another system may have sent one message to many, all under one id.
    """
    return external_id, f"{external_id}{_OF_CAMPAIGN}{to}"


def put(connection: Connection, queued: Sequence[Queued], now: datetime) -> None:
    """Queue messages in their order. What each is numbered costs as much as to store it."""
    rows = [_row(item, now) for item in queued]
    if rows:
        connection.execute(_PUT, rows)


def put_one(connection: Connection, item: Queued, now: datetime) -> int:
    """Its id."""
    found: int = connection.execute(_PUT_ONE, _row(item, now)).scalar_one()
    return found


def _row(item: Queued, now: datetime) -> dict[str, Any]:
    return {
        "external_id": item.message.external_id,
        "request_id": item.message.request_id,
        "conversation_id": item.conversation_id,
        "inbox_id": item.inbox_id,
        "recipient": item.message.to,
        "text": item.message.text,
        "image": item.message.image,
        "is_mms": item.message.is_mms,
        "longcode_id": item.message.longcode_id,
        "tags": dict(item.message.tags),
        "rule": item.rule,
        "status": item.status,
        "reason": item.reason,
        "due_at": item.due_at,
        "due_since": item.due_at - item.waited,
        "tries": 0,
        "confirms_opt_out": item.confirms_opt_out,
        "created_at": now,
        "part_of": item.part_of,
        "asks": item.asks,
        "by": item.by,
        "of_handoff": item.of_handoff,
        "unless_replied": item.unless_replied,
        "is_notice": item.is_notice,
        "segments": cost(item.message),
    }


def drop_queued(
    connection: Connection, recipient: str, reason: str, now: datetime, *, had_left: bool
) -> None:
    """What still waits for a person who has left is not sent.

    Who `had_left` before, and says so again, still gets the one confirmation of that.
    """
    connection.execute(
        update(outbox)
        .where(
            outbox.c.recipient == recipient,
            outbox.c.status.in_((Status.DUE, Status.HELD)),
            outbox.c.confirms_opt_out.is_(False) if had_left else true(),
        )
        .values(status=Status.DROPPED, reason=reason, done_at=now)
    )


def drop_said_by_rules(connection: Connection, conversation_id: int, now: datetime) -> None:
    """What still waits in a conversation that a person of ours takes is not sent.

    Texts of guards are, those of people, and what tells of a handoff, unless it was to leave later
    or says that nobody came.
    """
    of_rules = outbox.c.rule.is_not(None) & outbox.c.rule.not_like(f"{GUARD}%")
    connection.execute(
        update(outbox)
        .where(
            outbox.c.conversation_id == conversation_id,
            outbox.c.status == Status.DUE,
            of_rules,
            or_(outbox.c.of_handoff.is_(False), outbox.c.unless_replied, outbox.c.due_at > now),
        )
        .values(status=Status.DROPPED, reason=Reason.PAUSED, done_at=now)
    )


def last_tags(connection: Connection, conversation_id: int) -> Mapping[str, str]:
    """With which our last message of a conversation went out."""
    mine = select(outbox.c.tags).where(outbox.c.conversation_id == conversation_id)
    return connection.scalar(mine.order_by(outbox.c.id.desc()).limit(1)) or {}


GUARD: Final = "$"
"""With which the name of a guard begins."""


def delivered(connection: Connection, status: DeliveryStatus) -> str | None:
    """Note a delivery status; who was to get the message, None where it is not known here.

    They come in any order, and a message goes forward only: from what is under way to an end. Of
    two ends the later one by the provider's clock counts; without two times `delivered` stays.
    """
    found = _of(connection, status)
    if found is None:
        return None
    if _counts(status, found.delivery, found.delivery_at):
        noted = {"delivery": status.word, "delivery_at": status.at}
        connection.execute(update(outbox).where(outbox.c.id == found.id).values(**noted))
    return str(found.recipient)


def recipient_of(connection: Connection, status: DeliveryStatus) -> str | None:
    """Who was to get the message of a delivery status; None where it is not known here."""
    return None if (found := _of(connection, status)) is None else str(found.recipient)


def _of(connection: Connection, status: DeliveryStatus) -> Row[Any] | None:
    if status.external_id is not None:
        names = names_of(status.external_id, status.number or "")
        where: ColumnElement[bool] = outbox.c.external_id.in_(names)
    elif status.message_id is not None:
        where = outbox.c.message_id == status.message_id
    else:
        return None
    known = select(outbox.c.id, outbox.c.recipient, outbox.c.delivery, outbox.c.delivery_at)
    rows: Sequence[Any] = connection.execute(known.where(where)).all()
    theirs = (row for row in rows if row.recipient == status.number)
    found: Row[Any] | None = rows[0] if len(rows) == 1 else next(theirs, None)
    return found  # of one, its recipient may be written in another way than in the status


def _counts(status: DeliveryStatus, known: str | None, known_at: datetime | None) -> bool:
    if known is None:
        return True
    new, before = (_END if status.is_final else _stage(status.word)), _stage(known)
    if new != before:
        return new > before
    if status.at is not None and known_at is not None:
        return status.at >= known_at
    return known != "delivered"


def _stage(word: str) -> int:
    """How far a message has come; a word that nobody knows is on the way."""
    return _END if word in FINAL else {"queued": 0, "sending": 1}.get(word, 2)


_END: Final = 3
FINAL: Final = frozenset(
    {"delivered", "sending-failed", "delivery-failed", "delivery-unconfirmed"}
    | {"delivery-rejected", "undelivered", "invalid-number", "stopped-number", "landline"}
    | {"send-rejected", "failed"}
)


def by_external_id(connection: Connection, external_id: str) -> OutboundView:
    return view(connection.execute(select(outbox).where(outbox.c.external_id == external_id)).one())


def is_known(connection: Connection, external_id: str) -> bool:
    found = connection.execute(select(outbox.c.id).where(outbox.c.external_id == external_id))
    return found.first() is not None


def wants_sender(connection: Connection, now: datetime) -> bool:
    """Whether a message is due, or was being sent by somebody who may have ended."""
    found = select(outbox.c.id).where(
        or_(
            and_(outbox.c.status == Status.DUE, outbox.c.due_at <= now),
            outbox.c.status == Status.SENDING,
        )
    )
    return connection.execute(found.limit(1)).first() is not None


def counts(connection: Connection) -> Mapping[str, int]:
    """How many messages stand where."""
    many = func.count().label("many")
    rows = connection.execute(select(outbox.c.status, many).group_by(outbox.c.status))
    return {row.status: row.many for row in rows}


def last_id(connection: Connection) -> int:
    """Of the message that was queued last; 0 where there is none."""
    found: int = connection.execute(select(func.coalesce(func.max(outbox.c.id), 0))).scalar_one()
    return found


def counts_after(connection: Connection, row_id: int) -> Mapping[str, int]:
    """As `counts`, of what was queued after that message."""
    many = func.count().label("many")
    of_those = select(outbox.c.status, many).where(outbox.c.id > row_id)
    return {row.status: row.many for row in connection.execute(of_those.group_by(outbox.c.status))}


def view(row: Row[Any]) -> OutboundView:
    return OutboundView(
        id=row.id,
        message=message_of(row),
        at=_moment(row),
        queued_at=row.created_at,
        status=Status(row.status),
        reason=row.reason,
        rule=row.rule,
        inbox_id=row.inbox_id,
        message_id=row.message_id,
        delivery=row.delivery,
        part_of=row.part_of,
        due=row.due_at if row.status == Status.DUE else None,
        by=row.by,
    )


def _moment(row: Row[Any]) -> datetime:
    at: datetime = row.created_at
    match row.status:
        case Status.DUE:
            at = max(row.due_at, at)
        case Status.ACCEPTED:
            at = row.done_at
        case Status.DEAD:
            at = row.done_at if row.tries else at
    return at


def with_parts(views: Sequence[OutboundView]) -> list[OutboundView]:
    """The same, where the first part of a reply says how the whole of it stands."""
    parts: dict[str, list[Part]] = {}
    for one in views:
        ours = Part(one.message.external_id, one.status if one.status in _STAYED else one.delivery)
        parts.setdefault(one.part_of or one.message.external_id, []).append(ours)
    return [
        replace(one, parts=tuple(all_), delivery=max(all_, key=_badness).delivery)
        if len(all_ := parts.get(one.message.external_id, [])) > 1
        else one
        for one in views
    ]


_STAYED: Final = (Status.DEAD, Status.HELD, Status.DROPPED)


def _badness(part: Part) -> int:
    """Of a failure for certain, one that may be none, what is under way, what has arrived."""
    if part.delivery == "delivered":
        return 0
    if part.delivery == "delivery-unconfirmed":
        return 2
    failed = part.delivery in FINAL or part.delivery in _STAYED
    return 3 if failed else 1


def message_of(row: Row[Any]) -> OutboundMessage:
    return OutboundMessage(
        external_id=row.external_id.removesuffix(names_of("", row.recipient)[1]),
        request_id=row.request_id,
        to=row.recipient,
        text=row.text,
        image=row.image,
        is_mms=row.is_mms,
        longcode_id=row.longcode_id,
        tags=row.tags,
    )


def finish(
    connection: Connection, outbox_id: int, status: Status, reason: str, now: datetime
) -> None:
    """It will not leave any more, unless a person sends the dead letter again.

    The parts of one reply behind a dead letter are held with it.
    """
    connection.execute(
        update(outbox)
        .where(outbox.c.id == outbox_id)
        .values(status=status, reason=reason, done_at=now)
    )
    questions.closed(connection, outbox_id)
    if status is Status.DEAD:
        held = {"status": Status.HELD, "reason": f"behind out-{outbox_id}"}
        connection.execute(
            update(outbox).where(*parts_behind(outbox_id, Status.DUE)).values(**held)
        )


def parts_behind(outbox_id: int, status: Status) -> tuple[Any, ...]:
    """Which messages are later parts of the reply that this one is a part of."""
    this = outbox.alias()
    first = select(func.coalesce(this.c.part_of, this.c.external_id)).where(this.c.id == outbox_id)
    conversation = select(this.c.conversation_id).where(this.c.id == outbox_id)
    return (
        outbox.c.conversation_id == conversation.scalar_subquery(),
        outbox.c.id > outbox_id,
        outbox.c.status == status,
        outbox.c.part_of == first.scalar_subquery(),
    )
