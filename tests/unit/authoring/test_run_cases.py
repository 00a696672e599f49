"""The tests that stand beside the rules: how they are read, what passes, what fails and how."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.authoring.coverage import measure
from bot.authoring.run_cases import Result, run
from bot.errors import Place
from bot.model import RuleId
from bot.rules.cases import DEFAULT_AT, DEFAULT_SENDER, Case, Contains, Expected, Matches
from tests.build import loaded, mistakes, ruleset

SHOP = """\
defaults: {timezone: America/Chicago}
rules:
  - id: order
    when: {regex: 'order #?(?P<n>\\d+)', tags: {campaign: spring}}
    reply: ["Order {{ n }}.", "Thanks {{ contact.name | default('there') }}!"]
    tests: TESTS
  - {id: vip, when: {keywords: vip, to: 123}, reply: "Hello {{ now | time('%H:%M') }}"}
  - {id: quiet, when: {media: image, from: "+1555"}, silent: true}
fallback: {reply: Sorry.}
"""


def results(tests: str) -> list[Result]:
    found = loaded(SHOP.replace("TESTS", tests))
    return [run(case, found.ruleset) for case in found.cases]


SPRING = "say: 'order #5', tags: {campaign: spring}"


@pytest.mark.parametrize(
    "case",
    [
        f"{{{SPRING}}}",
        f"{{{SPRING}, rule: order}}",
        f"{{{SPRING}, outcome: replied}}",
        f"{{{SPRING}, replies: [Order 5., Thanks there!]}}",
        f"{{{SPRING}, replies: [{{contains: der 5}}, {{regex: '^Thanks \\w+!$'}}]}}",
        f"{{{SPRING}, captures: {{n: 5}}}}",
        f"{{{SPRING}, segments: 2}}",
        f"{{{SPRING}, contact: {{name: Anna}}, replies: [Order 5., Thanks Anna!]}}",
        "{say: 'order #5', rule: fallback, reply: Sorry., outcome: replied}",
        "{say: 'order #5', because: tag campaign is missing}",
        "{say: order, tags: {campaign: spring}, because: not found}",
        "{say: STOP, rule: $opt-out, outcome: suppressed, reason: opt-out, replies: []}",
        "{say: STOP, because: opt-out}",
        "{say: vip, to: 123, rule: vip, reply: 'Hello 12:00'}",
        "{say: vip, to: 123, at: 2026-07-04 09:30, reply: 'Hello 09:30'}",
        "{say: vip, to: 123, at: 2026-07-04T09:30Z, reply: 'Hello 04:30'}",
        "{say: vip, to: 123, at: 2026-07-04, reply: 'Hello 00:00'}",
        "{say: vip, to: 124, rule: fallback}",
        "{say: vip, to: '+18005550100', rule: fallback}",
        "{media: https://x.example/c.png, rule: quiet, reason: silent}",
        "{media: https://x.example/c.png, from: '+447700900123', rule: fallback}",
        "{say: nothing, reply: {contains: orr}}",
        "{match: [], no_match: [hello, STOP, 'order 5']}",
        "{with: {tags: {campaign: spring}}, match: ['order #5'], no_match: [hello]}",
    ],
)
def test_a_case_that_tells_the_truth_passes(case: str) -> None:
    written = case if case.startswith(("{match", "{with")) else f"[{case}]"
    assert all(result.passed for result in results(written))


@pytest.mark.parametrize(
    ("case", "expected", "got"),
    [
        ("{say: hello}", {"fires": True}, {"fires": False}),
        ("{say: hello, rule: order}", {"rule": "order"}, {"rule": "fallback"}),
        ("{say: hello, rule: none}", {"rule": "none"}, {"rule": "fallback"}),
        ("{say: hello, outcome: failed}", {"outcome": "failed"}, {"outcome": "replied"}),
        ("{say: STOP, reason: silent}", {"reason": "silent"}, {"reason": "opt-out"}),
        ("{say: hello, reason: silent}", {"reason": "silent"}, {"reason": "none"}),
        ("{say: hello, reply: Hi}", {"replies": ["Hi"]}, {"replies": ["Sorry."]}),
        ("{say: hello, reply: Sorry}", {"replies": ["Sorry"]}, {"replies": ["Sorry."]}),
        (
            f"{{{SPRING}, reply: Order 5.}}",
            {"replies": ["Order 5."]},
            {"replies": ["Order 5.", "Thanks there!"]},
        ),
        ("{say: hello, replies: []}", {"replies": []}, {"replies": ["Sorry."]}),
        (
            "{say: hello, reply: {contains: hi}}",
            {"replies": ["contains hi"]},
            {"replies": ["Sorry."]},
        ),
        (
            "{say: hello, reply: {regex: sorry}}",
            {"replies": ["matches sorry"]},
            {"replies": ["Sorry."]},
        ),
        (
            "{say: hello, replies: [{regex: Sorry}, Bye]}",
            {"replies": ["matches Sorry", "Bye"]},
            {"replies": ["matches Sorry"]},
        ),
        (f"{{{SPRING}, captures: {{n: 6}}}}", {"captures": {"n": "6"}}, {"captures": {"n": "5"}}),
        (f"{{{SPRING}, captures: {{}}}}", {"captures": {}}, {"captures": {"n": "5"}}),
        (f"{{{SPRING}, segments: 1}}", {"segments": 1}, {"segments": 2}),
        (
            "{say: 'order #5', because: not found}",
            {"because": "not found"},
            {"because": "tag campaign is missing, wanted: is spring"},
        ),
    ],
)
def test_a_case_that_is_wrong_shows_what_it_expected_and_got(
    case: str, expected: object, got: object
) -> None:
    [result] = results(f"[{case}]")
    assert not result.passed
    assert (result.expected, result.got) == (expected, got)


def test_match_and_no_match_ask_whether_the_rule_fires() -> None:
    found = results("{match: [hello], no_match: ['order 5']}")
    assert [(r.case.say, r.expected, r.got) for r in found] == [
        ("hello", {"fires": True}, {"fires": False}),
        ("order 5", {"fires": False}, {"fires": False}),
    ]


NEEDS_A_TAG = """\
rules:
  - {id: visit, when: {keywords: visit}, reply: "See you {{ tags.day }}.", tests: TESTS}
  - {id: note, when: {keywords: both}, set: {contact: {a: b}}, continue: yes}
  - {id: both, when: {keywords: both}, reply: [Hello., "Bye {{ contact.name }}."]}
  - {id: long, when: {keywords: long}, reply: "{{ message.text }}", max_segments: 1}
  - {id: held, when: {keywords: held}, reply: "{{ message.text }}", long: hold}
  - id: one
    when: {keywords: one}
    reply: {one_of: [{text: Fine., weight: 9999}, "Fine, {{ contact.name }}."]}
  - {id: silent, when: {keywords: silent}, silent: true}
