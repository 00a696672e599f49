"""A person of ours has a conversation in hand: when the bot is silent, and when it comes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeAlias

import pytest

from bot.engine.simulator import Given, Simulator
from bot.model import ChangeKind, Decision, Handoff, Outcome, Reason, RuleId
from tests.build import NOW, inbound, mistakes, ruleset

HOUR = timedelta(hours=1)
RULES = """
timezone: UTC
guards: {help: {reply: "Call us."}, paused: {after_person: 2h}}
rules:
  - id: human
    when: {keywords: [human], regex: '(?P<about>\\w+)$'}
    handoff:
      reply: "A moment."
      for: 4h
      unclaimed: {after: 30m, reply: "Nobody is free for {{ about }}."}
  - {id: quiet, when: {keywords: [quiet]}, handoff: true}
  - {id: urgent, when: {keywords: [urgent], state: any}, reply: "We call you.", handoff: true}
  - id: move
    when: {keywords: [move]}
    ask: {as: day, text: "Which day?", accept: {date: true}, retry: "A day, please."}
    expires: 1h
    on_expiry: "Then not."
    give_up: {handoff: {reply: "Let me get a person."}}
    then: {reply: "Noted.", handoff: {for: 2h}}
  - id: book
    when: {keywords: [book]}
    reply: "Which?"
    state: {name: b, expires: 1h, on_expiry: "Late."}
  - {id: hours, when: {keywords: [hours]}, reply: "9 to 5."}
