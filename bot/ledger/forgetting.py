"""Forgetting a person: every row about them goes, in all tables; `media` has no name but of files.

That they are opted out stays, as a digest of the number (`bot.ledger.contacts`). What the tables no
longer hold can be read in the file until `Database.overwrite_deleted` has run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    cast,
    delete,
    func,
    or_,
    select,
    union_all,
    update,
)

from bot.ledger import lane, media
from bot.ledger.contacts import Changed, keep_digest
from bot.ledger.conversations import NOBODY, begin
from bot.ledger.inbox import contact_lock
from bot.ledger.locks import advisory_lock
from bot.ledger.outbox import Status
from bot.ledger.schema import (
    attempts,
    caught_up,
    colleague_codes,
    contacts,
    conversations,
    decisions,
    holds,
    inbox,
    inbox_items,
    notices,
    notifications,
    outbox,
    quarantine,
    timers,
    uses,
)
from bot.model import Per, Rate
from bot.text.phone_numbers import mention_of

HOLD_NOBODY: Final = frozenset({"numbers", "lanes", "trials", "digest_keys", "alembic_version"})
"""Tables without a person in them; all others are emptied of them here."""
_EVENTS: Final = (notices, quarantine)
_PAGE: Final = 500
_TELLING: Final = 8
"""Bytes of a text that tells of somebody; a shorter one may be anybody's, and stands in a row with
what is theirs alone."""


@dataclass(frozen=True, slots=True)
class Bodies:
    """Events as they came that name a person or a message of theirs, by id."""

    notices: frozenset[int] = frozenset()
    quarantine: frozenset[int] = frozenset()
    last: tuple[int, int] = (0, 0)
    """The last of each table that was looked at."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What there was of a person."""

    conversations: int
    messages: int
    """Of both directions."""
    events: int
    """That could not be read, or were about their messages."""
    had_values: bool
    is_opted_out: bool
    """And stays so."""
    words: Collection[bytes] = field(default=frozenset(), compare=False, repr=False)
    """By which a copy of a row of theirs is known, as they stand in a file."""

    @property
    def was_known(self) -> bool:
        counted = self.conversations + self.messages + self.events
        return counted > 0 or self.had_values or self.is_opted_out


