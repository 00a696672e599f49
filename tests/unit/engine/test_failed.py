"""What a person gets whose answer could not be made."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.conversation import Heard, Thread
from bot.engine.decide import decide
from bot.engine.simulator import Given, Simulator
from bot.model import Change, ChangeKind, Echoes, Outcome, Per, Reason, Reply, RuleId
from bot.rules.ruleset import Ruleset
from tests.build import NOW, context, inbound, mistakes, ruleset

RULES = """
rules:
  - {id: visit, when: {keywords: visit}, reply: "See you {{ tags.day }}.", state: seen}
  - {id: long, when: {keywords: long}, reply: "{{ message.text * 1 }}", max_segments: 1}
"""
TOO_LONG = "long " + "x" * 160
FAILED = 'guards: {failed: {reply: "Please call {{ vars.phone }}."}}\nvars: {phone: 555-0100}'
FALLBACK = "fallback: {reply: Sorry., set: {contact: {lost: yes}}, state: lost}"
BROKEN = '{reply: "{{ tags.day }}"}'


def said(rules: str, **known: Any) -> list[tuple[str, str]]:
    decision = decide(inbound("visit"), context(**known), ruleset(rules))
    assert decision.outcome is Outcome.FAILED
    return [(reply.text, reply.rule) for reply in decision.replies]


@pytest.mark.parametrize(
    ("beside", "expected"),
    [
        ("", []),
        (FALLBACK, [("Sorry.", "fallback")]),
        (FAILED, [("Please call 555-0100.", "$failed")]),
        (f"{FAILED}\n{FALLBACK}", [("Please call 555-0100.", "$failed")]),
        (f"guards: {{failed: {{reply: none}}}}\n{FALLBACK}", []),
        (f"guards: {{failed: {{}}}}\n{FALLBACK}", [("Sorry.", "fallback")]),
        ("fallback: {silent: true}", []),
        # what fails again is not tried for ever
        (f"fallback: {BROKEN}", []),
        (f"guards: {{failed: {BROKEN}}}\n{FALLBACK}", []),
    ],
)
def test_a_person_whose_answer_fails_gets_the_text_for_that(
    beside: str, expected: list[tuple[str, str]]
) -> None:
    assert said(f"{RULES}{beside}") == expected


def test_the_outcome_stays_failed_with_its_reason() -> None:
    assert decide(inbound("visit"), context(), ruleset(RULES + FALLBACK)) == replace(
        decide(inbound("visit"), context(), ruleset(RULES)),
        replies=(Reply(text="Sorry.", rule=RuleId("fallback")),),
    )


@pytest.mark.parametrize(
    ("rules", "text", "expected"),
    [
        ("fallback: " + BROKEN, "hello", ("fallback", Reason.TEMPLATE_ERROR, [])),
        (FAILED + "\nfallback: " + BROKEN, "hi", ("fallback", Reason.TEMPLATE_ERROR, ["$failed"])),
        (
            f"guards: {{help: {BROKEN}}}\n{FALLBACK}",
            "HELP",
            ("$help", Reason.TEMPLATE_ERROR, ["fallback"]),
        ),
        (
            "rules: [{id: long, when: always, reply: '{{ message.text }}', max_segments: 1}]\n"
            + FALLBACK,
            TOO_LONG,
            ("long", Reason.TOO_LONG, ["fallback"]),
        ),
        (
            "rules: [{id: once, when: always, reply: x, cooldown: "
            "{once: 1h, else: '{{ tags.day }}'}}]\n" + FALLBACK,
            "hi",
            ("once", Reason.TEMPLATE_ERROR, ["fallback"]),
        ),
    ],
)
def test_whatever_fails_is_excused(
    rules: str, text: str, expected: tuple[str, Reason, list[str]]
) -> None:
    known = context(uses={(Per.CONVERSATION, "once"): (NOW - timedelta(minutes=1),)})
    decision = decide(inbound(text), known, ruleset(rules))
    assert decision.outcome is Outcome.FAILED
    found = decision.rule, decision.reason, [reply.rule for reply in decision.replies]
    assert found == expected


def test_the_limit_of_the_fallback_holds_for_what_it_says_instead() -> None:
    limited = RULES + "fallback: {reply: Sorry., limit: {times: 1, per: 1h}}"
    decision = decide(inbound("visit"), context(), ruleset(limited))
    use = Change(ChangeKind.USE, "fallback", Per.CONVERSATION)
    assert ([reply.text for reply in decision.replies], decision.changes) == (["Sorry."], (use,))
    used = {(Per.CONVERSATION, "fallback"): (NOW - timedelta(minutes=1),)}
    assert said(limited, uses=used) == []


@pytest.mark.parametrize(
    ("failures", "fallbacks", "expected"), [(2, 0, 1), (3, 0, 0), (1, 1, 1), (1, 2, 0), (0, 3, 0)]
)
def test_nobody_is_excused_to_for_ever(failures: int, fallbacks: int, expected: int) -> None:
    known = {"failures_in_row": failures, "fallbacks_in_row": fallbacks}
    assert len(said(RULES + FALLBACK, **known)) == expected


def test_a_machine_that_answers_the_excuse_gets_an_end() -> None:
    simulator = Simulator(ruleset(RULES + FAILED))
    decisions = [
        simulator.say(inbound(f"visit {n}"), Given(now=NOW + timedelta(minutes=20 * n)))
        for n in range(9)
    ]
    assert [len(decision.replies) for decision in decisions] == [1, 1, 1, 0, 0, 0, 0, 0, 0]


def test_what_failed_is_counted_until_a_rule_answers() -> None:
    simulator = Simulator(ruleset(RULES + FAILED))
    for text in ("visit", "hello", "visit"):
        simulator.say(inbound(text), Given(now=NOW))
    assert simulator.context(inbound("visit"), Given(now=NOW)).failures_in_row == 2


@pytest.mark.parametrize(
    ("guards", "mistake"),
    [
        ("{failed: {text: x}}", "unknown setting of guards.failed `text`"),
        ("{failed: x}", "guards.failed: needs `name: value` lines, not a text"),
        ("{failed: {reply: '{{ nobody }}'}}", "nothing provides the name `nobody`"),
        ("{fail: {reply: x}}", "unknown guard `fail` (did you mean `failed`?)"),
    ],
)
def test_a_wrong_setting_is_a_mistake(guards: str, mistake: str) -> None:
    [found] = mistakes(f"guards: {guards}\n{RULES}")
    assert mistake in found


TEXTS = [
    "none",
    "Sorry.",
    "'{{ tags.day }}'",
    "'{{ 1 // (tags.n | default(0) | int) }}'",
    "\"{{ '' }}\"",
]


@cache
def excusing(failed: str, fallback: str, help_text: str) -> Ruleset:
    return ruleset(
        f"guards: {{failed: {{reply: {failed}}}, help: {{reply: {help_text}}}}}\n"
        f"fallback: {{reply: {fallback}}}\n{RULES}"
    )


SETTINGS = st.tuples(
    st.sampled_from(TEXTS), st.sampled_from(TEXTS[1:4]), st.sampled_from(TEXTS[1:4])
)


@given(SETTINGS, st.sampled_from(["visit", "help", TOO_LONG]) | st.text())
def test_no_setting_makes_a_failure_raise_or_lose_its_reason(
    settings: tuple[str, str, str], text: str
) -> None:
    decision = decide(inbound(text), context(), excusing(*settings))
    is_failed = decision.outcome is Outcome.FAILED
    assert is_failed == (decision.reason in (Reason.TEMPLATE_ERROR, Reason.TOO_LONG))
    assert all(reply.text or reply.image for reply in decision.replies)


def test_an_excuse_is_an_answer_among_echoes() -> None:
    """Two machines that say the same all day long end, whether or not the rule fails."""
    heard = [
        Heard(NOW - timedelta(minutes=30 * n), "visit", Outcome.FAILED, None) for n in range(31)
    ]
    thread = Thread(heard=tuple(heard))
    known = thread.context(inbound("visit"), NOW, answered_rule=None, longcode_id=None)
    assert known.echoes == Echoes(30, 30, 30)
