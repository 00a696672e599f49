"""Open pages are told at once, and less often where changes go on and on."""

from __future__ import annotations

import pytest

from bot.web.console.pace import Pace


def told(pages: int, cost: float, seconds: float) -> int:
    """How often each page is told while there is a change each half second."""
    pace, count = Pace(), 0
    for _ in range(200):
        pace.drawn(cost)
    for step in range(int(seconds * 2)):
        count += sum(pace.takes_one(100 + step / 2) for _ in range(pages))
    return count // pages


@pytest.mark.parametrize(
    ("pages", "cost", "seconds", "times"),
    [
        (1, 0.010, 60, 120),
        (1, 0.025, 5, 10),
        (5, 0.003, 5, 10),
        (50, 0.003, 1, 2),
        (50, 0.003, 60, 9),
        (200, 0.010, 60, 0),
    ],
)
def test_drawing_takes_its_share_and_no_more(
    pages: int, cost: float, seconds: float, times: int
) -> None:
    assert told(pages, cost, seconds) == times
    assert told(pages, cost, seconds) * pages * cost <= 0.3 + 0.02 * seconds + pages * cost
