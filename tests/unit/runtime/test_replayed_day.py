"""`python -m tests.benchmarks day` against what is known of queues without any replay."""

from __future__ import annotations

import random
from array import array
from itertools import accumulate, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Rate
from tests.benchmarks.day import answered_ones, arrivals, shard_of, shard_sizes
from tests.benchmarks.replay import (
    Cost,
    Lane,
    Shard,
    Stage,
    by_hour,
    keep_and_decide,
    leave,
    longest_queues,
    rate_for,
)

FREE = Cost(0.0, 0.0)


def poisson(count: int, each: float, seed: int) -> array[float]:
    """So many arrivals, one every `each` seconds in the mean."""
    chance = random.Random(seed)  # noqa: S311  to be repeated
    return array("d", accumulate(chance.expovariate(1 / each) for _ in range(count)))


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


@pytest.mark.parametrize("load", [0.3, 0.8])
def test_one_by_one_they_wait_as_in_m_d_1(load: float) -> None:
    """Pollaczek and Khinchine: load / (2 (1 - load)) of the time that each takes."""
    came = poisson(60_000, 1.0, seed=3)
    expected = load * load / (2 * (1 - load))
    _, decided, _ = keep_and_decide(came, Shard(FREE, Cost(load, 0.0), batch=1))
    waits = [end - at - load for at, end in zip(came, decided, strict=True)]
    assert mean(waits) == pytest.approx(expected, rel=0.1)
    left = leave(came, Lane(Rate(1, load), 60_000, 0.0))
    assert mean([end - at for at, end in zip(came, left, strict=True)]) == pytest.approx(
        expected, rel=0.1
    )


GAPS = st.lists(st.floats(0.0, 3.0), min_size=1, max_size=60)
COSTS = st.builds(Cost, st.floats(0.001, 2.0), st.floats(0.0, 1.0))


@settings(max_examples=60)
@given(GAPS, COSTS, COSTS, st.integers(1, 8), st.booleans())
def test_none_is_lost_and_none_overtakes_another(
    gaps: list[float], keep: Cost, decide: Cost, batch: int, gives_way: bool
) -> None:
    came = array("d", accumulate(gaps))
    kept, decided, waited = keep_and_decide(came, Shard(keep, decide, batch, gives_way=gives_way))
    assert len(came) == len(kept) == len(decided)
    for times in (kept, decided):
        assert list(times) == sorted(times)
    for at, durable, end in zip(came, kept, decided, strict=True):
        assert at + keep.of(1) <= durable + 1e-9
        assert durable + decide.of(1) <= end + 1e-9
    for at, waiting in waited:
        # arrived = done + waiting
        assert sum(one <= at for one in kept) == waiting + sum(one <= at for one in decided)


@settings(max_examples=60)
@given(GAPS, st.integers(1, 5), st.floats(0.5, 9.0), st.integers(1, 5), st.floats(0.0, 2.0))
def test_never_more_leave_than_the_rate_says_nor_are_under_way(
    gaps: list[float], count: int, seconds: float, in_flight: int, round_trip: float
) -> None:
    came = array("d", accumulate(gaps))
    left = leave(came, Lane(Rate(count, seconds), in_flight, round_trip))
    begun = [end - round_trip for end in left]
    assert list(left) == sorted(left)
    for first, later in zip(left, begun[count:], strict=False):
        assert later - first >= seconds - 1e-9
    for first, later in zip(left, begun[in_flight:], strict=False):
        assert later >= first - 1e-9
    assert all(begin >= at - 1e-9 for at, begin in zip(came, begun, strict=True))


def test_a_queue_is_what_has_come_and_not_left() -> None:
    hours = [Stage(), Stage()]
    longest_queues([0.0, 1.0, 2.0, 3_600.0], [1.5, 3_500.0, 3_500.0, 3_700.0], hours)
    assert [stage.longest for stage in hours] == [2, 1]


def test_percentiles_are_of_each_fourth_and_the_slowest_of_all() -> None:
    stage, other = Stage(), Stage()
    stage.add([0.0] * 999, [delay / 10 for delay in range(1, 1_000)])
    other.add([1.0], [101.0])
    stage.merge(other)
    assert stage.percentiles(50, 99) == pytest.approx([50.0, 99.0], abs=0.5)
    assert (stage.slowest, stage.count) == (100.0, 1_000)


def test_each_message_belongs_to_the_hour_in_which_it_came() -> None:
    found = list(by_hour([1.0, 3_600.0, 7_199.0, 90_000.0], 3))
    assert found == [(0, slice(0, 1)), (1, slice(1, 3)), (2, slice(3, 4))]


def test_the_rate_that_is_enough_is_the_least() -> None:
    """A hundred at once, and one a second within the last of which two may be late."""
    at_once = [0.0] * 100
    assert rate_for(at_once, Lane(Rate(20, 15.0), 1, 0.0), within=10.0) == 99
    assert rate_for(at_once, Lane(Rate(20, 15.0), 1, 0.0), within=16.0) == 50


def test_each_person_has_one_shard_and_all_messages_are_there() -> None:
    sizes = shard_sizes(messages=40_000, people=4_000)
    assert sum(sizes) == 40_000
    assert min(sizes) > 4_000
    assert shard_of("+15555550101") == shard_of("+15555550101")
    came = arrivals(5_000, seed=1)
    assert len(came) == 5_000
    assert all(first <= later for first, later in pairwise(came))
    hours = [sum(hour <= at / 3_600 < hour + 1 for at in came) for hour in (3, 10)]
    assert hours[1] > 20 * hours[0]
    assert len(answered_ones(5_000, 0.6)) == 3_000
