"""A question is asked, answered, left and given up: what each text to it leads to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

import pytest

from bot.engine.conversation import Thread
from bot.engine.decide import decide
from bot.engine.simulator import Given, Simulator, in_state
from bot.model import ChangeKind, Decision, Match, Miss, Outcome, Question, Reason, RuleId, Took
from bot.rules.ruleset import Ruleset
from tests.build import NOW, context, inbound, ruleset

VET = """
timezone: America/New_York
calendars: {open: {hours: ["Mon-Fri 09:00-17:00"]}}
rules:
  - id: move
    when: {says: "[please] (reschedule|move) [my appointment] [to {day:date}]"}
    ask:
      - as: day
        text: "Which day?"
        accept: {date: {gte: tomorrow, during: open}}
        invalid: "We are closed then."
        retry: ["A day, like Tuesday.", "Just the weekday."]
      - as: part
        text: "Morning or afternoon on {{ day }}?"
        choices: {morning: [am], afternoon: [pm]}
    expires: 4h
    on_expiry: "I left it as it was, {{ day | default('no day') }}."
    cancel: {words: ["never mind"], reply: "Fine."}
    interrupt: [hours, prices, closed]
    give_up: {reply: "A person will call."}
    then: {reply: "Noted: {{ day }}, {{ part }}.", set: {contact: {moved: "{{ part }}"}}}
  - {id: hours, when: {keywords: [hours]}, reply: "9 to 5."}
  - {id: prices, when: {keywords: [prices]}, silent: true}
  - {id: closed, when: {keywords: [closing]}, reply: "We close.", state: over}
  - {id: parking, when: {keywords: [parking]}, reply: "Behind the house."}
  - {id: human, when: {keywords: [human], state: any}, reply: "One moment."}
  - {id: asked, when: {state: move, keywords: [why]}, reply: "To plan."}
