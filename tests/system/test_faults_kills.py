"""A server that is killed at whatever moment: a few kills here, hundreds by `python -m`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.kills import run

pytestmark = pytest.mark.anyio


async def test_a_server_that_is_killed_loses_nothing_and_says_nothing_twice(
    tmp_path: Path,
) -> None:
    found = await run(tmp_path, kills=5, messages=150, seed=1)
    assert found.is_good, found
    assert found.repeated
