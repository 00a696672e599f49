"""What the author says of a rule stands wherever the rule does."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Bot

ABOUT = "What time we close."
RULES = f"""
rules:
  - id: hours
    description: {ABOUT}
    when: {{keywords: hours}}
    reply: "5 pm"
    tests: {{match: [hours], no_match: [hours please]}}
  - {{id: plain, when: {{keywords: plain}}, reply: ok, tests: {{match: [plain]}}}}
"""


@pytest.fixture(autouse=True)
def rules(folder: Path) -> None:
    (folder / "rules" / "shop.yaml").write_text(RULES)


def test_a_dry_run_shows_it_below_the_verdict(bot: Bot) -> None:
    lines = bot("dry-run", "hours").out.splitlines()
    assert lines[1:3] == ["  replied by hours (rules/shop.yaml:3)", f"  {ABOUT}"]
    assert ABOUT not in bot("dry-run", "plain").out


def test_the_match_in_the_trace_carries_it(bot: Bot) -> None:
    [hours] = bot("dry-run", "hours", "--json").objects
    assert hours["trace"][-1] == {"rule": "hours", "matched": True, "description": ABOUT}
    [plain] = bot("dry-run", "plain", "--json").objects
    assert plain["trace"][-1] == {"rule": "plain", "matched": True}


def test_a_chat_shows_it(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"hours\n")))
    assert f"  {ABOUT}" in bot("chat").out.splitlines()


def test_a_test_that_failed_and_a_gap_of_coverage_show_it(bot: Bot) -> None:
    lines = bot("test", "--coverage").out.splitlines()
    assert [line for line in lines if ABOUT in line] == [f"    {ABOUT}", f"      {ABOUT}"]


def test_both_carry_it_as_json(bot: Bot) -> None:
    *results, found = bot("test", "--coverage", "--json").objects
    assert [one.get("description") for one in results] == [ABOUT, ABOUT, None]
    about = {gap["rule"]: gap.get("description") for gap in found["gaps"]}
    assert (about["hours"], about["plain"]) == (ABOUT, None)
