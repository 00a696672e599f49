"""What was answered 200 survives a power cut; the same cuts lose some with less care."""

from __future__ import annotations

import pytest

from tests.faults.power import figures


@pytest.mark.usefixtures("logged")
def test_with_our_own_pragmas_no_acknowledged_message_is_lost() -> None:
    found = figures(mode="FULL", messages=60, cuts=40, seed=1)
    assert found.acknowledged > 500
    assert found.taken > 100
    assert (found.lost, found.forgotten, found.damaged) == (0, 0, 0)


@pytest.mark.usefixtures("logged")
@pytest.mark.parametrize("mode", ["NORMAL", "OFF"])
def test_with_less_care_the_same_cuts_lose_some(mode: str) -> None:
    """So that the test above is known to be able to fail."""
    assert figures(mode=mode, messages=60, cuts=40, seed=1).lost > 0
