"""`bot why`: each condition of a rule held against a message, and a message that would do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.cli.conftest import Bot

RULES = r"""
rules:
  - id: hours
    when: {keywords: {any: [hours, opening times], none: [rush hours]}}
    reply: "We're open 9-5."
  - id: order
    when: {regex: 'order #(?P<n>\d+)', tags: {campaign: [spring, summer]}}
    reply: "Order {{ n }}."
    tests: [{say: "Order #7?", tags: {campaign: spring}}]
  - id: either
    when:
      any:
        - {keywords: {exact: [either]}}
        - {keywords: {starts: [or], all: [else]}, media: image}
      not: {keywords: [but]}
    reply: "Either."
  - {id: state, when: {state: asked, contact: {age: {gte: 18}}}, reply: ok}
  - {id: late, when: {keywords: late}, until: 2020-01-01, reply: ok}
  - {id: try, when: {keywords: try}, mode: shadow, reply: ok}
  - {id: from, when: {from: "+44", to: 123}, reply: ok}
  - {id: note, when: always, set: {contact: {a: b}}, continue: true}
fallback: {reply: "Sorry?"}
"""


@pytest.fixture(autouse=True)
def rules(folder: Path) -> None:
    (folder / "rules" / "shop.yaml").write_text(RULES)


def test_the_words_of_a_failing_condition_and_a_message_that_would_match(bot: Bot) -> None:
    assert bot("why", "hours", "When  are you THERE?").out.splitlines() == [
        "› When  are you THERE?",
        "  read as: when are you there?",
        "  does not match: hours (rules/shop.yaml:3); fallback answers",
        "    ✗ keywords: contains none of: hours, opening times",
        "  would match: text When are you THERE? hours",
    ]


def test_a_program_reads_one_object(bot: Bot) -> None:
    [why] = bot("why", "order", "order #5", "--json").objects
    assert why == {
        "rule": "order",
        "matched": False,
        "seen": "order #5",
        "conditions": [
            {"condition": "regex (n: 5)", "matched": True},
            {
                "condition": "tags",
                "matched": False,
                "because": "tag campaign is missing, wanted: is spring or summer",
            },
        ],
        "failed": {
            "condition": "tags",
            "matched": False,
            "because": "tag campaign is missing, wanted: is spring or summer",
        },
        "answeredBy": "fallback",
        "outcome": "replied",
        "reason": None,
        "nearest": {"--tag": "campaign=spring"},
    }


def nearest(bot: Bot, *arguments: str) -> object:
    [why] = bot("why", *arguments, "--json").objects
    return why["nearest"]


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["hours", "rush hours please"], {"text": "please hours"}),
        (["order", "my thing"], {"text": "Order #7?", "--tag": "campaign=spring"}),
        (["either", "ether"], {"text": "either"}),
        (["either", "either", "--media", "https://x.example/a.jpg"], None),
        (["either", "or but else"], {"text": "either"}),
        (
            ["either", "or something or other else which is long but much"],
            {"text": "either"},
        ),
        (["state", "x"], None),
        (["state", "x", "--contact", "age=20"], {"--state": "asked"}),
        (["from", "x"], {"--from": "+44555012300", "--longcode": 123}),
        (["late", "late"], None),
        (["try", "try"], None),
    ],
)
def test_the_nearest_message_that_matches(bot: Bot, arguments: list[str], wanted: object) -> None:
    assert nearest(bot, *arguments) == wanted


def test_a_message_that_would_match_does_match(bot: Bot) -> None:
    [why] = bot("why", "hours", "rush hours please", "--json").objects
    text = why["nearest"]["text"]
    [again] = bot("why", "hours", text, "--json").objects
    assert (why["matched"], again["matched"], again["failed"]) == (False, True, None)


@pytest.mark.parametrize(
    ("arguments", "verdict"),
    [
        (["hours", "hours"], "matches: hours (rules/shop.yaml:3), outcome replied"),
        (
            ["order", "hours of order #5", "--tag", "campaign=spring"],
            "matches: order (rules/shop.yaml:6), but hours is before it and answers",
        ),
        (["note", "x"], "matches: note (rules/shop.yaml:21), but fallback answers"),
        (["hours", "STOP"], "does not match: hours (rules/shop.yaml:3); $opt-out answers"),
        (["fallback", "x"], "matches: fallback (rules/shop.yaml:22), outcome replied"),
        (["fallback", "hours"], "does not match: fallback (rules/shop.yaml:22); hours answers"),
        (["$opt-out", "quit"], "matches: $opt-out, outcome suppressed, opt-out"),
        (["$opt-out", "don't quit"], "does not match: $opt-out; fallback answers"),
    ],
)
def test_who_answers(bot: Bot, arguments: list[str], verdict: str) -> None:
    assert bot("why", *arguments).out.splitlines()[2] == f"  {verdict}"


def test_dates_and_modes_are_conditions_too(bot: Bot) -> None:
    assert "    ✗ date: off after 2020-01-01" in bot("why", "late", "late").out.splitlines()
    assert "    ✗ mode: shadow; else it would have matched" in bot("why", "try", "try").out
    [why] = bot("why", "late", "late", "--at", "2019-12-31", "--json").objects
    assert why["matched"]


def test_conditions_stand_inside_each_other(bot: Bot) -> None:
    out = bot("why", "either", "or else but").out.splitlines()
    assert out[3:9] == [
        "    ✗ any",
        "      ✗ keywords: the whole message is not one of: either",
        "      ✗ all of these",
        "        ✓ keywords",
        "        ✗ media: has no attachment, wanted: image",
        "    ✗ not: must not match, but does: keywords",
    ]


def test_a_rule_that_is_not_there(bot: Bot) -> None:
    ran = bot("why", "huors", "hours")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "there is no rule `huors` (did you mean `hours`?)\n"
    assert "known: hours, order, either" in bot("why", "zzz", "x").err


def test_the_misspellings_that_are_taken_for_a_keyword_are_listed(bot: Bot, folder: Path) -> None:
    (folder / "rules" / "shop.yaml").write_text(
        "rules:\n"
        "  - {id: hours, when: {keywords: {any: [hours], typos: 1}}, reply: 9-5}\n"
        "  - {id: hour, when: {keywords: [hour]}, reply: one}\n"
    )
    [found] = bot("why", "hours", "huors", "--json").objects
    assert found["matched"] is True
    assert "huors" in found["misspelled"]["hours"]
    assert "hour" not in found["misspelled"]["hours"]
    assert "taken for hours too: " in bot("why", "hours", "huors").out
    assert "taken for" not in bot("why", "hour", "hour").out


def test_without_a_rule_it_says_why_a_text_gets_its_answer(bot: Bot) -> None:
    assert bot("why", "order #5 in your hours", "--tag", "campaign=spring").out.splitlines() == [
        "› order #5 in your hours",
        "  read as: order #5 in your hours",
        "  replied by hours (rules/shop.yaml:3)",
        "  ‹ We're open 9-5.",
        "    1 segment, GSM-7, 15 units",
        "    ✓ keywords",
        "  would match too:",
        "    order (rules/shop.yaml:6): comes after hours, which ends the search",
        "    note (rules/shop.yaml:21): comes after hours, which ends the search",
    ]


def test_where_only_the_fallback_answers_it_says_what_nearly_would(bot: Bot) -> None:
    assert bot("why", "try order").out.splitlines()[5:] == [
        "    sets contact.a = b",
        "    ✓ nothing else answers",
        "  would match too:",
        "    try (rules/shop.yaml:19): shadow; else it would have matched",
        "    note (rules/shop.yaml:21): goes on with the next rule",
        "  nearly:",
        "    hours (rules/shop.yaml:3), with text try order hours",
        "    either (rules/shop.yaml:10), with text either",
        "    from (rules/shop.yaml:20), with --from +44555012300, --longcode 123",
    ]


def test_a_rule_that_asks_for_nearly_what_was_said_comes_first(bot: Bot, folder: Path) -> None:
    """However much shorter the words of others are."""
    (folder / "rules" / "shop.yaml").write_text(
        "rules:\n"
        "  - {id: bus, when: {keywords: [bus]}, reply: 9}\n"
        "  - {id: fax, when: {keywords: [fax]}, reply: none}\n"
        "  - {id: vaccination, when: {keywords: [vaccination, shots]}, reply: 40}\n"
        "fallback: {reply: Sorry}\n"
    )
    near = bot("why", "i need a shot for the cat").out.partition("nearly:\n")[2].splitlines()
    assert near[0] == (
        "    vaccination (rules/shop.yaml:4), with text i need a shot for the cat shots"
    )


def test_a_program_reads_why_a_text_gets_its_answer(bot: Bot) -> None:
    assert bot("why", "Quit", "--json").objects == [
        {
            "rule": "$opt-out",
            "outcome": "suppressed",
            "reason": "opt-out",
            "seen": "quit",
            "conditions": [{"condition": "$opt-out", "matched": True}],
            "others": [{"rule": "note", "because": "comes after $opt-out, which ends the search"}],
            "nearest": [],
        }
    ]


@pytest.mark.parametrize("name", ["hours", "fallback", "$opt-out"])
def test_a_single_argument_that_is_a_rule_is_that_rule(name: str, bot: Bot) -> None:
    [why] = bot("why", name, "--json").objects
    assert (why["rule"], "matched" in why) == (name, True)
    assert bot("why", f"{name}?", "--json").objects[0].keys() >= {"others", "nearest"}


ASKING = """
rules:
  - id: day
    when: {keywords: [visit]}
    ask: {as: day, text: "Which day?", accept: {date: true}}
    then: {reply: "{{ day }}"}
"""


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("on 2026-01-20", {"condition": "an answer to its question day", "matched": True}),
        (
            "soon",
            {
                "condition": "an answer to its question day",
                "matched": False,
                "because": "not understood: contains no date",
            },
        ),
        (
            "STOP",
            {
                "condition": "an answer to its question day",
                "matched": False,
                "because": "$opt-out answers before it",
            },
        ),
    ],
)
def test_while_a_question_is_open_it_says_what_that_makes_of_the_text(
    text: str, held: dict[str, object], bot: Bot
) -> None:
    Path("rules/asking.yaml").write_text(ASKING)
    [why] = bot("why", "day", text, "--state", "day", "--json").objects
    assert (why["matched"], why["conditions"]) == (held["matched"], [held])
