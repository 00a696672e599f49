"""Texts that follow each other closely: which are one, what they say, and what is answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.bursts import first, joined
from bot.engine.simulator import Decided, Given, Simulator
from bot.errors import RuleError
from bot.rules.combine import Combine
from tests.build import NOW, OUR_NUMBER, inbound, loaded, ruleset

COMBINE = Combine(timedelta(seconds=5), timedelta(seconds=20))
TEXT = """
combine: {wait: 5s, at_most: 20s}
guards: {help: {reply: Call us.}}
rules:
  - {id: order, when: {regex: 'my order\\s+(?P<n>\\d+)'}, reply: "Order {{ n }}."}
  - {id: picture, when: {media: true}, reply: "Nice: {{ message.media_url }}"}
  - id: name
    when: {keywords: [name]}
    ask: {as: name, text: "Your name?"}
    then: {reply: "Hi {{ name }}."}
fallback: {reply: "What?"}
"""


@pytest.mark.parametrize(
    ("seconds", "count", "over"),
    [
        ([0], 1, 5),
        ([0, 5], 2, 10),
        ([0, 5.1], 1, 5),
        ([0, 3, 8, 13, 18, 20], 6, 20),
        ([0, 3, 8, 13, 18, 20.5], 5, 20),
        ([0, 4, 3], 3, 9),
    ],
)
def test_a_burst_ends_after_a_pause_or_when_it_is_long_enough(
    seconds: list[float], count: int, over: float
) -> None:
    times = [NOW + timedelta(seconds=one) for one in seconds]
    assert first(times, COMBINE) == (count, NOW + timedelta(seconds=over))


@given(st.lists(st.integers(0, 12), min_size=1, max_size=30))
def test_whatever_follows_a_burst_came_when_it_was_over(gaps: list[int]) -> None:
    times, at = [], NOW
    for gap in gaps:
        at += timedelta(seconds=gap)
        times.append(at)
    count, over_at = first(times, COMBINE)
    assert all(later - earlier <= COMBINE.wait for earlier, later in pairwise(times[:count]))
    assert times[count - 1] - times[0] <= COMBINE.at_most
    assert all(one > over_at for one in times[count:])


def test_a_burst_is_its_last_text_with_what_the_others_bring() -> None:
    burst = [
        inbound("hi", key="1", tags={"a": "1", "b": "1"}, external_id="x"),
        inbound("", key="2", media_url="https://a/1.jpg", more_media=("https://a/2.jpg",)),
        inbound("look", key="3", media_url="https://a/3.jpg", tags={"b": "2"}),
    ]
    whole = joined(burst)
    assert (whole.key, whole.text, whole.external_id) == ("3", "hi\nlook", "x")
    assert (whole.media_url, whole.more_media) == (
        "https://a/1.jpg",
        ("https://a/2.jpg", "https://a/3.jpg"),
    )
    assert whole.tags == {"a": "1", "b": "2"}
    assert joined(burst[:1]) == burst[0]


def taken(*said: tuple[float, str]) -> list[tuple[str, str, str]]:
    """Texts with their seconds; what became of which, in the order of the decisions."""
    simulator, decided = Simulator(ruleset(TEXT)), list[Decided]()
    for number, (seconds, text) in enumerate(said):
        at = NOW + timedelta(seconds=seconds)
        message = inbound(text, key=f"m-{number}", received_at=at)
        if text == "(picture)":
            message = replace(message, text="", media_url="https://a/p.jpg")
        decided += simulator.take(message, Given(now=at))
    decided += simulator.flush()
    return [
        (
            one.message.text,
            one.decision.reason or one.decision.rule or "",
            " ".join(reply.text for reply in one.decision.replies),
        )
        for one in decided
    ]


COMBINED = "combined"


@pytest.mark.parametrize(
    ("said", "decided"),
    [
        (
            [(0, "hi"), (2, "my order"), (6, "48213")],
            [("hi", COMBINED, ""), ("my order", COMBINED, ""), ("48213", "order", "Order 48213.")],
        ),
        (
            [(0, "my order"), (5.5, "48213")],
            [("my order", "fallback", "What?"), ("48213", "fallback", "What?")],
        ),
        (
            [(0, "hi"), (2, "STOP"), (4, "my order 1")],
            [("STOP", "opt-out", ""), ("hi", "opted-out", ""), ("my order 1", "opted-out", "")],
        ),
        (
            [(0, "my order"), (2, "help"), (4, "48213")],
            [
                ("help", "$help", "Call us."),
                ("my order", "fallback", "What?"),
                ("48213", "fallback", "What?"),
            ],
        ),
        (
            [(0, "my order"), (1, "(picture)"), (2, "1")],
            [("my order", COMBINED, ""), ("", COMBINED, ""), ("1", "order", "Order 1.")],
        ),
        (
            [(0, "look"), (1, "(picture)")],
            [("look", COMBINED, ""), ("", "picture", "Nice: https://a/p.jpg")],
        ),
        (
            [(0, "name"), (30, "Anna"), (32, "Smith")],
            [
                ("name", "name", "Your name?"),
                ("Anna", COMBINED, ""),
                ("Smith", "name", "Hi Anna\nSmith."),
            ],
        ),
    ],
)
def test_what_is_answered(
    said: list[tuple[float, str]], decided: list[tuple[str, str, str]]
) -> None:
    assert taken(*said) == decided


def test_people_do_not_wait_for_each_other() -> None:
    simulator = Simulator(ruleset(TEXT))
    for number, sender in enumerate(("+15555550101", "+15555550102")):
        message = inbound(f"my order {number}", sender=sender, key=sender, number=OUR_NUMBER)
        assert simulator.take(message, Given(now=NOW)) == []
    decided = simulator.settle(NOW + timedelta(seconds=5))
    assert [one.decision.captures for one in decided] == [{"n": "0"}, {"n": "1"}]


@pytest.mark.parametrize(
    ("combine", "code"),
    [
        ("{at_most: 5s}", "missing-key"),
        ("{wait: 5}", "not-a-duration"),
        ("{wait: 0s}", "combine"),
        ("{wait: 10s, at_most: 5s}", "combine"),
        ("{wait: 1h}", "combine"),
        ("{wait: 5s, most: 9s}", "unknown-key"),
        ("5s", "not-a-mapping"),
    ],
)
def test_what_is_wrong_is_told(combine: str, code: str) -> None:
    with pytest.raises(RuleError) as raised:
        loaded(f"combine: {combine}\nrules: []")
    assert [problem.code for problem in raised.value.problems] == [code]


def test_at_most_is_four_times_the_wait_where_it_is_not_given() -> None:
    assert ruleset("combine: {wait: 5s}\nrules: []").combine == COMBINE
