"""The lane: one for all sends of an account, with a rate, at times a pause."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, insert, select, update

from bot.ledger.database import insert_on_conflict
from bot.ledger.locks import advisory_lock
from bot.ledger.prepared import Prepared
from bot.ledger.schema import attempts, lanes, outbox
from bot.model import Rate

ACCOUNT: Final = "default"
BY_HAND: Final = "paused by hand"
"""A pause that only a person ends; the others end at a restart too."""
LONGEST_WAIT: Final = timedelta(seconds=120)
"""That the provider can ask for: `sending.wait_of` takes no more."""
SENDER_GONE_AFTER: Final = timedelta(seconds=15)
"""Without a sign of life of one of several machines; each sweep of theirs gives one."""
FIRST_TRIAL: Final = timedelta(minutes=1)
LONGEST_TRIAL: Final = timedelta(hours=1)
"""From a refusal to the next trial, which is twice as long each time."""

_LANE: Final = Prepared(select(lanes).where(lanes.c.account == ACCOUNT))
_RUNS: Final[Mapping[str, Any]] = {"paused": None, "trial_at": None, "trials": 0}
_RUN_AGAIN: Final = update(lanes).where(lanes.c.account == ACCOUNT).values(**_RUNS)
_UNDER_WAY: Final = Prepared(select(func.count()).where(outbox.c.status == "sending"))
# The end of the attempt counts: when the provider saw it lies somewhere before.
_ENDED: Final = Prepared(
    select(attempts.c.finished_at)
    .where(attempts.c.finished_at.is_not(None))
    .order_by(attempts.c.finished_at.desc())
    .limit(1)
    .offset(bindparam("others"))
)


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing can be sent now; `until` is when to look again, None when something changes."""

    until: datetime | None


class Ends(StrEnum):
    """What ends a pause, beside a person's `bot sender resume`."""

    PERSON = "person"
    """Nothing else."""
    KEY = "key"
    """A check of the key that it passes."""
    TRIAL = "trial"
    """One message that is sent to see whether the provider takes it."""


@dataclass(frozen=True, slots=True)
class Lane:
    """How the sends of an account stand."""

    paused: str | None = None
    """Why nothing is sent; None while it runs."""
    not_before: datetime | None = None
    """The provider asked to wait until then."""
    trial_at: datetime | None = None
    """When one message is sent although it is paused; None where none is."""
    trials: int = 0
    """In vain so far."""
    sender_seen_at: datetime | None = None
    """When who sends last gave a sign of life: in one process at its start, of several machines
    every few seconds. None where nobody has begun to send."""
    segments: int = 0
    """That have left on the day `segments_on`, see `bot.ledger.budget`."""
    segments_on: str | None = None
    """ISO date; None before the first."""

    @property
    def ends(self) -> Ends | None:
        """None while it runs."""
        if self.paused is None:
            return None
        if self.paused == BY_HAND:
            return Ends.PERSON
        return Ends.KEY if self.trial_at is None else Ends.TRIAL

    def way_out(self, shown: Callable[[datetime], str] = "{:%FT%TZ}".format) -> str:
        """For a person, with times as they are `shown`; empty while it runs."""
        match self.ends:
            case Ends.TRIAL:
                at = shown(self.trial_at) if self.trial_at is not None else ""
                return (
                    f"ends when the provider takes a trial message, the next at {at},"
                    " or by `bot sender resume`"
                )
            case Ends.KEY:
                return "ends when a check finds the key good, or by `bot sender resume`"
            case Ends.PERSON:
                return "ends by `bot sender resume`"
            case None:
                return ""


def lock(connection: Connection) -> None:
    """Until the transaction ends nobody else claims a message, on whichever machine."""
    advisory_lock(connection, "lane")


