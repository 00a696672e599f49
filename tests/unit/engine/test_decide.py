from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from bot.engine.decide import decide
from bot.model import (
    Change,
    ChangeKind,
    Decision,
    Match,
    Miss,
    Outcome,
    Per,
    Reason,
    Reply,
    RuleId,
    Step,
)
from bot.rules.guards import read_guards
from bot.rules.matchers.base import Sheet
from bot.rules.problems import Problems
from bot.rules.ruleset import Ruleset
from tests.build import NOW, context, inbound, loaded, mistakes, ruleset

NO_GUARD = tuple(Step(guard.NAME, guard.miss) for guard in read_guards(None, Problems(), Sheet()))


def matched(rule: str, **captures: str) -> Step:
    return Step(RuleId(rule), Match(captures))


def missed(rule: str, *words: str) -> Step:
    return Step(RuleId(rule), Miss(f"contains none of: {', '.join(words)}"))


def reply(rule: str, text: str, **members: Any) -> Reply:
    return Reply(text=text, rule=RuleId(rule), **members)


def decided(rules: str, text: str, **members: Any) -> Decision:
    """With every rule asked, so that the trace says why of each."""
    return decide(inbound(text, **members), context(), ruleset(rules), ask_all=True)


def brief(decision: Decision) -> tuple[str, str | None, str | None, list[str]]:
    """Outcome, rule, reason and texts."""
    return (
        decision.outcome,
        decision.rule,
        decision.reason,
        [reply.text for reply in decision.replies],
    )


SHOP = """
vars: {open_hours: "9-5"}
rules:
  - {id: hours, when: {keywords: [hours]}, reply: "We're open {{ vars.open_hours }}."}
  - id: order
    when: {regex: 'order #?(?P<number>\\d+)'}
    reply: "Order {{ number }} is on its way."
  - {id: again, when: {keywords: [order]}, reply: "Which order?"}
"""


def test_first_match_wins_and_the_trace_says_why() -> None:
    assert decided(SHOP, "Order #48213?") == Decision(
        outcome=Outcome.REPLIED,
        rule=RuleId("order"),
        captures={"number": "48213"},
        replies=(reply("order", "Order 48213 is on its way."),),
        trace=(*NO_GUARD, missed("hours", "hours"), matched("order", number="48213")),
    )


def test_a_later_rule_answers_what_earlier_ones_do_not() -> None:
    assert decided(SHOP, "my order") == Decision(
        outcome=Outcome.REPLIED,
        rule=RuleId("again"),
        replies=(reply("again", "Which order?"),),
        trace=(
            *NO_GUARD,
            missed("hours", "hours"),
            Step(RuleId("order"), Miss(r"not found: order #?(?P<number>\d+)")),
            matched("again"),
        ),
    )


def test_what_no_rule_matches_is_unmatched() -> None:
    assert decided(SHOP, "hello") == Decision(
        outcome=Outcome.UNMATCHED,
        trace=(
            *NO_GUARD,
            missed("hours", "hours"),
            Step(RuleId("order"), Miss(r"not found: order #?(?P<number>\d+)")),
            missed("again", "order"),
        ),
    )


def test_fallback_answers_what_nothing_else_does() -> None:
    rules = "rules: [{hours: Open.}]\nfallback: {reply: 'Sorry, {{ message.text }}?'}"
    assert decided(rules, "hello") == Decision(
        outcome=Outcome.REPLIED,
        rule=RuleId("fallback"),
        replies=(reply("fallback", "Sorry, hello?"),),
        trace=(*NO_GUARD, missed("hours", "hours"), matched("fallback")),
    )
    assert decided(rules, "hours") == Decision(
        outcome=Outcome.REPLIED,
        rule=RuleId("hours"),
        replies=(reply("hours", "Open."),),
        trace=(*NO_GUARD, matched("hours")),
    )


def test_silent_matches_and_answers_nothing() -> None:
    assert decided("rules: [{id: a, when: always, silent: yes}, {b: B}]", "b") == Decision(
        outcome=Outcome.SUPPRESSED,
        rule=RuleId("a"),
        reason=Reason.SILENT,
        trace=(*NO_GUARD, matched("a")),
    )


