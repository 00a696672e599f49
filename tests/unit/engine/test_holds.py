"""Who has the wrong number, or seems to want to leave: what is held, and what ends it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.engine.simulator import Given, Simulator
from bot.model import Decision, Outcome, Reason
from tests.build import NOW, inbound, ruleset

TEXT = """
guards: {opt_in: {reply: Welcome back.}, help: {reply: "A shop."}}
rules:
  - {hours: 9-5}
  - id: move
    when: {keywords: [move]}
    ask: {as: day, text: "Which day?", accept: {date: true}}
    expires: 1h
    on_expiry: "Left as it was."
    then: {reply: "{{ day }}."}
fallback: {reply: "What?"}
"""
ASKS = TEXT.replace("guards: {", "guards: {opt_out: {likely: ask, reply: Bye., question: Sure?}, ")
LIKELY = "please stop texting me"


def said(text: str, *texts: str) -> list[tuple[str, str, str]]:
    """Outcome, reason and texts of each decision, the last of which is 2 hours later."""
    simulator, found = Simulator(ruleset(text)), list[Decision]()
    for at, one in enumerate(texts):
        now = NOW + timedelta(hours=2 * (at == len(texts) - 1), seconds=at)
        message = inbound(one, key=f"m-{at}", received_at=now)
        found.append(simulator.say(message, Given(now=now)))
    return [(d.outcome, d.reason or "", " ".join(r.text for r in d.replies)) for d in found]


HELD = (Outcome.HELD, Reason.WRONG_NUMBER, "")
ASKED = (Outcome.HELD, Reason.LIKELY_OPT_OUT, "Sure?")
HOURS = (Outcome.REPLIED, "", "9-5")


@pytest.mark.parametrize(
    ("texts", "last"),
    [
        (["wrong number", "hours"], HELD),
        (["wrong number", "hours", "hours"], HELD),
        (["wrong number", "info"], (Outcome.REPLIED, "", "A shop.")),
        (["wrong number", "START"], (Outcome.REPLIED, Reason.OPT_IN, "Welcome back.")),
        (["wrong number", "START", "hours"], HOURS),
        (["wrong number", "STOP", "START", "hours"], HOURS),
        (["wrong number", "STOP"], (Outcome.SUPPRESSED, Reason.OPT_OUT, "")),
        (["wrong number", LIKELY, "hours"], HELD),
        ([LIKELY, "wrong number", "hours"], HELD),
        (["wrong number, stop"], (Outcome.HELD, Reason.LIKELY_OPT_OUT, "")),
        (["wrong number, stop", "hours"], HOURS),
    ],
)
def test_who_has_the_wrong_number_is_held_until_they_text_start(
    texts: list[str], last: tuple[str, str, str]
) -> None:
    assert said(TEXT, *texts)[-1] == last


@pytest.mark.parametrize(
    ("texts", "last"),
    [
        ([LIKELY], ASKED),
        ([LIKELY, "yes"], (Outcome.SUPPRESSED, Reason.OPT_OUT, "Bye.")),
        ([LIKELY, "Yes please 👍"], (Outcome.SUPPRESSED, Reason.OPT_OUT, "Bye.")),
        ([LIKELY, "STOP"], (Outcome.SUPPRESSED, Reason.OPT_OUT, "Bye.")),
        ([LIKELY, "yes", "hours"], (Outcome.SUPPRESSED, Reason.OPTED_OUT, "")),
        ([LIKELY, "no"], (Outcome.REPLIED, "", "What?")),
        ([LIKELY, "no", "yes"], (Outcome.REPLIED, "", "What?")),
        ([LIKELY, "hours", "yes"], (Outcome.REPLIED, "", "What?")),
        ([LIKELY, "yes, tomorrow"], (Outcome.REPLIED, "", "What?")),
        # It is asked once, and a second wish leaves it open.
        ([LIKELY, "take me off your list"], (Outcome.HELD, Reason.LIKELY_OPT_OUT, "")),
        ([LIKELY, "leave me alone", "yes"], (Outcome.SUPPRESSED, Reason.OPT_OUT, "Bye.")),
        ([LIKELY, "hours", LIKELY], ASKED),
        (["yes"], (Outcome.REPLIED, "", "What?")),
    ],
)
def test_yes_to_the_question_is_a_certain_opt_out(
    texts: list[str], last: tuple[str, str, str]
) -> None:
    assert said(ASKS, *texts)[-1] == last


def test_without_the_question_a_yes_is_an_ordinary_text() -> None:
    assert said(TEXT, LIKELY, "yes")[-1] == (Outcome.REPLIED, "", "What?")


@pytest.mark.parametrize("wish", [LIKELY, "wrong number"])
def test_timers_wait_while_nothing_leaves(wish: str) -> None:
    simulator = Simulator(ruleset(TEXT))
    asked = inbound("move")
    simulator.say(asked, Given(now=NOW))
    simulator.say(inbound(wish, key="m-2"), Given(now=NOW))
    assert simulator.pass_time(asked, NOW + timedelta(hours=2)) == ()


def test_a_likely_opt_out_ends_the_question_that_was_open() -> None:
    assert said(TEXT, "move", LIKELY, "tuesday")[-1] == (Outcome.REPLIED, "", "What?")


def test_a_wrong_number_leaves_it_open_for_who_comes_back() -> None:
    simulator = Simulator(ruleset(TEXT))
    for at, text in enumerate(("move", "wrong number", "START")):
        simulator.say(inbound(text, key=f"m-{at}"), Given(now=NOW))
    decision = simulator.say(inbound("tuesday", key="m-9"), Given(now=NOW))
    assert [reply.text for reply in decision.replies] == ["2026-01-20."]
