"""The threads of many conversations, loaded with a handful of statements for all of them.

Sixty-four at once cost 50 µs of a CPU each, one by one 190.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ARRAY, BigInteger, Connection, Text, bindparam, cast, func, select

from bot.engine.conversation import MOST_HEARD, Heard, Thread
from bot.ledger import contacts, history
from bot.ledger.contacts import Contact
from bot.ledger.conversations import Conversation
from bot.ledger.history import Past
from bot.ledger.schema import conversations, decisions, inbox, outbox, uses
from bot.model import Per
from bot.rules.guards.loop import MOST_REPLIES, REPLIES_WITHIN

_SINCE: Final = bindparam("since", type_=inbox.c.received_at.type)
_EARLIER: Final = inbox.alias()
_LAST: Final = (  # of one conversation, of which nobody knows how long it is
    select(_EARLIER.c.id)
    .join(decisions, decisions.c.inbox_id == _EARLIER.c.id)
    .where(
        _EARLIER.c.conversation_id == conversations.c.id,
        _EARLIER.c.received_at > _SINCE,
    )
    .order_by(_EARLIER.c.id.desc())
    .limit(MOST_HEARD)
    .correlate(conversations)
)
_RECENT: Final = (
    select(
        *(conversations.c.id, inbox.c.received_at, inbox.c.text),
        *(decisions.c.outcome, decisions.c.rule, decisions.c.took),
    )
    .select_from(conversations)
    .join(inbox, inbox.c.id.in_(_LAST))
    .join(decisions, decisions.c.inbox_id == inbox.c.id)
    .where(conversations.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(inbox.c.id.desc())
)
_REPLIED: Final = (  # a guard sees to it that they are few
    select(outbox.c.recipient, func.max(outbox.c.created_at))
    .join(decisions, decisions.c.inbox_id == outbox.c.inbox_id)
    .where(
        decisions.c.took.is_(None),
        outbox.c.recipient.in_(bindparam("people", expanding=True)),
        outbox.c.created_at > _SINCE,
    )
    .group_by(outbox.c.recipient, outbox.c.inbox_id)
    .order_by(outbox.c.inbox_id.desc())
)
# PostgreSQL would read every message for the two above; SQLite has no LATERAL.
_ID: Final = func.unnest(cast(bindparam("ids"), ARRAY(BigInteger))).column_valued("conversation")
_PERSON: Final = func.unnest(cast(bindparam("people"), ARRAY(Text))).column_valued("person")
_RECENT_OF: Final = (
    select(
        *(inbox.c.id, inbox.c.received_at, inbox.c.text),
        *(decisions.c.outcome, decisions.c.rule, decisions.c.took),
    )
    .join(decisions, decisions.c.inbox_id == inbox.c.id)
    .where(inbox.c.conversation_id == _ID, inbox.c.received_at > _SINCE)
    .order_by(inbox.c.id.desc())
    .limit(MOST_HEARD)
    .lateral()
)
_REPLIED_TO: Final = (
    select(outbox.c.inbox_id, func.max(outbox.c.created_at).label("at"))
    .join(decisions, decisions.c.inbox_id == outbox.c.inbox_id)
    .where(
        decisions.c.took.is_(None),
        outbox.c.recipient == _PERSON,
        outbox.c.created_at > _SINCE,
    )
    .group_by(outbox.c.inbox_id)
    .order_by(outbox.c.inbox_id.desc())
    .limit(MOST_REPLIES)
    .lateral()
)
_RECENT_EACH: Final = select(_ID, *list(_RECENT_OF.c)[1:]).order_by(_RECENT_OF.c.id.desc())
_REPLIED_EACH: Final = select(_PERSON, _REPLIED_TO.c.at).order_by(_REPLIED_TO.c.inbox_id.desc())
_USED: Final = (
    select(uses.c.scope, uses.c.owner, uses.c.key, uses.c.at)
    .where(
        uses.c.scope == bindparam("scope"),
        uses.c.owner.in_(bindparam("owners", expanding=True)),
        uses.c.at > bindparam("since", type_=uses.c.at.type),
    )
    .order_by(uses.c.at.desc())
)


def load(
    connection: Connection,
    wanted: Sequence[Conversation],
    looks_back: timedelta,
    now: datetime,
) -> list[Thread]:
    """As `history.load` gives each; of different people, and where rules count what all of them use
    one at a time.
    """
    if len(wanted) == 1:
        return [history.load(connection, one, looks_back, now) for one in wanted]
    since = history.looks_back_to(looks_back, now)
    people = contacts.known_each(connection, [one.contact for one in wanted])
    heard = _heard(connection, wanted, since)
    replied = _replied(connection, wanted, now - REPLIES_WITHIN)
    used = _used(connection, wanted, since) if looks_back else {}
    nobody = Contact({}, None)
    return [
        history.thread(
            connection,
            one,
            Past(
                people.get(one.contact, nobody),
                heard.get(one.id, ()),
                replied.get(one.contact, ())[:MOST_REPLIES],
                used.get(one.id, {}),
            ),
            now,
        )
        for one in wanted
    ]


def _heard(
    connection: Connection, wanted: Sequence[Conversation], since: datetime
) -> Mapping[int, Sequence[Heard]]:
    found: dict[int, list[Heard]] = {}
    ids = [one.id for one in wanted]
    statement = _RECENT if connection.dialect.name == "sqlite" else _RECENT_EACH
    for conversation, *row in connection.execute(statement, {"ids": ids, "since": since}):
        found.setdefault(conversation, []).append(history.heard(*row))
    return found


def _replied(
    connection: Connection, wanted: Sequence[Conversation], since: datetime
) -> Mapping[str, Sequence[datetime]]:
    found: dict[str, list[datetime]] = {}
    people = [one.contact for one in wanted]
    statement = _REPLIED if connection.dialect.name == "sqlite" else _REPLIED_EACH
    for person, at in connection.execute(statement, {"people": people, "since": since}):
        found.setdefault(person, []).append(at)
    return found


def _used(
    connection: Connection, wanted: Sequence[Conversation], since: datetime
) -> Mapping[int, Mapping[tuple[Per, str], tuple[datetime, ...]]]:
    owners = {
        Per.CONTACT: {one.contact: one.id for one in wanted},
        Per.CONVERSATION: {str(one.id): one.id for one in wanted},
    }
    found: dict[int, dict[tuple[Per, str], tuple[datetime, ...]]] = {}
    for per, named in owners.items():
        bound = {"scope": per, "owners": list(named), "since": since}
        for scope, owner, key, at in connection.execute(_USED, bound):
            mine = found.setdefault(named[owner], {})
            mine[Per(scope), key] = (*mine.get((Per(scope), key), ()), at)
    return found
