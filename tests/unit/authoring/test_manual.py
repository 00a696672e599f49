"""The manual: every topic has its page, and what the pages show loads."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from typing import Any

import pytest

from bot.authoring import manual
from bot.authoring.scenarios import played, read_conversations
from bot.authoring.schema import rule_schema
from bot.rules import keys
from bot.rules.guards import REGISTRY as GUARDS
from bot.rules.matchers import REGISTRY as MATCHERS
from bot.rules.matchers import read_when
from bot.rules.matchers.base import Sheet
from bot.rules.nodes import Mapping
from bot.rules.problems import Problems
from bot.rules.questions import ASK_KEYS
from bot.rules.templates.filters import INTERNAL
from bot.rules.templates.sandbox import built_in_filters
from bot.rules.templates.template import Template
from bot.rules.yaml import read_yaml
from tests.build import loaded, ruleset

SHOWN = [
    pytest.param(example, id=f"{topic}-{number}")
    for topic, page in manual.pages().items()
    for number, example in enumerate(manual.examples(page))
]


def rule_file(example: str) -> str:
    """The file that an example is a part of: a whole one, or one rule with these lines."""
    if example.partition(":")[0] not in keys.RULE:
        return example
    answer = "" if example.startswith(("reply:", "silent:")) else "reply: Fine.\n"
    always = "" if example.startswith("when:") else "when: always\n"
    of_question = example.partition(":")[0] in ASK_KEYS[1:]
    asks = "ask: {text: 'Which day?'}\n" if of_question else ""
    rule = f"id: shown\n{always}{answer}{asks}{example}"
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


@pytest.mark.parametrize("topic", ["questions", "people", "later"])
def test_the_conversations_of_a_page_are_what_its_rules_make(topic: str) -> None:
    rules, *others = manual.examples(manual.pages()[topic])
    told = [example for example in others if example.startswith("- name:")]
    assert len(told) > 1
    read = ruleset(rules)
    for example in told:
        [conversation] = read_conversations("page", example, read)
        results = list(played(conversation, read))
        assert [result for result in results if not result.passed] == []
        assert results


@pytest.mark.parametrize("name", MATCHERS)
def test_each_matcher_has_a_page_with_an_example_of_it(name: str) -> None:
    shown = [e for e in manual.examples(manual.pages()[name]) if f"{name}:" in e]
    assert shown, name


@pytest.mark.parametrize("name", [str(guard.NAME) for guard in GUARDS])
def test_each_guard_has_a_page_that_begins_with_its_name(name: str) -> None:
    assert manual.pages()[name].startswith(f"`{name}`: ")


def test_the_manual_holds_each_page_once() -> None:
    whole = manual.manual()
    assert [name for name, page in manual.pages().items() if whole.count(page) != 1] == []
    assert "# any, all, not\n" in whole


def test_each_topic_is_one_line_and_says_something() -> None:
    lines = manual.topics()
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
    assert len(list(manual.examples(page))) == found


def _keys(schema: Any) -> Iterator[str]:
    """The names of properties, wherever they stand in a schema."""
    if isinstance(schema, dict):
        yield from schema.get("properties", ())
        for inner in schema.values():
            yield from _keys(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _keys(inner)


PROPERTIES = sorted({*_keys(rule_schema())})
"""Every key that an author may write in a file."""


@pytest.mark.parametrize("key", PROPERTIES)
def test_every_key_leads_to_a_page_that_has_it(key: str) -> None:
    topics = manual.found(key, manual.pages())
    assert topics
    assert re.search(rf"(?<![\w-]){re.escape(key)}(?![\w-])", manual.pages()[topics[0]])


def test_a_word_leads_to_a_page_that_there_is() -> None:
    assert set(manual.WORDS) - set(manual.pages()) == set()


@pytest.mark.parametrize(
    ("word", "topics"),
    [
        ("$opt-out", ("$opt-out",)),
        ("opt-out", ("$opt-out",)),
        ("OPT_OUT", ("$opt-out",)),
        ("Max Segments", ("long",)),
        ("in reply to", ("in_reply_to",)),
        ("tags:", ("tags", "reply")),
        ("`emoji`", ("keywords", "long")),
        ("", ()),
        ("dentist", ()),
    ],
)
def test_a_word_is_found_however_it_is_written(word: str, topics: tuple[str, ...]) -> None:
    assert manual.found(word, manual.pages()) == topics


def test_the_page_of_filters_has_each_of_them() -> None:
    page = manual.pages()["filters"]
    shown = set(re.findall(r" \| (\w+)", page))
    assert shown == built_in_filters() - INTERNAL


def _shown_filters() -> list[tuple[str, str]]:
    lines = re.findall(r"^    (.+) → (.+)$", manual.pages()["filters"], re.MULTILINE)
    return [
        pair
        for source, result in lines
        for pair in zip(source.split(" · "), result.split(" · "), strict=True)
    ]


@pytest.mark.parametrize(("source", "result"), _shown_filters())
def test_a_filter_makes_what_its_page_shows(source: str, result: str) -> None:
    assert Template(source).render({"contact": {}}) == result
