"""The next message to leave: claimed one at a time within the rate, and its answer kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Text,
    bindparam,
    cast,
    func,
    insert,
    or_,
    select,
    update,
)

from bot.ledger import holds, lane, overtaken, questions, unclear
from bot.ledger.budget import Budget, is_used_up
from bot.ledger.due import NEXT_DUE, SLOWEST_RETRY, catch_up, next_time
from bot.ledger.inbox import contact_lock
from bot.ledger.lane import Nothing
from bot.ledger.locks import advisory_lock
from bot.ledger.outbox import LAST_HEARD, Status, finish, message_of
from bot.ledger.prepared import Prepared
from bot.ledger.schema import attempts, conversations, inbox, outbox
from bot.model import LongcodeId, OutboundMessage, Rate, Reason
from bot.provider.answers import About, Accepted, Answer, Refused, RetryLater

_MOST_TRIES: Final = 872
"""The waits after so many are 72 hours together. What counts is the time that it was tried, not
the time that passed: a lane that was paused for days, or a server that was off, tries nothing."""


_SENDING: Final = select(outbox.c.id).where(outbox.c.status == Status.SENDING)

# What an update sets comes with its parameters, by the columns' names.
_MESSAGE: Final = update(outbox).where(outbox.c.id == bindparam("message"))
_DUE: Final = _MESSAGE.where(outbox.c.status == Status.DUE)
_TAKE: Final = Prepared(_DUE)
_TAKE_HERE: Final = Prepared(_DUE.values(after_id=LAST_HEARD))
_ACCEPT: Final = Prepared(
    _MESSAGE.values(
        message_id=func.coalesce(
            bindparam("told", type_=outbox.c.message_id.type), outbox.c.message_id
        )
    )
)
_BEGIN_ATTEMPT: Final = Prepared(insert(attempts).returning(attempts.c.id))
_END_ATTEMPT: Final = Prepared(
    update(attempts).where(attempts.c.id == bindparam("attempt"), attempts.c.finished_at.is_(None))
)
_CONVERSATION: Final = update(conversations).where(
    conversations.c.id
    == select(outbox.c.conversation_id).where(outbox.c.id == bindparam("message")).scalar_subquery()
)
_ANSWERED: Final = (
    select(inbox.c.id)
    .join(outbox, outbox.c.conversation_id == inbox.c.conversation_id)
    .where(outbox.c.id == bindparam("message"), inbox.c.answers_id == outbox.c.id)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that is ours to send now."""

    outbox_id: int
    attempt_id: int
    message: OutboundMessage
    number: str
    """Our number in E.164 as the conversation knows it, or empty."""
    last_longcode_id: LongcodeId | None
    """The conversation's last known one."""
    inbox_id: int | None = None
    """The inbound message that it answers."""
    asks: str | None = None
    """The key of the question that it asks."""
    rule: str | None = None
    """That says it."""
    is_trial: bool = False
    """The lane is paused, and this tells whether it must stay so."""


def recover(connection: Connection, now: datetime) -> None:
    """After a start: what was being sent when the process died is sent again.

    A pause ends with a restart, unless a person made it.
    """
    requeue(connection, "the process ended before the answer came", now)
    lane.end_pause_of_provider(connection)


def requeue(connection: Connection, because: str, now: datetime) -> None:
    """What is being sent has no answer that is kept, and nobody waits for one: it is due again.

    The same X-Request-Id goes along, so the provider takes it once.
    """
    ids = connection.scalars(_SENDING).all()
    if not ids:
        return
    connection.execute(
        update(outbox).where(outbox.c.id.in_(ids)).values(status=Status.DUE, due_at=now)
    )
    connection.execute(
        update(attempts)
        .where(attempts.c.outbox_id.in_(ids), attempts.c.finished_at.is_(None))
        .values(finished_at=now, answer=because)
    )


def claim(
    connection: Connection,
    rate: Rate,
    now: datetime,
    reply_max_age: timedelta | None = None,
    allowed: Budget | None = None,
) -> Claim | Nothing:
    """The next message to send: due, allowed, first of its conversation, within the rate.

    Those under way count for the rate, and nothing of their conversations leaves.

    A reply that has been due for longer than `reply_max_age`, and what is beyond the budget of the
    day, waits for a person instead.
    """
    lane.lock(connection)
    stands = lane.state(connection)
    wait = lane.wait(connection, stands, rate, now)
    if wait is not None:
        return wait
    while True:
        row = NEXT_DUE(connection, now=now).first
        if row is None:
            catch_up(connection, now)
            return Nothing(next_time(connection, now))
        advisory_lock(connection, contact_lock(row.recipient))  # before its row is taken
        if reason := overtaken.why(connection, row, now):
            finish(connection, row.id, Status.DROPPED, reason, now)
            continue
        if holds.may_hold(row) and (held := holds.reason_of(connection, row.recipient)):
            holds.keep_back(connection, row.recipient, held)
            continue
        if reply_max_age is not None and _is_older(row, now - reply_max_age):
            _hold_older(connection, now - reply_max_age, now)
            continue
        if allowed is not None and is_used_up(allowed, stands, row, message_of(row), now):
            finish(connection, row.id, Status.DEAD, Reason.BUDGET, now)
            continue
        if not _take(connection, row):  # dropped by another machine a moment ago
            continue
        if row.asks is not None:
            questions.sending(connection, row.id, now)
        begun = _BEGIN_ATTEMPT(connection, outbox_id=row.id, started_at=now, answer="")
        return Claim(
            row.id,
            begun.rows[0].id,
            message_of(row),
            row.number,
            row.last_longcode_id,
            row.inbox_id,
            row.asks,
            row.rule,
            is_trial=stands.paused is not None,
        )