"""
Got: TypeAlias = tuple[str, str, list[str]]
"""Rule, outcome or reason, texts."""


class Agent(str):
    """A text of a person of ours."""


def got(decision: Decision) -> Got:
    word = decision.reason or decision.outcome
    return decision.rule or "none", str(word), [reply.text for reply in decision.replies]


def talk(*steps: str | float, rules: str = RULES) -> Iterator[Got]:
    """A text is theirs, a number of hours passes; what happens by itself comes out too."""
    simulator, now = Simulator(ruleset(rules)), NOW
    for number, step in enumerate(steps):
        message = replace(inbound("", key=f"r-{number}"), received_at=now)
        if isinstance(step, Agent):
            simulator.person_writes(message, step, now)
        elif isinstance(step, str):
            yield got(simulator.say(replace(message, text=step), Given(now=now)))
        else:
            now += step * HOUR
            for fired in simulator.pass_time(message, now):
                yield got(fired.decision)


A_MOMENT: Got = ("human", "replied", ["A moment."])
HELD: Got = ("$paused", "paused", [])
OPEN: Got = ("hours", "replied", ["9 to 5."])
BACK: Got = ("$paused", "silent", [])
NOBODY: Got = ("human", "replied", ["Nobody is free for human."])
ANN = Agent("Ann here.")


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        pytest.param(
            ["human", "hours", 0.4, "hours", 0.2, "hours"],
            [A_MOMENT, HELD, HELD, NOBODY, OPEN],
            id="nobody comes: said once, the bot goes on",
        ),
        pytest.param(
            ["human", 0.1, ANN, 3.9, "hours", 3.9, "hours", 4, "hours"],
            [A_MOMENT, HELD, HELD, BACK, OPEN],
            id="somebody comes: never; their texts prolong it from then on",
        ),
        pytest.param(
            ["quiet", 11, "hours", 1, "hours"],
            [("quiet", "paused", []), HELD, BACK, OPEN],
            id="without a word; 12 hours, which their texts do not prolong",
        ),
        pytest.param(
            [ANN, "hours", 1.9, "hours", 0.1, "hours"],
            [HELD, HELD, BACK, OPEN],
            id="a text of ours alone: for so long, whatever they write",
        ),
        pytest.param(
            [ANN, 1.9, Agent("Still here."), 1.9, "hours", 0.1, "hours"],
            [HELD, BACK, OPEN],
            id="from the last of them",
        ),
        pytest.param(
            ["move", "x", "x", "tuesday", 12, "tuesday"],
            [
                ("move", "replied", ["Which day?"]),
                ("move", "replied", ["A day, please."]),
                ("move", "replied", ["Let me get a person."]),
                HELD,
                BACK,
                ("none", "unmatched", []),
            ],
            id="given up: the old question is gone when it is over",
        ),
        pytest.param(
            ["move", "tuesday", "hours"],
            [("move", "replied", ["Which day?"]), ("move", "replied", ["Noted."]), HELD],
            id="after the last answer",
        ),
        pytest.param(
            ["move", "urgent", "tuesday", 2],
            [("move", "replied", ["Which day?"]), ("urgent", "replied", ["We call you."]), HELD],
            id="a rule that interrupts ends the question, and its expiry",
        ),
        pytest.param(
            ["move", ANN, "tuesday", 2],
            [("move", "replied", ["Which day?"]), HELD, BACK],
            id="so does a person of ours",
        ),
        pytest.param(
            ["book", "quiet", 2],
            [("book", "replied", ["Which?"]), ("quiet", "paused", []), ("book", "paused", [])],
            id="a state ends without a word",
        ),
        pytest.param(
            [
                "quiet",
                "HELP",
                "Liked “9 to 5.”",
                "I'm driving right now",
                "take me off",
                "STOP",
                13,
            ],
            [
                ("quiet", "paused", []),
                ("$help", "replied", ["Call us."]),
                ("$tapback", "tapback", []),
                ("$auto-reply", "auto-reply", []),
                ("$opt-out", "likely-opt-out", []),
                ("$opt-out", "opt-out", []),
            ],
            id="guards go on, and an opt-out ends it",
        ),
        pytest.param(
            ["human", "STOP", "START", "hours", 1],
            [A_MOMENT, ("$opt-out", "opt-out", []), ("$opt-in", "opt-in", []), OPEN],
            id="who comes back is answered, and hears no more of it",
        ),
    ],
)
def test_a_conversation(steps: list[str | float], expected: list[Got]) -> None:
    assert list(talk(*steps)) == expected


def test_what_tells_of_a_handoff_says_so() -> None:
    simulator = Simulator(ruleset(RULES))
    handed = simulator.say(inbound("human"), Given(now=NOW))
    [fired] = simulator.pass_time(inbound(), NOW + HOUR)
    ordinary = simulator.say(inbound("hours"), Given(now=NOW + HOUR))
    flags = [[one.of_handoff for one in d.replies] for d in (handed, fired.decision, ordinary)]
    assert flags == [[True], [True], [False]]


def test_at_night_nobody_is_told_that_nobody_came_before_morning() -> None:
    simulator, night = Simulator(ruleset(RULES)), NOW.replace(hour=22)
    simulator.say(inbound("human", received_at=night), Given(now=night))
    [fired] = simulator.pass_time(inbound(), night + HOUR)
    [reply] = fired.decision.replies
    assert reply.send_at == (night + timedelta(days=1)).replace(hour=8, minute=0, second=0)


NIGHT_FALLS = 4  # hours after 17:04, when the tests begin
LATER_NOBODY: Got = ("human", "quiet-hours", ["Nobody is free for human."])
MORNING = 11.9


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        pytest.param([MORNING], [("human", "replied", NOBODY[2])], id="nobody writes: it leaves"),
        pytest.param(["hours", MORNING], [OPEN], id="they write, and are answered"),
        pytest.param(
            ["I'm driving right now", MORNING],
            [("$auto-reply", "auto-reply", []), ("human", "replied", NOBODY[2])],
            id="their phone writes: it leaves",
        ),
        pytest.param([ANN, MORNING], [BACK], id="one of ours writes, and is silent by then"),
        pytest.param([ANN, 1, "hours", MORNING], [HELD, BACK], id="one of ours, then they"),
        pytest.param([MORNING - 2, ANN, 1], [], id="one of ours, who has it still"),
    ],
)
def test_that_nobody_came_is_not_told_in_the_morning_to_who_has_heard_of_us(
    steps: list[str | float], expected: list[Got]
) -> None:
    told = list(talk(NIGHT_FALLS, "human", 0.5, *steps))
    assert told == [A_MOMENT, LATER_NOBODY, *expected]


def test_a_rule_that_is_gone_says_nothing_and_the_bot_goes_on() -> None:
    simulator = Simulator(ruleset(RULES))
    simulator.say(inbound("human"), Given(now=NOW))
    simulator.ruleset = ruleset("rules: [{hours: 9 to 5.}]")
    [fired] = simulator.pass_time(inbound(), NOW + HOUR)
    assert got(fired.decision) == ("human", "stale", [])
    assert got(simulator.say(inbound("hours"), Given(now=NOW + HOUR))) == OPEN


def test_a_fallback_that_gives_up_for_a_rule_still_knows_its_own_words() -> None:
    rules = (
        "rules: [{id: ask, when: {keywords: [ask]}, ask: {text: a?, choices: [x, y], retry: b?}}]\n"
        "fallback: {handoff: {reply: c, unclaimed: {after: 1h, reply: d}}}"
    )
    texts = [texts for _, _, texts in talk("ask", "1 2", "1 2", 1, rules=rules)]
    assert texts == [["a?"], ["b?"], ["c"], ["d"]]


def test_an_answer_that_cannot_be_made_may_hand_over() -> None:
    rules = "rules: [{hours: '{{ tags.x }}'}]\nfallback: {handoff: {reply: A moment.}}"
    decision = Simulator(ruleset(rules)).say(inbound("hours"), Given(now=NOW))
    assert got(decision) == ("hours", "template-error", ["A moment."])
    assert decision.replies[0].of_handoff
    assert [change.kind for change in decision.changes] == [ChangeKind.HANDOFF]


def test_whoever_has_it_in_hand_at_the_time_of_a_text_may_be_given() -> None:
    simulator = Simulator(ruleset(RULES))
    given = Given(now=NOW, handed_over=True)
    assert got(simulator.say(inbound("hours"), given)) == HELD
    assert got(simulator.say(inbound("hours"), Given(now=NOW))) == OPEN


@pytest.mark.parametrize(
    "handoff",
    [
        Handoff(since=NOW, ends_at=NOW + HOUR),
        Handoff(
            since=NOW,
            ends_at=NOW + HOUR,
            quiet=3600,
            rule=RuleId("human"),
            path="then/",
            by="ann",
            written_at=NOW,
            unclaimed_at=NOW + HOUR,
            captures={"n": 1, "day": "2026-01-20"},
            tags={"campaign": "may"},
        ),
    ],
)
def test_it_is_stored_and_read_as_it_is(handoff: Handoff) -> None:
    assert Handoff.of(handoff.as_object()) == handoff


def test_times_of_a_handoff_never_come_nearer() -> None:
    far = Handoff(since=NOW, ends_at=NOW + 12 * HOUR, quiet=12 * 3600, unclaimed_at=NOW + HOUR)
    ours = far.we_wrote(NOW + timedelta(minutes=1), "ann", 3600)
    assert (ours.ends_at, ours.due_at) == (NOW + timedelta(hours=12, minutes=1),) * 2
    assert ours.they_wrote(NOW - HOUR) == ours
    later: datetime = ours.they_wrote(NOW + HOUR).ends_at
    assert later == NOW + 13 * HOUR


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("handoff: {text: a}", "4:15: unknown key of handoff `text` (did you mean `reply`?)"),
        ("handoff: {for: soon}", "4:20: handoff.for: is not a duration"),
        ("handoff: {for: 0s}", "4:20: handoff.for: needs some time"),
        ("handoff: {unclaimed: {reply: a}}", "4:26: unclaimed: needs `after` (after: 30m)"),
        ("handoff: {unclaimed: 30m}", "4:26: unclaimed: needs `name: value` lines"),
        ("handoff: maybe", "4:14: handoff: needs true or false"),
        ("handoff: true\n    continue: true", "5:5: `continue` beside `handoff`"),
        ("handoff: true\n    ask: {text: a}", "5:5: `ask` beside `handoff`"),
        ('handoff: {reply: "{{ who }}"}', "4:26: nothing provides the name `who`"),
        ("hand_off: true", "4:5: unknown key of a rule `hand_off` (did you mean `handoff`?)"),
    ],
)
def test_a_mistake_is_told_with_its_place(body: str, told: str) -> None:
    found = mistakes(f"rules:\n  - id: a\n    when: {{keywords: [a]}}\n    {body}\n")
    assert [line.removeprefix("rules.yaml:")[: len(told)] for line in found] == [told]


def test_without_a_text_it_is_held_for_somebody() -> None:
    decision = Simulator(ruleset(RULES)).say(inbound("quiet"), Given(now=NOW))
    assert (decision.outcome, decision.reason) == (Outcome.HELD, Reason.PAUSED)
