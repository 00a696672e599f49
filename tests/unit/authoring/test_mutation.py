"""Mutants of a rule set: which the tests notice, and a test for each of the others."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.authoring import run_cases, scenarios
from bot.authoring.mutation import Judge, Mutation, mutants
from bot.rules.loader import Loaded
from tests.build import loaded

RULES = """
timezone: America/New_York
rules:
  - id: late
    when: {keywords: [hours, open], outside: "Mon-Fri 09:00-17:00"}
    reply: "Closed."
    tests: [{say: "hours", at: 2026-01-15 20:00, rule: late}, {say: "hours", rule: hours}]
  - id: hours
    when: {keywords: {any: [hours, open], none: [happy]}}
    reply: "9-5."
    tests: {match: ["Hours?"], no_match: [parking]}
  - id: parking
    when: {any: [{keywords: [parking]}, {tags: {topic: parking}}]}
    reply: "Behind the house."
    tests: {match: [parking]}
  - {id: same, when: {keywords: [hours, hour]}, reply: "x", tests: {match: [hour]}}
  - {id: off, when: {keywords: [never]}, reply: "x", enabled: false}
"""
MISSED = [
    (
        "late",
        "without `keywords`",
        '{say: "something else", rule: none, at: "2026-01-15T20:00:00-05:00"}',
    ),
    (
        "late",
        "without the keyword `open`",
        '{say: "open", rule: late, at: "2026-01-15T17:00:00-05:00"}',
    ),
    (
        *("late", "`outside` begins an hour after 09:00"),
        '{say: "hours", rule: hours, at: "2026-01-16T09:00:00-05:00"}',
    ),
    (
        *("late", "`outside` ends an hour before 17:00"),
        '{say: "hours", rule: hours, at: "2026-01-16T16:00:00-05:00"}',
    ),
    ("hours", "without the keyword `open`", '{say: "open", rule: hours}'),
    ("hours", "without `none` `happy`", '{say: "Hours? happy", rule: same}'),
    (
        "parking",
        "without `tags`",
        '{say: "something else", rule: parking, tags: {"topic": "parking"}}',
    ),
    ("same", "without `keywords`", '{say: "something else", rule: none}'),
    ("hours", "stands behind `parking`", '{say: "parking hours", rule: hours}'),
    ("parking", "stands behind `same`", '{say: "hour parking", rule: parking}'),
    (
        *("late", "says what `hours` says"),
        '{say: "hours", at: "2026-01-15T20:00:00-05:00", reply: "Closed."}',
    ),
    ("hours", "says what `parking` says", '{say: "Hours?", reply: "9-5."}'),
    ("parking", "says what `same` says", '{say: "parking", reply: "Behind the house."}'),
]


def judged(found: Loaded, talks: Sequence[scenarios.Conversation] = ()) -> Mutation:
    ruleset, told = found.ruleset, Mutation()
    results = [run_cases.run(case, ruleset) for case in found.cases]
    results += [result for talk in talks for result in scenarios.played(talk, ruleset)]
    judge = Judge(ruleset, results, talks)
    for mutant in mutants(ruleset):
        judge.judge(mutant, told)
    return told


def test_each_that_no_test_notices_comes_with_a_test() -> None:
    told = judged(loaded(RULES))
    assert [(one.rule, one.what, one.line.removeprefix("- ")) for one in told.missed] == MISSED
    assert (told.noticed, told.alike) == (11, [("same", "without the keyword `hours`")])
    assert round(told.percent) == 46


def test_the_proposed_tests_notice_them_all() -> None:
    text = RULES
    for rule, _, line in MISSED:
        if rule == "late":
            text = text.replace("tests: [", f"tests: [{line}, ", 1)
    listed = {rule: [line for of, _, line in MISSED if of == rule] for rule, *_ in MISSED}
    for rule, tests in (
        ("hours", '["Hours?"], no_match: [parking]'),
        ("parking", "[parking]"),
        ("same", "[hour]"),
    ):
        cases = "".join(f", {line}" for line in listed[rule])
        text = text.replace(f"{{match: {tests}}}", f"[{{match: {tests}}}{cases}]", 1)
    told = judged(loaded(text))
    assert (told.missed, told.percent) == ([], 100.0)


def test_a_conversation_notices_too() -> None:
    rules = loaded("""
    rules:
      - {id: a, when: {keywords: [go]}, reply: "Where?", state: a}
      - {id: b, when: {state: a, keywords: [home]}, reply: "Home."}
    """)
    talk = """
    - name: home
      steps: [{say: go, rule: a}, {say: home, rule: b}]
    """
    talks = scenarios.read_conversations("a.test.yaml", talk, rules.ruleset)
    without, told = judged(rules), judged(rules, talks)
    assert (without.noticed, told.noticed) == (0, 3)
    assert [(one.rule, one.what) for one in told.missed] == [
        ("b", "without `state`"),
        ("b", "without `keywords`"),
        ("a", "says what `b` says"),
    ]


@pytest.mark.parametrize("rules", ["rules: []", "rules: [{id: a, when: always, reply: x}]"])
def test_where_little_can_be_changed(rules: str) -> None:
    assert judged(loaded(rules)).percent in (0.0, 100.0)


BODIES = """
guards:
  opt_out: {words: [leave, go away], reply: "Bye.", likely: ask, question: "Stop?"}
  opt_in: {reply: "Hello again."}
  help: {reply: "Text HOURS."}
  paused: {after_person: 2h}
