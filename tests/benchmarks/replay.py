"""A day of messages, replayed: when each came in, was durable, was decided and was answered.

One shard is one ledger with the one thread that writes to it, and the lane of its account. A commit
takes as long as it was measured to take with so many messages in it; nothing else is modelled.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import sub
from typing import Final

from bot.model import Rate
from bot.runtime.giving_way import GivingWay

HOUR: Final = 3_600
_SAMPLE: Final = 4
"""Of so many delays in a row one is kept for percentiles."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of one transaction with messages in it."""

    once: float
    each: float

    def of(self, count: int) -> float:
        return self.once + self.each * count

    @classmethod
    def through(cls, one: float, many: float, count: int) -> Cost:
        """The line through what a transaction of one message takes, and of `count`."""
        each = max(0.0, (many - one) / (count - 1))
        return cls(max(0.0, one - each), each)


@dataclass(frozen=True, slots=True)
class Shard:
    """What keeping and deciding cost."""

    keep: Cost
    decide: Cost
    batch: int
    """The most messages of one transaction that decides."""
    gives_way: bool = False
    """To keeping, as the runner does."""


@dataclass(frozen=True, slots=True)
class Lane:
    """How the messages of an account leave."""

    rate: Rate
    in_flight: int
    round_trip: float
    """Seconds until the provider has answered."""


@dataclass(slots=True)
class Stage:
    """One hour of one stage."""

    longest: int = 0
    """The longest queue, of one shard."""
    slowest: float = 0.0
    """Seconds."""
    count: int = 0
    _delays: array[float] = field(default_factory=lambda: array("d"))

    def add(self, begun: Sequence[float], ended: Sequence[float]) -> None:
        """Messages, each with when it came to the stage and when it left it."""
        delays = array("d", map(sub, ended, begun))
        self.count += len(delays)
        self.slowest = max(self.slowest, max(delays, default=0.0))
        self._delays.extend(delays[::_SAMPLE])

    def merge(self, other: Stage) -> None:
        self.count += other.count
        self._delays.extend(other._delays)
        self.longest = max(self.longest, other.longest)
        self.slowest = max(self.slowest, other.slowest)

    def percentiles(self, *percents: int) -> list[float]:
        """Seconds; 0 where there was nothing."""
        known = sorted(self._delays) or [0.0]
        return [known[len(known) * percent // 100] for percent in percents]


def by_hour(came: Sequence[float], hours: int) -> Iterator[tuple[int, slice]]:
    """Which of them came in which hour; what comes after the last one belongs to it."""
    begin = 0
    for hour in range(hours):
        last = hour == hours - 1
        end = len(came) if last else bisect_left(came, (hour + 1) * HOUR, begin)
        yield hour, slice(begin, end)
        begin = end


def keep_and_decide(
    arrivals: Sequence[float], shard: Shard
) -> tuple[array[float], array[float], Iterator[tuple[float, int]]]:
    """When each of them was durable, and decided; and how many waited to be decided, and when.

    `arrivals` in order; so are they kept and decided.
    """
    kept, decided = array("d"), array("d")
    waited = array("d"), array("L")
    now, may_decide, count = 0.0, 0.0, len(arrivals)
    giving_way = GivingWay()
    while len(decided) < count:
        done = len(kept)
        coming = arrivals[done] if done < count else math.inf
        if coming <= now:
            end = done + 1
            while end < count and arrivals[end] <= now:
                end += 1
            now += shard.keep.of(end - done)
            kept.extend([now] * (end - done))
        elif done > len(decided) and may_decide <= now:
            waiting = done - len(decided)
            waited[0].append(now)
            waited[1].append(waiting)
            size = min(shard.batch, waiting)
            begin, now = now, now + shard.decide.of(size)
            decided.extend([now] * size)
            pause = giving_way.pause(begin, now, is_full=size == shard.batch)
            if coming <= now and shard.gives_way:
                may_decide = now + pause
        else:
            now = min(coming, may_decide if done > len(decided) else math.inf)
    return kept, decided, zip(*waited, strict=True)


def leave(ready: Sequence[float], lane: Lane) -> array[float]:
    """When the provider has answered each of these messages, which are ready in this order.

    As `bot.ledger.lane` counts: of so many answers in a row the first is a whole window old before
    another message begins; and no more are under way than may be.
    """
    answered = array("d")
    count, seconds = lane.rate.count, lane.rate.seconds
    for number, at in enumerate(ready):
        if number >= count:
            at = max(at, answered[number - count] + seconds)
        if number >= lane.in_flight:
            at = max(at, answered[number - lane.in_flight])
        answered.append(at + lane.round_trip)
    return answered


def longest_queues(came: Sequence[float], left: Sequence[float], into: Sequence[Stage]) -> None:
    """By the hour: the most that had come and not left. Both in order; `into` has each hour."""
    gone = 0
    for number, at in enumerate(came, 1):
        while left[gone] <= at:
            gone += 1
        stage = into[hour_of(at, into)]
        if number - gone > stage.longest:
            stage.longest = number - gone


def hour_of(at: float, hours: Sequence[object]) -> int:
    """What comes after the last hour belongs to it."""
    return min(int(at / HOUR), len(hours) - 1)


def rate_for(ready: Sequence[float], lane: Lane, within: float) -> int:
    """Of the lane's rate: with which 99 of 100 are answered `within` seconds, to a hundredth."""
    least, enough = 0, lane.rate.count
    while not _is_within(ready, lane, enough, within):
        least, enough = enough, enough * 2
    while enough - least > max(1, enough // 100):
        middle = (least + enough) // 2
        if _is_within(ready, lane, middle, within):
            enough = middle
        else:
            least = middle
    return enough


def _is_within(ready: Sequence[float], lane: Lane, count: int, within: float) -> bool:
    tried = Lane(Rate(count, lane.rate.seconds), max(lane.in_flight, count), lane.round_trip)
    answered = leave(ready, tried)
    late = sum(end - at > within for at, end in zip(ready, answered, strict=True))
    return late * 100 <= len(ready)
