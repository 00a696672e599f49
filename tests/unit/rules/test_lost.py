"""Mistakes that loaded once: errors now, and for one minor version warnings where rules run."""

from __future__ import annotations

import pytest

from bot.errors import RuleError, Severity
from bot.rules.loader import SourceFile, load
from tests.build import loaded, mistakes


def rule(body: str, head: str = "") -> str:
    """The body begins in line 3 (or 4, after a head), column 5."""
    return f"{head}rules:\n  - id: a\n    {body}\n    when: {{keywords: [a]}}\n"


QUOTE = "put quotes around the text"
TWO = "two braces fill in a value"
VARS = "vars: {name: Vet}\n"

CASES = [
    (
        rule("reply: Order #5 is ready"),
        "3:18: `#5 is ready` is a comment, and not part of the text before it "
        f'({QUOTE}: "Order #5 is ready"; a comment begins with `# `)',
    ),
    (rule("reply: Größe\t#é"), "3:18: `#é` is a comment"),
    (rule("reply: Order\n      5 #now"), "4:9: `#now` is a comment"),
    (
        rule('reply: Say "hi" #5'),
        f"3:21: `#5` is a comment, and not part of the text before it ({QUOTE}: 'Say \"hi\" #5'",
    ),
    (rule("reply: [Text us, at #1\n    ]"), "3:25: `#1` is a comment"),
    (
        rule("reply: !Sale today"),
        f'3:12: `!Sale` is lost: what begins with `!` is not a text ({QUOTE}: "!Sale today")',
    ),
    (
        rule("reply: ! only today"),
        f'3:12: `!` is lost: what begins with `!` is not a text ({QUOTE}: "! only today")',
    ),
    (
        rule("reply: [Hi, !!wow now]"),
        f'3:17: `!!wow` is lost: what begins with `!` is not a text ({QUOTE}: "!!wow now")',
    ),
    (rule("reply: !both [a, b]"), "3:12: `!both` is lost"),
    (rule("reply: !one {text: a}"), "3:12: `!one` is lost"),
    (
        rule("reply:"),
        '3:11: the reply is empty (write a text, reply: "...", or `silent: true` to send none)',
    ),
    (rule('reply: ""'), "3:12: the reply is empty"),
    (rule("reply: ' '"), "3:12: the reply is empty"),
    (rule("reply: [Hi, '']"), "3:17: the reply is empty"),
    (rule("reply: {text: ''}"), "3:19: the reply is empty"),
    (rule("reply: {one_of: [Hi, '']}"), "3:26: the reply is empty"),
    ("rules: [{hours: }]", "1:17: the reply is empty"),
    ("guards: {help: {reply: ''}}", "1:24: the reply is empty"),
    (
        rule("reply: Hi\n    silent: true"),
        "4:5: `silent: true` stands beside a `reply`, which is never sent (delete one of the two)",
    ),
    ("fallback: {silent: yes, reply: Hi}", "1:12: `silent: true` stands beside a `reply`"),
    (
        rule("reply: I am {vars.name}.", VARS),
        f"4:17: `{{vars.name}}` is sent as it stands ({TWO}: {{{{ vars.name }}}}; ",
    ),
    (
        rule('reply: "I am {name}."', VARS),
        f"4:18: `{{name}}` is sent as it stands ({TWO}: {{{{ vars.name }}}}; ",
    ),
    (
        rule("reply: Hi {first_name}"),
        "3:15: `{first_name}` is sent as it stands "
        f"({TWO}: {{{{ contact.first_name }}}}; for the sign itself: {{{{ '{{' }}}})",
    ),
    (rule("reply: |\n      Hi,\n      I am {name}.", VARS), "6:12"),
    (rule("reply: 'Hi { tags.x | upper }{{ tags.y }}'"), "3:16: `{ tags.x | upper }` is sent"),
    (rule("reply: '{{ tags.y }}, {contact.x}'"), "3:27: `{contact.x}` is sent"),
    (
        rule("reply: Hi {n}\n    continue: true").replace("keywords: [a]", "number: {as: n}"),
        "3:15: `{n}` is sent as it stands",
    ),
    (rule("set: {contact: {x: 'a{now}'}}"), "3:26: `{now}` is sent"),
    ("guards: {help: {reply: 'Hi {message.text}'}}", "1:28: `{message.text}` is sent"),
]
WITHOUT = [
    rule("reply: Order # 5"),
    rule("reply: Order#5 now # a comment"),
    rule("reply: 'Order #5' #comment"),
    rule("reply: Hi #!"),
    rule("reply: |\n      Order #5\n      !Sale"),
    rule("reply: Hi!  # not !x"),
    rule("reply: '!Sale'"),
    rule("reply: !!str 5"),
    rule("reply: {image: 'https://x.example/a.png'}"),
    rule("reply: {text: '', image: 'https://x.example/a.png'}"),
    rule("silent: true"),
    rule("silent: no\n    reply: Hi"),
    rule("reply: '{{ vars.name }} {\"a\": 1} {a: 1} {a, b} {1} {} :{ {: {-: {:-} {\"x\"}'", VARS),
    rule("reply: '{{ \"{name}\" }} {# {name} #} \\{'", VARS),
    rule("reply: \"{{ '{' }}name}\"", VARS),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), CASES)
