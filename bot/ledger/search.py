"""Conversations that are looked for: by words of either side, time, outcome, rule or state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    collate,
    exists,
    func,
    literal,
    or_,
    text,
    true,
)

from bot.ledger.conversations import NOBODY
from bot.ledger.schema import conversations, decisions, inbox, outbox
from bot.ledger.views import VIEW, ConversationView, view_of

_PAGE: Final = 500
"""Rows that are in memory at once."""
_ICU: Final = "und-x-icu"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What must hold of a conversation; None and empty ask for nothing."""

    said: str = ""
    """Stands in a text of either side, whatever the case of its letters."""
    since: datetime | None = None
    """Something was said since; with `said`, `outcome` or `rule`: that was."""
    outcome: str | None = None
    rule: str | None = None
    """Both of one and the same message of theirs."""
    state: str | None = None
    """That it is in now; `none`: in no state."""
    after: tuple[datetime, int] | None = None
    """Behind the conversation that changed then, with that id."""


def found(
    connection: Connection, wanted: Wanted, now: datetime, limit: int | None = None
) -> Iterator[ConversationView]:
    """The one with the latest change first."""
    every = VIEW.where(conversations.c.contact != NOBODY, *_conditions(connection, wanted, now))
    latest = (conversations.c.changed_at.desc(), conversations.c.id.desc())
    rows = every.order_by(*latest).limit(limit).execution_options(yield_per=_PAGE)
    for row in connection.execute(rows):
        yield view_of(row)


def _conditions(
    connection: Connection, wanted: Wanted, now: datetime
) -> Iterator[ColumnElement[bool]]:
    heard = inbox.c.conversation_id == conversations.c.id
    sent = outbox.c.conversation_id == conversations.c.id
    lately = true() if wanted.since is None else inbox.c.received_at >= wanted.since
    sent_lately = true() if wanted.since is None else _left_at() >= wanted.since
    if wanted.said:
        yield or_(
            exists().where(heard, lately, _holds(connection, inbox.c.text, wanted.said)),
            exists().where(sent, sent_lately, _holds(connection, outbox.c.text, wanted.said)),
        )
    if wanted.outcome is not None or wanted.rule is not None:
        decided = [
            column == value
            for column, value in (
                (decisions.c.outcome, wanted.outcome),
                (decisions.c.rule, wanted.rule),
            )
            if value is not None
        ]
        yield exists().where(heard, lately, decisions.c.inbox_id == inbox.c.id, *decided)
    if wanted.since is not None and not (wanted.said or wanted.outcome or wanted.rule):
        yield or_(exists().where(heard, lately), exists().where(sent, sent_lately))
    if wanted.state is not None:
        yield _is_in(wanted.state, now)
    if wanted.after is not None:
        at, row_id = wanted.after
        same = and_(conversations.c.changed_at == at, conversations.c.id < row_id)
        yield or_(conversations.c.changed_at < at, same)


def _left_at() -> ColumnElement[Any]:
    return func.coalesce(outbox.c.done_at, outbox.c.created_at, type_=outbox.c.created_at.type)


def _is_in(state: str, now: datetime) -> ColumnElement[bool]:
    until = conversations.c.state_until
    holds = and_(conversations.c.state.is_not(None), or_(until.is_(None), until > now))
    question = conversations.c.question
    asks = and_(  # while a question of a rule is open that rule is a state too
        question["rule"].as_string() == state,
        question["asked_at"].as_string().is_not(None),
    )
    return ~holds if state == "none" else or_(and_(holds, conversations.c.state == state), asks)


def _holds(connection: Connection, column: ColumnElement[str], said: str) -> ColumnElement[bool]:
    """Literally, so that `%` is a per cent sign; letters of every script have no case."""
    if connection.dialect.name == "sqlite":
        return func.instr(func.casefold(column), said.casefold()) > 0
    has_icu = connection.scalar(
        text("SELECT 1 FROM pg_collation WHERE collname = :name"), {"name": _ICU}
    )
    both = [collate(part, _ICU) if has_icu else part for part in (column, literal(said))]
    return func.strpos(func.lower(both[0]), func.lower(both[1])) > 0
