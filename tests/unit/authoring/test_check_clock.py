"""What is past is told on the clock of the rule set."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.authoring.check import checked

NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("timezone", "is_past"), [("Pacific/Kiritimati", True), ("America/New_York", False)]
)
def test_a_rule_is_past_by_the_time_zone_of_its_rule_set(
    tmp_path: Path, timezone: str, is_past: bool
) -> None:
    (tmp_path / "a.yaml").write_text(
        f"timezone: {timezone}\n"
        "rules: [{id: a, when: {keywords: a}, until: 2026-01-15, reply: ok, tests: {match: [a]}}]"
    )
    _, problems = checked(tmp_path, timezone="UTC", now=NOON)
    assert any("2026-01-15" in problem.message for problem in problems) is is_past