def _take(connection: Connection, row: Any) -> bool:
    """Its place in the chain is where it leaves, but never behind its answer, which an earlier try
    may have.
    """
    message = {"message": row.id}
    answered = row.tries and connection.execute(_ANSWERED, message).first() is not None
    take = _TAKE if answered else _TAKE_HERE
    return take(connection, **message, status=Status.SENDING, tries=row.tries + 1).changed == 1


def _is_older(row: Any, than: datetime) -> bool:
    """Only replies age: who began a conversation chose when."""
    return row.inbox_id is not None and not row.confirms_opt_out and row.due_since < than


def _hold_older(connection: Connection, than: datetime, now: datetime) -> None:
    """All at once: after a month without a server they may be thousands.

    Of several parts of one reply the first is the dead letter.
    """
    first = outbox.alias()
    before = (
        select(func.min(first.c.id))
        .where(
            first.c.conversation_id == outbox.c.conversation_id,
            or_(first.c.external_id == outbox.c.part_of, first.c.part_of == outbox.c.part_of),
            first.c.id < outbox.c.id,
            first.c.status == Status.DUE,
        )
        .scalar_subquery()
    )
    older = update(outbox).where(
        outbox.c.status == Status.DUE,
        outbox.c.due_since < than,
        outbox.c.inbox_id.is_not(None),
        outbox.c.confirms_opt_out.is_(False),
    )
    connection.execute(
        older.where(outbox.c.part_of.is_not(None), before.is_not(None)).values(
            status=Status.HELD, reason="behind out-" + cast(before, Text)
        )
    )
    connection.execute(older.values(status=Status.DEAD, reason=Reason.TOO_OLD, done_at=now))


def record(
    connection: Connection, claimed: Claim, answer: Answer, sent: OutboundMessage, now: datetime
) -> None:
    """Keep the provider's answer, in the transaction that moves the message on.

    An answer that comes after the message was taken back counts only where it says that the
    message is sent: whoever took it back tries by itself.
    """
    in_time = _end_attempt(connection, claimed, answer, now)
    if not in_time and not isinstance(answer, Accepted):
        return
    if claimed.asks is not None and isinstance(answer, Refused):
        questions.unsent(connection, claimed.outbox_id)
    match answer:
        case Accepted():
            _accepted(connection, claimed, answer, sent, now)
            if claimed.asks is not None:
                questions.sent(connection, claimed.outbox_id, now)
            if claimed.is_trial:
                lane.end_trials(connection)
        case Refused(because, About.KEY):
            _retry_at(connection, claimed, now, because)
            lane.pause(connection, because)
        case Refused(because, About.ACCOUNT):
            _retry_at(connection, claimed, now, because)
            lane.pause_for_trials(connection, because, now)
        case Refused(because, About.UNCLEAR):
            _refused_unclearly(connection, claimed, because, now)
        case Refused(because):
            finish(connection, claimed.outbox_id, Status.DEAD, because, now)
        case RetryLater(because, after):
            if after is not None:
                lane.back_off_until(connection, now + timedelta(seconds=after))
            if claimed.is_trial:
                lane.put_off_trial(connection, now)
            _retry(connection, claimed, because, now)


def send_from(
    connection: Connection, claimed: Claim, anew: OutboundMessage, refused: Answer, now: datetime
) -> None:
    """Refused by the id that our number had: again, by the one that it has now.

    To the provider that is another message: it has an X-Request-Id of its own.
    """
    if not _end_attempt(connection, claimed, refused, now):
        return
    again = {"longcode_id": anew.longcode_id, "request_id": anew.request_id}
    connection.execute(_MESSAGE, {"message": claimed.outbox_id, **again})
    _retry_at(connection, claimed, now, refused.because)


def _end_attempt(connection: Connection, claimed: Claim, answer: Answer, now: datetime) -> bool:
    """False where the message was taken back meanwhile."""
    ended = {"answer": answer.because or "accepted", "result": _result(answer)}
    of = {"attempt": claimed.attempt_id, "finished_at": now}
    return _END_ATTEMPT(connection, **of, **ended).changed == 1


