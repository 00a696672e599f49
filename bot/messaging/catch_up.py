"""Texts that the provider has and no webhook brought: taken in after an outage, each once.

What is not certain (who wrote it, when, to which number of ours, whether it came already), and what
is too old to be answered, is told to a person. An opt-out counts all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, select

from bot.engine.decide import decide
from bot.ledger import caught_up, contacts, inbox, numbers, opt_outs
from bot.ledger.contacts import Changed
from bot.ledger.schema import conversations
from bot.ledger.schema import outbox as outbox_table
from bot.model import Context, InboundMessage, Reason
from bot.provider.threads import Thread, ThreadItem
from bot.rules.ruleset import Ruleset


class Result(StrEnum):
    TAKEN_IN = "taken-in"
    """It waits to be decided as if its webhook had come."""
    OPT_OUT = "opt-out"
    """It is not answered, but they are opted out."""
    LISTED = "listed"
    """Nothing is done."""


@dataclass(frozen=True, slots=True)
class Found:
    """A text at the provider that did not come, as far as anybody can tell."""

    thread: str
    item: ThreadItem
    message: InboundMessage
    """Its sender is empty where nobody knows who wrote it."""
    result: Result
    because: str
    """Why it is not taken in; empty where it is."""
    inbox_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    ruleset: Ruleset
    max_age: timedelta
    """A text that is older is not answered."""
    since: datetime
    """Nothing from before."""


def look(
    connection: Connection,
    thread: Thread,
    items: Sequence[ThreadItem],
    wanted: Wanted,
    now: datetime,
) -> list[Found]:
    """What is to be done with a thread; changes nothing. Oldest first."""
    last = datetime.max.replace(tzinfo=now.tzinfo)
    in_order = sorted(items, key=lambda item: item.at or last)
    found = []
    for item in in_order:
        if item.at is not None and item.at < wanted.since:
            continue
        equals = [other.at for other in items if other is not item and other.text == item.text]
        one = _judged(connection, thread, item, [at for at in equals if at], wanted, now)
        if one is not None:
            found.append(one)
    return found


def take_in(connection: Connection, found: Sequence[Found], now: datetime) -> list[Found]:
    """Do what was found, in the same transaction."""
    done = []
    for one in found:
        key = _key(one.thread, one.item)
        match one.result:
            case Result.TAKEN_IN:
                [kept] = inbox.keep(connection, [one.message])
                caught_up.note(connection, key, one.message, kept.id, now)
                done.append(replace(one, inbox_id=kept.id))
            case Result.OPT_OUT:
                _opt_out(connection, one.message, now)
                caught_up.note(connection, key, one.message, None, now)
                done.append(one)
            case Result.LISTED:
                done.append(one)
    return done


def _judged(
    connection: Connection,
    thread: Thread,
    item: ThreadItem,
    equals: Sequence[datetime],
    wanted: Wanted,
    now: datetime,
) -> Found | None:
    """None where it is ours, or came already."""
    is_theirs = _is_theirs(thread, item)
    message = _message(connection, thread, item, now)
    if is_theirs is False or not (message.text or message.media_url):
        return None
    if is_theirs is None and _is_ours(connection, thread, item):
        return None
    if caught_up.known_keys(connection, [_key(thread.id, item)]):
        return None
    came = caught_up.came(connection, message, equals) if message.sender else None
    if came:
        return None
    doubt = _doubt(is_theirs, message, came, now - wanted.max_age)
    result = Result.LISTED if doubt else Result.TAKEN_IN
    if message.sender and _is_opt_out(message, wanted.ruleset, now):
        if _is_back(connection, message):
            result, doubt = Result.LISTED, "an opt-out, and they came back later"
        elif doubt:
            result = Result.OPT_OUT
    return Found(thread.id, item, message, result, doubt)


def _doubt(
    is_theirs: bool | None, message: InboundMessage, came: bool | None, oldest: datetime
) -> str:
    """Why it cannot be taken in; empty where it can."""
    if not message.sender:
        return "it is not told who wrote it"
    if is_theirs is None:
        return "it is not told whether they wrote it or we did"
    if message.sent_at is None:
        return "it is not told when"
    if message.sent_at < oldest:
        return Reason.TOO_OLD
    if came is None:
        return "it may have come already"
    return "" if message.number else "it is not told to which of our numbers"


def _is_theirs(thread: Thread, item: ThreadItem) -> bool | None:
    if item.is_theirs is not None:
        return item.is_theirs
    if thread.person is not None and thread.person in (item.sender, item.recipient):
        return item.sender == thread.person and item.recipient != thread.person
    return None


def _is_ours(connection: Connection, thread: Thread, item: ThreadItem) -> bool:
    """We sent such a text to one of them."""
    same = outbox_table.c.recipient.in_(thread.people), outbox_table.c.text == item.text
    return connection.execute(select(outbox_table.c.id).where(*same).limit(1)).first() is not None


def _message(
    connection: Connection, thread: Thread, item: ThreadItem, now: datetime
) -> InboundMessage:
    sender = item.sender if item.is_theirs else None
    sender = sender or thread.person or ""
    at = now if item.at is None else min(item.at, now)
    return InboundMessage(
        key=f"r-{item.reply_id}" if item.reply_id else f"c-{_key(thread.id, item)}",
        sender=sender,
        number=_our_number(connection, sender, item),
        text=item.text,
        media_url=item.media_url,
        external_id=item.external_id,
        message_id=item.message_id,
        tags=item.tags,
        received_at=at,
        sent_at=item.at,
    )


def _our_number(connection: Connection, sender: str, item: ThreadItem) -> str:
    """As it says, or the only one that it can be; else empty."""
    ours = numbers.load(connection)
    if item.recipient in ours.by_number:
        return item.recipient or ""
    if item.longcode_id is not None:
        return ours.by_id.get(item.longcode_id, "")
    talks = select(conversations.c.number).where(conversations.c.contact == sender).distinct()
    known = [number for number in connection.scalars(talks) if number]
    if len(known) == 1:
        return str(known[0])
    return next(iter(ours.by_number)) if not known and len(ours.by_number) == 1 else ""


def _key(thread: str, item: ThreadItem) -> str:
    if item.reply_id or item.id:
        return f"{thread}/{item.reply_id or item.id}"
    at = "" if item.at is None else item.at.isoformat()
    return f"{thread}/{caught_up.digest(item.text, item.media_url)[:32]}{at}"


def _is_opt_out(message: InboundMessage, ruleset: Ruleset, now: datetime) -> bool:
    return decide(message, Context(now=now), ruleset).reason is Reason.OPT_OUT


def _is_back(connection: Connection, message: InboundMessage) -> bool:
    """They came back after they had left; where no time is told that is not known."""
    if contacts.is_opted_out(connection, message.sender):
        return False
    changes = opt_outs.history(connection, message.sender)
    back = [change.at for change in changes if change.changed is Changed.IN]
    return any(message.sent_at is None or at > message.sent_at for at in back)


def _opt_out(connection: Connection, message: InboundMessage, now: datetime) -> None:
    because = "catch-up: a text that is not answered"
    opt_outs.leave(connection, message.sender, because, now, said_at=message.sent_at)
