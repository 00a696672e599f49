"""What happens in a conversation by itself: when, what is said, and when it is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.engine.conversation import Thread
from bot.engine.simulator import Given, Simulator
from bot.engine.timers import decide_timer, timers_of
from bot.engine.waiting import Timer
from bot.engine.waiting import TimerKind as Kind
from bot.model import Change, ChangeKind, Decision, Outcome, Question, Reason, RuleId
from bot.rules.quiet import NIGHT
from bot.rules.ruleset import Ruleset
from tests.build import NOW, context, inbound, ruleset

HOUR = timedelta(hours=1)
RULES = """
timezone: UTC
rules:
  - id: move
    when: {keywords: [move]}
    ask: [{as: day, text: "Which day?"}, {as: part, text: "Which part?"}]
    expires: 2h
    on_expiry: "Left as it was, {{ day | default('no day') }}, {{ tags.campaign | default('-') }}."
    then:
      reply: "Noted."
      state: {name: done, expires: 2h, on_expiry: "Over, {{ contact.name | default('you') }}."}
  - {id: again, when: {state: done, keywords: [again]}, reply: "Again."}
  - id: book
    when: {keywords: [book]}
    reply: "Which?"
    state: {name: which, expires: 1h, on_expiry: "Then not."}
fallback: {reply: "What?"}
"""


def played(*steps: str | float, rules: str = RULES, **given: object) -> list[tuple[float, str]]:
    """Texts of ours with the hours since the begin; a text is said, a number of hours passes."""
    simulator, now = Simulator(ruleset(rules)), NOW
    seen: list[tuple[float, str]] = []

    def note(at: datetime, decision: Decision) -> None:
        for reply in decision.leaving:
            seen.append((((reply.send_at or at) - NOW) / HOUR, reply.text))

    for number, step in enumerate(steps):
        message = inbound(step if isinstance(step, str) else "", key=f"r-{number}")
        if not isinstance(step, str):
            now += step * HOUR
            for fired in simulator.pass_time(message, now):
                note(fired.at, fired.decision)
            continue
        message = replace(message, received_at=now, tags={"campaign": "may"})
        note(now, simulator.say(message, Given(now=now, **given)))  # type: ignore[arg-type]
    return seen


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (["move", 1.9], [(0, "Which day?")]),
        (["move", 2.1], [(0, "Which day?"), (2, "Left as it was, no day, may.")]),
        (["move", 2.1, 9], [(0, "Which day?"), (2, "Left as it was, no day, may.")]),
        (
            ["move", 1, "monday", 1.5, 1],
            [(0, "Which day?"), (1, "Which part?"), (3, "Left as it was, monday, may.")],
        ),
        (
            ["move", 3, "monday"],
            [(0, "Which day?"), (2, "Left as it was, no day, may."), (3, "What?")],
        ),
        (
            ["move", "monday", "am", 3],
            [(0, "Which day?"), (0, "Which part?"), (0, "Noted."), (2, "Over, you.")],
        ),
        (["move", "STOP", 9], [(0, "Which day?")]),
        (["book", "STOP", 9], [(0, "Which?")]),
        (["book", "please stop texting me", 9], [(0, "Which?")]),
        (
            ["book", 0.9, "move", "x", 1],
            [(0, "Which?"), (0.9, "Which day?"), (0.9, "Which part?"), (1, "Then not.")],
        ),
    ],
)
def test_what_is_said_and_when(steps: list[str | float], expected: list[tuple[float, str]]) -> None:
    assert [(round(at, 6), text) for at, text in played(*steps)] == expected


def test_a_text_at_the_very_moment_is_too_late() -> None:
    question = Question(rule=RuleId("move"), step="day", key="r", expires=60, asked_at=NOW)
    minute = timedelta(seconds=60)
    moment = timedelta(microseconds=1)
    assert question.is_open(NOW + minute - moment, NOW + 9 * minute)
    assert not question.is_open(NOW + minute, NOW + minute)


def test_at_night_it_waits_for_the_morning_of_who_gets_it() -> None:
    rules = RULES.replace("timezone: UTC", "timezone: America/New_York")
    assert played("move", 9, rules=rules)[-1][0] == 2  # 14:04 there
    there = RULES.replace("timezone: UTC", "timezone: Asia/Tokyo")
    # 04:04 in Tokyo: until eight
    assert played("move", 2.1, rules=there) == [(0, "Which day?")]
    assert round(played("move", 9, rules=there)[-1][0], 3) == 5.932


@pytest.mark.parametrize(
    ("at", "zone", "until"),
    [
        ("2026-01-15T20:59:59", "UTC", None),
        ("2026-01-15T21:00:00", "UTC", "2026-01-16T08:00:00+00:00"),
        ("2026-01-16T07:59:59", "UTC", "2026-01-16T08:00:00+00:00"),
        ("2026-01-16T08:00:00", "UTC", None),
        # The night in which clocks are set forward, and the one in which they are set back.
        ("2026-03-08T04:00:00", "America/New_York", "2026-03-08T08:00:00-04:00"),
        ("2026-11-01T04:00:00", "America/New_York", "2026-11-01T08:00:00-05:00"),
    ],
)
def test_the_night_by_the_clock_on_the_wall(at: str, zone: str, until: str | None) -> None:
    found = NIGHT.until(datetime.fromisoformat(at).replace(tzinfo=UTC), zone)
    assert found == (until and datetime.fromisoformat(until))


@pytest.mark.parametrize(
    ("at", "leaves"),
    [
        # The clocks skip from two to three: an hour after half past one it ends all the same.
        ("2026-03-08T01:15-06:00", None),
        ("2026-03-08T01:45-06:00", "2026-03-08T03:30-05:00"),
        ("2026-03-08T03:15-05:00", None),
        # They show one to two twice.
        ("2026-11-01T01:15-05:00", None),
        ("2026-11-01T01:45-05:00", "2026-11-01T02:30-06:00"),
        ("2026-11-01T01:15-06:00", None),
        ("2026-11-01T01:45-06:00", "2026-11-01T02:30-06:00"),
        ("2026-11-01T02:15-06:00", "2026-11-01T02:30-06:00"),
        ("2026-11-01T02:30-06:00", None),
    ],
)
def test_in_the_night_that_clocks_are_set_it_is_held_once_and_said_once(
    at: str, leaves: str | None
) -> None:
    """Pitfall 20."""
    rules = ruleset(CLOCKS)
    simulator, now = Simulator(rules), datetime.fromisoformat(at).astimezone(UTC)
    decision = simulator.say(inbound("quiet", received_at=now), Given(now=now))
    fired = simulator.pass_time(inbound(), now + 48 * HOUR)
    until = None if leaves is None else datetime.fromisoformat(leaves).astimezone(UTC)
    assert decision.outcome is (Outcome.REPLIED if until is None else Outcome.HELD)
    said = [(one.at, [reply.text for reply in one.decision.leaving]) for one in fired]
    assert said == ([] if until is None else [(until, ["Quiet."])])


@pytest.mark.parametrize(
    ("at", "delayed", "followed"),
    [
        ("2026-03-07T17:00-06:00", "2026-03-08T18:00-05:00", "2026-03-08T17:00-05:00"),
        ("2026-10-31T17:00-05:00", "2026-11-01T16:00-06:00", "2026-11-01T17:00-06:00"),
    ],
)
def test_a_delay_counts_real_hours_and_at_is_what_the_clock_shows(
    at: str, delayed: str, followed: str
) -> None:
    """Pitfall 20."""
    simulator, now = Simulator(ruleset(CLOCKS)), datetime.fromisoformat(at).astimezone(UTC)
    [reply] = simulator.say(inbound("delay", received_at=now), Given(now=now)).replies
    assert reply.send_at == datetime.fromisoformat(delayed)
    simulator.say(inbound("follow", received_at=now), Given(now=now))
    [fired] = simulator.pass_time(inbound(), now + 48 * HOUR)
    assert fired.at == datetime.fromisoformat(followed)


CLOCKS = """
timezone: America/Chicago
rules:
  - {id: quiet, when: {keywords: [quiet]}, reply: "Quiet.", quiet_hours: "01:30-02:30"}
  - {id: delay, when: {keywords: [delay]}, reply: {text: "Delayed.", delay: 24h}}
  - {id: follow, when: {keywords: [follow]}, follow_up: {after: 1h, at: "17:00", reply: "Then."}}
