"""A decision that was stored is read again as it was made."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.ledger import decisions
from bot.ledger.decisions import Recorded
from bot.model import Change, ChangeKind, Decision, Match, Miss, Outcome, Reason, RuleId, Step
from tests.build import NOW

TEXT = st.text(max_size=20)
CAPTURES = st.dictionaries(
    TEXT, st.one_of(TEXT, st.integers(), st.floats(allow_nan=False, allow_infinity=False))
)
RULES = st.builds(RuleId, TEXT)
DECISIONS = st.builds(
    Decision,
    outcome=st.sampled_from(Outcome),
    rule=st.none() | st.builds(RuleId, st.text(min_size=1)),
    reason=st.none() | st.sampled_from(Reason),
    detail=TEXT,
    captures=CAPTURES,
    replies=st.just(()),
    changes=st.lists(
        st.builds(Change, st.sampled_from(ChangeKind), TEXT, st.none() | TEXT), max_size=3
    ).map(tuple),
    trace=st.lists(
        st.builds(Step, RULES, st.builds(Match, CAPTURES) | st.builds(Miss, TEXT)), max_size=3
    ).map(tuple),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # beside other tests
@given(DECISIONS)
def test_what_is_written_is_read_back(decision: Decision) -> None:
    recorded = Recorded(decision, "digest", NOW)
    row = decisions.write(recorded)
    stored = {name: json.loads(json.dumps(row[name])) for name in row if name != "decided_at"}
    assert decisions.read({**stored, "decided_at": NOW}) == recorded


def test_what_an_older_version_wrote_of_a_match_is_read() -> None:
    row = decisions.write(Recorded(Decision(outcome=Outcome.REPLIED), "digest", NOW))
    row["trace"] = [{"rule": "hours", "matched": True}]
    assert decisions.read(row).decision.trace == (Step(RuleId("hours"), Match()),)