def _result(answer: Answer) -> str:
    match answer:
        case Accepted():
            return unclear.ACCEPTED
        case Refused(_, about):
            return about
        case RetryLater():
            return "later"


def _refused_unclearly(connection: Connection, claimed: Claim, because: str, now: datetime) -> None:
    """A dead letter, unless another message tells that it is not the message."""
    tried = claimed.outbox_id, claimed.attempt_id
    alike = unclear.refused_alike(connection, *tried)
    if unclear.is_at_fault(connection, *tried) or not (alike or claimed.is_trial):
        finish(connection, claimed.outbox_id, Status.DEAD, because, now)
        return
    unclear.come_back(connection, alike, now)
    _retry_at(connection, claimed, now, because)
    why = f"{because}, as others are: look at MTA_BASE_URL, and whether the numbers are there"
    lane.pause_for_trials(connection, why, now)


def dead_letter(connection: Connection, claimed: Claim, reason: str, now: datetime) -> None:
    """Nothing was sent: the message becomes a dead letter, the attempt never was."""
    if _unclaim(connection, claimed):
        finish(connection, claimed.outbox_id, Status.DEAD, reason, now)


def postpone(connection: Connection, claimed: Claim, because: str, now: datetime) -> None:
    """Nothing was sent yet, and not because of the message: try again later."""
    if _unclaim(connection, claimed):
        _retry(connection, claimed, because, now)


def put_off(connection: Connection, claimed: Claim, until: datetime) -> None:
    """Nothing was sent, and may be before then: as if it had been queued for that time."""
    if _unclaim(connection, claimed):
        waits = {"status": Status.DUE, "due_at": until, "due_since": until}
        this = update(outbox).where(outbox.c.id == claimed.outbox_id)
        connection.execute(this.values(**waits, tries=outbox.c.tries - 1))


def pause(connection: Connection, claimed: Claim, because: str, now: datetime) -> None:
    """Nothing was sent, and nothing can be: the lane stops, the message keeps its place."""
    if _unclaim(connection, claimed):
        _retry_at(connection, claimed, now, because)
        lane.pause(connection, because)


def may_still_be_sent(connection: Connection, claimed: Claim, now: datetime) -> bool:
    """Whether since the claim nobody took the message back, and nothing has overtaken it."""
    message = (
        select(outbox, conversations.c.handoff)
        .join(conversations, conversations.c.id == outbox.c.conversation_id)
        .where(outbox.c.id == claimed.outbox_id)
    )
    is_ours = select(attempts.c.id).where(
        attempts.c.id == claimed.attempt_id, attempts.c.finished_at.is_(None)
    )
    if connection.execute(is_ours).first() is None:
        return False
    reason = overtaken.why(connection, connection.execute(message).one(), now)
    if reason and _unclaim(connection, claimed):
        finish(connection, claimed.outbox_id, Status.DROPPED, reason, now)
    return not reason


def _unclaim(connection: Connection, claimed: Claim) -> bool:
    """The attempt never was; False where another machine has taken the message back."""
    deleted = connection.execute(
        attempts.delete().where(
            attempts.c.id == claimed.attempt_id, attempts.c.finished_at.is_(None)
        )
    )
    if deleted.rowcount == 1 and claimed.asks is not None:
        questions.unsent(connection, claimed.outbox_id)
    return deleted.rowcount == 1


def _accepted(
    connection: Connection, claimed: Claim, answer: Accepted, sent: OutboundMessage, now: datetime
) -> None:
    accepted = {
        "message": claimed.outbox_id,
        "status": Status.ACCEPTED,
        "reason": answer.because,
        "told": answer.message_id,
        "longcode_id": sent.longcode_id,
        "done_at": now,
    }
    _ACCEPT(connection, **accepted)
    if sent.longcode_id not in (None, claimed.last_longcode_id):
        last = {"message": claimed.outbox_id, "longcode_id": sent.longcode_id}
        connection.execute(_CONVERSATION, last)


def _retry(connection: Connection, claimed: Claim, because: str, now: datetime) -> None:
    tries = connection.execute(
        select(outbox.c.tries).where(outbox.c.id == claimed.outbox_id)
    ).scalar_one()
    if tries > _MOST_TRIES:
        finish(connection, claimed.outbox_id, Status.DEAD, f"gave up: {because}", now)
        return
    _retry_at(connection, claimed, now + backoff(tries, claimed.message.request_id), because)


def backoff(tries: int, request_id: str) -> timedelta:
    """1 s, 2 s, 4 s … at most 5 minutes, each up to a quarter longer, by the message's own id."""
    base = min(timedelta(seconds=2 ** min(tries - 1, 20)), SLOWEST_RETRY)
    return base * (1 + int(request_id[:4], 16) / 0xFFFF / 4)


def _retry_at(connection: Connection, claimed: Claim, at: datetime, because: str) -> None:
    again = {"message": claimed.outbox_id, "status": Status.DUE, "due_at": at, "reason": because}
    connection.execute(_MESSAGE, again)
