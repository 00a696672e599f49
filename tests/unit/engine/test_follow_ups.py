"""What rules say later: when it leaves, what ends it before, and what its author is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.engine.simulator import Given, Simulator
from bot.model import Change, ChangeKind, Decision, Outcome, Reason
from tests.build import NOW, inbound, mistakes, ruleset
from tests.unit.engine.test_timers import played

RULES = """
timezone: UTC
vars: {shop: Cafe}
rules:
  - id: quote
    when: {says: "quote [for {what}]"}
    reply: "On its way."
    follow_up: {after: 2h, unless: replied, reply: "Any question, {{ what | default('you') }}?"}
  - id: remind
    when: {says: "remind [me] {day:date}"}
    reply: "I will."
    follow_up: {on: "{{ day }}", before: 1d, at: "10:00", key: reminder, reply: "{{ day }} it is."}
  - {id: later, when: {says: later}, follow_up: {after: 30h, key: reminder, reply: "It is later."}}
  - id: steps
    when: {keywords: [steps]}
    reply: ["One.", {text: "Still there?", delay: 10m, unless: replied}, {text: "3.", delay: 20m}]
    follow_up:
      - {after: 1h, reply: "{{ message.text }}: {{ contact.name | default('-') }}"}
      - {after: 2h, reply: [{text: "Two.", tags: {n: "2"}}, "And {{ vars.shop }}."]}
      - {after: 3h, unless: replied, reply: "Nobody?"}
  - {id: name, when: {says: "i am {name}"}, set: {contact: {name: "{{ name }}"}}}