fallback: {reply: "What?"}
"""
"""NOW is a Thursday."""

Got: TypeAlias = tuple[Outcome, str | None, Reason | None, list[str]]


def got(decision: Decision) -> Got:
    texts = [reply.text for reply in decision.replies]
    return decision.outcome, decision.rule, decision.reason, texts


def replied(rule: str, *texts: str) -> Got:
    return Outcome.REPLIED, rule, None, list(texts)


def suppressed(rule: str, reason: Reason, *texts: str) -> Got:
    return Outcome.SUPPRESSED, rule, reason, list(texts)


@dataclass(slots=True)
class Phone:
    """One person; between two texts a minute passes."""

    rules: str
    now: datetime = NOW
    said: int = 0
    simulator: Simulator | None = None

    def say(self, text: str, **members: object) -> Decision:
        self.simulator = self.simulator or Simulator(ruleset(self.rules))
        self.now += timedelta(minutes=1)
        self.said += 1
        message = inbound(text, key=f"r-{self.said}", received_at=self.now)
        message = replace(message, **members)  # type: ignore[arg-type]  # fields by name
        return self.simulator.say(message, Given(now=self.now))

    def wait(self, hours: float) -> Iterator[tuple[datetime, Got]]:
        self.simulator = self.simulator or Simulator(ruleset(self.rules))
        self.now += timedelta(hours=hours)
        for fired in self.simulator.pass_time(inbound(""), self.now):
            yield fired.at, got(fired.decision)


def talk(rules: str, *texts: str) -> list[Got]:
    phone = Phone(rules)
    return [got(phone.say(text)) for text in texts]


DAY = replied("move", "Which day?")
PART = replied("move", "Morning or afternoon on 2026-01-20?")
WHAT = replied("fallback", "What?")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(
            ["reschedule", "tuesday", "am please", "tuesday"],
            [DAY, PART, replied("move", "Noted: 2026-01-20, morning."), WHAT],
            id="asked in order, then done",
        ),
        pytest.param(
            ["move my appointment to Tuesday", "2"],
            [PART, replied("move", "Noted: 2026-01-20, afternoon.")],
            id="what the rule captured is not asked",
        ),
        pytest.param(
            ["move to sunday", "sunday", "next sunday", "sunday"],
            [
                replied("move", "We are closed then.", "Which day?"),
                replied("move", "We are closed then."),
                replied("move", "We are closed then."),
                replied("move", "A person will call."),
            ],
            id="what accept refuses is asked, invalid first; later invalid alone",
        ),
        pytest.param(
            ["reschedule", "Tuesday, in the morning"],
            [DAY, replied("move", "Noted: 2026-01-20, morning.")],
            id="two answers in one text",
        ),
        pytest.param(
            ["reschedule", "x", "parking", "tuesday", "hm", "tuesday"],
            [
                DAY,
                replied("move", "A day, like Tuesday."),
                replied("move", "Just the weekday."),
                PART,
                PART,
                replied("move", "A person will call."),
            ],
            id="retries in turn; a rule that may not interrupt is a wrong answer",
        ),
        pytest.param(
            ["reschedule", "x", "x", "x", "tuesday"],
            [
                DAY,
                replied("move", "A day, like Tuesday."),
                replied("move", "Just the weekday."),
                replied("move", "A person will call."),
                WHAT,
            ],
            id="given up once; the next text is an ordinary one",
        ),
        pytest.param(
            ["reschedule", "never mind", "tuesday"],
            [DAY, suppressed("move", Reason.CANCELLED, "Fine."), WHAT],
            id="cancelled",
        ),
        pytest.param(
            ["reschedule", "never mind, thanks!"],
            [DAY, suppressed("move", Reason.CANCELLED, "Fine.")],
            id="cancelled politely",
        ),
        pytest.param(
            ["reschedule", "never mind the day"],
            [DAY, replied("move", "A day, like Tuesday.")],
            id="more than the words cancels nothing",
        ),
        pytest.param(
            ["reschedule", "hours?", "hours", "hours", "hours", "tuesday"],
            [
                DAY,
                replied("hours", "9 to 5.", "Which day?"),
                replied("hours", "9 to 5.", "Which day?"),
                replied("hours", "9 to 5.", "Which day?"),
                replied("move", "A day, like Tuesday."),
                PART,
            ],
            id="the answer to an interruption comes first; three times",
        ),
        pytest.param(
            ["reschedule", "prices", "tuesday"],
            [DAY, suppressed("prices", Reason.SILENT), PART],
            id="a silent rule interrupts, and the question stands where it stood",
        ),
        pytest.param(
            ["reschedule", "closing", "tuesday"],
            [DAY, replied("closed", "We close."), WHAT],
            id="a rule with a state of its own ends the question",
        ),
        pytest.param(
            ["reschedule", "human", "tuesday"],
            [DAY, replied("human", "One moment.", "Which day?"), PART],
            id="state any interrupts though interrupt does not name it",
        ),
        pytest.param(
            ["reschedule", "why"],
            [DAY, replied("move", "A day, like Tuesday.")],
            id="the state of the question alone is not leave to interrupt",
        ),
        pytest.param(
            ["reschedule", "tuesday hours"],
            [DAY, PART],
            id="the answer wins over a rule that may interrupt",
        ),
        pytest.param(
            ["reschedule", "STOP", "tuesday"],
            [
                DAY,
                suppressed("$opt-out", Reason.OPT_OUT),
                suppressed("$opted-out", Reason.OPTED_OUT),
            ],
            id="guards first: an opt-out ends it",
        ),
        pytest.param(
            ["reschedule", "STOP", "START", "tuesday"],
            [
                DAY,
                suppressed("$opt-out", Reason.OPT_OUT),
                suppressed("$opt-in", Reason.OPT_IN),
                WHAT,
            ],
            id="who comes back is not asked any more",
        ),
        pytest.param(
            ["reschedule", "please stop texting me", "tuesday"],
            [DAY, (Outcome.HELD, "$opt-out", Reason.LIKELY_OPT_OUT, []), WHAT],
            id="a likely opt-out ends it too",
        ),
        pytest.param(
            ["reschedule", 'Liked "Which day?"', "tuesday"],
            [DAY, suppressed("$tapback", Reason.TAPBACK), PART],
            id="a reaction changes nothing",
        ),
    ],
)
def test_what_a_conversation_with_questions_is_answered(
    said: list[str], expected: list[Got]
) -> None:
    assert talk(VET, *said) == expected


def test_one_conversation_as_it_is_kept() -> None:
    phone = Phone(VET)
    phone.say("move", tags={"campaign": "may"})
    phone.say("hm")
    decision = phone.say("tuesday", tags={"campaign": "may"})
    asked = Question(
        rule=RuleId("move"),
        step="part",
        key="r-3",
        captures={"day": "2026-01-20"},
        tags={"campaign": "may"},
        expires=4 * 3600,
    )
    [stored, change] = decision.changes
    assert (stored.kind, stored.name, stored.value) == ("conversation", "day", "2026-01-20")
    assert decision.took is Took.UNDERSTOOD
    assert decision.captures == {"day": "2026-01-20"}
    assert [reply.asks for reply in decision.replies] == ["r-3"]
    thread = Thread().changed([change], NOW)
    assert thread.question == asked
    assert Question.of(asked.sent(NOW).as_object()) == asked.sent(NOW)


def test_answers_are_captures_of_what_interrupts_and_are_kept() -> None:
    rules = """
    rules:
      - id: join
        when: {keywords: [join]}
        ask: [{as: name, text: "Name?"}, {as: size, text: "Size?", accept: {number: {lte: 9}}}]
        then: {reply: "{{ name }} {{ size }}"}
      - {id: who, when: {keywords: [who]}, reply: "{{ name | default('nobody') }}"}
      - id: known
        when: {conversation: {size: 4}, keywords: [known]}
        reply: "{{ conversation.name }}"
    """
    assert talk(rules, "who", "join", "who", "Ann Lee", "who", "for 4", "who", "known") == [
        replied("who", "nobody"),
        replied("join", "Name?"),
        replied("who", "nobody", "Name?"),
        replied("join", "Size?"),
        replied("who", "Ann Lee", "Size?"),
        replied("join", "Ann Lee 4"),
        replied("who", "nobody"),
        replied("known", "Ann Lee"),
    ]


ANY = """
rules:
  - id: join
    when: {keywords: [join]}
    reply: "Welcome."
    ask: {as: name, text: "Your name?"}
    then: {reply: "Hello {{ name }}."}
  - {id: hours, when: {keywords: [hours, "opening times"]}, reply: "9 to 5."}
  - {id: always, when: always, reply: "Always."}
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ann", replied("join", "Hello Ann.")),
        ("  Opening hours Smith ", replied("join", "Hello Opening hours Smith.")),
        ("Hours?", replied("hours", "9 to 5.", "Your name?")),
        ("opening times!", replied("hours", "9 to 5.", "Your name?")),
        ("help", replied("join", "Your name?")),
        ("INFO please", replied("join", "Your name?")),
        ("?", replied("join", "Your name?")),
        ("join", replied("join", "Welcome.", "Your name?")),
    ],
)
def test_any_text_is_an_answer_but_for_help_and_keywords(text: str, expected: Got) -> None:
    assert talk(ANY, "join", text) == [replied("join", "Welcome.", "Your name?"), expected]


