"""Cases that were collected elsewhere, where they are at hand: what each text must come to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.engine.decide import decide
from bot.model import Decision
from bot.text import segments
from tests.build import context, inbound, mistakes, ruleset
from tests.support import ROOT

CASES = ROOT.parent / "shared/data/cases"
NEW_YORK = ZoneInfo("America/New_York")


def unlike(case: Mapping[str, Any]) -> dict[str, Any]:
    """What came instead of what is expected."""
    at = datetime.fromisoformat(case.get("at", "2026-01-15T12:00")).replace(tzinfo=NEW_YORK)
    if "load" in case["expected"]:
        return {} if mistakes(case["rule"]) else {"rule": case["rule"], "load": "fine"}
    message = inbound(case["say"], received_at=at)
    decision = decide(message, context(now=at), ruleset(case["rule"]))
    expected = case["expected"]
    found = {key: got(key, wanted, decision) for key, wanted in expected.items()}
    wrong = {key: value for key, value in found.items() if not holds(key, value, expected[key])}
    return {"say": case["say"], **wrong} if wrong else {}


def got(key: str, wanted: Any, decision: Decision) -> Any:
    measured = [segments.measure(reply.text) for reply in decision.replies]
    match key:
        case "captures":
            return {name: decision.captures.get(name) for name in wanted}
        case "opt_out":
            return decision.rule == "$opt-out"
        case "segments":
            counts = [one.count for one in measured]
            return counts if isinstance(wanted, list) else sum(counts)
        case "encoding":
            return next(str(one.encoding) for one in measured)
        case _:
            return decision.rule


def holds(key: str, value: Any, wanted: Any) -> bool:
    return bool(value != wanted if key == "rule_not" else value == wanted)


@pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not at hand")
@pytest.mark.parametrize("path", sorted(CASES.glob("*.json")), ids=lambda path: path.stem)
def test_each_case_comes_to_what_is_expected(path: Path) -> None:
    found = [unlike(case) for case in json.loads(path.read_text("utf-8"))]
    assert [one for one in found if one] == []
