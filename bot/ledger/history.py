"""What happened lately in a conversation: the facts that rules and guards count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, or_, select

from bot.ledger.conversations import Conversation
from bot.ledger.schema import decisions, inbox, outbox, uses
from bot.model import FALLBACK, Change, ChangeKind, Outcome, Per
from bot.rules.guards.loop import EQUAL_WITHIN, FALLBACKS_WITHIN, MOST_REPLIES, REPLIES_WITHIN
from bot.text.words import words

_MOST: Final = 500
"""Messages of one conversation that are looked back at."""


_RECENT: Final = (
    select(inbox.c.received_at, inbox.c.text, decisions.c.outcome, decisions.c.rule)
    .join(decisions, decisions.c.inbox_id == inbox.c.id)
    .where(
        inbox.c.conversation_id == bindparam("conversation"),
        inbox.c.received_at > bindparam("since", type_=inbox.c.received_at.type),
    )
    .order_by(inbox.c.id.desc())
    .limit(_MOST)
)
_REPLIED: Final = (
    select(outbox.c.created_at)
    .where(
        outbox.c.recipient == bindparam("contact"),
        outbox.c.created_at > bindparam("since", type_=outbox.c.created_at.type),
        outbox.c.inbox_id.is_not(None),
    )
    .order_by(outbox.c.id.desc())
    .limit(MOST_REPLIES)
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


@dataclass(frozen=True, slots=True)
class History:
    """The latest first; see `bot.model.Context` for what each is."""

    received_at: tuple[datetime, ...]
    unmatched_at: tuple[datetime, ...]
    equal_at: tuple[datetime, ...]
    replied_at: tuple[datetime, ...]
    fallbacks_in_row: int
    uses: Mapping[tuple[Per, str], tuple[datetime, ...]]


def history(
    connection: Connection,
    conversation: Conversation,
    text: str,
    now: datetime,
    looks_back: timedelta,
) -> History:
    """As far back as the rules look, and at least as far as the guards do."""
    since = now - max(looks_back, REPLIES_WITHIN, EQUAL_WITHIN, FALLBACKS_WITHIN)
    rows = connection.execute(_RECENT, {"conversation": conversation.id, "since": since}).all()
    contact = {"contact": conversation.contact}
    replied = connection.execute(_REPLIED, {**contact, "since": now - REPLIES_WITHIN})
    said = words(text)
    return History(
        received_at=tuple(row.received_at for row in rows),
        unmatched_at=tuple(row.received_at for row in rows if _is_unmatched(row)),
        equal_at=tuple(
            row.received_at
            for row in rows
            if row.received_at > now - EQUAL_WITHIN and said and words(row.text) == said
        ),
        replied_at=tuple(replied.scalars()),
        fallbacks_in_row=_fallbacks(rows, now - FALLBACKS_WITHIN),
        uses=_uses(connection, conversation, since) if looks_back else {},
    )


def store_uses(
    connection: Connection, conversation: Conversation, changes: tuple[Change, ...], now: datetime
) -> None:
    """What has a cooldown or limit was used."""
    owners = {Per.CONTACT: conversation.contact, Per.CONVERSATION: str(conversation.id)}
    for change in changes:
        if change.kind is ChangeKind.USE:
            scope = Per(change.value or Per.CONVERSATION)
            owner = owners.get(scope, "")
            row = {"scope": scope, "owner": owner, "key": change.name, "at": now}
            connection.execute(_USE, row)


def _uses(
    connection: Connection, conversation: Conversation, since: datetime
) -> Mapping[tuple[Per, str], tuple[datetime, ...]]:
    found: dict[tuple[Per, str], tuple[datetime, ...]] = {}
    mine = {"contact": conversation.contact, "conversation": str(conversation.id)}
    for scope, key, at in connection.execute(_USED, {**mine, "since": since}):
        found[Per(scope), key] = (*found.get((Per(scope), key), ()), at)
    return found


def _is_unmatched(row: Any) -> bool:
    return bool(row.outcome == Outcome.UNMATCHED or row.rule == FALLBACK)


def _fallbacks(rows: Any, since: datetime) -> int:
    """Answers of the fallback since a rule last answered; what was not answered counts not."""
    count = 0
    for row in rows:
        if row.received_at <= since:
            break
        if row.outcome == Outcome.REPLIED:
            if row.rule != FALLBACK:
                break
            count += 1
    return count
