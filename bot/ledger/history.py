"""The thread of a conversation: loaded from the tables before a decision, stored after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from bot.engine.conversation import MOST_HEARD, MOST_SENT, Heard, Thread, Uses
from bot.engine.timers import expiries_of
from bot.ledger import contacts, holds, opt_outs, questions, timers
from bot.ledger.contacts import Contact
from bot.ledger.conversations import Conversation, thread_of
from bot.ledger.schema import conversations, decisions, inbox, outbox, uses
from bot.model import Outcome, Per, RuleId, Took
from bot.rules.guards.loop import MOST_REPLIES, REPLIES_WITHIN, WEEK

_RECENT: Final = (
    select(
        inbox.c.received_at, inbox.c.text, decisions.c.outcome, decisions.c.rule, decisions.c.took
    )
    .join(decisions, decisions.c.inbox_id == inbox.c.id)
    .where(
        inbox.c.conversation_id == bindparam("conversation"),
        inbox.c.received_at > bindparam("since", type_=inbox.c.received_at.type),
    )
    .order_by(inbox.c.id.desc())
    .limit(MOST_HEARD)
)
_REPLIED: Final = (  # several messages of one answer are one; those to an open question are none
    select(func.max(outbox.c.created_at))
    .join(decisions, decisions.c.inbox_id == outbox.c.inbox_id)
    .where(
        decisions.c.took.is_(None),
        outbox.c.recipient == bindparam("contact"),
        outbox.c.created_at > bindparam("since", type_=outbox.c.created_at.type),
    )
    .group_by(outbox.c.inbox_id)
    .order_by(outbox.c.inbox_id.desc())
    .limit(MOST_REPLIES)
)
_SENT: Final = (
    select(outbox.c.text)
    .where(outbox.c.conversation_id == bindparam("conversation"))
    .order_by(outbox.c.id.desc())
    .limit(MOST_SENT)
)
_USED: Final = (
    select(uses.c.scope, uses.c.key, uses.c.at)
    .where(
        or_(
            (uses.c.scope == Per.CONTACT) & (uses.c.owner == bindparam("contact")),
            (uses.c.scope == Per.CONVERSATION) & (uses.c.owner == bindparam("conversation")),
            uses.c.scope == Per.ALL,
        ),
        uses.c.at > bindparam("since", type_=uses.c.at.type),
    )
    .order_by(uses.c.at.desc())
)
_USE: Final = insert(uses)


_CHANGED: Final = update(conversations).where(conversations.c.id == bindparam("conversation"))


def load(
    connection: Connection, conversation: Conversation, looks_back: timedelta, now: datetime
) -> Thread:
    """As far back as the rules look, and at least as far as the guards do."""
    since = looks_back_to(looks_back, now)
    mine = {"conversation": conversation.id, "since": since}
    contact = {"contact": conversation.contact}
    replied = connection.execute(_REPLIED, {**contact, "since": now - REPLIES_WITHIN})
    return thread(
        connection,
        conversation,
        Past(
            contact=contacts.known(connection, conversation.contact),
            heard=[heard(*row) for row in connection.execute(_RECENT, mine)],
            replied_at=replied.scalars().all(),
            uses=_uses(connection, conversation, since) if looks_back else {},
        ),
        now,
    )


@dataclass(frozen=True, slots=True)
class Past:
    """What was before in a conversation, and of its person."""

    contact: Contact
    heard: Sequence[Heard] = ()
    replied_at: Sequence[datetime] = ()
    uses: Uses = field(default_factory=dict)


def looks_back_to(looks_back: timedelta, now: datetime) -> datetime:
    return now - max(looks_back, WEEK)


def heard(at: datetime, text: str, outcome: str, rule: RuleId | None, took: str | None) -> Heard:
    return Heard(at, text, Outcome(outcome), rule, Took(took) if took else None)


def thread(connection: Connection, conversation: Conversation, past: Past, now: datetime) -> Thread:
    left = past.contact.opt_out
    scheduled, waiting = (
        timers.load(connection, conversation.id, now) if conversation.waits else ((), frozenset())
    )
    return replace(
        thread_of(conversation),
        contact=past.contact.values,
        opted_out=left is not None,
        opted_out_at=None if left is None else left.said_at,
        held=past.contact.held,
        heard=tuple(past.heard),
        replied_at=tuple(past.replied_at),
        uses=past.uses,
        scheduled=scheduled,
        waiting=waiting,
    )


def sent_texts(connection: Connection, conversation: Conversation) -> tuple[str, ...]:
    """What we last wrote in it, the latest first."""
    return tuple(connection.execute(_SENT, {"conversation": conversation.id}).scalars())


@dataclass(frozen=True, slots=True)
class Turn:
    """What a decision has changed in a conversation."""

    conversation: Conversation
    before: Thread
    after: Thread
    because: str
    """Names the message that it was about."""


def store(connection: Connection, turns: Sequence[Turn], now: datetime) -> None:
    """Of different conversations."""
    if turns:
        connection.execute(_CHANGED, [_row(turn, now) for turn in turns])
    for turn in turns:
        _store_more(connection, turn, now)


def _row(turn: Turn, now: datetime) -> dict[str, Any]:
    after = turn.after
    return {
        "conversation": turn.conversation.id,
        "received": after.received,
        "longcode_id": turn.conversation.longcode_id,
        "state": after.state,
        "state_until": after.state_until,
        "state_from": after.state_from,
        "question": questions.written(after.question),
        "handoff": None if after.handoff is None else after.handoff.as_object(),
        "values": after.values,
        "changed_at": now,
    }


def _store_more(connection: Connection, turn: Turn, now: datetime) -> None:
    """What few decisions change."""
    conversation, before, after = turn.conversation, turn.before, turn.after
    if (wanted := expiries_of(after)) != expiries_of(before):
        timers.keep(connection, conversation.id, wanted)
    for ended in after.ended:
        timers.end(connection, conversation.id, ended, now)
    for timer in after.scheduled:
        if timer not in before.scheduled:
            timers.put(connection, conversation.id, timer)
    if after.contact != before.contact:
        contacts.store_values(connection, conversation.contact, after.contact)
    if after.opted_out and not (before.opted_out and after.opted_out_at == before.opted_out_at):
        said_at = after.opted_out_at
        opt_outs.leave(connection, conversation.contact, turn.because, now, said_at=said_at)
    elif before.opted_out and not after.opted_out:
        contacts.opt_in(connection, conversation.contact, turn.because, now)
    if after.held is not before.held and not after.opted_out:
        holds.change(connection, conversation.contact, after.held, now)
    _store_uses(connection, conversation, before.uses, after.uses)


def _store_uses(
    connection: Connection, conversation: Conversation, before: Uses, after: Uses
) -> None:
    owners = {Per.CONTACT: conversation.contact, Per.CONVERSATION: str(conversation.id)}
    for (per, key), times in after.items():
        new = len(times) - len(before.get((per, key), ()))
        for at in times[:new]:
            row = {"scope": per, "owner": owners.get(per, ""), "key": key, "at": at}
            connection.execute(_USE, row)


def _uses(connection: Connection, conversation: Conversation, since: datetime) -> Uses:
    found: dict[tuple[Per, str], tuple[datetime, ...]] = {}
    mine = {"contact": conversation.contact, "conversation": str(conversation.id)}
    for scope, key, at in connection.execute(_USED, {**mine, "since": since}):
        found[Per(scope), key] = (*found.get((Per(scope), key), ()), at)
    return found