"""


def asked(**members: object) -> Thread:
    question = {"rule": "move", "step": "day", "key": "r", "expires": 7200, **members}
    return Thread(question=Question(**question))  # type: ignore[arg-type]


def fire(thread: Thread, rules: Ruleset, contact: Mapping[str, str]) -> Decision:
    [timer] = timers_of(thread)
    now = context(now=timer.due_at, contact=contact)
    return decide_timer(timer, thread, now, inbound(""), rules)


def test_a_clock_runs_from_the_moment_of_sending() -> None:
    assert timers_of(asked()) == ()
    assert timers_of(asked(sending_at=NOW)) == ()
    assert timers_of(asked(asked_at=NOW)) == (Timer(NOW + 2 * HOUR, Kind.QUESTION),)


@pytest.mark.parametrize(
    "thread",
    [
        asked(rule="gone", asked_at=NOW),
        asked(step="gone", asked_at=NOW),
        Thread(state="which", state_until=NOW, state_from=(RuleId("gone"), "")),
        Thread(state="which", state_until=NOW, state_from=(RuleId("book"), "then/")),
        Thread(state="other", state_until=NOW, state_from=(RuleId("book"), "")),
    ],
)
def test_what_the_rules_do_not_know_any_more_is_stale(thread: Thread) -> None:
    decision = fire(thread, ruleset(RULES), {})
    assert (decision.outcome, decision.reason) == (Outcome.SUPPRESSED, Reason.STALE)
    assert decision.replies == ()
    after = thread.changed(decision.changes, NOW)
    assert (timers_of(after), after.question, after.state) == ((), None, None)


def test_without_a_text_it_ends_in_silence_and_a_broken_text_fails() -> None:
    rules = "rules: [{id: move, when: {keywords: [x]}, ask: {as: day, text: a}%s}]"
    silent = fire(asked(asked_at=NOW), ruleset(rules % ""), {})
    assert (silent.outcome, silent.reason) == (Outcome.SUPPRESSED, Reason.SILENT)
    broken = ruleset(rules % ", on_expiry: '{{ contact.name }}'")
    failed = fire(asked(asked_at=NOW), broken, {})
    assert (failed.outcome, failed.reason) == (Outcome.FAILED, Reason.TEMPLATE_ERROR)
    assert failed.changes == (Change(ChangeKind.QUESTION),)
    said = fire(asked(asked_at=NOW), broken, {"name": "Ann", "timezone": "nowhere"})
    assert [reply.text for reply in said.replies] == ["Ann"]