def test_it_is_an_error_and_a_warning_where_rules_run(text: str, wanted: str) -> None:
    with pytest.raises(RuleError) as raised:
        loaded(text)
    [problem] = raised.value.problems
    assert str(problem).startswith(f"rules.yaml:{wanted}")
    [warning] = load([SourceFile("rules.yaml", text)], lenient=True).warnings
    assert (str(warning), warning.severity) == (str(problem), Severity.WARNING)


@pytest.mark.parametrize("text", WITHOUT)
def test_what_looks_alike_is_none(text: str) -> None:
    assert loaded(text).warnings == ()


def test_an_anchor_that_nothing_uses_may_be_the_beginning_of_a_text() -> None:
    [warning] = loaded(rule("reply: &more only today")).warnings
    assert str(warning) == (
        "rules.yaml:3:12: `&more` is not a part of the text: it is a name, which nothing uses "
        f'({QUOTE}: "&more only today")'
    )
    assert loaded("rules: [{a: &x Hi}, {b: *x}, {c: '&x'}]").warnings == ()


@pytest.mark.parametrize("section", ["vars: {NAME: x}", "lists: {NAME: {a: [b]}}"])
def test_a_name_has_its_value_in_one_file(section: str) -> None:
    one, other = section.replace("NAME", "a"), section.replace("NAME", "b")
    assert loaded(one, other).warnings == ()
    with pytest.raises(RuleError) as raised:
        loaded(one, other, one)
    what, column = section.partition(":")[0], section.index("{") + 2
    [problem] = map(str, raised.value.problems)
    assert problem == (
        f"3.yaml:1:{column}: `{what}.a` has a value already, in 1.yaml:1:{column} "
        "(delete one of the two, or give one another name)"
    )


def test_a_mistake_of_any_other_kind_stays_an_error_where_rules_run() -> None:
    with pytest.raises(RuleError, match="unknown key"):
        load([SourceFile("r", "rule: []\nvars: {a: !b c}")], lenient=True)


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (
            "services:\n  web: {image: x}\nvolumes: {}",
            ["1:1: this is not a rule file: it has none of"],
        ),
        ("name: test\non: push\njobs: {}", ["1:1: this is not a rule file: it has none of"]),
        ("rule: []\nfallbak: {}", ["1:1: unknown key `rule`", "2:1: unknown key `fallbak`"]),
        ("services: {}\nrules: []", ["1:1: unknown key `services`"]),
    ],
)
def test_a_file_of_something_else_gets_one_line(text: str, problems: list[str]) -> None:
    found = mistakes(text)
    assert len(found) == len(problems)
    for line, wanted in zip(found, problems, strict=True):
        assert line.startswith(f"rules.yaml:{wanted}")
