"""What takes long is found out once for all who ask, and not soon again."""

from __future__ import annotations

import asyncio

import pytest

from bot.web.console.remembered import Remembered

pytestmark = pytest.mark.anyio


async def test_all_who_ask_meanwhile_and_a_while_after_are_told_the_same() -> None:
    asked: list[str] = []

    async def find_out() -> int:
        asked.append("")
        await asyncio.sleep(0.05)
        return len(asked)

    counts = Remembered[int]()
    told = await asyncio.gather(*(counts.get("7d", "a", find_out) for _ in range(3)))
    assert told == [(1, None)] * 3
    again, newer_in = await counts.get("7d", "b", find_out)
    assert (again, newer_in is not None and 0 < newer_in < 19) == (1, True)
    assert await counts.get("1d", "b", find_out) == (2, None)


async def test_what_is_found_out_at_once_is_found_out_anew() -> None:
    numbers = iter(range(3))

    async def find_out() -> int:
        return next(numbers)

    counts = Remembered[int]()
    assert await counts.get("1h", "a", find_out) == (0, None)
    told = await counts.get("1h", "b", find_out)
    while told[1] is not None:
        await asyncio.sleep(told[1])
        told = await counts.get("1h", "b", find_out)
    assert told == (1, None)


async def test_what_failed_is_tried_again() -> None:
    async def fail() -> int:
        raise LookupError("not now")

    async def find_out() -> int:
        return 1

    counts = Remembered[int]()
    with pytest.raises(LookupError, match="not now"):
        await counts.get("1h", "a", fail)
    assert await counts.get("1h", "a", find_out) == (1, None)