def bodies(connection: Connection, number: str, known: Bodies | None = None) -> Bodies:
    """Looks through all events, which takes long, or through those that are newer than `known`."""
    before = known or Bodies()
    is_about = _about(number, _ids(connection, number))
    found = []
    for table, last in zip(_EVENTS, before.last, strict=True):
        every = select(table.c.id, table.c.body).where(table.c.id > last).order_by(table.c.id)
        ids = set[int]()
        for row_id, body in connection.execute(every.execution_options(yield_per=_PAGE)):
            last = row_id
            if is_about(body):
                ids.add(row_id)
        found.append((frozenset(ids), last))
    (of_notices, last_notice), (of_quarantine, last_quarantined) = found
    return Bodies(
        before.notices | of_notices,
        before.quarantine | of_quarantine,
        (last_notice, last_quarantined),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Who of us wants whom to be forgotten."""

    number: str
    by: str
    at: datetime
    rate: Rate
    """That sends keep to, also those that nobody can count any more."""


def forget(connection: Connection, request: Request, known: Bodies) -> Forgotten:
    """`known` is what `bodies` found a moment ago."""
    number = request.number
    advisory_lock(connection, "purge")
    lane.lock(connection)  # nothing of theirs is claimed meanwhile
    advisory_lock(connection, contact_lock(number))  # in the order in which a sender takes them
    found = bodies(connection, number, known)
    words = _words(connection, number)
    mine, heard, sent = _of(number)
    _delete_items(connection, mine, heard, sent, found.quarantine)
    _delete(connection, decisions, decisions.c.inbox_id.in_(heard))
    media.leave(connection, heard)
    _delete(connection, caught_up, caught_up.c.sender == number)
    messages = _empty_last(connection, heard, sent)
    _keep_rate(connection, sent, request)
    _delete(connection, attempts, attempts.c.outbox_id.in_(sent))
    messages += _delete(connection, outbox, outbox.c.id.in_(sent))
    messages += _delete(connection, inbox, inbox.c.id.in_(heard))
    in_theirs = and_(uses.c.scope == Per.CONVERSATION, uses.c.owner.in_(_texts(mine)))
    theirs = and_(uses.c.scope == Per.CONTACT, uses.c.owner == number)
    _delete(connection, uses, or_(in_theirs, theirs))
    events = _delete_ids(connection, notices, found.notices)
    events += _delete_ids(connection, quarantine, found.quarantine)
    _delete(connection, holds, holds.c.number == number)
    _delete(connection, timers, timers.c.conversation_id.in_(mine))
    of_theirs = notifications.c.conversation_id.in_(mine)
    _delete(connection, notifications, or_(of_theirs, notifications.c.target == number))
    about_them = colleague_codes.c.conversation_id.in_(mine)
    _delete(connection, colleague_codes, or_(about_them, colleague_codes.c.colleague == number))
    return Forgotten(
        _delete(connection, conversations, conversations.c.contact == number),
        messages,
        events,
        _delete(connection, contacts, contacts.c.number == number) > 0,
        keep_digest(connection, number, request.by, request.at),
        words,
    )


def _words(connection: Connection, number: str) -> Collection[bytes]:
    """Their number, and of each message its ids and its text."""
    _, heard, sent = _of(number)
    theirs = (inbox.c.key, inbox.c.text, inbox.c.external_id, inbox.c.message_id)
    ours = (outbox.c.external_id, outbox.c.request_id, outbox.c.text, outbox.c.message_id)
    every = union_all(
        *(select(column).where(inbox.c.id.in_(heard)) for column in theirs),
        *(select(column).where(outbox.c.id.in_(sent)) for column in ours),
    )
    found = {word.encode("utf-8", "replace") for word in connection.scalars(every) if word}
    return {number.removeprefix("+").encode(), *(word for word in found if len(word) >= _TELLING)}


def _of(number: str) -> tuple[Select[Any], Select[Any], Select[Any]]:
    """Ids of conversations, of messages of theirs, and of ours to them or about theirs."""
    mine = select(conversations.c.id).where(conversations.c.contact == number)
    waiting = and_(inbox.c.status == "waiting", inbox.c.sender == number)
    heard = select(inbox.c.id).where(or_(inbox.c.conversation_id.in_(mine), waiting))
    sent = select(outbox.c.id).where(
        or_(
            outbox.c.recipient == number,
            outbox.c.conversation_id.in_(mine),
            outbox.c.inbox_id.in_(heard),
        )
    )
    return mine, heard, sent


def _keep_rate(connection: Connection, sent: Select[Any], request: Request) -> None:
    """What was sent to them a moment ago counts, and is counted by the rows that go."""
    window = timedelta(seconds=request.rate.seconds)
    recent = select(attempts.c.id).where(
        attempts.c.outbox_id.in_(sent),
        func.coalesce(attempts.c.finished_at, attempts.c.started_at) > request.at - window,
    )
    if connection.execute(recent.limit(1)).first() is not None:
        waits = lane.state(connection).not_before
        at = request.at + window
        lane.back_off_until(connection, at if waits is None else max(at, waits))


def _empty_last(connection: Connection, heard: Select[Any], sent: Select[Any]) -> int:
    """The last row of a table stays, without a word in it: SQLite would give its id away again.

    How many messages it were.
    """
    last_heard = select(func.max(inbox.c.id)).scalar_subquery()
    last_tried = select(attempts.c.outbox_id).order_by(attempts.c.id.desc()).limit(1)
    last_sent = or_(
        outbox.c.id == select(func.max(outbox.c.id)).scalar_subquery(),
        outbox.c.id == last_tried.scalar_subquery(),
    )
    kept = connection.scalars(select(outbox.c.id).where(outbox.c.id.in_(sent), last_sent)).all()
    if kept:
        nobody = _nobody(connection)
        connection.execute(
            update(outbox)
            .where(outbox.c.id.in_(kept))
            .values({**_NO_MESSAGE_OF_OURS, outbox.c.conversation_id: nobody})
        )
        no_answer = update(attempts).where(attempts.c.outbox_id.in_(kept))
        connection.execute(no_answer.values(answer=""))
    emptied = connection.execute(
        update(inbox).where(inbox.c.id == last_heard, inbox.c.id.in_(heard)).values(_NO_MESSAGE)
    )
    return len(kept) + emptied.rowcount


def _nobody(connection: Connection) -> int:
    """The conversation of messages that are empty; no list shows it."""
    found = select(conversations.c.id).where(conversations.c.contact == NOBODY)
    known: int | None = connection.execute(found.limit(1)).scalar_one_or_none()
    if known is not None:
        return known
    return begin(connection, NOBODY, "", None, datetime.fromtimestamp(0, UTC)).id


_NO_MESSAGE_OF_OURS: Final[dict[Any, Any]] = {
    outbox.c.external_id: "forgotten-" + cast(outbox.c.id, Text),
    outbox.c.request_id: "forgotten-" + cast(outbox.c.id, Text),
    outbox.c.inbox_id: None,
    outbox.c.recipient: NOBODY,
    outbox.c.text: "",
    outbox.c.image: None,
    outbox.c.tags: {},
    outbox.c.rule: None,
    outbox.c.status: Status.DROPPED,
    outbox.c.reason: Changed.FORGOTTEN,
    outbox.c.message_id: None,
    outbox.c.part_of: None,
    outbox.c.asks: None,
    outbox.c.by: None,
}
_NO_MESSAGE: Final[dict[Any, Any]] = {
    inbox.c.key: "forgotten-" + cast(inbox.c.id, Text),
    inbox.c.status: "decided",
    inbox.c.sender: NOBODY,
    inbox.c.number: "",
    inbox.c.text: "",
    inbox.c.media_url: None,
    inbox.c.external_id: None,
    inbox.c.message_id: None,
    inbox.c.tags: {},
    inbox.c.odd: "",
    inbox.c.more_media: None,
    inbox.c.conversation_id: None,
    inbox.c.answers_id: None,
}


def _texts(ids: Select[Any], prefix: str = "") -> Select[Any]:
    found = ids.subquery()
    written = cast(found.c.id, Text)
    return select(prefix + written if prefix else written)


def _delete_items(
    connection: Connection,
    mine: Select[Any],
    heard: Select[Any],
    sent: Select[Any],
    events: Collection[int],
) -> None:
    """What a person of ours did with what waited of them."""
    told = select(notifications.c.id).where(notifications.c.conversation_id.in_(mine))
    theirs = ((mine, "handoff-"), (heard, "in-"), (sent, "out-"), (told, "notify-"))
    for ids, prefix in theirs:
        _delete(connection, inbox_items, inbox_items.c.item.in_(_texts(ids, prefix)))
    for row_id in events:
        _delete(connection, inbox_items, inbox_items.c.item == f"quarantine-{row_id}")


def _delete(connection: Connection, table: Table, where: ColumnElement[bool]) -> int:
    return connection.execute(delete(table).where(where)).rowcount


def _delete_ids(connection: Connection, table: Table, ids: Set[int]) -> int:
    if ids:
        rows = [{"row": row_id} for row_id in sorted(ids)]
        connection.execute(delete(table).where(table.c.id == bindparam("row")), rows)
    return len(ids)


def _ids(connection: Connection, number: str) -> Set[str]:
    """By which an event may name a message of theirs, or of ours to them."""
    _, heard, sent = _of(number)
    named = union_all(
        select(outbox.c.external_id).where(outbox.c.id.in_(sent)),
        select(outbox.c.message_id).where(outbox.c.id.in_(sent)),
        select(inbox.c.external_id).where(inbox.c.id.in_(heard)),
        select(inbox.c.message_id).where(inbox.c.id.in_(heard)),
    )
    return set(filter(None, connection.execute(named).scalars()))


def _about(number: str, ids: Set[str]) -> Callable[[bytes], bool]:
    mention = mention_of(number)

    def is_about(body: bytes) -> bool:
        texts = _texts_in(body)
        return not ids.isdisjoint(texts) or any(map(mention.search, texts))

    return is_about


_TOKEN: Final = re.compile(r"[\w-]+")


def _texts_in(body: bytes) -> list[str]:
    """What stands in it; where it is not JSON, as a whole and in words."""
    try:
        return list(_scalars(json.loads(body)))
    except (ValueError, RecursionError):
        text = body.decode("utf-8", "replace")
        return [text, *_TOKEN.findall(text)]


def _scalars(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from _scalars(item)
    elif isinstance(value, list):
        for item in value:
            yield from _scalars(item)
    else:
        yield str(value)
