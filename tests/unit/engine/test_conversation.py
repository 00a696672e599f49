"""The thread of a conversation: what it knows, and what it is after a decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.engine.conversation import MOST_HEARD, Heard, Thread
from bot.model import FALLBACK, Change, ChangeKind, Decision, Outcome, Per, Reply, RuleId
from tests.build import NOW, context, inbound

MINUTE = timedelta(minutes=1)
HOURS = RuleId("hours")


def decided(*changes: Change, outcome: Outcome = Outcome.SUPPRESSED) -> Decision:
    return Decision(outcome=outcome, rule=HOURS, changes=changes)


def test_a_new_thread_knows_nothing() -> None:
    assert Thread().context(inbound("Hi"), NOW, answered_rule=None, longcode_id=None) == context()


def test_what_was_heard_is_counted_by_what_came_of_it() -> None:
    heard = (
        Heard(NOW - MINUTE, "hi!", Outcome.REPLIED, FALLBACK),
        Heard(NOW - 2 * MINUTE, "Hi", Outcome.UNMATCHED, None),
        Heard(NOW - 3 * MINUTE, "other", Outcome.REPLIED, HOURS),
        Heard(NOW - 9 * MINUTE, "hi", Outcome.REPLIED, FALLBACK),
    )
    found = Thread(heard=heard, received=4).context(
        inbound("HI"), NOW, answered_rule=HOURS, longcode_id=None
    )
    assert found == context(
        count=4,
        answered_rule=HOURS,
        received_at=tuple(one.at for one in heard),
        unmatched_at=(heard[0].at, heard[1].at, heard[3].at),
        equal_at=(heard[0].at, heard[1].at),  # within five minutes
        fallbacks_in_row=1,
    )


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (Change(ChangeKind.CONTACT, "a", "1"), {"contact": {"a": "1", "x": "0"}}),
        (Change(ChangeKind.CONTACT, "x", None), {"contact": {}}),
        (Change(ChangeKind.CONVERSATION, "x", "2"), {"values": {"x": "2"}}),
        (Change(ChangeKind.STATE, "day"), {"state": "day"}),
        (
            Change(ChangeKind.STATE, "day", (NOW + MINUTE).isoformat()),
            {"state": "day", "state_until": NOW + MINUTE},
        ),
        (Change(ChangeKind.STATE, ""), {"state": None}),
        (Change(ChangeKind.OPT_OUT), {"opted_out": True}),
        (Change(ChangeKind.OPT_IN), {"opted_out": False}),
        (Change(ChangeKind.USE, "key", "all"), {"uses": {(Per.ALL, "key"): (NOW + MINUTE,)}}),
    ],
)
def test_each_change_of_a_decision_is_in_the_thread_after_it(
    change: Change, expected: dict[str, object]
) -> None:
    before = Thread(contact={"x": "0"}, values={"x": "0"}, state="old")
    after = before.after(inbound("Hi"), decided(change), NOW + MINUTE)
    wanted = replace(before, received=1, heard=(Heard(NOW, "Hi", Outcome.SUPPRESSED, HOURS),))
    assert after == replace(wanted, **expected)  # type: ignore[arg-type]  # fields by name


def test_a_state_that_has_ended_is_none() -> None:
    thread = Thread(state="day", state_until=NOW)
    assert (thread.state_at(NOW - MINUTE), thread.state_at(NOW)) == ("day", None)


@pytest.mark.parametrize(
    ("before", "sent_at", "after"),
    [
        (None, None, None),
        (None, NOW, NOW),
        (NOW, None, NOW),
        (NOW, NOW + MINUTE, NOW + MINUTE),
        (NOW + MINUTE, NOW, NOW + MINUTE),
    ],
)
def test_the_last_opt_out_counts_by_the_clock_of_the_provider(
    before: datetime | None, sent_at: datetime | None, after: datetime | None
) -> None:
    thread = Thread(opted_out=before is not None, opted_out_at=before)
    message = inbound("STOP", sent_at=sent_at, received_at=NOW + 9 * MINUTE)
    left = thread.after(message, decided(Change(ChangeKind.OPT_OUT)), NOW)
    assert (left.opted_out, left.opted_out_at) == (True, after)


def test_what_is_remembered_is_bounded() -> None:
    thread = Thread()
    for _ in range(MOST_HEARD + 1):
        thread = thread.after(inbound("Hi"), decided(), NOW).sent(
            NOW, [Reply(text="Hi", rule=HOURS)]
        )
    assert (len(thread.heard), thread.received, len(thread.replied_at)) == (
        MOST_HEARD,
        MOST_HEARD + 1,
        10,
    )