CONTINUE = """
rules:
  - {id: greet, when: {keywords: [hello]}, reply: Hi!, continue: true}
  - {id: note, when: always, set: {contact: {seen: "yes"}}, continue: true}
  - {id: hours, when: {keywords: [hours]}, reply: Open.}
  - {id: quiet, when: {keywords: [psst]}, silent: true}
"""
SEEN = Change(ChangeKind.CONTACT, "seen", "yes")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "hello, hours?",
            Decision(
                outcome=Outcome.REPLIED,
                rule=RuleId("hours"),
                replies=(reply("greet", "Hi!"), reply("hours", "Open.")),
                changes=(SEEN,),
                trace=(*NO_GUARD, matched("greet"), matched("note"), matched("hours")),
            ),
        ),
        (
            "hello",
            Decision(
                outcome=Outcome.REPLIED,
                rule=RuleId("note"),
                replies=(reply("greet", "Hi!"),),
                changes=(SEEN,),
                trace=(
                    *(*NO_GUARD, matched("greet"), matched("note")),
                    *(missed("hours", "hours"), missed("quiet", "psst")),
                ),
            ),
        ),
        (
            "hello psst",
            Decision(
                outcome=Outcome.REPLIED,
                rule=RuleId("quiet"),
                replies=(reply("greet", "Hi!"),),
                changes=(SEEN,),
                trace=(
                    *(*NO_GUARD, matched("greet"), matched("note")),
                    *(missed("hours", "hours"), matched("quiet")),
                ),
            ),
        ),
        (
            "what",
            Decision(
                outcome=Outcome.UNMATCHED,
                changes=(SEEN,),
                trace=(
                    *(*NO_GUARD, missed("greet", "hello"), matched("note")),
                    *(missed("hours", "hours"), missed("quiet", "psst")),
                ),
            ),
        ),
    ],
)
def test_continue_goes_on_and_keeps_what_was_done(text: str, expected: Decision) -> None:
    assert decided(CONTINUE, text) == expected


def test_rules_that_only_set_and_go_on_leave_the_answer_to_fallback() -> None:
    assert decided(CONTINUE + "fallback: {reply: Sorry.}", "what") == Decision(
        outcome=Outcome.REPLIED,
        rule=RuleId("fallback"),
        replies=(reply("fallback", "Sorry."),),
        changes=(SEEN,),
        trace=(
            *(*NO_GUARD, missed("greet", "hello"), matched("note")),
            *(missed("hours", "hours"), missed("quiet", "psst"), matched("fallback")),
        ),
    )


def test_several_replies_come_in_order_with_picture_tags_and_delay() -> None:
    rules = """
rules:
  - id: menu
    when: {regex: 'menu (?P<day>\\w+)'}
    reply:
      - First
      - text: "For {{ day }}"
        image: "https://x.example/{{ day }}.png"
        delay: 5m
        tags: {d: "{{ day }}"}
      - {image: "https://x.example/all.png"}
      - "{{ tags.nothing | default('') }}"
"""
    assert decided(rules, "menu Monday") == Decision(
        outcome=Outcome.REPLIED,
        rule=RuleId("menu"),
        captures={"day": "Monday"},
        replies=(
            reply("menu", "First"),
            reply(
                "menu",
                "For Monday",
                image="https://x.example/Monday.png",
                tags={"d": "Monday"},
                send_at=NOW + timedelta(minutes=5),
            ),
            reply("menu", "", image="https://x.example/all.png"),
        ),
        trace=(*NO_GUARD, matched("menu", day="Monday")),
    )


def test_a_rule_whose_replies_are_all_empty_answers_nothing() -> None:
    rules = "rules: [{id: a, when: always, reply: '{{ tags.x | default(\"\") }}'}]"
    assert brief(decided(rules, "hi")) == ("suppressed", "a", "silent", [])
    assert brief(decided(rules, "hi", tags={"x": "Yo"})) == ("replied", "a", None, ["Yo"])


