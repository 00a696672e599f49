"""The rate, and what the provider asks for, by a clock that nobody sets."""

from __future__ import annotations

import pytest

from bot.model import Rate
from bot.provider.rate_limit import RateLimiter


@pytest.mark.parametrize(
    ("sent", "now", "wait"),
    [
        ([], 0.0, 0.0),
        ([(1.0, None)], 1.0, 0.0),
        ([(1.0, None), (2.0, None)], 3.0, 8.0),
        ([(1.0, None), (2.0, None)], 11.0, 0.0),
        ([(1.0, None), (2.0, None), (11.0, None)], 11.0, 1.0),
        ([(1.0, 30.0)], 3.0, 28.0),
        ([(1.0, 30.0), (31.0, None)], 31.0, 0.0),
        ([(1.0, 2.0), (2.0, None)], 3.0, 8.0),
    ],
)
def test_the_next_send_waits_its_time(
    sent: list[tuple[float, float | None]], now: float, wait: float
) -> None:
    pace = RateLimiter(Rate(2, 10.0))
    for at, after in sent:
        pace.sent(at, after)
    assert pace.wait(now) == wait


@pytest.mark.parametrize(
    ("sent", "under_way", "wait"),
    [([], 1, 0.0), ([], 2, 10.0), ([1.0], 1, 8.0), ([1.0, 2.0], 1, 9.0), ([1.0, 2.0], 0, 8.0)],
)
def test_those_under_way_count_as_if_they_ended_now(
    sent: list[float], under_way: int, wait: float
) -> None:
    pace = RateLimiter(Rate(2, 10.0))
    for at in sent:
        pace.sent(at, None)
    assert pace.wait(3.0, under_way) == wait
