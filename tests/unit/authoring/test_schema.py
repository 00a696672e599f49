"""`bot schema`: the keys that the loader takes and no others; what loads is valid for an editor."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from bot.authoring import manual, schema
from bot.authoring.scenarios import read_conversations
from bot.authoring.schema import rule_schema
from bot.authoring.tests_schema import scenario_schema
from bot.errors import RuleError
from bot.rules import actions, keys
from bot.rules.conditions import KEYS
from bot.rules.guards import REGISTRY as GUARDS
from bot.rules.head import DEFAULTS_KEYS, TOP_KEYS
from bot.rules.json_schema import CONDITIONS
from bot.rules.matchers import REGISTRY as MATCHERS
from bot.rules.nodes import Mapping as MappingNode
from bot.rules.nodes import Node, Scalar, Sequence
from bot.rules.problems import Problems
from bot.rules.yaml import read_yaml
from tests.build import mistakes, ruleset
from tests.support import ROOT
from tests.unit.authoring.test_manual import rule_file

FOUND = sorted([*ROOT.glob("rules/*.yaml"), *ROOT.glob("examples/*/[!.]*.yaml")])
TEST_FILES = [path for path in FOUND if path.name.endswith(".test.yaml")]
FILES = [path for path in FOUND if path not in TEST_FILES]
SCHEMA = rule_schema()
DEFS = SCHEMA["$defs"]
SCENARIOS = scenario_schema()


def plain(node: Node) -> Any:
    """As the bot reads it: every scalar its text."""
    match node:
        case Scalar():
            return node.text
        case Sequence():
            return [plain(item) for item in node.items]
        case MappingNode():
            return {key.text: plain(value) for key, value in node.items()}


def typed(node: Node) -> Any:
    """As an editor reads it: numbers, flags and nulls of YAML 1.2 where nothing is quoted."""
    match node:
        case Scalar(text=text) if node.plain:
            if node.is_null:
                return None
            if text.lower() in ("true", "false"):
                return text.lower() == "true"
            if re.fullmatch(r"[-+]?\d+", text):
                return int(text)
            return float(text) if re.fullmatch(r"[-+]?\d+\.\d+(e[-+]?\d+)?", text) else text
        case Scalar():
            return node.text
        case Sequence():
            return [typed(item) for item in node.items]
        case MappingNode():
            return {key.text: typed(value) for key, value in node.items()}


def root(text: str | bytes) -> Node:
    problems = Problems()
    node = read_yaml("file", text, problems)
    assert node is not None
    assert problems.found == []
    return node


def wrong(value: Any, schema: Mapping[str, Any] = SCHEMA) -> list[str]:
    """What an editor would mark: the deepest places, as paths."""
    errors = Draft202012Validator(schema).iter_errors(value)
    return ["/".join(map(str, error.absolute_path)) for error in errors]


@pytest.mark.parametrize("found", [SCHEMA, SCENARIOS], ids=lambda found: str(found["title"]))
def test_a_schema_is_one_with_every_reference_in_it(found: Mapping[str, Any]) -> None:
    Draft202012Validator.check_schema(found)
    named = set(re.findall(r'"#/\$defs/(\w+)"', json.dumps(found)))
    assert named == set(found["$defs"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_rule_files_that_run_are_valid(path: Path) -> None:
    node = root(path.read_bytes())
    assert (wrong(plain(node)), wrong(typed(node))) == ([], [])


@pytest.mark.parametrize("path", TEST_FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_conversations_that_run_are_valid(path: Path) -> None:
    node = root(path.read_bytes())
    assert (wrong(plain(node), SCENARIOS), wrong(typed(node), SCENARIOS)) == ([], [])


SHOWN = [
    pytest.param(example, id=f"{topic}-{number}")
    for topic, page in manual.pages().items()
    for number, example in enumerate(manual.examples(page))
]


@pytest.mark.parametrize("example", SHOWN)
def test_what_the_manual_shows_is_valid(example: str) -> None:
    is_rules = not example.startswith("- ")  # conversations stand in files of their own
    node = root(rule_file(example) if is_rules else example)
    schema = SCHEMA if is_rules else SCENARIOS
    assert (wrong(plain(node), schema), wrong(typed(node), schema)) == ([], [])


MISTAKES = [
    ("rulez: []", "", "'rulez' was unexpected"),
    ("rules: [{id: a, when: {keyword: [x]}, reply: b}]", "rules/0/when", "'keyword' was unexp"),
    ("rules: [{id: a, when: sometimes, reply: b}]", "rules/0/when", "'always' was expected"),
    ("rules: [{id: a, when: {keywords: {exakt: [x]}}, reply: b}]",
     "rules/0/when/keywords", "'exakt' was unexpected"),
    ("rules: [{id: a, when: {any: [{keyword: x}]}, reply: b}]",
     "rules/0/when/any/0", "'keyword' was unexpected"),
    ("rules: [{id: a, when: {number: {gtt: 3}}, reply: b}]",
     "rules/0/when/number", "'gtt' was unexpected"),
    ("rules: [{id: a, when: {tags: {b: {exist: yes}}}, reply: b}]",
     "rules/0/when/tags/b", "'exist' was unexpected"),
    ("rules: [{id: A b, when: always, reply: b}]", "rules/0/id", "'A b' does not match"),
    ("rules: [{id: a, reply: b}]", "rules/0", "'when' is a required property"),
    ("rules: [{id: a, when: always, reply: []}]", "rules/0/reply", "[] should be non-empty"),
    ("rules: [{id: a, when: always, reply: {text: x, pic: y}}]",
     "rules/0/reply", "'pic' was unexpected"),
    ("rules: [{id: a, when: always, reply: {one_of: [x, {text: y, wait: z}]}}]",
     "rules/0/reply/one_of/1", "'wait' was unexpected"),
    ("rules: [{id: a, when: always, cooldown: soon}]", "rules/0/cooldown", "'soon' does not"),
    ("rules: [{id: a, when: always, silent: maybe}]", "rules/0/silent", "'maybe' does not"),
    ("rules: [{id: a, when: always, reply: x, tests: {matches: [x]}}]",
     "rules/0/tests", "'matches' was unexpected"),
    ("rules: [{id: a, when: always, reply: x, tests: [{say: x, rulle: a}]}]",
     "rules/0/tests/0", "'rulle' was unexpected"),
    ("rules: [{hours: [{txt: a}]}]", "rules/0/hours/0", "'txt' was unexpected"),
    ("defaults: {dates: ymd}", "defaults/dates", "'ymd' is not one of"),
    ("guards: {opt_out: {likely: never}}", "guards/opt_out/likely", "'never' is not one of"),
    ("guards: {loop: {reply: a}}", "guards/loop", "'reply' was unexpected"),
    ("rules: hours", "rules", "'hours' is not of type 'array'"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "place", "message"), MISTAKES)
def test_what_does_not_load_is_marked_where_it_is_and_for_what_it_is(
    written: str, place: str, message: str
) -> None:
    assert mistakes(written)
    value = plain(root(written))
    assert set(wrong(value)) == {place}
    said = best_match(Draft202012Validator(SCHEMA).iter_errors(value))
    assert said is not None
    assert message in said.message


def rule(line: str) -> str:
    return f"rules: [{{id: a, when: always, reply: x, {line}}}]"


def when(matcher: str) -> str:
    return f"rules: [{{id: a, reply: x, when: {{{matcher}}}}}]"


def properties(found: Mapping[str, Any]) -> set[str]:
    """The keys of a mapping that a value may be, through references and alternatives."""
    if "$ref" in found:
        return properties(DEFS[found["$ref"].rpartition("/")[2]])
    inner = [found[key] for key in ("then", "else") if key in found]
    return set(found.get("properties", ())).union(*map(properties, inner))


def value_of(matcher: str) -> Mapping[str, Any]:
    return MATCHERS[matcher].schema()


BOGUS = "zzzzzz: 1"
ACTION = schema.ACTIONS
PLACES: list[tuple[str, Mapping[str, Any]]] = [
    (BOGUS, SCHEMA),
    (f"defaults: {{{BOGUS}}}", DEFS["defaults"]),
    (f"fallback: {{{BOGUS}}}", DEFS["body"]),
    (rule(BOGUS), DEFS["rule"]),
    (rule(f"state: {{{BOGUS}}}"), ACTION["state"]),
    (rule(f"cooldown: {{{BOGUS}}}"), DEFS["cooldown"]),
    (rule(f"limit: {{{BOGUS}}}"), ACTION["limit"]),
    (rule(f"tests: {{{BOGUS}}}"), DEFS["matches"]),
    (rule(f"tests: {{with: {{{BOGUS}}}, match: [x]}}"),
     DEFS["matches"]["properties"]["with"]),
    (rule(f"tests: [{{{BOGUS}}}]"), DEFS["case"]),
    (f"fallback: {{reply: {{{BOGUS}}}}}", DEFS["message"]),
    (f"fallback: {{reply: {{one_of: [{{{BOGUS}}}]}}}}", schema._message(schema._WEIGHT)),
    (f"guards: {{{BOGUS}}}", DEFS["guards"]),
    (when(BOGUS), DEFS["when"]),
    (when(f"tags: {{a: {{{BOGUS}}}}}"), DEFS["condition"]),
    (when(f"regex: {{{BOGUS}}}"), DEFS["pattern"]),
    *((when(f"{name}: {{{BOGUS}}}"), value_of(name))
      for name in ("keywords", "count", "number", "date", "time", "phone", "email",
                   "during", "outside") if name in MATCHERS),
    *((f"guards: {{{guard.KEY}: {{{BOGUS}}}}}", DEFS["guards"]["properties"][guard.KEY])
      for guard in GUARDS),
]  # fmt: skip


@pytest.mark.parametrize(("written", "found"), PLACES, ids=lambda value: str(value)[:60])
def test_the_schema_has_the_keys_that_the_loader_names(
    written: str, found: Mapping[str, Any]
) -> None:
    [known] = [
        match[1]
        for line in mistakes(written)
        if (match := re.search(r"unknown .*`zzzzzz` \(known: ?(.*)\)$", line))
    ]
    assert properties(found) == set(known.split(", ")) - {""}


@pytest.mark.parametrize("name", MATCHERS)
def test_every_matcher_says_what_its_value_looks_like(name: str) -> None:
    assert MATCHERS[name].schema() != {}


@pytest.mark.parametrize(
    ("keys", "table"),
    [
        (KEYS, CONDITIONS),
        ({*keys.RULE, *keys.BODY}, schema.ACTIONS),
        (actions._MESSAGE, schema._MESSAGE),
    ],
)
def test_each_key_has_a_line_in_the_tables(keys: Any, table: Mapping[str, Any]) -> None:
    assert set(keys) - set(table) == set()


@pytest.mark.parametrize(
    ("place", "keys"),
    [("rule", keys.RULE), ("body", keys.BODY), ("defaults", DEFAULTS_KEYS), ("", TOP_KEYS)],
)
def test_the_schema_has_these_keys(place: str, keys: tuple[str, ...]) -> None:
    found = DEFS[place] if place else SCHEMA
    assert set(found["properties"]) == set(keys)


def _mute(found: Any, path: str = "") -> Iterator[str]:
    """Properties without a description, wherever they stand."""
    if isinstance(found, dict):
        for name, value in found.get("properties", {}).items():
            if not value.get("description"):
                yield f"{path}/{name}"
        for key, inner in found.items():
            yield from _mute(inner, f"{path}/{key}")
    elif isinstance(found, list):
        for at, inner in enumerate(found):
            yield from _mute(inner, f"{path}/{at}")


@pytest.mark.parametrize("found", [SCHEMA, SCENARIOS], ids=lambda found: str(found["title"]))
def test_every_key_says_what_it_is_for_when_one_hovers(found: Mapping[str, Any]) -> None:
    assert list(_mute(found)) == []


def test_each_matcher_is_described_by_its_page() -> None:
    matchers = DEFS["when"]["then"]["properties"]
    pages = manual.pages()
    assert {n: m["description"] for n, m in matchers.items()} == {n: pages[n] for n in MATCHERS}


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("- {name: a, steps: [{sya: x}]}", "0/steps/0"),
        ("- {name: a, steps: [{after: x}]}", "0/steps/0/after"),
        ("- {name: a, steps: [{after: 1h, say: x}]}", "0/steps/0"),
        ("- {name: a, steps: x}", "0/steps"),
        ("- {name: a}", "0"),
        ("- {name: a, tagz: {}, steps: []}", "0"),
        ("name: a", ""),
    ],
)
def test_a_conversation_that_does_not_load_is_marked(written: str, place: str) -> None:
    with pytest.raises(RuleError):
        read_conversations("a.test.yaml", written, ruleset("rules: [{hours: x}]"))
    assert set(wrong(plain(root(written)), SCENARIOS)) == {place}


def _walk(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from _walk(item)
    elif isinstance(value, list):
        for item in value:
            yield from _walk(item)


@pytest.mark.parametrize("found", [SCHEMA, SCENARIOS], ids=lambda found: str(found["title"]))
def test_no_mapping_takes_unknown_keys_by_accident(found: Mapping[str, Any]) -> None:
    loose = [m for m in _walk(found) if m.get("properties") and "additionalProperties" not in m]
    assert loose == []