def test_set_stores_what_templates_give_and_null_removes() -> None:
    rules = """
rules:
  - id: name
    when: {regex: 'I am (?P<name>\\w+)'}
    set:
      contact: {first_name: "{{ name | title_name }}", note: null, word: "null"}
      conversation: {greeted: "{{ now | time('%H:%M') }}"}
"""
    assert decided(rules, "I am anna") == Decision(
        outcome=Outcome.SUPPRESSED,
        rule=RuleId("name"),
        reason=Reason.SILENT,
        captures={"name": "anna"},
        changes=(
            Change(ChangeKind.CONTACT, "first_name", "Anna"),
            Change(ChangeKind.CONTACT, "note", None),
            Change(ChangeKind.CONTACT, "word", "null"),
            Change(ChangeKind.CONVERSATION, "greeted", "12:04"),
        ),
        trace=(*NO_GUARD, matched("name", name="anna")),
    )


ONE_OF = "rules: [{id: a, when: always, reply: {one_of: [x, {text: y, weight: 3}]}}]"


def test_one_of_is_the_same_at_every_replay_and_by_weight() -> None:
    rules = ruleset(ONE_OF)

    def chosen(key: str) -> str:
        return decide(inbound("hi", key=key), context(), rules).replies[0].text

    keys = [f"r-{n}" for n in range(2_000)]
    first = [chosen(key) for key in keys]
    assert [chosen(key) for key in keys] == first
    assert 400 < Counter(first)["x"] < 600
    assert chosen("r-\ud800") in ("x", "y")


def test_one_of_differs_between_rules_for_the_same_message() -> None:
    both = ruleset(
        "rules:\n"
        + "".join(
            f"  - {{id: {name}, when: always, reply: {{one_of: [x, y]}}, continue: true}}\n"
            for name in "abcdefgh"
        )
    )
    assert {reply.text for reply in decide(inbound(), context(), both).replies} == {"x", "y"}


@pytest.mark.parametrize(
    ("rules", "text", "expected"),
    [
        ("defaults: {max_segments: 1}\nrules: [{id: a, when: always, reply: R}]", "a" * 160, None),
        (
            "defaults: {max_segments: 1}\nrules: [{id: a, when: always, reply: R}]",
            "a" * 161,
            "2 segments, at most 1",
        ),
        ("rules: [{id: a, when: always, reply: R, max_segments: 2}]", "ж" * 134, None),
        (
            "rules: [{id: a, when: always, reply: R, max_segments: 2}]",
            "ж" * 135,
            "3 segments, at most 2",
        ),
        ("rules: [{id: a, when: always, reply: R}]", "a" * 1_531, "11 segments, at most 10"),
    ],
)
def test_a_reply_that_takes_too_many_segments_fails(
    rules: str, text: str, expected: str | None
) -> None:
    decision = decided(rules.replace("R", "'{{ message.text }}'"), text)
    if expected is None:
        assert brief(decision) == ("replied", "a", None, [text])
    else:
        assert decision == Decision(
            outcome=Outcome.FAILED,
            rule=RuleId("a"),
            reason=Reason.TOO_LONG,
            detail=expected,
            trace=(*NO_GUARD, matched("a")),
        )


@pytest.mark.parametrize(
    "does",
    [
        "reply: T",
        "reply: {text: x, image: T}",
        "reply: {text: x, tags: {a: T}}",
        "set: {contact: {a: T}}",
    ],
)
def test_a_template_that_fails_is_an_outcome_and_ends_the_search(does: str) -> None:
    broken = does.replace("T", "'{{ tags.missing }}'")
    rules = f"rules: [{{id: a, when: always, {broken}}}, {{hi: Hello}}]"
    assert decided(rules, "hi") == Decision(
        outcome=Outcome.FAILED,
        rule=RuleId("a"),
        reason=Reason.TEMPLATE_ERROR,
        detail="`tags.missing` has no value",
        trace=(*NO_GUARD, matched("a")),
    )


def test_a_fallback_that_fails_is_an_outcome_too() -> None:
    decision = decided("fallback: {reply: '{{ tags.missing }}'}", "hi")
    assert brief(decision) == ("failed", "fallback", "template-error", [])


