"""What other rules would do: three answers compared, counted and shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.authoring.diff import Answer, Compared, Past, Tally, Text, changed_words, compare
from bot.authoring.old_and_new import OldAndNew
from bot.model import LongTexts, Outcome, Reason, RuleId
from tests.build import context, inbound, ruleset

OLD = ruleset("""
rules:
  - hours: "We're open 9-5."
  - prices: "From $10."
  - id: gone
    when: {keywords: [parking]}
    reply: "Behind the house."
  - id: map
    when: {keywords: [map]}
    reply: {text: "Here.", image: "https://shop.example/old.png"}
""")
NEW = ruleset("""
rules:
  - id: opening
    when: {keywords: [hours]}
    reply: "We're open 9-5."
  - prices: "From $12 on."
  - returns: "Within 30 days."
  - id: map
    when: {keywords: [map]}
    reply: {text: "Here.", image: "https://shop.example/new.png"}
""")

BOTH = OldAndNew(OLD, NEW)


def replied(rule: str, *texts: str, image: str | None = None) -> Answer:
    return Answer(Outcome.REPLIED, RuleId(rule), texts=tuple(Text(text, image) for text in texts))


NOTHING = Answer(Outcome.UNMATCHED, None)


def compared(text: str, recorded: Answer | None = None) -> Compared:
    return compare(Past(inbound(text), context(), recorded), BOTH, LongTexts.SPLIT)


@pytest.mark.parametrize(
    ("text", "old", "new", "is_changed"),
    [
        (
            "hours",
            replied("hours", "We're open 9-5."),
            replied("opening", "We're open 9-5."),
            False,
        ),
        ("prices", replied("prices", "From $10."), replied("prices", "From $12 on."), True),
        ("parking", replied("gone", "Behind the house."), NOTHING, True),
        ("returns", NOTHING, replied("returns", "Within 30 days."), True),
        (
            "map",
            replied("map", "Here.", image="https://shop.example/old.png"),
            replied("map", "Here.", image="https://shop.example/new.png"),
            True,
        ),
        ("xyz", NOTHING, NOTHING, False),
        (
            "STOP",
            *[Answer(Outcome.SUPPRESSED, RuleId("$opt-out"), Reason.OPT_OUT)] * 2,
            False,
        ),
    ],
)
def test_a_change_is_one_that_people_would_see(
    text: str, old: Answer, new: Answer, is_changed: bool
) -> None:
    assert compared(text) == Compared(inbound(text), None, old, new, True)
    assert compared(text).is_changed is is_changed


@pytest.mark.parametrize(
    ("recorded", "is_as_recorded"),
    [
        (None, True),
        (replied("hours", "We're open 9-5."), True),
        (replied("renamed", "We're open 9-5."), True),
        (replied("hours", "We're open 8-5."), False),
        (NOTHING, False),
    ],
)
def test_what_was_recorded_is_what_the_old_rules_say(
    recorded: Answer | None, is_as_recorded: bool
) -> None:
    assert compared("hours", recorded).is_as_recorded is is_as_recorded


def test_a_long_reply_is_compared_as_the_messages_that_left() -> None:
    long = ruleset(f"rules: [{{hours: '{'open ' * 40}late'}}]")
    parts = ("open " * 31 + "open", "open " * 8 + "late")
    past = Past(inbound("hours"), context(), replied("hours", *parts))
    found, held = (
        compare(past, OldAndNew(long, long), policy) for policy in (LongTexts.SPLIT, LongTexts.HOLD)
    )
    assert found.is_as_recorded
    assert not held.is_as_recorded


def test_the_counts_and_groups_of_many() -> None:
    tally = Tally(samples=1)
    said = ("hours", "prices", "Prices", "prices?", "parking", "returns", "xyz", "map")
    for text in said:
        tally.add(compared(text, NOTHING if text == "prices" else None))
    assert (tally.compared, tally.same, tally.other_rule.total(), tally.changed) == (8, 1, 1, 6)
    assert dict(tally.other_rule) == {("hours", "opening"): 1}
    assert (tally.newly_answered, tally.newly_silent) == (1, 1)
    assert (tally.recorded, tally.not_as_recorded) == (1, 1)
    assert [one.message.text for one in tally.odd] == ["prices"]
    groups = [
        (group.old, group.new, group.count, [one.message.text for one in group.examples])
        for group in tally.groups
    ]
    assert groups == [
        ("prices", "prices", 3, ["prices"]),
        (None, "returns", 1, ["returns"]),
        ("gone", None, 1, ["parking"]),
        ("map", "map", 1, ["map"]),
    ]
    # 1 hours, 3 prices, 1 parking, and 3 for a picture; then the same with returns for parking
    assert (tally.segments, tally.new_segments) == (8, 8)


SAID = st.lists(st.sampled_from(["a", "b", "\n"]), max_size=12).map(" ".join)


@given(old=SAID, new=SAID)
def test_changed_words_put_together_are_both_texts(old: str, new: str) -> None:
    parts = list(changed_words(old, new))
    assert [w for sign, text in parts if sign in "=-" for w in text.split()] == old.split()
    assert [w for sign, text in parts if sign in "=+" for w in text.split()] == new.split()
