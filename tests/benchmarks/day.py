"""A day of ten million messages over eight ledgers: queues and delays, by replay.

What is measured, in the same run: a commit that keeps and one that decides, with one message and
with many; what one message that leaves takes of this machine; how many are answered. What is real:
the order of work of `bot.runtime.runner`, the rate of `bot.ledger.lane`. What is assumed:

- The bot has no shards of its own. An operator has eight accounts, each with a ledger, a lane and a
  machine like this one; a person belongs to one by a stable hash of the number, and so do all of
  that person's messages.
- Of ten messages six answer one of four broadcasts, which all eight accounts send at the same
  moment, to everybody at once: as bad as it can be. 43 % of the answers come in 15 minutes, which
  is what Dynmark found of almost a billion messages (2013); they are log-normal, with sigma 1.5.
- The others follow the day of people who are awake: `CURVE`.
- The provider answers in 150 ms, and tells of each message twice.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
import os
import random
import statistics
import tempfile
import time
from array import array
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from bot.model import Rate
from bot.runtime import runner
from bot.settings import DEFAULT_RATE
from tests.benchmarks import accept, burst, ledger
from tests.benchmarks.load import post, requests
from tests.benchmarks.quiet import quiet
from tests.benchmarks.replay import (
    HOUR,
    Cost,
    Lane,
    Shard,
    Stage,
    by_hour,
    hour_of,
    keep_and_decide,
    leave,
    longest_queues,
    rate_for,
)

MESSAGES: Final = 10_000_000
PEOPLE: Final = 1_000_000
SHARDS: Final = 8
BROADCASTS: Final = (10, 12, 15, 18)
"""Hours of the day."""
ANSWERS: Final = 0.6
"""Of all messages."""
SIGMA: Final = 1.5
MEDIAN: Final = 15 * 60 * math.exp(-SIGMA * statistics.NormalDist().inv_cdf(0.43))
"""Seconds until half of the answers to a broadcast are there."""
CURVE: Final = (2, 1, 1, 1, 1, 2, 4, 7, 9, 10, 10, 11, 12, 11, 10, 10, 10, 11, 12, 12, 10, 8, 6, 3)
ROUND_TRIP: Final = 0.15
TOLD: Final = 2
WITHIN: Final = (10.0, 60.0)
"""Seconds in which 99 of 100 are to be answered after they were decided."""
_STAGES: Final = ("keep", "decide", "send")
_ALL: Final = (*_STAGES, "all", "default")
"""From when it came in to the provider's answer; and to send at the rate that settings begin with.
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """On this machine, in seconds."""

    keep: Cost
    decide: Cost
    leaving: float
    """That sending one message takes of the machine, and hearing of its delivery."""
    answered: float
    """Replies a message."""

    def shard(self, sent_a_second: float) -> Shard:
        """What is left of a machine that sends as much all the time."""
        left = 1 - sent_a_second * self.leaving
        assert left > 0, "sending alone takes more than the machine has"
        keep, decide = (Cost(of.once / left, of.each / left) for of in (self.keep, self.decide))
        return Shard(keep, decide, runner.BATCH, gives_way=True)


@dataclass(slots=True)
class Hours:
    """Each stage, by the hour in which the messages came in; the last one is the day after."""

    stages: dict[str, list[Stage]] = field(
        default_factory=lambda: {name: [Stage() for _ in range(25)] for name in _ALL}
    )

    def merge(self, other: Hours) -> None:
        for name, hours in self.stages.items():
            for mine, theirs in zip(hours, other.stages[name], strict=True):
                mine.merge(theirs)


def report() -> None:
    measured = measure()
    sizes = shard_sizes()
    print(f"{sum(sizes):,} messages of a day over {len(sizes)} ledgers, by replay;", end="")
    print(f" load {os.getloadavg()[0]:.1f}")
    for name, cost in (("keep", measured.keep), ("decide", measured.decide)):
        print(f"  to {name}: {cost.once * 1e6:,.0f} µs a commit", end="")
        print(f" and {cost.each * 1e6:,.0f} µs a message")
    print(f"  to send: {measured.leaving * 1e6:,.0f} µs a message", end="")
    print(f"; {measured.answered:.2f} replies a message")
    begin = time.perf_counter()
    counts = _needed(measured, max(sizes))
    lane = Lane(Rate(counts[0], DEFAULT_RATE.seconds), counts[0], ROUND_TRIP)
    day = Hours()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for hours in pool.map(partial(replayed, measured, lane), sizes, range(len(sizes))):
            day.merge(hours)
    _print(day, lane)
    for within, count in zip(WITHIN, counts, strict=True):
        times = count / DEFAULT_RATE.count
        print(f"  99 of 100 leave {within:.0f} s after they were decided: {count} sends in", end="")
        print(f" {DEFAULT_RATE.seconds:.0f} s of each account, {times:.0f}x the default")
    slow = whole(day.stages["default"])
    [half] = slow.percentiles(50)
    print(f"  with the default, {DEFAULT_RATE.count}: p50 {half / HOUR:.1f} h", end="")
    print(f", max {slow.slowest / HOUR:.1f} h, queue {slow.longest:,} of one account")
    print(f"  replayed in {time.perf_counter() - begin:.0f} s")


def whole(hours: Iterable[Stage]) -> Stage:
    """All of them as one."""
    found = Stage()
    for stage in hours:
        found.merge(stage)
    return found