def test_templates_see_the_message_and_what_is_known() -> None:
    source = (
        "{{ message.text }}|{{ message.sender }}|{{ message.number }}|{{ message.media_url }}|"
        "{{ message.external_id }}|{{ message.tags.a }}|{{ tags.a }}|{{ contact.name }}|"
        "{{ conversation.state }}|{{ conversation.values.size }}|{{ conversation.count }}|"
        "{{ now | time }}|{{ message.received_at | date }}"
    )
    rules = ruleset(f"defaults: {{timezone: Asia/Tokyo}}\nrules: [{{hi: {source!r}}}]")
    known = context(contact={"name": "Anna"}, values={"size": "XL"}, state="asked", count=3)
    message = inbound("Hi", external_id="e-1", media_url="https://x.example/c", tags={"a": "b"})
    [found] = decide(message, known, rules).replies
    assert found.text == (
        "Hi|+15555550123|+18005550100|https://x.example/c|e-1|b|b|Anna|asked|XL|3|"
        "2:04 AM|Jan 16, 2026"
    )


def test_a_capture_hides_no_built_in_name_and_what_is_hostile_stays_a_value() -> None:
    rules = "rules: [{id: a, when: {regex: '(?P<said>.*)'}, reply: '{{ said }}{{ tags.items }}'}]"
    decision = decided(rules, "{{ 7*7 }}", tags={"items": "{% raw %}{0.__class__}"})
    assert brief(decision) == ("replied", "a", None, ["{{ 7*7 }}{% raw %}{0.__class__}"])


GUARDED = """
guards:
  opt_out: {reply: "Bye {{ contact.name | default('you') }}.", likely: ask, question: "Sure?"}
  opt_in: {reply: Hello again.}
  help: {reply: "Call {{ vars.phone }}."}
vars: {phone: (555) 555-0100}
rules: [{id: all, when: always, reply: Yes?}]
"""
BROKEN = """
guards:
  opt_out: {reply: "{{ contact.name }}"}
  opt_in: {reply: "{{ contact.name }}"}
  help: {reply: "{{ contact.name }}"}
"""
EMPTY = BROKEN.replace("name }}", "name | default('') }}")
OPT_OUT, OPT_IN, ASKED = (ChangeKind.OPT_OUT,), (ChangeKind.OPT_IN,), (ChangeKind.QUESTION,)
UNDEFINED = "`contact.name` has no value"


@pytest.mark.parametrize(
    ("rules", "text", "opted_out", "expected"),
    [
        (GUARDED, "STOP", False, ("suppressed", "$opt-out", "opt-out", ["Bye you."], OPT_OUT, "")),
        (GUARDED, "STOP", True, ("suppressed", "$opt-out", "opt-out", [], OPT_OUT, "")),
        (
            GUARDED,
            "stop texting me",
            False,
            ("held", "$opt-out", "likely-opt-out", ["Sure?"], ASKED, ""),
        ),
        (GUARDED, "stop texting me", True, ("held", "$opt-out", "likely-opt-out", [], (), "")),
        (GUARDED, "start", True, ("replied", "$opt-in", "opt-in", ["Hello again."], OPT_IN, "")),
        (GUARDED, "help", False, ("replied", "$help", None, ["Call (555) 555-0100."], (), "")),
        (GUARDED, "yes", True, ("replied", "$opt-in", "opt-in", ["Hello again."], OPT_IN, "")),
        (GUARDED, "yes", False, ("replied", "all", None, ["Yes?"], (), "")),
        (GUARDED, "hours", True, ("suppressed", "$opted-out", "opted-out", [], (), "")),
        (GUARDED, "NETWORK MSG: x", False, ("suppressed", "$auto-reply", "auto-reply", [], (), "")),
        (GUARDED, 'Liked "x"', False, ("suppressed", "$tapback", "tapback", [], (), "")),
        # a text of theirs that fails never undoes what they protect
        (BROKEN, "stop", False, ("suppressed", "$opt-out", "opt-out", [], OPT_OUT, UNDEFINED)),
        (BROKEN, "start", False, ("failed", "$opt-in", "template-error", [], OPT_IN, UNDEFINED)),
        (BROKEN, "help", False, ("failed", "$help", "template-error", [], (), UNDEFINED)),
        (EMPTY, "stop", False, ("suppressed", "$opt-out", "opt-out", [], OPT_OUT, "")),
        (EMPTY, "start", False, ("suppressed", "$opt-in", "opt-in", [], OPT_IN, "")),
        (EMPTY, "help", False, ("suppressed", "$help", "silent", [], (), "")),
    ],
)
def test_guards_come_before_every_rule(
    rules: str, text: str, opted_out: bool, expected: tuple[object, ...]
) -> None:
    decision = decide(inbound(text), context(opted_out=opted_out), ruleset(rules))
    changed = tuple(change.kind for change in decision.changes)
    assert (*brief(decision), changed, decision.detail) == expected


