"""Tests, chat and dry run answer as `serve` does: a conversation told to both has the same end."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.authoring.scenarios import Conversation, played, read_conversations
from bot.rules.files import read_rule_files
from bot.rules.loader import load
from bot.rules.ruleset import Ruleset
from tests.stories import Ledgers, Plan, Step, plan_of, same
from tests.support import ROOT

BUSINESSES = ("clinic", "shop", "school")
OF_GUARDS = (
    *("STOP", "START", "yes", "no", "help", "please stop texting me", "STOP this", "ALTO"),
    *("wrong number", "you have the wrong person", "Liked “We're open”", "👍", "?", "qwerty"),
    *("I'm driving - Sent from My Car", "Auto-reply: I am away until Monday.", "hours", ""),
)
MINUTE = 60
WAITS = (0, 3, 20, 2 * MINUTE, 11 * MINUTE, 16 * MINUTE, 61 * MINUTE, 5 * 3600, 13 * 3600, 172_800)
BEGINS = (  # an ordinary day, the nights in which clocks are set, Christmas
    *("2026-01-15T17:04:05", "2026-03-08T03:30:00", "2026-11-01T04:30:00", "2026-12-24T23:00:00"),
)


@cache
def rules_of(name: str) -> Ruleset:
    return load(read_rule_files(ROOT / "examples" / name)).ruleset


@cache
def conversations_of(name: str) -> Sequence[Conversation]:
    return [
        one
        for path in sorted((ROOT / "examples" / name).glob("*.test.yaml"))
        for one in read_conversations(path.name, path.read_bytes(), rules_of(name))
    ]


@cache
def words_of(name: str) -> Sequence[str]:
    """What people say in the conversations and in the messages of an example."""
    said = [t.case.say for one in conversations_of(name) for t in one.turns if t.wait is None]
    for line in (ROOT / "examples" / name / "messages.jsonl").read_text().splitlines():
        whole = json.loads(line)
        said.append(whole.get("data", whole).get("message") or "")
    return sorted({*said, *OF_GUARDS})


STORIES = [
    pytest.param(name, one, id=f"{name}: {one.turns[0].case.conversation}")
    for name in BUSINESSES
    for one in conversations_of(name)
    if not any(turn.case.state for turn in one.turns)
]


@pytest.mark.system
@pytest.mark.parametrize(("name", "conversation"), STORIES)
def test_a_told_conversation(name: str, conversation: Conversation, ledgers: Ledgers) -> None:
    rules = rules_of(name)
    live = same(plan_of(conversation, rules), rules, ledgers)
    results = sorted(played(conversation, rules), key=lambda result: result.case.place.line)
    tested = [result.decision for result in results if result.message.text]
    assert [(d.outcome, d.rule, d.reason) for d in tested] == [
        (said.outcome, said.rule, said.reason) for said in live.said if said.text
    ]


OURS, BACK = Step(agent="Ann here."), Step(releases=True)


def says(*texts: str) -> list[Step]:
    return [Step(say=text, after=timedelta(seconds=30)) for text in texts]


@pytest.mark.parametrize(
    ("name", "steps", "last"),
    [
        # Who answers a person of ours answers no rule.
        ("clinic", [*says("feedback"), OURS, BACK, *says("5")], ("replied", "fallback")),
        ("clinic", says("feedback", "5"), ("replied", "score-good")),
        # Who has left gets no text of a person either, and their conversation is in no hand.
        ("clinic", [*says("STOP"), OURS, *says("START", "hours")], ("replied", "hours")),
        ("clinic", [*says("STOP", "START"), OURS, *says("hours")], ("held", "$paused")),
        ("clinic", says("wrong number", "hours"), ("held", "$wrong-number")),
        ("clinic", says("wrong number", "START", "hours"), ("replied", "hours")),
        ("clinic", says("a visit please", "stop texting me", "Friday"), ("replied", "fallback")),
        # A text that waits for more is decided before what comes by itself, and after what we do.
        ("shop", [*says("hello", "hours"), OURS], ("held", "$paused")),
        (
            "shop",
            [*says("human please"), Step(say="hours", after=timedelta(minutes=15, seconds=2))],
            ("held", "$paused"),
        ),
    ],
)
def test_what_once_differed(
    name: str, steps: list[Step], last: tuple[str, str], ledgers: Ledgers
) -> None:
    at = datetime(2026, 1, 15, 17, 4, 5, tzinfo=UTC)
    live = same(Plan(steps=steps, at=at), rules_of(name), ledgers)
    assert (live.said[-1].outcome, live.said[-1].rule) == last


def steps(name: str) -> st.SearchStrategy[list[Step]]:
    waits = st.sampled_from(WAITS).map(lambda seconds: timedelta(seconds=seconds))
    says = st.builds(
        Step,
        say=st.sampled_from(words_of(name)),
        after=waits,
        media=st.sampled_from([None, None, None, "https://example.com/media/1.jpg"]),
    )
    ours = st.builds(Step, agent=st.just("Ann here."), after=waits)
    back = st.builds(Step, releases=st.just(True), after=waits)
    return st.lists(st.one_of(says, says, says, says, says, says, ours, back), max_size=8)


FIRST = (Step(say="hello"), Step(after=timedelta(seconds=30)))
"""A person of ours can write in a conversation that there is."""


@pytest.mark.system
@pytest.mark.parametrize("name", BUSINESSES)
@settings(deadline=None)
@given(data=st.data())
def test_any_conversation(name: str, data: st.DataObject, ledgers: Ledgers) -> None:
    at = datetime.fromisoformat(data.draw(st.sampled_from(BEGINS))).replace(tzinfo=UTC)
    plan = Plan(steps=[*FIRST, *data.draw(steps(name))], at=at)
    same(plan, rules_of(name), ledgers)
