"""What a person of ours does with what waits for one: the same by command and by API."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from bot.errors import UnknownError, UsageError, plain
from bot.ledger import conversations, inbox_items
from bot.ledger.inbox import contact_lock
from bot.ledger.inbox_items import Item, Kind
from bot.ledger.locks import advisory_lock
from bot.messaging import handoff, opt_outs

_OF_TEXTS: Final = (
    *(Kind.LIKELY_OPT_OUT, Kind.WRONG_NUMBER, Kind.FAILED, Kind.UNMATCHED, Kind.HELD),
)
WAYS_OUT: Final = {
    Kind.LIKELY_OPT_OUT: "bot inbox opt-out {id} · bot inbox answer {id} · bot inbox done {id}",
    Kind.WRONG_NUMBER: "bot inbox done {id} · bot inbox answer {id} · bot inbox opt-out {id}",
    Kind.HANDOFF: "bot conversations release {number} · bot inbox done {id}, which does that too",
    Kind.FAILED: "mend the rule, then bot inbox answer {id} · bot inbox done {id}",
    Kind.HELD: "bot inbox answer {id}: the rules do · bot inbox done {id}",
    Kind.UNMATCHED: "add a rule, then bot inbox answer {id} · bot inbox done {id}",
    Kind.DEAD_LETTER: "bot dead-letters retry {id} · bot dead-letters drop {id}",
    Kind.QUARANTINE: "bot quarantine show {id} · bot quarantine drop {id}",
}


def ways_out(item: Item) -> str:
    """What can be done about it, as commands."""
    return WAYS_OUT[item.kind].format(id=item.id, number=item.number)


def one(connection: Connection, written: str) -> Item:
    """Raises UnknownError."""
    found = inbox_items.one(connection, written)
    if found is None:
        what = f"{plain(written)}: waits for nobody; `bot inbox list` shows what does"
        raise UnknownError(what)
    return found


def done(connection: Connection, item_id: str, by: str, now: datetime) -> Item:
    """Nobody needs to look at it any more; a conversation is given back. Raises UnknownError."""
    item = one(connection, item_id)
    if item.kind is Kind.HANDOFF and item.number is not None:
        advisory_lock(connection, contact_lock(item.number))
        conversation = conversations.by_id(connection, int(item.id.removeprefix("handoff-")))
        handoff.give_back(connection, conversation, now)
    inbox_items.done(connection, item, by, now)
    return item


def snooze(connection: Connection, item_id: str, seconds: int, now: datetime) -> Item:
    """Not now: it is listed again after so many seconds. Raises UnknownError."""
    item, until = one(connection, item_id), now.replace(microsecond=0) + timedelta(seconds=seconds)
    inbox_items.snooze(connection, item, until, now)
    return one(connection, item_id)


def opt_out(connection: Connection, item_id: str, by: str, now: datetime) -> Item:
    """The person gets no more texts, also none that is queued. Raises UsageError."""
    item = _of_text(connection, item_id)
    opt_outs.opt_out(connection, str(item.number), item.id, by, now)
    inbox_items.done(connection, item, by, now)
    return item


def answer(connection: Connection, item_id: str, by: str, now: datetime) -> Item:
    """The rules decide a text again, as one that is not an opt-out. Raises UsageError."""
    item = _of_text(connection, item_id)
    if inbox_items.is_in_hand(connection, item, now):
        what = f"{item.id}: a person has the conversation in hand, and the bot is silent in it"
        raise UsageError(f"{what}; first bot conversations release {item.number}")
    inbox_items.answer(connection, item, by, now)
    return item


def _of_text(connection: Connection, written: str) -> Item:
    item = one(connection, written)
    if item.kind not in _OF_TEXTS:
        raise UsageError(f"{item.id}: is not a text of theirs; {ways_out(item)}")
    return item
