"""Questions in rule files: what is wrong with them is told with its place and a way out."""

from __future__ import annotations

import pytest

from bot.rules.questions import parts
from tests.build import mistakes, ruleset


def rule(more: str) -> str:
    return f"rules:\n  - id: a\n    when: {{keywords: [go]}}\n    {more}\n"


AT = "rules.yaml:4"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("ask: {text: 'Day?', as: 'd y'}", [f"{AT}:29: as: `d y` is not a name"]),
        ("ask: {as: day}", [f"{AT}:10: a question needs a `text`"]),
        ("ask: []", [f"{AT}:10: ask: needs at least one question"]),
        ("ask: Which day?", [f"{AT}:10: a question: needs `name: value` lines, not a text"]),
        ("ask: {text: a, asks: b}", [f"{AT}:20: unknown key of a question `asks`"]),
        (
            "ask: {text: a, accept: {date: true}, choices: [b, c]}",
            [f"{AT}:51: a question has `accept` or `choices`, not both"],
        ),
        ("ask: {text: a, choices: [b]}", [f"{AT}:29: choices: needs at least two"]),
        ("ask: {text: a, choices: b}", [f"{AT}:29: choices: needs a list"]),
        ("ask: {text: a, choices: [b, '?']}", [f"{AT}:33: choices: there is no word in `?`"]),
        (
            "ask: {text: a, choices: {b: [x], c: [X]}}",
            [f"{AT}:38: choices: `x` means `b` and `c`"],
        ),
        (
            "ask: [{as: x, text: a}, {as: x, text: b}]",
            [f"{AT}:34: as: `x` is answered already, so it would never be asked"],
        ),
        (
            "ask: {as: x, text: a}\n    then: {ask: {as: x, text: b}}",
            ["rules.yaml:5:22: as: `x` is answered already, so it would never be asked"],
        ),
        (
            "ask: {as: state, text: a}",
            [f"{AT}:15: as: `state` is what `conversation` has of its own"],
        ),
        ("ask: {text: a, retry: []}", [f"{AT}:27: retry: needs at least one text"]),
        ("ask: {text: a}\n    expires: soon", ["rules.yaml:5:14: expires: is not a duration"]),
        ("ask: {text: a}\n    cancel: {reply: b}", ["rules.yaml:5:13: cancel: needs `words`"]),
        ("ask: {text: a}\n    cancel: []", ["rules.yaml:5:13: cancel: needs at least one word"]),
        ("ask: {text: a}\n    interrupt: [b]", ["rules.yaml:5:17: unknown rule `b`"]),
        (
            "ask: {text: a, accept: {any: [{in_reply_to: b}, {in_reply_to: fallback}]}}",
            ["rules.yaml:4:49: unknown rule `b`"],
        ),
        ("ask: {text: a}\n    then: {}", ["rules.yaml:5:11: then does nothing"]),
        (
            "ask: {text: a}\n    then: {when: b, reply: c}",
            ["rules.yaml:5:12: unknown key of then `when`"],
        ),
        (
            "ask: {text: a}\n    silent: true",
            ["rules.yaml:5:5: `silent` beside `ask`: a rule that asks says so"],
        ),
        (
            "reply: a\n    expires: 4h",
            ["rules.yaml:5:5: expires: goes with the questions of an `ask`"],
        ),
        (
            "ask: {as: day, text: '{{ dya }}'}",
            [f"{AT}:30: nothing provides the name `dya` (did you mean `day`?)"],
        ),
        (
            "ask: {text: a}\n    state: any",
            ["rules.yaml:2:5: state `any` is what `when` calls every state"],
        ),
        (
            "ask: {text: a}\n    state: a",
            ["rules.yaml:2:5: state `a` is what `when` calls an open question of that rule"],
        ),
        (
            "reply: a\n    state: {name: b, on_expiry: c}",
            ["rules.yaml:5:33: state.on_expiry: the state does not expire"],
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(more: str, expected: list[str]) -> None:
    found = mistakes(rule(more))
    assert [line[: len(start)] for line, start in zip(found, expected, strict=False)] == expected


def test_a_keyword_may_be_called_as_a_key_of_questions() -> None:
    found = ruleset("rules: [{cancel: Call us.}, {then: What then?}]").rules
    assert [one.id for one in found] == ["cancel", "then"]


def test_what_a_part_does_not_say_is_as_above_it() -> None:
    text = rule(
        "ask: {as: x, text: a}\n    expires: 2h\n    cancel: [leave it]\n    give_up: {reply: d}\n"
        "    then: {ask: {as: y, text: b}, expires: 3h, then: {ask: {as: z, text: c}}}"
    )
    [one] = ruleset(text).rules
    asks = [part.ask for part in parts(one) if part.ask is not None]
    assert [part.path for part in parts(one)] == ["", "then/", "then/then/", "give_up/"]
    assert [(ask.path, ask.expires, len(ask.cancel)) for ask in asks] == [
        ("", 7200, 1),
        ("then/", 10_800, 1),
        ("then/then/", 10_800, 1),
    ]
    assert {ask.give_up.path for ask in asks if ask.give_up is not None} == {"give_up/"}


def test_each_rule_may_name_the_answers_of_all() -> None:
    text = rule("ask: {as: day, text: a}")
    assert ruleset(text, "rules: [{day: \"{{ day | default('none') }}\"}]")
