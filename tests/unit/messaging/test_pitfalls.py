"""The pitfalls of conversations, each told to the simulator and to a ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

import pytest

from bot.authoring.check import odd_at_work
from bot.rules.ruleset import Ruleset
from bot.text.durations import duration
from tests.build import NOW, loaded, ruleset
from tests.stories import Ledgers, Plan, Step, Told, same, simulated
from tests.support import ROOT

RULES = """
timezone: America/Chicago
guards: {opt_out: {reply: "You get no more texts."}}
rules:
  - {hours: "We are open 9-5."}
  - {address: "1 Example Street."}
  - id: menu
    when: {keywords: [menu]}
    ask:
      as: dish
      text: "1 soup, 2 salad or 3 pie?"
      choices: {soup: [hot], salad: [cold], pie: [hot pie]}
      retry: ["1, 2 or 3, please.", "Only the number."]
    interrupt: [hours]
    expires: 4h
    on_expiry: "The kitchen has closed."
    give_up: {reply: "Please call us."}
    then: {reply: "One {{ dish }}."}
  - id: wine
    when: {keywords: [wine]}
    ask: {as: glass, text: "1 red or 2 white?", choices: [red, white]}
    then: {reply: "A glass of {{ glass }}."}
  - id: word
    when: {keywords: [free]}
    ask: {as: answer, text: "One word?"}
    then: {reply: "You said {{ answer }}."}
  - id: tour
    when: {keywords: [tour]}
    reply: "Noted."
    follow_up: {after: 2h, unless: replied, reply: "Still want the tour?"}
  - id: party
    when: {keywords: [party]}
    reply: "Noted."
    follow_up: {after: 3h, unless: replied, reply: "Still want the party?"}
  - id: later
    when: {regex: 'remind me in (?P<n>\\d) days'}
    reply: "Noted, in {{ n }}."
    follow_up:
      key: reminder
      on: "{{ now | date('%Y-%m-0' ~ n) }}"
      at: "10:00"
      reply: "Here is your reminder of {{ n }}."
  - id: person
    when: {keywords: [human]}
    handoff: {reply: "One moment.", unclaimed: {after: 30m, reply: "Nobody is free."}}
  - id: night
    when: {keywords: [night]}
    reply: "Good morning to number {{ message.text.split() | last }}."
    quiet_hours: {hours: "22:00-08:00", on_end: latest, keep: 14h}
  - id: late-menu
    when: {keywords: [supper]}
    ask: {as: meal, text: "Which supper?", accept: {keywords: [fish, meat]}}
    quiet_hours: "22:00-08:00"
    expires: 4h
    on_expiry: "No supper then."
    then: {reply: "Supper: {{ meal }}."}
fallback: {reply: "What?"}
"""
TOGETHER = """
combine: {wait: 5s, at_most: 20s}
rules:
  - {id: order, when: {regex: '(?s)my order.*?(?P<n>[0-9]{5})'}, reply: "Order {{ n }}."}
