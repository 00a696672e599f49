"""`bot test`: conversations in `*.test.yaml`, coverage, JUnit, and what a failure says."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.integration.cli.conftest import Bot

RULES = r"""
defaults: {timezone: America/Chicago}
rules:
  - id: hours
    when: {keywords: [hours, opening times]}
    reply: "We're open 9-5, {{ now | time('%H:%M') }}."
    cooldown: 1h
    tests: {match: [hours]}
  - id: ask
    when: {keywords: [order]}
    reply: {text: "Which one?", tags: {topic: order}}
    state: asked
  - id: which
    when: {tags: {topic: order}, regex: '(?P<n>\d+)', in_reply_to: ask}
    reply: "Order {{ n }}, {{ contact.name | default('you') }}."
    set: {contact: {name: "{{ n }}"}}
    state: none
  - id: asked
    when: {state: asked}
    reply: "Please text a number."
fallback: {reply: "Sorry?"}
"""
GOOD = """
- name: hours once an hour
  at: 2026-07-04 09:00
  steps:
    - {say: "Hours?", rule: hours, reply: "We're open 9-5, 09:00.", segments: 1}
    - {say: "Hours?", rule: hours, outcome: suppressed, reason: cooldown}
    - {after: 30m}
    - {after: 31m}
    - {say: "Opening times", reply: "We're open 9-5, 10:01."}
    - {say: hours, at: 2026-07-05 12:00, reply: {contains: "12:00"}}
- name: an order
  from: "+15555550199"
  tags: {campaign: spring}
  contact: {name: Anna}
  steps:
    - {say: "7"}
    - {say: "my order", rule: ask}
    - {say: "what", rule: asked}
    - {say: "my order", rule: ask}
    - {say: "It is 7", rule: which, reply: "Order 7, Anna.", captures: {n: 7}}
    - {say: "my order", rule: ask}
    - {say: "8", reply: "Order 8, 7."}
    - {say: "what", rule: fallback}
    - {say: STOP, rule: $opt-out}
    - {say: hours, rule: $opted-out, replies: []}
"""

IN_HAND = """
- name: a person helps
  steps:
    - {agent: "Ann here."}
    - {say: "order", rule: $paused, outcome: held, reason: paused}
    - {release: true}
    - {say: "order", rule: ask}