@pytest.mark.parametrize(
    ("interrupt", "when", "text"),
    [
        ("any", "outside: open", "Which day?"),
        ("any", "any: [{during: open}, {outside: open}]", "Which day?"),
        ("[late]", "outside: open", "We are closed."),
        ("any", "{outside: open, keywords: [blue]}", "We are closed."),
        ("any", "{outside: open, state: any}", "We are closed."),
    ],
)
def test_a_rule_for_any_text_at_some_hours_interrupts_where_it_is_named(
    interrupt: str, when: str, text: str
) -> None:
    when = when if when.startswith("{") else f"{{{when}}}"
    rules = ruleset(f"""
        timezone: America/New_York
        calendars: {{open: {{hours: ["Sat 09:00-17:00"]}}}}
        rules:
          - id: move
            when: {{keywords: [move]}}
            ask: {{as: day, text: "Which day?", accept: {{date: true}}}}
            interrupt: {interrupt}
            then: {{reply: ok}}
          - {{id: late, when: {when}, reply: "We are closed."}}
    """)
    simulator = Simulator(rules)
    simulator.say(inbound("move"), Given(now=NOW))
    decision = simulator.say(inbound("blue"), Given(now=NOW))
    assert decision.replies[0].text == text


def test_a_rule_for_every_message_does_not_interrupt_and_without_give_up_the_fallback_speaks() -> (
    None
):
    rules = """
    rules:
      - {id: join, when: {keywords: [join]}, ask: {as: age, text: "Age?", accept: {number: true}}}
      - {id: always, when: always, reply: "Always."}
    fallback: {reply: "Text JOIN."}
    """
    asked = replied("join", "Age?")
    assert talk(rules, "join", "x", "y", "z") == [
        asked,
        asked,
        replied("join", "Text JOIN."),
        replied("always", "Always."),
    ]
    without = rules.replace('fallback: {reply: "Text JOIN."}', "")
    assert talk(without, "join", "x", "y")[-1] == (Outcome.UNMATCHED, "join", None, [])


