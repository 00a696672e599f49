"""The process dies right before and right after each commit of a chain, on either database."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.commits import run, wrong, wrong_bursts, wrong_timers
from tests.postgres import Server

pytestmark = pytest.mark.anyio


async def test_a_death_at_a_commit_loses_nothing_and_says_nothing_twice(tmp_path: Path) -> None:
    """At every fifth; all of them are `python -m tests.faults commits`."""
    deaths, read = await run(str(tmp_path), step=5)
    assert {death.side for death in deaths} == {"before", "after"}
    assert max(death.commit for death in deaths) > 10
    assert wrong(deaths, read) == []


async def test_a_death_at_a_commit_leaves_each_text_in_exactly_one_burst(tmp_path: Path) -> None:
    """While texts come in, while they wait, and while they are answered."""
    deaths, read = await run(str(tmp_path), step=4, chain="bursts")
    assert {death.side for death in deaths} == {"before", "after"}
    assert max(death.commit for death in deaths) > 8
    assert wrong_bursts(deaths, read) == []
    assert any(len(keys) == 3 for death in deaths for keys in death.answered)


async def test_a_death_at_a_commit_asks_nothing_twice_and_lets_no_timer_go_twice(
    tmp_path: Path,
) -> None:
    """A question that expires, and a follow-up."""
    deaths, read = await run(str(tmp_path), step=9, chain="timers")
    assert {death.side for death in deaths} == {"before", "after"}
    assert max(death.commit for death in deaths) > 14
    assert wrong_timers(deaths, read) == []


async def test_on_postgresql_neither(postgres: Server) -> None:
    """The next machine waits until the jobs of the dead one are free: three commits at a time."""
    deaths, read = await run(postgres.url("postgres"), step=9, at_once=3)
    assert {death.side for death in deaths} == {"before", "after"}
    assert max(death.commit for death in deaths) > 15  # one batch may hold several messages
    assert wrong(deaths, read) == []


async def test_on_postgresql_no_timer_goes_twice_either(postgres: Server) -> None:
    deaths, read = await run(postgres.url("postgres"), step=13, at_once=3, chain="timers")
    assert {death.side for death in deaths} == {"before", "after"}
    assert max(death.commit for death in deaths) > 30
    assert wrong_timers(deaths, read) == []