rules:
  - id: hours
    when: {keywords: [hours]}
    reply: "9-5."
    cooldown: {once: 1h, else: "As I said."}
  - id: prize
    when: {keywords: [prize]}
    reply: "You won."
    limit: {times: 2, per: 1d}
    set: {contact: {won: yes}}
  - {id: won, when: {keywords: [status], contact: {won: yes}}, reply: "You won."}
  - {id: status, when: {keywords: [status]}, reply: "Nothing."}
  - id: poll
    when: {keywords: [poll]}
    ask:
      - {as: color, text: "Color?", choices: {red: [scarlet], green: [], blue: [navy]}}
      - {as: size, text: "Size?", choices: {large: [big], small: [little]}}
    then: {reply: "{{ color }}, {{ size }}."}
  - id: night
    when: {keywords: [night]}
    reply: "Soon."
    quiet_hours: "21:00-08:00"
    follow_up: {after: 3d, at: "10:00", reply: "Well?"}
"""
BODY_MUTANTS = {
    ("hours", "without `cooldown`"): "{say: hours}, {say: hours, reply: As I said.}",
    ("hours", "`cooldown` without `else`"): "{say: hours}, {say: hours, reply: As I said.}",
    ("hours", "`cooldown` of half of 1h"): (
        "{say: hours}, {after: 50m}, {say: hours, reply: As I said.}"
    ),
    ("hours", "`cooldown` of twice 1h"): "{say: hours}, {after: 61m}, {say: hours, reply: 9-5.}",
    ("prize", "without `limit`"): "{say: prize}, {say: prize}, {say: prize, reason: limit}",
    ("prize", "`limit` takes one more than 2"): (
        "{say: prize}, {say: prize}, {say: prize, reason: limit}"
    ),
    ("prize", "`limit` of half of 1d"): (
        "{say: prize}, {say: prize}, {after: 20h}, {say: prize, reason: limit}"
    ),
    ("prize", "`limit` of twice 1d"): (
        "{say: prize}, {say: prize}, {after: 30h}, {say: prize, reply: You won.}"
    ),
    ("prize", "without `set` of contact.won"): "{say: prize}, {say: status, rule: won}",
    ("poll", "without `scarlet` for the choice `red`"): (
        "{say: poll}, {say: scarlet, reply: Size?}"
    ),
    ("poll", "without the choice `red`"): "{say: poll}, {say: red, reply: Size?}",
    ("poll", "without the choice `green`"): "{say: poll}, {say: green, reply: Size?}",
    ("poll", "without `navy` for the choice `blue`"): "{say: poll}, {say: navy, reply: Size?}",
    ("poll", "without the choice `blue`"): "{say: poll}, {say: blue, reply: Size?}",
    ("poll", "without `big` for the choice `large`"): (
        "{say: poll}, {say: red}, {say: big, reply: 'red, large.'}"
    ),
    ("poll", "without `little` for the choice `small`"): (
        "{say: poll}, {say: red}, {say: little, reply: 'red, small.'}"
    ),
    ("night", "without `quiet_hours`"): "{say: night, at: 2026-01-15 22:00, reason: quiet-hours}",
    ("night", "without `follow_up`"): "{say: night}, {after: 4d, reply: Well?}",
    ("$opt-out", "without the word `leave`"): "{say: leave, rule: $opt-out}",
    ("$opt-out", "without the word `go away`"): "{say: go away, rule: $opt-out, reply: Bye.}",
    ("$opt-out", "without `reply`"): "{say: stop, reply: Bye.}",
    ("$opt-out", "with `likely: hold`"): "{say: stop texting me, reply: Stop?}",
    ("$opt-in", "without `reply`"): "{say: stop}, {say: start, reply: Hello again.}",
    ("$help", "without `reply`"): "{say: help, rule: $help}",
    ("$paused", "`after_person` of half of 2h"): (
        "{agent: Hi.}, {after: 90m}, {say: hours, rule: $paused}"
    ),
    ("$paused", "`after_person` of twice 2h"): (
        "{agent: Hi.}, {after: 150m}, {say: hours, rule: hours}"
    ),
}
"""What may be changed but conditions and order, and steps that notice it."""


def changed_bodies(told: Mutation) -> set[tuple[str, str]]:
    return {(one.rule, one.what) for one in told.missed} & BODY_MUTANTS.keys()


def talks_of(rules: Loaded, steps: Sequence[str]) -> tuple[scenarios.Conversation, ...]:
    text = "\n".join(f"- {{name: n{at}, steps: [{one}]}}" for at, one in enumerate(steps))
    return scenarios.read_conversations("a.test.yaml", text, rules.ruleset)


def test_what_rules_do_and_how_guards_are_set_is_changed_too() -> None:
    rules = loaded(BODIES)
    assert changed_bodies(judged(rules)) == BODY_MUTANTS.keys()


@pytest.mark.parametrize("mutant", BODY_MUTANTS, ids=" ".join)
def test_each_is_noticed_by_a_conversation_that_shows_it(mutant: tuple[str, str]) -> None:
    rules = loaded(BODIES)
    talks = talks_of(rules, [BODY_MUTANTS[mutant]])
    found = Mutation()
    results = [result for talk in talks for result in scenarios.played(talk, rules.ruleset)]
    assert all(result.passed for result in results), [result.got for result in results]
    judge = Judge(rules.ruleset, results, talks)
    [only] = [one for one in mutants(rules.ruleset) if (one.name, one.what) == mutant]
    judge.judge(only, found)
    assert found.noticed == 1


def test_the_conversations_that_are_proposed_notice_them() -> None:
    rules = loaded(BODIES)
    told = [one for one in judged(rules).missed if (one.rule, one.what) in BODY_MUTANTS]
    lines = "\n".join(one.line for one in told)
    talks = scenarios.read_conversations("a.test.yaml", lines, rules.ruleset)
    assert changed_bodies(judged(rules, talks)) == set()


def test_of_rules_whose_tests_fail_nothing_is_missed() -> None:
    """The author must mend those tests first; others are judged as ever."""
    rules = loaded("""
    rules:
      - {id: a, when: {keywords: [one, two]}, reply: x, tests: {match: [one, three]}}
      - {id: b, when: {keywords: [four, five]}, reply: y, tests: {match: [four]}}
    """)
    told = judged(rules)
    assert told.noticed == 5
    assert told.unjudged == [
        ("a", "without the keyword `two`"),
        ("a", "stands behind `b`"),
        ("a", "says what `b` says"),
    ]
    assert [(one.rule, one.what) for one in told.missed] == [
        ("b", "without `keywords`"),
        ("b", "without the keyword `five`"),
    ]


def test_a_condition_that_is_there_for_what_it_captures_is_noticed() -> None:
    """Without it the rule takes the text all the same, and cannot answer."""
    rules = loaded("""
    rules:
      - id: name
        when: {state: asked, says: "{name}"}
        reply: "Thanks, {{ name }}."
        tests: [{say: ann, state: asked, rule: name}, {say: ann, rule: none}]
    """)
    told = judged(rules)
    assert (told.noticed, [one.what for one in told.missed]) == (3, [])


def test_conversations_of_one_name_in_two_files_are_two() -> None:
    of = loaded("rules: [{id: a, when: {keywords: [one, two]}, reply: Hi}]")
    talks = [
        talk
        for file, said in (("a.test.yaml", "one"), ("b.test.yaml", "two"))
        for talk in scenarios.read_conversations(
            file, f"- {{name: same, steps: [{{say: {said}, rule: a}}]}}", of.ruleset
        )
    ]
    assert [one.what for one in judged(of, talks).missed] == ["without `keywords`"]
