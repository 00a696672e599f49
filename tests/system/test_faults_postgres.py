"""PostgreSQL's bad days, each of its kinds once, with a silence that is shorter."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.postgres import Kind, kinds, missing, run

pytestmark = pytest.mark.anyio


@pytest.mark.skipif(missing() is not None, reason=str(missing()))
@pytest.mark.parametrize("kind", kinds(silent=10.0), ids=lambda kind: kind.name)
async def test_after_a_bad_day_of_postgresql_it_goes_on_by_itself(
    kind: Kind, tmp_path: Path
) -> None:
    found = await run(tmp_path, kind)
    assert found.is_good, found
