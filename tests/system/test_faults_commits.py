"""The process dies right before and right after each commit of a chain."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.commits import run, wrong, wrong_bursts, wrong_timers

pytestmark = pytest.mark.anyio


async def test_a_death_at_a_commit_loses_nothing_and_says_nothing_twice(tmp_path: Path) -> None:
    """At every fifth; all of them are `python -m tests.faults commits`."""
    deaths, read = await run(tmp_path, step=5)
    assert {death.side for death in deaths} == {"before", "after"}
    assert max(death.commit for death in deaths) > 10
    assert wrong(deaths, read) == []


async def test_a_death_at_a_commit_leaves_each_text_in_exactly_one_burst(tmp_path: Path) -> None:
    """While texts come in, while they wait, and while they are answered."""
    deaths, read = await run(tmp_path, step=4, chain="bursts")
    assert {death.side for death in deaths} == {"before", "after"}
    assert max(death.commit for death in deaths) > 8
    assert wrong_bursts(deaths, read) == []
    assert any(len(keys) == 3 for death in deaths for keys in death.answered)


async def test_a_death_at_a_commit_asks_nothing_twice_and_lets_no_timer_go_twice(
    tmp_path: Path,
) -> None:
    """A question that expires, and a follow-up."""
    deaths, read = await run(tmp_path, step=9, chain="timers")
    assert {death.side for death in deaths} == {"before", "after"}
    assert max(death.commit for death in deaths) > 14
    assert wrong_timers(deaths, read) == []