fallback: {reply: Sorry.}
"""
NO_DAY = "template-error: `tags.day` has no value"
NO_NAME = "template-error: `contact.name` has no value"
LONG = "x" * 160


@pytest.mark.parametrize(
    ("tests", "failures"),
    [
        ("{match: [my visit]}", [NO_DAY]),
        ("{with: {tags: {day: Friday}}, match: [my visit]}", [None]),
        ("{with: {contact: {day: Friday}}, match: [my visit, a visit]}", [NO_DAY, NO_DAY]),
        # what another rule answers is none of its business
        ("{no_match: [both, long]}", [None, None]),
        ("[{say: visit}]", [NO_DAY]),
        ("[{say: visit, tags: {day: Friday}}]", [None]),
        ("[{say: visit, rule: visit}]", [NO_DAY]),
        ("[{say: visit, reply: Sorry.}]", [NO_DAY]),
        ("[{say: both, rule: both}]", [NO_NAME]),
        ("[{say: both, rule: both, contact: {name: Anna}}]", [None]),
        (
            f"[{{say: long {LONG}, rule: long}}, {{say: long, rule: long}}]",
            ["too-long: 2 segments, at most 1", None],
        ),
        (
            f"[{{say: held {LONG}, rule: held}}, {{say: held, rule: held}}]",
            ["too-long: with `long: hold` it is never sent", None],
        ),
        # whichever of them is drawn
        (
            "[{say: one, rule: one}]",
            [f"{NO_NAME} (in `Fine, {{{{ contact.name }}}}.` of one_of)"],
        ),
        ("[{say: one, rule: one, contact: {name: Anna}}]", [None]),
        ("[{say: silent, rule: silent, replies: []}]", [None]),
        # whoever expects it says so
        ("[{say: visit, outcome: failed}]", [None]),
        ("[{say: visit, reason: template-error, rule: visit}]", [None]),
        ("[{say: visit hours, because: template-error}]", [None]),
    ],
)
def test_what_a_case_expects_can_be_made(tests: str, failures: list[str | None]) -> None:
    found = loaded(NEEDS_A_TAG.replace("TESTS", tests))
    ran = [run(case, found.ruleset) for case in found.cases]
    assert [result.got.get("failure") for result in ran] == failures
    assert [result.expected.get("failure") for result in ran] == [
        None if failure is None else "none" for failure in failures
    ]
    assert [result.passed for result in ran] == [failure is None for failure in failures]


@pytest.mark.parametrize(
    ("says", "at", "expected"),
    [
        ("", "", "2026-01-15 12:00"),
        ("", "2026-07-04 09:30", "2026-07-04 09:30"),
        ("until: 2026-01-15", "", "2026-01-15 12:00"),
        ("from_date: 2026-01-15", "", "2026-01-15 12:00"),
        # a Thursday where there is one
        ("from_date: 2026-12-01", "", "2026-12-03 12:00"),
        ("from_date: 2026-12-03", "", "2026-12-03 12:00"),
        ("from_date: 2026-12-04, until: 2026-12-10", "", "2026-12-10 12:00"),
        ("from_date: 2026-12-04, until: 2026-12-09", "", "2026-12-04 12:00"),
        ("until: 2026-01-14", "", "2026-01-08 12:00"),
        ("until: 2026-01-08", "", "2026-01-08 12:00"),
        ("until: 2026-01-07, from_date: 2026-01-02", "", "2026-01-07 12:00"),
        ("from_date: 2026-12-01", "2026-07-04 09:30", "2026-12-05 09:30"),
        ("until: 2026-12-01", "2026-07-04 09:30", "2026-07-04 09:30"),
        ("from_date: 9999-12-31", "", "2026-01-15 12:00"),
        ("until: 0001-01-01", "", "2026-01-15 12:00"),
        # never on
        ("from_date: 2026-12-02, until: 2026-12-01", "", "2026-12-02 12:00"),
    ],
)
def test_a_text_comes_in_while_its_rule_is_on(says: str, at: str, expected: str) -> None:
    [case, said] = loaded(
        f"defaults: {{timezone: Asia/Tokyo, {f'at: {at}' if at else ''}}}\n"
        f"rules: [{{id: a, when: always, reply: x, {says or 'silent: no'},"
        " tests: [{say: hi}, {say: hi, at: 2026-02-03 04:05}]}]"
    ).cases
    tokyo = ZoneInfo("Asia/Tokyo")
    assert case.at == datetime.fromisoformat(expected).replace(tzinfo=tokyo)
    assert said.at == datetime(2026, 2, 3, 4, 5, tzinfo=tokyo)


def test_the_clock_of_a_file_may_have_an_offset_and_holds_for_that_file() -> None:
    first, second = loaded(
        "defaults: {at: 2026-07-04T09:30Z}\n"
        "rules: [{id: a, when: always, silent: yes, tests: {match: [x]}}]",
        "rules: [{id: b, when: always, silent: yes, tests: {match: [x]}}]",
    ).cases
    assert first.at == datetime(2026, 7, 4, 9, 30, tzinfo=UTC)
    assert second.at == DEFAULT_AT.replace(tzinfo=ZoneInfo("America/New_York"))


def test_a_wrong_clock_of_a_file_is_a_mistake() -> None:
    assert mistakes("defaults: {at: noon}\nrules: [{hi: Hello}]") == [
        "rules.yaml:1:16: at: `noon` is not a time (2026-01-15 17:30)"
    ]


def test_a_rule_in_shadow_mode_is_tested_as_if_it_were_live() -> None:
    shadow = NEEDS_A_TAG.replace("{id: visit,", "{id: visit, mode: shadow,")
    found = loaded(
        shadow.replace("TESTS", "{with: {tags: {day: Friday}}, match: [visit], no_match: [x]}")
    )
    assert [run(case, found.ruleset).passed for case in found.cases] == [True, True]
    [failing] = [
        run(case, found.ruleset) for case in loaded(shadow.replace("TESTS", "[{say: visit}]")).cases
    ]
    assert failing.got["failure"] == NO_DAY
    # beside another rule it is what it is in life
    [beside] = loaded(
        shadow.replace("TESTS", "{match: []}").replace(
            "fallback: {", "fallback: {tests: [{say: visit, rule: fallback}], "
        )
    ).cases
    assert run(beside, found.ruleset).passed


def test_a_rule_that_goes_on_fires_although_another_ends_the_search() -> None:
    found = loaded(
        "rules:\n"
        "  - id: note\n"
        "    when: always\n"
        "    set: {contact: {a: b}}\n"
        "    continue: yes\n"
        "    tests: {match: [hi]}\n"
        "  - {hi: Hello}"
    )
    [case] = found.cases
    assert run(case, found.ruleset).passed


def test_a_rule_that_another_hides_does_not_fire() -> None:
    found = loaded("rules: [{hi: Hello}, {id: b, when: always, reply: x, tests: {match: [hi]}}]")
    [case] = found.cases
    assert not run(case, found.ruleset).passed


def test_a_case_is_read_whole() -> None:
    [case] = loaded(
        "rules:\n  - id: a\n    when: always\n    silent: yes\n    tests:\n"
        "      - {say: Hi, from: 555-555-0199, to: '+1 800 555 0100', tags: {a: 007}, media: u,\n"
        "         at: 2026-07-04 09:30, contact: {n: yes}, state: s, rule: a, outcome: replied,\n"
        "         reason: silent, replies: [x, {contains: y}], captures: {c: 1}, segments: 2,\n"
        "         because: b}\n"
    ).cases
    assert case == Case(
        rule=RuleId("a"),
        place=Place("rules.yaml", 6, 9),
        say="Hi",
        sender="+15555550199",
        number="+18005550100",
        tags={"a": "007"},
        media_url="u",
        at=datetime(2026, 7, 4, 9, 30, tzinfo=ZoneInfo("America/New_York")),
        contact={"n": "yes"},
        state="s",
        expected=Expected(
            rule="a",
            outcome="replied",
            reason="silent",
            replies=("x", Contains("y")),
            captures={"c": "1"},
            segments=2,
            because="b",
        ),
    )
    assert case.name == "a: Hi"


def test_what_a_case_does_not_say_has_a_default() -> None:
    first, second = loaded(
        "rules: [{id: a, when: always, silent: yes, tests: [{media: u}, {say: x, to: 123}]}]"
    ).cases
    at = DEFAULT_AT.replace(tzinfo=ZoneInfo("America/New_York"))
    assert (first.say, first.sender, first.number, first.at) == ("", DEFAULT_SENDER, "", at)
    assert (first.name, first.expected) == ("a: (no text)", Expected(fires=True))
    assert (second.number, second.longcode) == ("", "123")


def test_a_time_with_an_offset_is_that_instant() -> None:
    [case] = loaded(
        "rules: [{id: a, when: always, silent: yes, tests: [{say: x, at: 2026-01-15T10:00+02:00}]}]"
    ).cases
    assert case.at == datetime(2026, 1, 15, 8, 0, tzinfo=UTC)


def test_the_same_pattern_is_the_same_expectation() -> None:
    [result] = results("[{say: hello, reply: {regex: ^Sorry}}]")
    [expected] = result.case.expected.replies or ()
    assert isinstance(expected, Matches)
    assert (expected.pattern.source, expected.pattern.ignore_case) == ("^Sorry", False)


@pytest.mark.parametrize(
    ("tests", "found"),
    [
        ("{match: {a: b}}", "6:20: tests.match: needs a text or a list of them"),
        ("{match: [{a: b}]}", "6:21: tests.match: needs texts, not a mapping (put quotes around"),
        ("{no-match: [a]}", "6:13: unknown key of tests `no-match` (did you mean `no_match`?)"),
        ("{with: {say: x}}", "6:20: unknown key of tests.with `say`"),
        ("{with: x, match: [y]}", "6:19: tests.with: needs `name: value` lines, not a text"),
        ("{with: {at: noon}, match: [y]}", "6:24: at: `noon` is not a time"),
        ("hello", "6:12: tests: needs a list, not a text"),
        ("[hello]", "6:13: tests: needs cases ({say: ..., reply: ...})"),
        ("[{reply: x}]", "6:13: a test needs `say` ({say: Hours?, reply: ...})"),
        ("[{say: x, replay: y}]", "6:22: unknown key of a test `replay` (did you mean `reply`?)"),
        (
            "[{say: x, reply: [y]}]",
            "6:29: reply: needs a text, or one of these ({contains: ...} or",
        ),
        ("[{say: x, reply: {has: y}}]", "6:29: reply: needs a text, or one of these"),
        ("[{say: x, reply: {regex: '('}}]", "6:37: reply.regex: a `(` is never"),
        ("[{say: x, replies: y}]", "6:31: replies: needs a list, not a text"),
        ("[{say: x, from: Anna}]", "6:28: from: is not a phone number (+15555550123)"),
        ("[{say: x, to: main}]", "6:26: to: is not a phone number (+15555550123)"),
        ("[{say: x, tags: [a]}]", "6:28: tags: needs `name: value` lines, not a list"),
        ("[{say: x, tags: {a: [b]}}]", "6:32: tags.a: needs a text, not a list"),
        ("[{say: x, at: noon}]", "6:26: at: `noon` is not a time (2026-01-15 17:30)"),
        ("[{say: x, at: 2026-02-30}]", "6:26: at: `2026-02-30` is not a time"),
        (
            "[{say: x, at: 0001-01-01T00:00+14:00}]",
            "6:26: at: `0001-01-01T00:00+14:00` is not a time",
        ),
        (
            "[{say: x, at: 9999-12-31T23:59-12:00}]",
            "6:26: at: `9999-12-31T23:59-12:00` is not a time",
        ),
        ("[{say: x, segments: few}]", "6:32: segments: needs a whole number"),
        ("[{say: x, captures: y}]", "6:32: captures: needs `name: value` lines, not a text"),
        ("[{say: x, rule: ordr}]", "6:28: unknown rule `ordr` (did you mean `order`?)"),
    ],
)
def test_a_wrong_case_is_a_mistake_with_its_place(tests: str, found: str) -> None:
    [line] = mistakes(SHOP.replace("TESTS", tests))
    assert line.startswith(f"rules.yaml:{found}")


TWO_LANGUAGES = """
languages: [en, es]
rules:
  - id: hours
    when: {keywords: [hours]}
    reply: {en: "9-5", es: "9-5 {{ tags.no }}"}
    tests: {match: [hours]}
"""


def test_an_answer_must_be_possible_in_each_language() -> None:
    [case] = loaded(TWO_LANGUAGES).cases
    assert run(case, ruleset(TWO_LANGUAGES)).got["failure"] == (
        "template-error: `tags.no` has no value (in `es`)"
    )


def test_coverage_wants_each_language_and_proposes_a_test() -> None:
    whole = loaded(TWO_LANGUAGES.replace(" {{ tags.no }}", ""))
    results = [run(case, whole.ruleset) for case in whole.cases]
    found = measure(results, whole.ruleset)
    assert [(gap.rule, gap.what, gap.line) for gap in found.gaps if gap.kind == "languages"] == [
        ("hours", "`es`", '- {say: "hours", rule: hours, contact: {"language": "es"}}')
    ]