fallback: {reply: "What?"}
"""


def hours(*steps: str | float, rules: str = RULES, **given: object) -> list[tuple[float, str]]:
    return [(round(at, 3), text) for at, text in played(*steps, rules=rules, **given)]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (["quote for tea", 1.9], [(0, "On its way.")]),
        (["quote for tea", 2.1, 9], [(0, "On its way."), (2, "Any question, tea?")]),
        # Pitfall 13: what a machine sends, or a reaction, does not count as writing.
        (
            ["quote", 1, "I'm driving right now, I'll see it later", 2],
            [(0, "On its way."), (2, "Any question, you?")],
        ),
        (
            ["quote", 1, 'Liked "On its way."', 2],
            [(0, "On its way."), (2, "Any question, you?")],
        ),
        (["quote", 1, "thanks", 2], [(0, "On its way."), (1, "What?")]),
        (["quote", 1, "STOP", 2, "START", 9], [(0, "On its way.")]),
        (
            ["steps", 4],
            [
                (0, "One."),
                (0.167, "Still there?"),
                (0.333, "3."),
                (1, "steps: -"),
                (2, "Two."),
                (2, "And Cafe."),
                (3, "Nobody?"),
            ],
        ),
        # Pitfall 14: a text ends what two rules have put off, what is said anyway is said.
        (
            ["quote", "steps", 0.1, "I am Ann", 4],
            [
                *[(0, "On its way."), (0, "One."), (0.333, "3.")],
                *[(1, "steps: Ann"), (2, "Two."), (2, "And Cafe.")],
            ],
        ),
        # Pitfall 15: of two with the same key the later one stays.
        (["remind me 1/20", "later", 48], [(0, "I will."), (38.932, "It is later.")]),
        (
            ["later", "remind me 1/18", 48],
            [(0, "I will."), (40.932, "2026-01-18 it is.")],
        ),
        # It was due already: nothing is said later, nor what it takes the place of.
        (["later", "remind me 1/16", 48], [(0, "I will.")]),
    ],
)
def test_what_is_said_and_when(steps: list[str | float], expected: list[tuple[float, str]]) -> None:
    found = hours(*steps)
    assert sorted(found) == sorted(expected)


def notes(*texts: str, rules: str = RULES) -> list[str]:
    """What is told of the last of several texts."""
    simulator = Simulator(ruleset(rules))
    decision = Decision(outcome=Outcome.FAILED)
    for number, text in enumerate(texts):
        message = inbound(text, key=f"r-{number}")
        decision = simulator.say(message, Given(now=NOW))
    return [str(step.as_object()["because"]) for step in decision.trace if step.note]


def test_the_trace_tells_when_and_in_whose_place() -> None:
    assert notes("remind me 1/20") == ["follow-up reminder due 2026-01-19 10:00 UTC"]
    assert notes("later", "remind me 1/20") == [
        "follow-up reminder replaced, due 2026-01-19 10:00 UTC"
    ]
    assert notes("remind me 1/16") == [
        "follow-up reminder was due 2026-01-15 10:00 UTC: nothing is said later"
    ]


RULE = """
timezone: %s
rules: [{id: a, when: always, reply: Hi., follow_up: {reply: Later., %s}}]
"""


@pytest.mark.parametrize(
    ("at", "zone", "when", "leaves"),
    [
        ("2026-01-15 12:00", "UTC", "after: 1h", "2026-01-15 13:00"),
        ("2026-01-15 12:00", "UTC", 'at: "12:00"', "2026-01-16 12:00"),
        ("2026-01-15 12:01", "UTC", 'at: "12:00"', "2026-01-16 12:00"),
        ("2026-01-15 12:00", "UTC", 'after: 2d, at: "10:00"', "2026-01-18 10:00"),
        ("2026-01-15 09:00", "UTC", "after: 2d, at: 10am", "2026-01-17 10:00"),
        # At night it waits for the morning of whose clock it is.
        ("2026-01-15 20:00", "UTC", "after: 2h", "2026-01-16 08:00"),
        ("2026-01-15 12:00", "UTC", 'at: "07:00"', "2026-01-16 08:00"),
        ("2026-01-15 20:00", "America/Chicago", "after: 2h", "2026-01-15 22:00"),
        # `after` counts real hours, `at` is what clocks show, on a night when they are set.
        ("2026-03-07 17:00", "America/Chicago", "after: 24h", "2026-03-08 17:00"),
        ("2026-03-07 17:00", "America/Chicago", 'after: 1h, at: "11:00"', "2026-03-08 16:00"),
        ("2026-10-31 17:00", "America/Chicago", 'after: 1h, at: "11:00"', "2026-11-01 17:00"),
        ("2026-03-07 17:00", "America/Chicago", "on: 2026-03-09, before: 1d", "2026-03-08 14:00"),
        ("2026-01-15 12:00", "UTC", "on: 2026-01-20", "2026-01-20 09:00"),
        ("2026-01-15 12:00", "UTC", 'on: "2026-01-20 14:30", before: 2h', "2026-01-20 12:30"),
        (
            "2026-01-15 12:00",
            "UTC",
            'on: "2026-01-20T14:30-06:00", before: 1d, at: "11:00"',
            "2026-01-19 11:00",
        ),
        (
            "2026-01-15 12:00",
            "UTC",
            'on: "Jan 20, 2026", after: 1d, at: "11:00"',
            "2026-01-21 11:00",
        ),
        ("2026-01-15 12:00", "UTC", "on: \"{{ contact.day | default('') }}\"", None),
        ("2026-01-15 12:00", "UTC", "on: 2025-12-25", None),
    ],
)
def test_when_it_leaves(at: str, zone: str, when: str, leaves: str | None) -> None:
    simulator = Simulator(ruleset(RULE % (zone, when)))
    now = datetime.fromisoformat(at).replace(tzinfo=UTC)
    message = inbound("x", received_at=now)
    decision = simulator.say(message, Given(now=now))
    assert decision.outcome is Outcome.REPLIED
    fired = simulator.pass_time(message, now + timedelta(days=400))
    assert [f"{one.at:%Y-%m-%d %H:%M}" for one in fired] == ([leaves] if leaves else [])


def test_the_clock_of_the_person_goes_before_the_rules() -> None:
    rules = ruleset(RULE % ("UTC", 'at: "10:00"'))
    for timezone, hour in (("Asia/Tokyo", 1), ("nowhere", 10)):
        simulator = Simulator(rules)
        message = inbound("x")
        simulator.say(message, Given(now=NOW, contact={"timezone": timezone}))
        [fired] = simulator.pass_time(message, NOW + timedelta(days=2))
        assert (fired.at - NOW.replace(hour=hour, minute=0, second=0)) == timedelta(days=1)


@pytest.mark.parametrize("day", ["soon", "9999-12-31", "0001-01-01", "2026-02-30"])
def test_what_is_no_date_fails_as_a_text_does(day: str) -> None:
    rules = ruleset(RULE % ("UTC", f"on: \"{{{{ '{day}' }}}}\", after: 1d"))
    decision = Simulator(rules).say(inbound("x"), Given(now=NOW))
    if decision.outcome is Outcome.FAILED:
        assert decision.reason is Reason.TEMPLATE_ERROR
        assert decision.detail.startswith("follow_up")
    else:
        assert day == "0001-01-01"  # long ago
        assert decision.changes == ()


def test_a_date_of_on_is_read_whatever_the_language_of_the_texts() -> None:
    rules = ruleset("languages: [es]" + RULE % ("UTC", 'on: "{{ now | date }}", after: 1d'))
    [change] = Simulator(rules).say(inbound("x"), Given(now=NOW)).changes
    assert change.kind is ChangeKind.FOLLOW_UP


def test_a_rule_that_is_gone_says_nothing() -> None:
    """Pitfall 10."""
    for edited in (
        RULES.replace("id: quote", "id: other"),
        RULES.replace("after: 2h, unless: replied, reply:", "key: other, after: 2h, reply:"),
        RULES.replace('reply: "On its way."', 'enabled: false\n    reply: "On its way."'),
    ):
        simulator = Simulator(ruleset(RULES))
        simulator.say(inbound("quote"), Given(now=NOW))
        simulator.ruleset = ruleset(edited)
        [fired] = simulator.pass_time(inbound(""), NOW + timedelta(hours=3))
        assert (fired.decision.outcome, fired.decision.reason) == (
            Outcome.SUPPRESSED,
            Reason.STALE,
        )
        assert fired.decision.replies == ()


def test_what_was_put_off_is_said_as_the_rules_say_it_then() -> None:
    simulator = Simulator(ruleset(RULES))
    simulator.say(inbound("quote for tea"), Given(now=NOW))
    simulator.ruleset = ruleset(RULES.replace("Any question,", "Anything else,"))
    [fired] = simulator.pass_time(inbound(""), NOW + timedelta(hours=3))
    assert [reply.text for reply in fired.decision.replies] == ["Anything else, tea?"]


def test_another_number_of_ours_is_another_conversation() -> None:
    simulator = Simulator(ruleset(RULES))
    first, other = inbound("quote"), inbound("quote", number="+18005550199", key="r-2")
    for message in (first, other):
        simulator.say(message, Given(now=NOW))
    simulator.say(inbound("hm", key="r-3"), Given(now=NOW))
    assert simulator.pass_time(first, NOW + timedelta(hours=3)) == ()
    assert len(simulator.pass_time(other, NOW + timedelta(hours=3))) == 1


def test_who_opts_out_hears_nothing_of_any_number() -> None:
    simulator = Simulator(ruleset(RULES))
    other = inbound("quote", number="+18005550199", key="r-2")
    simulator.say(other, Given(now=NOW))
    simulator.say(inbound("STOP", key="r-3"), Given(now=NOW))
    simulator.say(inbound("START", key="r-4"), Given(now=NOW))
    assert simulator.pass_time(other, NOW + timedelta(hours=3)) == ()


def test_a_change_holds_all_that_is_said_later() -> None:
    decision = Simulator(ruleset(RULES)).say(
        replace(inbound("quote for tea"), tags={"campaign": "may"}), Given(now=NOW)
    )
    [change] = decision.changes
    assert isinstance(change, Change)
    assert change.as_object() == {
        "kind": "follow-up",
        "name": "quote",
        "value": '{"due_at": "2026-01-15T19:04:05+00:00", "unless_replied": true,'
        ' "rule": "quote", "path": "", "captures": {"what": "tea"},'
        ' "tags": {"campaign": "may"}, "text": "quote for tea",'
        ' "preview": "Any question, tea?"}',
    }


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{after: 2d}", "missing-key: follow_up: needs a `reply`"),
        ("{reply: x}", "missing-key: follow_up: says not when"),
        ("{after: 2d, reply: x, befor: 1d}", "unknown key of follow_up `befor`"),
        ("{after: soon, reply: x}", "follow_up.after: is not a duration"),
        ("{before: 1d, at: '9:00', reply: x}", "follow_up.before: before what?"),
        ("{on: 2026-01-20, before: 1d, after: 1d, reply: x}", "has `before` and `after`"),
        ("{at: noonish, reply: x}", "follow_up.at: `noonish` is not a time of the day"),
        ("{at: '24:00', reply: x}", "follow_up.at: `24:00` is not a time of the day"),
        ("{after: 1d, unless: answered, reply: x}", "follow_up.unless: `answered` is unknown"),
        ("{on: '{{ dya }}', reply: x}", "nothing provides the name `dya`"),
        ("{after: 1d, reply: '{{ dya }}'}", "nothing provides the name `dya`"),
        ("[{after: 1d, key: a, reply: x}, {after: 2d, key: a, reply: y}]", "occurs twice"),
        ("[]", "follow_up: needs at least one"),
        ("soon", "follow_up: needs `name: value` lines"),
        ("{after: 1d, key: '', reply: x}", "follow_up.key: needs a name"),
    ],
)
def test_mistakes(written: str, said: str) -> None:
    found = mistakes(f"rules:\n  - id: a\n    when: always\n    follow_up: {written}\n")
    assert len(found) == 1
    assert said.removeprefix("missing-key: ") in found[0]


def test_unless_needs_a_delay() -> None:
    rules = "rules: [{id: a, when: always, reply: {text: x, unless: replied}}]"
    [found] = mistakes(rules)
    assert "reply.unless: the message leaves at once" in found