def test_without_then_an_answer_ends_in_silence() -> None:
    rules = "rules: [{id: join, when: {keywords: [join]}, ask: {as: age, text: Age?}}]"
    assert talk(rules, "join", "42") == [
        replied("join", "Age?"),
        suppressed("join", Reason.SILENT),
    ]


NESTED = """
rules:
  - id: order
    when: {keywords: [order]}
    ask: {as: what, text: "What?", choices: [tea, coffee]}
    cancel: [forget it]
    interrupt: none
    give_up:
      ask: {as: number, text: "Which number do we call?", accept: {phone: true}}
      then: {reply: "We call {{ number | phone }}."}
    then:
      reply: "{{ what }}, fine."
      ask: {as: size, text: "How large?", choices: [small, large]}
      then: {reply: "{{ what }}, {{ size }}."}
  - {id: hours, when: {keywords: [hours]}, reply: "9 to 5."}
"""


def test_what_comes_of_questions_may_ask_again() -> None:
    assert talk(NESTED, "order", "tea", "hours", "large") == [
        replied("order", "What?"),
        replied("order", "tea, fine.", "How large?"),
        replied("order", "How large?"),
        replied("order", "tea, large."),
    ]
    assert talk(NESTED, "order", "tea", "forget it")[-1] == suppressed("order", Reason.CANCELLED)
    assert talk(NESTED, "order", "x", "x", "(212) 555-0100") == [
        replied("order", "What?"),
        replied("order", "What?"),
        replied("order", "Which number do we call?"),
        replied("order", "We call (212) 555-0100."),
    ]


def test_of_two_menus_the_newest_is_answered_and_a_closed_one_is_not() -> None:
    rules = """
    rules:
      - id: a
        when: {keywords: [alpha]}
        ask: {as: x, text: A?, choices: [one, two]}
        then: {reply: "a {{ x }}"}
      - id: b
        when: {keywords: [beta]}
        ask: {as: y, text: B?, choices: [red, blue]}
        then: {reply: "b {{ y }}"}
    fallback: {reply: "What?"}
    """
    assert talk(rules, "alpha", "beta", "2") == [
        replied("a", "A?"),
        replied("b", "B?"),
        replied("b", "b blue"),
    ]
    phone = Phone(rules)
    phone.say("alpha")
    phone.say("beta")
    assert got(phone.say("2", tags={"rule": "a"})) == replied("fallback", "What?")
    assert got(phone.say("2", tags={"rule": "b"})) == replied("b", "b blue")


def test_the_trace_says_why_a_text_was_not_understood() -> None:
    phone = Phone(VET)
    phone.say("move to tuesday")
    decision = phone.say("morning or afternoon, hours")
    steps = [(step.rule, step.result) for step in decision.trace if not step.rule.startswith("$")]
    assert steps == [
        ("move", Miss("not understood: ambiguous: morning, afternoon")),
        ("hours", Match()),
    ]
    assert decision.took is None
    again = phone.say("12")
    because = "not understood: none of: morning, afternoon"
    assert (again.took, again.trace[-1].result) == (Took.NOT_UNDERSTOOD, Miss(because))


