"""Which rule a text that nobody answers belongs to, and which texts are never suggested."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.authoring.suggest import MOST_PEOPLE, Heard, suggestions
from bot.model import RuleId
from tests.build import NOW, inbound, loaded

RULES = loaded("""
rules:
  - id: hours
    when: {keywords: [hours, are you open]}
    reply: "9-5."
    tests: {match: ["when do you open"]}
  - {id: returns, when: {keywords: [return policy, wrong size]}, reply: "30 days."}
  - {id: sizes, when: {keywords: {exact: [sizes]}}, reply: "S to XL."}
  - {id: order, when: {regex: 'order \\d+'}, reply: "On its way."}
  - {id: off, when: {keywords: [voucher]}, reply: "x", enabled: false}
fallback: {reply: "Sorry?"}
""")


def heard(*said: tuple[str, int] | tuple[str, int, str]) -> Heard:
    """Texts, by how many people each, and the rule that then answered what they wrote on."""
    found, person = Heard(), 0
    for text, many, *went_on in said:
        for _ in range(many):
            person += 1
            by = {"sender": f"+1555555{person:04}", "received_at": NOW}
            found.add(inbound(text, **by), None)
            for rule in went_on:
                by["received_at"] = NOW + timedelta(minutes=2)
                found.add(inbound(f"{rule} please", **by), RuleId(rule))
    return found


def made(of: Heard, least: int = 3) -> list[tuple[str, int, list[tuple[str, str]]]]:
    return [
        (
            one.rule,
            one.people,
            [(w.text, why) for w, why in zip(one.wishes, one.because, strict=True)],
        )
        for one in suggestions(of, RULES, least)
    ]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([("Hrs", 4)], [("hours", 4, [("Hrs", "reads like `hours`")])]),
        ([("hour", 2), ("Hour?", 1)], [("hours", 3, [("hour", "reads like `hours`")])]),
        (
            [("hrs", 3), ("r u open", 5), ("when u open", 4)],
            [
                (
                    "hours",
                    12,
                    [
                        ("r u open", "reads like `are you open`"),
                        ("when u open", "reads like `when do you open`"),
                        ("hrs", "reads like `hours`"),
                    ],
                )
            ],
        ),
        ([("retrun polcy", 3)], [("returns", 3, [("retrun polcy", "reads like `return policy`")])]),
        (
            [("do you have socks", 4, "sizes")],
            [("sizes", 4, [("do you have socks", "4 of them went on and were answered by it")])],
        ),
    ],
)
def test_a_text_belongs_to_the_rule_that_it_reads_like_or_led_to(
    said: Sequence[tuple[str, int]], expected: object
) -> None:
    assert made(heard(*said)) == expected


@pytest.mark.parametrize(
    "said",
    [
        ("hrs", 2),  # too few
        ("hours", 9),  # a rule of today takes it
        ("stp texting me", 9),
        ("please stop texting me", 9),
        ("STOP", 9),
        ("you", 9),
        ("order", 9),  # no rule with keywords
        ("vouchers", 9),  # of a rule that is off
        ("thanks a lot", 9, "$opt-in"),
        ("one two three four five six seven", 9, "sizes"),
        ("", 9),
        ("👍", 9),
    ],
)
def test_others_are_not_suggested(said: tuple[str, int]) -> None:
    assert made(heard(said)) == []


def test_a_keyword_takes_nothing_from_a_rule_behind() -> None:
    found = heard(("hour", 5))
    assert [rule for rule, *_ in made(found)] == ["hours"]
    found.add(inbound("sizes hour", sender="+15555550000", received_at=NOW), RuleId("sizes"))
    assert made(found) == []


def test_what_comes_long_after_tells_nothing() -> None:
    found = Heard()
    for person in range(5):
        by = {"sender": f"+1555555{person:04}"}
        found.add(inbound("do you have socks", received_at=NOW, **by), None)
        found.add(inbound("sizes", received_at=NOW + timedelta(minutes=11), **by), RuleId("sizes"))
    assert made(found) == []


def test_of_the_people_who_write_a_text_a_bounded_number_is_kept() -> None:
    found = heard(("hrs", MOST_PEOPLE + 50, "hours"))
    [wish] = [wish for wish in found.wishes.values() if wish.text == "hrs"]
    assert (len(wish.people), len(wish.went_on[RuleId("hours")])) == (MOST_PEOPLE, MOST_PEOPLE)
    assert [(rule, people) for rule, people, _ in made(found)] == [("hours", MOST_PEOPLE)]


def test_a_keyword_of_one_of_several_alternatives_is_known_too() -> None:
    rules = loaded("""
    rules:
      - id: hours
        when: {any: [{keywords: {exact: [hours]}}, {keywords: [are you open]}]}
        reply: "9-5."
    """)
    [found] = suggestions(heard(("hrs", 3)), rules)
    assert (found.rule, found.because) == ("hours", ("reads like `hours`",))