"""


@pytest.fixture(autouse=True)
def rules(folder: Path) -> None:
    (folder / "rules" / "shop.yaml").write_text(RULES)


def write(folder: Path, text: str) -> Path:
    path = folder / "rules" / "shop.test.yaml"
    path.write_text(text)
    return path


def test_a_conversation_goes_on_from_step_to_step(bot: Bot, folder: Path) -> None:
    write(folder, GOOD)
    ran = bot("test")
    assert (ran.out, ran.code, ran.err) == ("14 passed, 0 failed\n", 0, "")


def test_a_step_without_an_expectation_is_no_test(bot: Bot, folder: Path) -> None:
    write(folder, GOOD)
    names = [test["name"] for test in bot("test", "--json").objects]
    assert names[:3] == ["hours: hours", *["hours once an hour: Hours?"] * 2]
    assert "an order: 7" not in names


def test_a_file_of_conversations_is_a_path_too(bot: Bot, folder: Path) -> None:
    path = write(folder, GOOD)
    assert bot("test", path).out == "13 passed, 0 failed\n"
    (folder / "talks").mkdir()
    path.rename(folder / "talks" / "shop.test.yaml")
    assert bot("test", "talks").out == "13 passed, 0 failed\n"
    assert bot("test", "talks/shop.test.yaml").out == "13 passed, 0 failed\n"
    assert bot("test").out == "1 passed, 0 failed\n"


def test_a_failure_says_who_answered_and_which_condition_failed(bot: Bot, folder: Path) -> None:
    write(folder, "- {name: a, steps: [{say: hi, rule: hours, reply: Open}]}")
    ran = bot("test")
    assert ran.code == 1
    assert ran.out.splitlines() == [
        "rules/shop.test.yaml:1:21: failed: a: hi",
        '    said "hi" on Thu 2026-01-15 12:00',
        "    expected rule hours",
        "         got rule fallback",
        "    expected Open",
        "         got Sorry?",
        "    fallback answered: replied",
        "    hours did not: contains none of: hours, opening times",
        "1 passed, 1 failed",
    ]


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ("{say: hello, rule: $opt-out}", "$opt-out did not: not an opt-out"),
        ("{say: order hours, rule: ask}", "ask did not: it matches, but hours (rules/shop.yaml:"),
    ],
)
def test_why_the_expected_rule_did_not_answer(bot: Bot, folder: Path, step: str, why: str) -> None:
    write(folder, f"- {{name: a, steps: [{step}]}}")
    assert why in bot("test").out


def test_what_a_person_gives_back_the_bot_answers_again(bot: Bot, folder: Path) -> None:
    write(folder, IN_HAND)
    assert bot("test").code == 0
    write(folder, IN_HAND.replace("    - {release: true}\n", ""))
    assert "$paused" in bot("test").out


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("hello", "1:1: conversations: needs a list, not a text"),
        ("- hello", "1:3: a conversation: needs `name: value` lines, not a text"),
        ("- {steps: [{say: x}]}", "1:3: a conversation needs a `name`"),
        ("- {name: a}", "1:3: a conversation needs `steps` (steps: ["),
        ("- {name: a, step: []}", "1:13: unknown key of a conversation `step` (did you mean"),
        ("- {name: a, steps: [x]}", "1:21: a step: needs `name: value` lines"),
        (
            "- {name: a, steps: [{rule: hours}]}",
            "1:21: a step needs `say`, `after`, `agent` or `release`",
        ),
        ("- {name: a, steps: [{say: x, rule: huors}]}", "1:36: unknown rule `huors` (did you mean"),
        ("- {name: a, steps: [{say: x, replay: y}]}", "1:30: unknown key of a step `replay` (did"),
        ("- {name: a, steps: [{after: soon}]}", "1:29: after: is not a duration (for example 30s"),
        ("- {name: a, steps: [{after: 1h, say: x}]}", "1:22: the clock moves in a step of its"),
        (
            "- {name: a, steps: [{wait: 2h}]}",
            "1:22: unknown key of a step `wait` (did",
        ),
        (
            "- {name: a, steps: [{user: x}]}",
            "1:22: unknown key of a step `user` (did",
        ),
        (
            "- {test: a, steps: []}",
            "1:4: unknown key of a conversation `test`",
        ),
        ("- {name: a, steps: [{say: x, at: noon}]}", "1:34: at: `noon` is not a time"),
        (
            "- {name: a, steps: [{agent: Hello, rule: none}]}",
            "1:36: unknown key beside `agent` `rule`",
        ),
        (
            "- {name: a, steps: [{release: true, say: x}]}",
            "1:37: unknown key beside `release` `say`",
        ),
        (
            "- {name: a, steps: [{release: soon}]}",
            "1:31: release: needs true or false",
        ),
        ("- {name: [", "1:10: "),
    ],
)
def test_a_mistake_has_its_place(bot: Bot, folder: Path, text: str, found: str) -> None:
    write(folder, text)
    ran = bot("test")
    assert (ran.code, ran.out) == (2, "")
    assert f"rules/shop.test.yaml:{found}" in ran.err
    checked = bot("check")
    assert checked.code == 1
    assert f"rules/shop.test.yaml:{found[:5].split(':')[0]}:" in checked.out


def test_an_empty_file_holds_no_conversations(bot: Bot, folder: Path) -> None:
    write(folder, "# later\n")
    assert bot("test").out == "1 passed, 0 failed\n"


def test_a_rule_that_a_conversation_tests_is_tested(bot: Bot, folder: Path) -> None:
    before = [warning for warning in bot("check", "--json").objects if warning["code"] == "no-test"]
    write(folder, GOOD)
    after = [warning for warning in bot("check", "--json").objects if warning["code"] == "no-test"]
    assert (len(before), after) == (3, [])


def test_coverage_counts_and_gives_lines_to_paste(bot: Bot, folder: Path) -> None:
    out = bot("test", "--coverage").out.splitlines()
    assert out[:4] == [
        "rules: 1 of 5",
        "keywords: 1 of 3",
        "conditions: 0 of 6",
        "guards: 0 of 8",
    ]
    assert out[out.index("  keyword hours: `opening times`") + 1].strip() == (
        '- {say: "opening times", rule: hours}'
    )
    assert '      - {say: "STOP", rule: $opt-out}' in out


def test_what_coverage_gives_to_paste_passes(bot: Bot, folder: Path) -> None:
    [gaps] = [found["gaps"] for found in bot("test", "--coverage", "--json").objects[-1:]]
    lines = [gap["line"] for gap in gaps if gap["line"] and "steps" not in gap["line"]]
    assert len(lines) >= 7
    shop = folder / "rules" / "shop.yaml"
    pasted = "".join(f"\n      {line}" for line in ["- {say: hours}", *lines])
    shop.write_text(RULES.replace("{match: [hours]}", pasted))
    talks = [gap["line"] for gap in gaps if "steps" in gap["line"]]
    write(folder, "\n".join(talks))
    ran = bot("test", "--coverage", "--json")
    assert [test for test in ran.objects[:-1] if not test["passed"]] == []
    counts = ran.objects[-1]["coverage"]
    assert (counts["guards"]["covered"], counts["guards"]["of"]) == (8, 8)
    assert counts["keywords"] == {"covered": 3, "of": 3}


def test_coverage_counts_what_conversations_say(bot: Bot, folder: Path) -> None:
    write(folder, GOOD)
    counts = bot("test", "--coverage", "--json").objects[-1]["coverage"]
    assert counts["rules"] == {"covered": 5, "of": 5}
    assert counts["keywords"] == {"covered": 3, "of": 3}


def test_junit_holds_each_test_and_why_it_failed(bot: Bot, folder: Path) -> None:
    write(folder, '- {name: "a\\u0007", steps: [{say: hi, rule: hours}]}')
    ran = bot("test", "--junit", "out.xml")
    root = ElementTree.parse(folder / "out.xml").getroot()  # noqa: S314  we wrote it
    assert ran.code == 1
    assert [(s.get("name"), s.get("tests"), s.get("failures")) for s in root] == [
        ("rules/shop.yaml", "1", "0"),
        ("rules/shop.test.yaml", "1", "1"),
    ]
    [case] = root[1]
    assert (case.get("name"), case.get("line")) == ("a\ufffd: hi", "1")
    [failure] = case
    assert failure.get("message") == "expected rule hours, got rule fallback"
    assert failure.text is not None
    assert failure.text.splitlines()[:3] == [
        'said "hi" on Thu 2026-01-15 12:00',
        "expected rule hours",
        "     got rule fallback",
    ]
    assert bot("test", "--junit", "no/such/folder.xml").code == 2


def test_match_may_bring_tags_along(bot: Bot, folder: Path) -> None:
    (folder / "rules" / "shop.yaml").write_text(
        "rules:\n"
        "  - id: a\n"
        "    when: {tags: {x: y}, media: image, keywords: [hi]}\n"
        "    reply: Hi\n"
        "    tests: {with: {tags: {x: y}, media: https://x.example/a.png}, match: [hi],"
        " no_match: [ho]}\n"
    )
    assert bot("test").out == "2 passed, 0 failed\n"