def test_a_guard_that_takes_a_message_ends_the_trace() -> None:
    assert decided(GUARDED, "start") == Decision(
        outcome=Outcome.REPLIED,
        rule=RuleId("$opt-in"),
        reason=Reason.OPT_IN,
        replies=(reply("$opt-in", "Hello again."),),
        changes=(Change(ChangeKind.OPT_IN),),
        trace=(*NO_GUARD[:2], matched("$opt-in")),
    )


@pytest.mark.parametrize(
    ("in_row", "expected"),
    [
        (2, ("replied", "fallback", None, ["Sorry."])),
        (3, ("suppressed", "$loop", "loop", [])),
        (9, ("suppressed", "$loop", "loop", [])),
    ],
)
def test_the_fallback_answers_three_times_in_a_row(
    in_row: int, expected: tuple[object, ...]
) -> None:
    rules = ruleset("rules: [{hours: Open.}]\nfallback: {reply: Sorry.}")
    known = context(fallbacks_in_row=in_row)
    assert brief(decide(inbound("what"), known, rules)) == expected
    assert brief(decide(inbound("hours"), known, rules)) == ("replied", "hours", None, ["Open."])


MANY = "rules:\n" + "".join(f"  - {{word{n}: Reply {n}}}\n" for n in range(30))


@pytest.mark.parametrize(
    ("ask_all", "asked"), [(False, ["word7"]), (True, [f"word{n}" for n in range(8)])]
)
def test_the_index_asks_only_rules_that_may_match(ask_all: bool, asked: list[str]) -> None:
    decision = decide(inbound("word7 word9"), context(), ruleset(MANY), ask_all=ask_all)
    assert brief(decision) == ("replied", "word7", None, ["Reply 7"])
    assert [step.rule for step in decision.trace[len(NO_GUARD) :]] == asked


def test_same_inputs_same_decision() -> None:
    rules: Ruleset = ruleset(CONTINUE)
    first = decide(inbound("hello hours"), context(), rules)
    assert first == decide(inbound("hello hours"), context(), ruleset(CONTINUE))


def test_what_a_rule_has_set_those_after_it_see_at_once() -> None:
    rules = ruleset("""
rules:
  - id: note
    when: {says: "i am {name}"}
    set: {contact: {name: "{{ name }}"}, conversation: {topic: hello}}
    continue: true
  - id: greet
    when: {contact: {name: {exists: true}}, conversation: {topic: hello}}
    reply: "Hi {{ contact.name }}, {{ conversation.topic }}"
""")
    decision = decide(inbound("I am Zoë"), context(), rules)
    assert brief(decision) == ("replied", "greet", None, ["Hi Zoë, hello"])


