"""Wishes to leave that nobody honoured, and what went to people who had left.

Read once more by the rules of today: what an older version of the bot, or other rules, passed over
is seen too. A wish must be honoured within a reasonable time, at most ten business days:
47 CFR 64.1200(a)(10).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Text, and_, cast, exists, func, or_, select

from bot.ledger import inbox_items, unclear
from bot.ledger.contacts import Changed
from bot.ledger.schema import (
    attempts,
    decisions,
    inbox,
    optout_changes,
    optouts,
    outbox,
)
from bot.ledger.schema import inbox_items as items
from bot.model import Context, InboundMessage, Outcome, RuleId
from bot.rules.guards.base import Verdict
from bot.rules.guards.opt_out import OptOut
from bot.rules.matchers.base import MessageView
from bot.rules.ruleset import Ruleset
from bot.timezones import local

BUSINESS_DAYS: Final = 10
_PAGE: Final = 1_000
_FRIDAY: Final = 4
_GUARDS: Final = ("$opt-out", "$opted-out", "$tapback", "$auto-reply", "$opt-in", "$colleague")
"""That take such a text for something else, or have honoured it."""


class Kind(StrEnum):
    MISSED = "missed"
    """It reads like a wish to leave, and got another answer or none."""
    WAITING = "waiting"
    """It reads like one, and a person of ours has not decided yet."""
    SENT = "sent"
    """It went to somebody who had left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    kind: Kind
    id: str
    """`in-5` a text of theirs, `out-5` one of ours."""
    at: datetime
    """When it came in; when it began to be sent."""
    number: str
    text: str
    is_certain: bool = False
    """The text says nothing else."""
    rule: str | None = None
    """That answered, or that said what went out."""
    due: date | None = None
    """The last day to honour it, on the clocks of the rules; None of what went out."""

    def is_late(self, today: date) -> bool:
        return self.due is not None and today > self.due


def last_day(begin: date) -> date:
    """Ten business days after a day.

    Monday to Friday are business days, holidays too: the law leaves a day more for each of those.

    >>> last_day(date(2026, 11, 27))
    datetime.date(2026, 12, 11)
    """
    day, left = begin, BUSINESS_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() <= _FRIDAY
    return day


def findings(
    connection: Connection, ruleset: Ruleset, since: datetime, now: datetime
) -> Iterator[Finding]:
    """What came in or went out since then, each kind in its order."""
    yield from _missed(connection, ruleset, since)
    yield from _waiting(connection, ruleset, since, now)
    yield from _sent(connection, since)


def _due(at: datetime, ruleset: Ruleset) -> date:
    return last_day(local(at, ruleset.timezone).date())


_LATER: Final = exists().where(
    optout_changes.c.number == inbox.c.sender, optout_changes.c.at >= inbox.c.received_at
)
_IS_OUT: Final = exists().where(optouts.c.number == inbox.c.sender)
_DONE: Final = exists().where(
    items.c.item == "in-" + cast(inbox.c.id, Text), items.c.done_at.is_not(None)
)
_HEARD: Final = (
    select(inbox.c.id, inbox.c.sender, inbox.c.text, inbox.c.received_at, decisions.c.rule)
    .join(decisions, decisions.c.inbox_id == inbox.c.id)
    .where(
        or_(decisions.c.rule.is_(None), decisions.c.rule.not_in(_GUARDS)),
        inbox.c.is_cleared.is_(False),
        ~_LATER,
        ~_IS_OUT,
        ~_DONE,
    )
    .order_by(inbox.c.id)
)


def _missed(connection: Connection, ruleset: Ruleset, since: datetime) -> Iterator[Finding]:
    guard = next((one for one in ruleset.guards if isinstance(one, OptOut)), None)
    if guard is None:
        return
    heard = _HEARD.where(inbox.c.received_at >= since).execution_options(yield_per=_PAGE)
    for row in connection.execute(heard):
        verdict = guard.examine(_seen(row))
        if isinstance(verdict, Verdict):
            yield Finding(
                kind=Kind.MISSED,
                id=f"in-{row.id}",
                at=row.received_at,
                number=row.sender,
                text=row.text,
                is_certain=verdict.outcome is Outcome.SUPPRESSED,
                rule=row.rule and RuleId(row.rule),
                due=_due(row.received_at, ruleset),
            )


def _seen(row: Any) -> MessageView:
    message = InboundMessage(
        key=str(row.id), sender=row.sender, text=row.text, received_at=row.received_at
    )
    return MessageView(message, Context(now=row.received_at))


def _waiting(
    connection: Connection, ruleset: Ruleset, since: datetime, now: datetime
) -> Iterator[Finding]:
    for item in inbox_items.listed(connection, now, snoozed=True):
        if item.kind is inbox_items.Kind.LIKELY_OPT_OUT and item.at >= since:
            yield Finding(
                kind=Kind.WAITING,
                id=item.id,
                at=item.at,
                number=item.number or "",
                text=item.text or "",
                rule=item.rule,
                due=_due(item.at, ruleset),
            )


# What was under way when somebody left, could not be held back any more.
_BEGUN: Final = (
    select(attempts.c.outbox_id, func.max(attempts.c.started_at).label("at"))
    .where(attempts.c.result == unclear.ACCEPTED)
    .group_by(attempts.c.outbox_id)
    .subquery()
)
_NEXT = optout_changes.alias()
_AFTER_LEAVING: Final = exists().where(
    optout_changes.c.number == outbox.c.recipient,
    optout_changes.c.change == Changed.OUT,
    optout_changes.c.at < _BEGUN.c.at,
    ~exists().where(
        _NEXT.c.number == optout_changes.c.number,
        _NEXT.c.id > optout_changes.c.id,
        _NEXT.c.at <= _BEGUN.c.at,
    ),
)
_SENT: Final = (
    select(outbox.c.id, outbox.c.recipient, outbox.c.text, outbox.c.rule, _BEGUN.c.at)
    .join(_BEGUN, _BEGUN.c.outbox_id == outbox.c.id)
    .where(and_(outbox.c.confirms_opt_out.is_(False), _AFTER_LEAVING))
    .order_by(outbox.c.id)
)


def _sent(connection: Connection, since: datetime) -> Iterator[Finding]:
    rows = _SENT.where(_BEGUN.c.at >= since).execution_options(yield_per=_PAGE)
    for row in connection.execute(rows):
        yield Finding(
            kind=Kind.SENT,
            id=f"out-{row.id}",
            at=row.at,
            number=row.recipient,
            text=row.text,
            rule=row.rule,
        )
