"""Open pages are told at once, and less often where changes go on and on."""

from __future__ import annotations

import pytest

from bot.web.console.pace import Pace


def told(pages: int, cost: float, seconds: float) -> int:
    """How often each page is told while there is a change each half second."""
    pace, count, now = Pace(), 0, 0.0
    for _ in range(200):
        pace.drawn(cost)
    while now < seconds:
        began = now
        for _ in range(pages):
            now += pace.turn(100 + now)
            count += now < seconds
        now = max(now, began + 0.5)
    return count // pages


@pytest.mark.parametrize(
    ("pages", "cost", "seconds", "times"),
    [
        (1, 0.010, 60, 120),
        (1, 0.025, 5, 10),
        (5, 0.003, 5, 10),
        (50, 0.003, 1, 2),
        (50, 0.0004, 60, 120),
        (50, 0.003, 60, 22),
        (200, 0.010, 60, 1),
    ],
)
def test_drawing_takes_its_share_and_no_more(
    pages: int, cost: float, seconds: float, times: int
) -> None:
    assert told(pages, cost, seconds) == times
    assert told(pages, cost, seconds) * pages * cost <= 0.3 + 0.05 * seconds + pages * cost