@pytest.mark.parametrize(
    ("otherwise", "rule", "outcome", "replies"),
    [
        ("silent", "hours", Outcome.SUPPRESSED, []),
        ("next", "late", Outcome.REPLIED, ["Later."]),
        ("'As I said, {{ message.text }}'", "hours", Outcome.REPLIED, ["As I said, hours"]),
        ("'{{ message.text.nope }}'", "hours", Outcome.FAILED, []),
    ],
)
@pytest.mark.parametrize("throttle", ["cooldown: {once: 1h", "limit: {times: 1, per: 1h"])
def test_else_is_what_happens_instead(
    throttle: str, otherwise: str, rule: str, outcome: Outcome, replies: list[str]
) -> None:
    rules = ruleset(f"""
rules:
  - {{id: hours, when: {{keywords: hours}}, {throttle}, else: {otherwise}}}, reply: "9-5"}}
  - {{id: late, when: {{keywords: hours}}, reply: Later.}}
""")
    used = context(uses={(Per.CONVERSATION, RuleId("hours")): (NOW,)})
    decision = decide(inbound("hours"), used, rules)
    texts = [reply.text for reply in decision.replies]
    assert (decision.rule, decision.outcome, texts) == (rule, outcome, replies)
    assert decision.changes == ()


@pytest.mark.parametrize(("once", "answers"), [("ever", False), ("1d", True)])
def test_once_ever_has_no_end(once: str, answers: bool) -> None:
    rules = ruleset(
        f"rules: [{{id: hours, when: {{keywords: hours}}, cooldown: {{once: {once}}}, reply: ok}}]"
    )
    long_ago = NOW - timedelta(days=30 * 365)
    used = context(uses={(Per.CONVERSATION, RuleId("hours")): (long_ago,)})
    assert rules.looks_back > NOW - long_ago or answers
    decision = decide(inbound("hours"), used, rules)
    assert (decision.outcome is Outcome.REPLIED) is answers
    assert decide(inbound("hours"), context(), rules).outcome is Outcome.REPLIED


def test_a_fallback_whose_else_is_next_leaves_the_message_unmatched() -> None:
    rules = ruleset('fallback: {reply: "?", limit: {times: 1, per: 1h, else: next}}')
    used = context(uses={(Per.CONVERSATION, RuleId("fallback")): (NOW,)})
    assert decide(inbound("x"), used, rules).outcome is Outcome.UNMATCHED


def test_a_rule_that_is_not_enabled_is_never_asked_and_its_tests_are_not_run() -> None:
    read = loaded("""
rules:
  - id: hours
    description: "Hours, as on
      the web site"
    enabled: false
    when: {keywords: hours}
    reply: "9-5"
    tests: {match: [hours]}
""")
    decision = decide(inbound("hours"), context(), read.ruleset)
    assert decision.trace[-1] == Step(RuleId("hours"), Miss("off: enabled is false", "mode"))
    assert (decision.outcome, read.cases) == (Outcome.UNMATCHED, ())
    assert read.ruleset.rules[0].description == "Hours, as on the web site"


def test_one_file_names_the_time_zone_of_all_and_defaults_go_before_it() -> None:
    read = ruleset(
        "timezone: Asia/Tokyo\nrules: [{id: a, when: always, reply: '{{ now | time }}'}]",
        "defaults: {timezone: Europe/Paris}\nrules: [{id: b, when: always, reply: ok}]",
    )
    zones = [read.timezone, *(rule.timezone for rule in read.rules)]
    assert zones == ["Asia/Tokyo", "Asia/Tokyo", "Europe/Paris"]
    [said] = mistakes("timezone: Mars/One")
    assert "`Mars/One` is not a time zone" in said
    [said] = mistakes("timezone: UTC", "timezone: UTC")
    assert "`timezone` occurs twice in the rule set (first in 1.yaml:1:11)" in said


def test_nothing_is_stored_under_a_name_that_templates_have_already() -> None:
    rule = "rules: [{id: a, when: always, set: {conversation: {state: x}}}]"
    [said] = mistakes(rule)
    assert "set.conversation: `state` is what templates have of it" in said


def test_the_index_too_sees_typographic_signs_as_the_plain_ones() -> None:
    rules = ruleset("rules: [{id: a, when: {regex: \"it's (?P<what>9-5)\"}, reply: '{{ what }}'}]")
    decision = decide(inbound("It’s 9–5"), context(), rules)
    assert brief(decision) == ("replied", "a", None, ["9–5"])
