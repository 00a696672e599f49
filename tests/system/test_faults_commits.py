"""The process dies right before and right after each commit of a chain."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.commits import run, wrong

pytestmark = pytest.mark.anyio


async def test_a_death_at_a_commit_loses_nothing_and_says_nothing_twice(tmp_path: Path) -> None:
    """At every fifth; all of them are `python -m tests.faults commits`."""
    deaths, read = await run(tmp_path, step=5)
    assert {death.side for death in deaths} == {"before", "after"}
    assert max(death.commit for death in deaths) > 10
    assert wrong(deaths, read) == []
