"""The budget of an account: how many segments may leave in a day, and how many have left.

They are counted where the provider takes a message, on the row of the lane that a claim reads in
any case: no look costs more on a day on which many have left. The day is that of the account's
zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, case, func, insert, select, update

from bot.engine.outbound import cost
from bot.ledger.lane import ACCOUNT, Lane
from bot.ledger.outbox import GUARD, Status
from bot.ledger.schema import lanes, outbox
from bot.model import OutboundMessage, Reason
from bot.timezones import local

WARNS_AT: Final = 0.8


@dataclass(frozen=True, slots=True)
class Budget:
    segments: int
    """Of one day."""
    timezone: str
    """IANA name; its midnight begins the day."""

    def day(self, now: datetime) -> date:
        return local(now, self.timezone).date()


def spent(lane: Lane, day: date) -> int:
    """Segments that have left on that day."""
    return lane.segments if lane.segments_on == day.isoformat() else 0


def is_used_up(
    budget: Budget, lane: Lane, row: Row[Any], message: OutboundMessage, now: datetime
) -> bool:
    """There is not enough left for a message which the bot says by itself.

    What guards and people say, what tells of a handoff, what was tried already, and what a person
    sends again leaves all the same.
    """
    is_free = row.tries > 0 or row.by is not None or row.of_handoff or row.reason == Reason.BUDGET
    if is_free or (row.rule or "").startswith(GUARD):
        return False
    return spent(lane, budget.day(now)) + cost(message) > budget.segments


def spend(
    connection: Connection, budget: Budget, message: OutboundMessage, now: datetime
) -> str | None:
    """The provider has taken a message. What is to be told of it, once a day each; else None."""
    day, many = budget.day(now).isoformat(), cost(message)
    is_today = lanes.c.segments_on == day
    counted = case((is_today, lanes.c.segments), else_=0) + many
    changed = update(lanes).values(segments=counted, segments_on=day)
    after = connection.execute(changed.returning(lanes.c.segments)).scalar_one_or_none()
    if after is None:  # nobody has given a sign of life yet
        after = many
        connection.execute(insert(lanes).values(account=ACCOUNT, segments=many, segments_on=day))
    return next((note for at, note in _told(budget) if after - many < at <= after), None)


def _told(budget: Budget) -> tuple[tuple[float, str], ...]:
    used = "of the segments of a day have left (BOT_SEGMENTS_PER_DAY)"
    held = "only texts of guards, handoffs and people leave until midnight"
    return (
        (budget.segments, f"100 % {used}: {held}"),
        (budget.segments * WARNS_AT, f"80 % {used}"),
    )


def note(budget: Budget | None, lane: Lane, now: datetime) -> str | None:
    """How it stands, where that is worth a warning: from 80 % on."""
    if budget is None:
        return None
    used = spent(lane, budget.day(now))
    if used < budget.segments * WARNS_AT:
        return None
    many = f"{used} of {budget.segments} segments of today have left"
    if used < budget.segments:
        return many
    return f"{many}: what is not of guards, handoffs or people waits"


def waiting(connection: Connection) -> int:
    """How many messages wait for a person since the budget was used up."""
    over = outbox.c.status == Status.DEAD, outbox.c.reason == Reason.BUDGET
    found: int = connection.execute(select(func.count()).where(*over)).scalar_one()
    return found
