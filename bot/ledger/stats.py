"""What came in and what became of it, counted by the database over a span of time.

A message counts in the moment in which it came in. What is counted costs as much as the span holds:
`inbox` has an index of that moment, tries to send are found by halving.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    type_coerce,
)

from bot.ledger import inbox_items
from bot.ledger.contacts import Changed
from bot.ledger.outbox import Status
from bot.ledger.schema import attempts, decisions, inbox, optout_changes, outbox
from bot.ledger.since import first_since
from bot.ledger.unclear import ACCEPTED
from bot.model import FALLBACK, Outcome, RuleId, Took
from bot.timezones import local

_GRAIN: Final = timedelta(minutes=15)
"""No zone's clock differs from UTC by another part of an hour."""
_TENTH: Final = 100_000
"""Microseconds."""
_MICROSECOND: Final = timedelta(microseconds=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_SINCE: Final = bindparam("since", type_=inbox.c.received_at.type)
_UNTIL: Final = bindparam("until", type_=inbox.c.received_at.type)
_RECEIVED: Final = and_(inbox.c.received_at >= _SINCE, inbox.c.received_at < _UNTIL)
NOT_UNDERSTOOD: Final[ColumnElement[bool]] = or_(
    decisions.c.outcome == Outcome.UNMATCHED,
    decisions.c.rule == FALLBACK,
    decisions.c.took == Took.NOT_UNDERSTOOD,
)
"""No rule answered it, or only the fallback did, or the question did not understand it."""


def _microseconds(column: ColumnElement[Any]) -> ColumnElement[int]:
    return type_coerce(column, BigInteger)


_MANY: Final = func.count()
_DECIDED: Final = (
    select(inbox.c.id)
    .outerjoin(decisions, decisions.c.inbox_id == inbox.c.id)
    .where(_RECEIVED)
    .group_by(decisions.c.outcome, "missed")
)
_MISSED: Final = case((NOT_UNDERSTOOD, 1), else_=0).label("missed")
_COUNTED: Final[Select[Any]] = _DECIDED.with_only_columns(
    decisions.c.outcome, _MISSED, _MANY.label("many"), maintain_column_froms=True
)
_BIN: Final = (_microseconds(inbox.c.received_at) // bindparam("grain", type_=BigInteger)).label(
    "bin"
)
_BY_BIN: Final[Select[Any]] = _COUNTED.add_columns(_BIN).group_by("bin")
_BY_RULE: Final = (
    select(
        decisions.c.rule,
        _MANY.label("messages"),
        func.sum(case((decisions.c.outcome == Outcome.REPLIED, 1), else_=0)).label("answered"),
        func.max(inbox.c.received_at).label("last"),
    )
    .join(inbox, inbox.c.id == decisions.c.inbox_id)
    .where(_RECEIVED, decisions.c.rule.is_not(None))
    .group_by(decisions.c.rule)
    .order_by(_MANY.desc(), decisions.c.rule)
)
# In WHERE the status would lead SQLite to every message that ever left.
_TAKEN_AT: Final = func.min(case((outbox.c.status == Status.ACCEPTED, outbox.c.done_at)))
_ANSWERED: Final = (
    select((_microseconds(_TAKEN_AT) - _microseconds(inbox.c.received_at)).label("wait"))
    .join(outbox, outbox.c.inbox_id == inbox.c.id)
    .where(_RECEIVED)
    .group_by(inbox.c.id, inbox.c.received_at)
    .having(_TAKEN_AT.is_not(None))
    .subquery()
)
_TENTHS: Final = (_ANSWERED.c.wait // _TENTH).label("tenths")
_WAITS: Final = select(_TENTHS, _MANY.label("many")).group_by("tenths").order_by("tenths")
_FIRST: Final = bindparam("first", type_=BigInteger)
_TRIED: Final = and_(
    attempts.c.id >= _FIRST, attempts.c.started_at >= _SINCE, attempts.c.started_at < _UNTIL
)
_SEGMENTS: Final = (
    select(func.coalesce(func.sum(outbox.c.segments), 0))
    .join(attempts, attempts.c.outbox_id == outbox.c.id)
    .where(_TRIED, attempts.c.result == ACCEPTED)
)
_RESULTS: Final = (
    select(attempts.c.result, _MANY.label("many"))
    .where(_TRIED, attempts.c.result.is_not(None))
    .group_by(attempts.c.result)
)
_LEFT: Final = (
    select(_MANY)
    .select_from(optout_changes)
    .where(optout_changes.c.at >= _SINCE, optout_changes.c.at < _UNTIL)
    .where(optout_changes.c.change == Changed.OUT)
)


@dataclass(frozen=True, slots=True)
class Span:
    """From an instant on until before another one."""

    since: datetime
    until: datetime

    def bound(self) -> dict[str, datetime]:
        """For a statement over it."""
        return {"since": self.since, "until": self.until}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many messages came in, and how they ended."""

    received: int = 0
    outcomes: Mapping[Outcome, int]
    """Of those that are decided; each outcome is there."""
    not_understood: int = 0
    """No rule answered them, or only the fallback did, or a question did not understand them."""

    @property
    def waiting(self) -> int:
        """To be decided."""
        return self.received - sum(self.outcomes.values())


@dataclass(frozen=True, slots=True)
class RuleCount:
    """What a rule, a guard or the fallback decided about."""

    rule: RuleId
    messages: int
    answered: int
    """Those of them that got a reply."""
    last: datetime
    """When the latest of them came in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """A span of time at a glance."""

    span: Span
    counts: Counts
    rules: tuple[RuleCount, ...]
    """The busiest first."""
    answer_seconds: float | None
    """Median from receipt until the provider took the first message of the answer, to a tenth;
    None where nothing was answered."""
    segments: int
    """That the provider took, a picture message for three."""
    sends: Mapping[str, int]
    """Tries to send that have ended, by result: `accepted`, `later`, or what the provider's refusal
    was about, see `bot.provider.answers.About`."""
    opt_outs: int
    """Times that somebody opted out."""
    likely_opt_outs: int
    """That wait for a person now, whenever they came in."""

    @property
    def provider_errors(self) -> int:
        """Tries that the provider did not take."""
        return sum(many for result, many in self.sends.items() if result != ACCEPTED)


@dataclass(frozen=True, slots=True)
class Bucket:
    """The messages of one part of a span."""

    at: datetime
    """Its begin, on the clocks of the zone that was asked for; the first may begin before the span.
    """
    counts: Counts


def stats(connection: Connection, span: Span) -> Stats:
    """All counts of the messages that came in within a span."""
    tried = first_since(connection, attempts.c.id, attempts.c.started_at, span.since)
    bound, of_sends = span.bound(), {**span.bound(), "first": tried}
    waits = connection.execute(_WAITS, bound).all()
    return Stats(
        span=span,
        counts=_counts(connection.execute(_COUNTED, bound).all()),
        rules=tuple(RuleCount(*row) for row in connection.execute(_BY_RULE, bound)),
        answer_seconds=_median([(row.tenths, row.many) for row in waits]),
        segments=int(connection.execute(_SEGMENTS, of_sends).scalar_one()),
        sends={row.result: row.many for row in connection.execute(_RESULTS, of_sends)},
        opt_outs=connection.execute(_LEFT, bound).scalar_one(),
        likely_opt_outs=inbox_items.likely_opt_outs(connection),
    )


def received(connection: Connection, since: datetime) -> int:
    """How many messages have come in since then."""
    every = select(_MANY).select_from(inbox).where(inbox.c.received_at >= since)
    return connection.execute(every).scalar_one()


def buckets(
    connection: Connection, span: Span, step: timedelta, timezone: str
) -> tuple[Bucket, ...]:
    """The same messages in parts, in order, empty ones too; `step`: minutes that an hour has a
    whole number of, or more.

    Parts of a day are days of the zone, be they of 23 or of 25 hours; shorter ones begin with its
    midnight.
    """
    by_begin: dict[datetime, list[Any]] = {}
    grain = min(step, _GRAIN)
    bound = {**span.bound(), "grain": grain // _MICROSECOND}
    for row in connection.execute(_BY_BIN, bound):
        at = _EPOCH + row.bin * grain
        by_begin.setdefault(_begin(at, step, timezone), []).append(row)
    found, at = [], span.since
    while at < span.until:
        begin = _begin(at, step, timezone)
        found.append(Bucket(local(begin, timezone), _counts(by_begin.get(begin, ()))))
        at = _next(begin, step, timezone)
    return tuple(found)


def _begin(at: datetime, step: timedelta, timezone: str) -> datetime:
    """Of the part that an instant lies in, in UTC."""
    here = local(at, timezone)
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
    if step >= _DAY:
        return midnight.astimezone(UTC)
    gone = (at - midnight.astimezone(UTC)) // step
    return midnight.astimezone(UTC) + gone * step


def _next(begin: datetime, step: timedelta, timezone: str) -> datetime:
    if step < _DAY:
        return min(begin + step, _next(_begin(begin, _DAY, timezone), _DAY, timezone))
    noon = local(begin, timezone) + timedelta(hours=36)  # on the next day, whatever its length
    return _begin(noon.astimezone(UTC), _DAY, timezone)


_DAY: Final = timedelta(days=1)


def _counts(rows: Any) -> Counts:
    outcomes = dict.fromkeys(Outcome, 0)
    received = not_understood = 0
    for row in rows:
        received += row.many
        if row.outcome is not None:
            outcomes[Outcome(row.outcome)] += row.many
            not_understood += row.many if row.missed else 0
    return Counts(received=received, outcomes=outcomes, not_understood=not_understood)


def _median(waits: list[tuple[int, int]]) -> float | None:
    """Seconds, of tenths of seconds in order with how often each is there."""
    left = (sum(many for _, many in waits) + 1) // 2
    for tenths, many in waits:
        left -= many
        if left <= 0:
            return max(tenths, 0) / 10
    return None
