"""Open pages are told at once, and less often where changes go on and on."""

from __future__ import annotations

import pytest

from bot.web.console.pace import Pace


def told(pages: int, same: int, cost: float, seconds: float) -> tuple[int, float]:
    """How often each page is told while there is a change each half second, and what that cost.

    `same`: so many of them show the same as another one.
    """
    pace, count, now, spent = Pace(), 0, 0.0, 0.0
    for _ in range(200):
        pace.drawn(cost)
    while now < seconds:
        began = now
        for number in range(pages):
            now += pace.turn(100 + now, is_drawn=number < same)
            count += now < seconds
            spent += (now < seconds) * (0.0005 if number < same else 0.0005 + cost)
        now = max(now, began + 0.5)
    return count // pages, spent


@pytest.mark.parametrize(
    ("pages", "same", "cost", "seconds", "times"),
    [
        (1, 0, 0.010, 60, 120),
        (1, 0, 0.024, 5, 10),
        (5, 0, 0.003, 5, 10),
        (50, 49, 0.003, 60, 109),
        (50, 49, 0.050, 60, 41),
        (5, 0, 0.010, 1, 2),
        (50, 0, 0.003, 60, 17),
        (200, 0, 0.010, 60, 1),
    ],
)
def test_drawing_takes_its_share_and_no_more(
    pages: int, same: int, cost: float, seconds: float, times: int
) -> None:
    found, spent = told(pages, same, cost, seconds)
    assert found == times
    assert spent <= 0.05 + 0.05 * seconds + cost + 0.0005