fallback: {reply: "What?"}
"""
BEGIN = "2026-01-01T12:00-06:00"
NIGHT = "2026-01-01T23:00-06:00"


def steps(*told: str) -> list[Step]:
    """Texts; `+2h` lets time pass, `us: …` is a text of a person of ours, `release` gives back."""
    found, waited = list[Step](), timedelta()
    for one in told:
        if one.startswith("+"):
            waited += timedelta(seconds=duration(one[1:]) or 0)
            continue
        if one.startswith("us: "):
            found.append(Step(after=waited, agent=one[4:]))
        elif one == "release":
            found.append(Step(after=waited, releases=True))
        else:
            found.append(Step(after=waited, say=one))
        waited = timedelta()
    return [*found, Step(after=waited)]


PITFALLS = [
    pytest.param(
        *(RULES, BEGIN, ["menu", "tour", "STOP", "+1d"]),
        ["1 soup, 2 salad or 3 pie?", "1, 2 or 3, please.", "You get no more texts."],
        id="1: question open, STOP",
    ),
    pytest.param(
        *(RULES, BEGIN, ["remind me in 3 days", "menu", "STOP", "+1m", "START", "2", "+7d"]),
        ["Noted, in 3.", "1 soup, 2 salad or 3 pie?", "You get no more texts.", "What?"],
        id="1: START brings nothing of it back",
    ),
    pytest.param(
        *(RULES, BEGIN, ["menu", "address", "2"]),
        ["1 soup, 2 salad or 3 pie?", "1, 2 or 3, please.", "One salad."],
        id="2: a keyword of a rule that may not interrupt",
    ),
    pytest.param(
        *(RULES, BEGIN, ["menu", "hours", "2"]),
        [
            "1 soup, 2 salad or 3 pie?",
            "We are open 9-5.",
            "1 soup, 2 salad or 3 pie?",
            "One salad.",
        ],
        id="4: an interruption is answered first, then the question once",
    ),
    pytest.param(
        *(RULES, BEGIN, ["menu", "x", "y", "z", "2"]),
        [
            *("1 soup, 2 salad or 3 pie?", "1, 2 or 3, please.", "Only the number."),
            *("Please call us.", "What?"),
        ],
        id="5: the last retry is used up",
    ),
    *(
        pytest.param(
            *(RULES, BEGIN, ["menu", text]),
            ["1 soup, 2 salad or 3 pie?", "One soup."],
            id=f"6: {text} to a menu",
        )
        for text in ("1", "1.", "#1", "one", "option 1")
    ),
    pytest.param(
        *(RULES, BEGIN, ["menu", "12"]),
        ["1 soup, 2 salad or 3 pie?", "1, 2 or 3, please."],
        id="6: 12 is never option 1",
    ),
    pytest.param(
        *(RULES, BEGIN, ["menu", "soup or salad"]),
        ["1 soup, 2 salad or 3 pie?", "1, 2 or 3, please."],
        id="7: a text that fits two choices",
    ),
    pytest.param(
        *(RULES, BEGIN, ["wine", "menu", "menu", "2", "2"]),
        [
            *("1 red or 2 white?", "1 soup, 2 salad or 3 pie?", "1, 2 or 3, please."),
            *("One salad.", "What?"),
        ],
        id="8: the newest menu is answered, a closed one is not",
    ),
    pytest.param(
        *(RULES, NIGHT, ["supper", "+9h", "+3h", "fish"]),
        ["Which supper?", "Supper: fish."],
        id="9: held by quiet hours, its clock runs from when it left",
    ),
    pytest.param(
        *(RULES, NIGHT, ["supper", "+9h", "+5h", "fish"]),
        ["Which supper?", "No supper then.", "What?"],
        id="9: and it ends so long after",
    ),
    pytest.param(
        *(RULES, BEGIN, ["tour", "I'm driving", "+3h"]),
        ["Noted.", "Still want the tour?"],
        id="13: an automatic answer is not an answer",
    ),
    pytest.param(
        *(RULES, BEGIN, ["tour", "thanks", "+3h"]),
        ["Noted.", "What?"],
        id="13: a real text is",
    ),
    pytest.param(
        *(RULES, BEGIN, ["tour", "+1m", "party", "hello", "+9h"]),
        ["Noted.", "Noted.", "What?"],
        id="14: of two follow-ups a text drops both",
    ),
    pytest.param(
        *(RULES, BEGIN, ["remind me in 3 days", "remind me in 6 days", "+7d"]),
        ["Noted, in 3.", "Noted, in 6.", "Here is your reminder of 6."],
        id="15: the same key again is one timer, the later one",
    ),
    pytest.param(
        *(RULES, BEGIN, ["human", "hours", "+30m", "hours", "+3h"]),
        ["One moment.", "Nobody is free.", "We are open 9-5."],
        id="16: nobody comes",
    ),
    pytest.param(
        *(RULES, BEGIN, ["human", "+5m", "us: Ann here.", "+26m", "hours"]),
        ["One moment."],
        id="16: somebody comes",
    ),
    pytest.param(
        *(RULES, BEGIN, ["menu", "human", "human", "x", "human", "+1m", "2"]),
        [
            *("1 soup, 2 salad or 3 pie?", "1, 2 or 3, please.", "Only the number."),
            *("Please call us.", "One moment."),
        ],
        id="17: a question does not take what is for a person",
    ),
    pytest.param(
        *(RULES, BEGIN, ["wine", "human", "+1m", "release", "+1d", "2", "hours"]),
        ["1 red or 2 white?", "One moment.", "What?", "We are open 9-5."],
        id="17: handoff over, the old question is gone",
    ),
    pytest.param(
        *(RULES, NIGHT, ["night 1", "night 2", "night 3", "+10h"]),
        ["Good morning to number 3."],
        id="19: of three texts at night the last is answered",
    ),
    pytest.param(
        *(TOGETHER, BEGIN, ["hi", "my order", "48213"]),
        ["Order 48213."],
        id="18: texts that follow each other are one",
    ),
    pytest.param(
        *(TOGETHER, BEGIN, ["hi", "+9s", "my order", "48213"]),
        ["What?", "Order 48213."],
        id="18: those that do not are not",
    ),
    pytest.param(
        *(TOGETHER, BEGIN, ["hi", "STOP", "my order 48213"]),
        [],
        id="18: STOP acts at once, and ends them",
    ),
    *(
        pytest.param(
            *(RULES, BEGIN, ["free", word]),
            ["One word?", f"You said {word}."],
            id=f"also: the answer {word} is plain text",
        )
        for word in ("success", "other", "none", "null", "true", "fallback")
    ),
    pytest.param(
        *(RULES, NIGHT, ["night 1", "human", "+10h"]),
        ["One moment.", "Nobody is free."],
        id="also: an ordinary reply that waits when it is handed over is dropped",
    ),
    pytest.param(
        *(RULES, NIGHT, ["night 1", "STOP", "+10h"]),
        ["You get no more texts."],
        id="also: an opt-out between deciding and sending",
    ),
]


def plan(at: str, said: Sequence[str]) -> Plan:
    return Plan(steps=steps(*said), at=datetime.fromisoformat(at))


def texts(told: Told) -> list[str]:
    return [left.text for left in told.left]


@cache
def rules_of(text: str) -> Ruleset:
    return ruleset(text)


@pytest.mark.parametrize(("text", "at", "said", "left"), PITFALLS)
def test_in_the_simulator(text: str, at: str, said: list[str], left: list[str]) -> None:
    assert texts(simulated(plan(at, said), rules_of(text))) == left


@pytest.mark.system
@pytest.mark.parametrize(("text", "at", "said", "left"), PITFALLS)
def test_live(text: str, at: str, said: list[str], left: list[str], ledgers: Ledgers) -> None:
    assert texts(same(plan(at, said), rules_of(text), ledgers)) == left


def test_3_an_option_that_is_a_keyword_too_is_warned_of_and_the_answer_wins() -> None:
    read = loaded(RULES.replace("salad: [cold]", "salad: [hours]"))
    [warning] = odd_at_work(read, NOW)
    assert (warning.code, "`hours`" in warning.message) == ("answer-is-keyword", True)
    assert texts(simulated(plan(BEGIN, ["menu", "hours"]), read.ruleset))[1:] == ["One salad."]


ELSEWHERE = {
    "7: the trace says what it fits": "unit/engine/test_questions.py::"
    "test_the_trace_says_why_a_text_was_not_understood",
    "8: an answer to a closed menu": "unit/engine/test_questions.py::"
    "test_of_two_menus_the_newest_is_answered_and_a_closed_one_is_not",
    "10: the rule was edited": "unit/engine/test_timers.py::"
    "test_what_the_rules_do_not_know_any_more_is_stale",
    "10: the same, live": "unit/messaging/test_timers.py::"
    "test_of_an_edited_rule_it_is_stale_and_nothing_is_said",
    "11: two workers, one timer": "system/test_questions.py::"
    "test_two_machines_let_a_timer_happen_once",
    "12: a restart between due and fired": "system/test_questions.py::"
    "test_an_expiry_that_came_while_the_server_was_off_is_said_once",
    "12: in order with what came in": "system/test_questions.py::"
    "test_after_a_kill_the_expiry_goes_before_what_came_later",
    "15: the trace says in whose place": "unit/engine/test_follow_ups.py::"
    "test_the_trace_tells_when_and_in_whose_place",
    "20: a delay and a time of the clock, live": "system/test_later.py::"
    "test_a_delay_is_seconds_and_at_is_what_the_clock_shows_over_a_kill",
    "20: nights in which clocks are set": "unit/engine/test_timers.py::"
    "test_the_night_by_the_clock_on_the_wall",
}
"""What takes an edited rule, a second machine or a restart; of the night, see the school too."""


@pytest.mark.parametrize("where", ELSEWHERE.values(), ids=ELSEWHERE)
def test_the_others_have_a_test_of_their_own(where: str) -> None:
    file, _, name = where.partition("::")
    assert f"def {name}(" in (ROOT / "tests" / file).read_text()