def shard_sizes(messages: int = MESSAGES, people: int = PEOPLE, shards: int = SHARDS) -> list[int]:
    """Messages of each, as many of each person."""
    found = Counter(shard_of(f"+1{2_000_000_000 + n}", shards) for n in range(people))
    return [found[shard] * messages // people for shard in range(shards)]


def shard_of(person: str, shards: int = SHARDS) -> int:
    return int.from_bytes(hashlib.sha256(person.encode()).digest()[:8]) % shards


def arrivals(count: int, seed: int) -> array[float]:
    """Seconds since midnight, in order."""
    chance = random.Random(seed)  # noqa: S311  no secret
    answers = round(count * ANSWERS)
    moments = array("d")
    for number in range(answers):
        begin = BROADCASTS[number % len(BROADCASTS)] * HOUR
        moments.append(begin + MEDIAN * math.exp(chance.gauss(0.0, SIGMA)))
    for hour in chance.choices(range(24), CURVE, k=count - answers):
        moments.append((hour + chance.random()) * HOUR)
    return array("d", sorted(moments))


def replayed(measured: Measured, lane: Lane, size: int, seed: int) -> Hours:
    """One shard."""
    came = arrivals(size, seed)
    sent_a_second = lane.rate.count / lane.rate.seconds
    shard = measured.shard(min(sent_a_second, size * measured.answered / (24 * HOUR)))
    kept, decided, waited = keep_and_decide(came, shard)
    hours = Hours()
    stages = hours.stages
    longest_queues(came, kept, stages["keep"])
    for at, waiting in waited:
        stage = stages["decide"][hour_of(at, stages["decide"])]
        stage.longest = max(stage.longest, waiting)
    replies = answered_ones(size, measured.answered)
    ready = array("d", (decided[number] for number in replies))
    left = leave(ready, lane)
    slowly = leave(ready, Lane(DEFAULT_RATE, 1, ROUND_TRIP))
    longest_queues(ready, left, stages["send"])
    longest_queues(ready, slowly, stages["default"])
    for hour, those in by_hour(came, len(stages["keep"])):
        stages["keep"][hour].add(came[those], kept[those])
        stages["decide"][hour].add(kept[those], decided[those])
    asked = array("d", (came[number] for number in replies))
    for hour, those in by_hour(asked, len(stages["send"])):
        stages["send"][hour].add(ready[those], left[those])
        stages["all"][hour].add(asked[those], left[those])
        stages["default"][hour].add(ready[those], slowly[those])
    return hours


def answered_ones(count: int, share: float) -> list[int]:
    """Which of so many messages get a reply, as evenly as can be."""
    return [n for n in range(count) if int((n + 1) * share) > int(n * share)]


def _needed(measured: Measured, size: int) -> list[int]:
    """Of the rate, for each of WITHIN; as though decisions waited for nothing."""
    came = arrivals(size, 0)
    ready = array("d", (came[number] for number in answered_ones(size, measured.answered)))
    lane = Lane(DEFAULT_RATE, 1, ROUND_TRIP)
    return [rate_for(ready, lane, within) for within in WITHIN]


def measure() -> Measured:
    quiet()
    with tempfile.TemporaryDirectory() as folder, accept.bot(Path(folder)) as (_, port):
        post(port, requests(_WARM))
        one = post(port, requests(_ALONE, first=_WARM), connections=1)
        begun = _WARM + _ALONE
        many = post(port, requests(_TOGETHER, first=begun), connections=_CONNECTIONS)
        assert (one.refused, many.refused) == (0, 0)
    keep = Cost.through(1 / one.per_second, _CONNECTIONS / many.per_second, _CONNECTIONS)
    alone, together = (ledger.decided(batch, count) for batch, count in _DECIDED)
    decide = Cost.through(alone.each, together.each * runner.BATCH, runner.BATCH)
    with accept.bare() as (_, port):
        sent = asyncio.run(burst.send(f"http://127.0.0.1:{port}/v3", 1, _SENT)) / _SENT
    leaving = max(0.0, sent - burst.ROUND_TRIP) + TOLD / many.per_second
    return Measured(keep, decide, leaving, together.replies)


_WARM: Final = 500
_ALONE: Final = 500
_CONNECTIONS: Final = 32
_TOGETHER: Final = 4_000
_DECIDED: Final = ((1, 500), (runner.BATCH, 3_000))
_SENT: Final = 300


def _print(day: Hours, lane: Lane) -> None:
    rate = lane.rate
    print(f"with {rate.count} sends in {rate.seconds:.0f} s of each account;", end="")
    print(" queues of one ledger, delays in seconds by the hour in which the message came")
    head = ("hour", "messages", *(f"{name} queue" for name in _STAGES))
    delays = ("decided p50", "p99", "max", "answered p50", "p99", "max", "slowest")
    print(f"| {' | '.join((*head, *delays))} |\n|{'---|' * (len(head) + len(delays))}")
    for hour in range(25):
        keep, decide, send, every = (day.stages[name][hour] for name in _ALL[:4])
        stages = (keep, decide, send)
        if not any((keep.count, *(stage.longest for stage in stages))):
            continue
        slowest = max(zip(_STAGES, stages, strict=True), key=lambda one: one[1].percentiles(99))[0]
        cells = [f"{hour:02}" if hour < 24 else "after", f"{keep.count:,}"]
        cells += [f"{stage.longest:,}" for stage in stages]
        for stage in (decide, every):
            cells += map(_seconds, (*stage.percentiles(50, 99), stage.slowest))
        print(f"| {' | '.join((*cells, slowest if keep.count else ''))} |")


def _seconds(value: float) -> str:
    return (
        f"{value:,.0f}" if value >= 100 else f"{value:.2g}" if value >= 0.0095 else f"{value:.3f}"
    )