def wait(connection: Connection, lane: Lane, rate: Rate, now: datetime) -> Nothing | None:
    """Why nothing may be sent now, or None where the next message may leave.

    In a pause that a trial ends that is the trial, alone. `lane` as it stands, and locked.
    """
    if lane.ends in (Ends.PERSON, Ends.KEY):
        return Nothing(None)
    under_way: int = _UNDER_WAY(connection).value
    if under_way and (lane.ends is Ends.TRIAL or under_way >= rate.count):
        return Nothing(None)
    for name, at, longest in (
        ("trial_at", lane.trial_at, LONGEST_TRIAL),
        ("not_before", lane.not_before, LONGEST_WAIT),
    ):
        if at is not None and at > now:
            until = min(at, now + longest)
            if until < at:  # the clock was set back
                _change(connection, {name: until})
            return Nothing(until)
    others = rate.count - under_way - 1
    ended: datetime | None = _ENDED(connection, others=others).value
    if ended is None:
        return None
    if ended > now:
        # The clock was set back, nobody knows how far: as if all of it had just been sent.
        connection.execute(
            update(attempts).where(attempts.c.finished_at > now).values(finished_at=now)
        )
        ended = now
    free = ended + timedelta(seconds=rate.seconds)
    return Nothing(free) if free > now else None


def is_sending(lane: Lane, runs: bool | None, now: datetime) -> bool:
    """Whether somebody sends; `runs`: a process of this machine does, None where several share
    the ledger and only their signs of life tell.
    """
    if lane.sender_seen_at is None or runs is False:
        return False
    return runs is True or now - lane.sender_seen_at < SENDER_GONE_AFTER


def state(connection: Connection) -> Lane:
    row = _LANE(connection).first
    if row is None:
        return Lane()
    return Lane(
        row.paused,
        row.not_before,
        row.trial_at,
        row.trials,
        row.sender_seen_at,
        row.segments,
        row.segments_on,
    )


def pause(connection: Connection, because: str) -> None:
    """Send nothing until `resume`, or, unless it is by hand, until the key is good."""
    if because == BY_HAND or state(connection).ends is not Ends.PERSON:
        _change(connection, {**_RUNS, "paused": because})


def pause_for_trials(connection: Connection, because: str, now: datetime) -> None:
    """Send nothing but a trial now and then, or until `resume`; a trial that failed says so too."""
    lane = state(connection)
    if lane.ends is Ends.PERSON:
        return
    trials = lane.trials + 1 if lane.ends is Ends.TRIAL else 0
    at = now + min(FIRST_TRIAL * 2 ** min(trials, 10), LONGEST_TRIAL)
    _change(connection, {"paused": because, "trial_at": at, "trials": trials})


def put_off_trial(connection: Connection, now: datetime) -> None:
    """Nobody knows what came of a trial."""
    lane = state(connection)
    if lane.paused is not None and lane.ends is Ends.TRIAL:
        pause_for_trials(connection, lane.paused, now)


def resume(connection: Connection) -> None:
    """Send again, whoever paused it."""
    _change(connection, _RUNS)


def end_pause_of_provider(connection: Connection) -> None:
    """A pause that the provider's answer brought ends: after a start all may be different."""
    connection.execute(_RUN_AGAIN.where(lanes.c.paused != BY_HAND))


def end_pause_of_key(connection: Connection) -> None:
    """The key is good: where that was why, it is why no more."""
    connection.execute(_RUN_AGAIN.where(lanes.c.paused != BY_HAND, lanes.c.trial_at.is_(None)))


def end_trials(connection: Connection) -> None:
    """A trial was taken."""
    connection.execute(_RUN_AGAIN.where(lanes.c.trial_at.is_not(None)))


def back_off_until(connection: Connection, at: datetime) -> None:
    """The provider wants no request before."""
    _change(connection, {"not_before": at})


def note_sender(connection: Connection, at: datetime | None) -> None:
    """Somebody sends; None: nobody does. Without the lane's lock, which a claim may hold."""
    row = {"account": ACCOUNT, "sender_seen_at": at}
    statement = insert_on_conflict(connection, lanes).values(row)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["account"], set_={"sender_seen_at": at})
    )


def _change(connection: Connection, values: Mapping[str, Any]) -> None:
    lock(connection)
    changed = connection.execute(update(lanes).where(lanes.c.account == ACCOUNT).values(**values))
    if not changed.rowcount:
        connection.execute(insert(lanes).values(account=ACCOUNT, **values))
