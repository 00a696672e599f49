"""The manual: every topic has its page, and what the pages show loads."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap

import pytest

from bot.authoring import manual as reference
from bot.authoring.scenarios import read_conversations
from bot.rules.guards import REGISTRY as GUARDS
from bot.rules.loader import RULE_KEYS
from bot.rules.matchers import REGISTRY as MATCHERS
from bot.rules.matchers import read_when
from bot.rules.matchers.base import Sheet
from bot.rules.nodes import Mapping
from bot.rules.problems import Problems
from bot.rules.yaml import read_yaml
from tests.build import loaded, ruleset

SHOWN = [
    pytest.param(example, id=f"{topic}-{number}")
    for topic, page in reference.pages().items()
    for number, example in enumerate(reference.examples(page))
]


def rule_file(example: str) -> str:
    """The file that an example is a part of: a whole one, or one rule with these lines."""
    if example.partition(":")[0] not in RULE_KEYS:
        return example
    answer = "" if example.startswith("reply:") else "reply: Fine.\n"
    always = "" if example.startswith("when:") else "when: always\n"
    rule = f"id: shown\n{always}{answer}{example}"
    return f"rules:\n  -\n{textwrap.indent(rule, '    ')}\n"


@pytest.mark.parametrize("example", SHOWN)
def test_what_a_page_shows_loads(example: str) -> None:
    if example.startswith("- "):
        assert read_conversations("a.test.yaml", example, ruleset("rules: [{hours: x}]"))
        return
    if not example.startswith("when:"):
        loaded(rule_file(example))
        return
    problems = Problems()
    root = read_yaml("page", example, problems)
    when = root.get("when") if isinstance(root, Mapping) else None
    assert when is not None, example
    names = re.findall(r"<(\w+)>", example)
    read_when(when, problems, Sheet(lists={name: {"a": ("a", "b")} for name in names}))
    assert [str(problem) for problem in problems.found] == []


@pytest.mark.parametrize("name", MATCHERS)
def test_each_matcher_has_a_page_with_an_example_of_it(name: str) -> None:
    shown = [e for e in reference.examples(reference.pages()[name]) if f"{name}:" in e]
    assert shown, name


@pytest.mark.parametrize("name", [str(guard.NAME) for guard in GUARDS])
def test_each_guard_has_a_page_that_begins_with_its_name(name: str) -> None:
    assert reference.pages()[name].startswith(f"`{name}`: ")


def test_the_manual_holds_each_page_once() -> None:
    manual = reference.manual()
    assert [name for name, page in reference.pages().items() if manual.count(page) != 1] == []
    assert "# any, all, not\n" in manual


def test_each_topic_is_one_line_and_says_something() -> None:
    lines = reference.topics()
    assert {n: line for n, line in lines.items() if not line.endswith(".") or "\n" in line} == {}


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("Text.\n\n    when: {a: b}   # why\n    when: {c: d}\n\nText.", 2),
        ("Text.\n\n    guards:\n      help: {reply: x}\n    when: {a: b}\n", 2),
        ("when: {a: b}\nwhen: {c: d}", 2),
        ("Write `when: x` here, and when: it rains.", 0),
        ("Whenever: not a key.", 0),
    ],
)
def test_an_example_is_a_key_at_the_left_with_what_belongs_to_it(page: str, found: int) -> None:
    assert len(list(reference.examples(page))) == found


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "help", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_help_alone_lists_the_topics() -> None:
    done = run()
    assert (done.returncode, done.stderr) == (0, "")
    assert all(f"  {name} " in done.stdout for name in ("rules", *reference.pages()))


@pytest.mark.parametrize("topic", ["keywords", "$opt-out", "templates"])
def test_help_prints_one_page(topic: str) -> None:
    assert run(topic).stdout == reference.pages()[topic] + "\n"


def test_a_guard_is_found_without_its_dollar_sign() -> None:
    assert run("opt-out").stdout == run("$opt-out").stdout


def test_help_rules_prints_all_of_it() -> None:
    assert run("rules").stdout == reference.manual() + "\n"


@pytest.mark.parametrize(
    ("topic", "remark"),
    [
        ("keyword", "there is no page `keyword`: did you mean `bot help keywords`?\n"),
        ("zzz", "there is no page `zzz`: `bot help` lists the topics\n"),
    ],
)
def test_an_unknown_topic_is_a_mistake_with_a_way_out(topic: str, remark: str) -> None:
    done = run(topic)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", remark)