@pytest.mark.parametrize("ask_all", [False, True])
def test_the_index_and_every_rule_in_turn_give_the_same(ask_all: bool) -> None:
    rules = ruleset(VET)
    for text in ("tuesday", "hours", "parking", "human", "never mind", "sunday", "x"):
        message = inbound(text)
        asked = in_state(context(), "move", rules)
        decision = decide(message, asked, rules, ask_all=ask_all)
        assert got(decision) == talk(VET, "move", text)[-1]


def edited(old: Ruleset, new: Ruleset, text: str) -> Decision:
    simulator = Simulator(old)
    simulator.say(inbound("move"), Given(now=NOW))
    simulator.ruleset = new
    later = NOW + timedelta(minutes=1)
    return simulator.say(inbound(text, key="r-2", received_at=later), Given(now=later))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Which day?", "What day?", PART),
        ("[hours, prices, closed]", "none", PART),
        ("as: day", "as: date_of_it", WHAT),
        ("- id: move", "- id: moved", WHAT),
        ("when: {says:", "enabled: false\n    when: {says:", WHAT),
    ],
)
def test_an_edited_rule_goes_on_where_its_step_still_exists(
    old: str, new: str, expected: Got
) -> None:
    text = VET.replace(old, new).replace(
        "state: move", f"state: {'moved' if 'moved' in new else 'move'}"
    )
    if "date_of_it" in new:
        text = text.replace("{{ day", "{{ date_of_it")
    decision = edited(ruleset(VET), ruleset(text), "tuesday")
    assert got(decision) == expected
    ended = [change for change in decision.changes if change.kind is ChangeKind.QUESTION]
    assert bool(ended and ended[0].value is None) == (expected == WHAT)


def test_replies_that_belong_to_a_question_are_no_loop() -> None:
    questions = ", ".join(f"{{as: q{n}, text: '{n}?', choices: [yes, no]}}" for n in range(12))
    then = "then: {reply: Done.}"
    rules = f"rules: [{{id: poll, when: {{keywords: [poll]}}, ask: [{questions}], {then}}}]"
    assert talk(rules, "poll", *["yes"] * 12)[-1] == replied("poll", "Done.")


def test_what_is_not_understood_counts_as_unmatched() -> None:
    rules = """
    rules:
      - id: join
        when: {keywords: [join]}
        ask: {as: age, text: "Age?", accept: {number: {gte: 18}}, retry: [a, b, c, d]}
      - id: lost
        when: {count: {of: unmatched, per: 1h, gte: 2}, keywords: [person]}
        reply: "A person will call."
    """
    assert talk(rules, "join", "x", "person", "9", "y", "person")[2:] == [
        replied("join", "b"),
        replied("join", "c"),
        replied("join", "d"),
        replied("lost", "A person will call.", "Age?"),
    ]


def test_a_question_that_cannot_be_asked_is_a_failure_and_closed() -> None:
    rules = """
    rules:
      - id: join
        when: {keywords: [join]}
        ask: [{as: age, text: "Age?"}, {as: size, text: "{{ tags.nothing }}?"}]
    fallback: {reply: "What?"}
    """
    [_, failed, after] = talk(rules, "join", "42", "42")
    assert failed[:3] == (Outcome.FAILED, "join", Reason.TEMPLATE_ERROR)
    assert after == replied("fallback", "What?")


def test_a_question_waits_for_a_reply_with_a_delay() -> None:
    rules = """
    rules:
      - id: join
        when: {keywords: [join]}
        reply: {text: "Welcome.", delay: 10m}
        ask: {as: name, text: "Name?"}
        then: {reply: "Hello {{ name }}."}
    fallback: {reply: "What?"}
    """
    phone = Phone(rules)
    assert [reply.send_at for reply in phone.say("join").replies] == [
        phone.now + timedelta(minutes=10)
    ] * 2
    assert got(phone.say("Ann")) == replied("fallback", "What?")  # not sent yet
    phone.now += timedelta(minutes=8)
    assert got(phone.say("Ann")) == replied("join", "Hello Ann.")
