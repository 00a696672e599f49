"""`bot schema`: the keys that the loader takes and no others; what loads is valid for an editor."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bot.authoring import manual, schema
from bot.authoring.schema import rule_schema
from bot.cli.commands.schema import of_plugins
from bot.rules import actions
from bot.rules.conditions import KEYS
from bot.rules.guards import REGISTRY as GUARDS
from bot.rules.head import DEFAULTS_KEYS, TOP_KEYS
from bot.rules.json_schema import CONDITIONS
from bot.rules.loader import BODY_KEYS, RULE_KEYS
from bot.rules.matchers import REGISTRY as MATCHERS
from bot.rules.nodes import Mapping as MappingNode
from bot.rules.nodes import Node, Scalar, Sequence
from bot.rules.problems import Problems
from bot.rules.yaml import read_yaml
from tests.build import mistakes
from tests.support import ROOT
from tests.unit.authoring.test_manual import rule_file

FILES = sorted([*ROOT.glob("rules/*.yaml"), *ROOT.glob("examples/*/*.yaml")])
SCHEMA = rule_schema()
DEFS = SCHEMA["$defs"]


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


def wrong(value: Any) -> list[str]:
    """What an editor would mark: the deepest places, as paths."""
    errors = Draft202012Validator(SCHEMA).iter_errors(value)
    return ["/".join(map(str, error.absolute_path)) for error in errors]


def test_the_schema_is_a_schema_with_every_reference_in_it() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    named = set(re.findall(r'"#/\$defs/(\w+)"', json.dumps(SCHEMA)))
    assert named == set(DEFS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_rule_files_that_run_are_valid(path: Path) -> None:
    node = root(path.read_bytes())
    assert (wrong(plain(node)), wrong(typed(node))) == ([], [])


SHOWN = [
    pytest.param(example, id=f"{topic}-{number}")
    for topic, page in manual.pages().items()
    for number, example in enumerate(manual.examples(page))
    if not example.startswith("- ")  # conversations stand in files of their own
]


@pytest.mark.parametrize("example", SHOWN)
def test_what_the_manual_shows_is_valid(example: str) -> None:
    node = root(rule_file(example))
    assert (wrong(plain(node)), wrong(typed(node))) == ([], [])


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("rulez: []", ""),
        ("rules: [{id: a, when: {keyword: [x]}, reply: b}]", "rules/0"),
        ("rules: [{id: a, when: sometimes, reply: b}]", "rules/0"),
        ("rules: [{id: A b, when: always, reply: b}]", "rules/0"),
        ("rules: [{id: a, reply: b}]", "rules/0"),
        ("rules: [{id: a, when: always, reply: []}]", "rules/0"),
        ("rules: [{id: a, when: always, cooldown: soon}]", "rules/0"),
        ("rules: [{hours: a, prices: b}]", "rules/0"),
        ("fallback: {reply: {txt: a}}", "fallback/reply"),
        ("defaults: {dates: ymd}", "defaults/dates"),
        ("guards: {opt_out: {likely: never}}", "guards/opt_out/likely"),
        ("guards: {loop: {reply: a}}", "guards/loop"),
        ("rules: hours", "rules"),
    ],
)
def test_what_does_not_load_is_marked(written: str, place: str) -> None:
    assert mistakes(written)
    assert wrong(plain(root(written))) == [place]


def rule(line: str) -> str:
    return f"rules: [{{id: a, when: always, reply: x, {line}}}]"


def when(matcher: str) -> str:
    return f"rules: [{{id: a, reply: x, when: {{{matcher}}}}}]"


def properties(found: Mapping[str, Any]) -> set[str]:
    """The keys of a mapping that a value may be, through references and alternatives."""
    if "$ref" in found:
        return properties(DEFS[found["$ref"].rpartition("/")[2]])
    if "anyOf" in found:
        return set[str]().union(*map(properties, found["anyOf"]))
    return set(found.get("properties", ()))


def value_of(matcher: str) -> Mapping[str, Any]:
    return MATCHERS[matcher].schema()


BOGUS = "zzzzzz: 1"
ACTION = schema.ACTIONS
PLACES: list[tuple[str, Mapping[str, Any]]] = [
    (BOGUS, SCHEMA),
    (f"defaults: {{{BOGUS}}}", DEFS["defaults"]),
    (f"fallback: {{{BOGUS}}}", DEFS["body"]),
    (rule(BOGUS), DEFS["rule"]),
    (rule(f"set: {{{BOGUS}}}"), ACTION["set"]),
    (rule(f"state: {{{BOGUS}}}"), ACTION["state"]),
    (rule(f"cooldown: {{{BOGUS}}}"), DEFS["cooldown"]),
    (rule(f"limit: {{{BOGUS}}}"), ACTION["limit"]),
    (rule(f"tests: {{{BOGUS}}}"), {"anyOf": DEFS["tests"]["anyOf"][:1]}),
    (rule(f"tests: {{with: {{{BOGUS}}}, match: [x]}}"),
     DEFS["tests"]["anyOf"][0]["properties"]["with"]),
    (rule(f"tests: [{{{BOGUS}}}]"), DEFS["case"]),
    (f"fallback: {{reply: {{{BOGUS}}}}}", DEFS["message"]),
    (f"fallback: {{reply: {{one_of: [{{{BOGUS}}}]}}}}", {"anyOf": list(schema._weighed())}),
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
        ({*RULE_KEYS, *BODY_KEYS}, schema.ACTIONS),
        (actions._MESSAGE, schema._MESSAGE),
    ],
)
def test_each_key_has_a_line_in_the_tables(keys: Any, table: Mapping[str, Any]) -> None:
    assert set(keys) - set(table) == set()


@pytest.mark.parametrize(
    ("place", "keys"),
    [("rule", RULE_KEYS), ("body", BODY_KEYS), ("defaults", DEFAULTS_KEYS), ("", TOP_KEYS)],
)
def test_each_key_says_what_it_is_for(place: str, keys: tuple[str, ...]) -> None:
    found = DEFS[place] if place else SCHEMA
    described = {name for name, value in found["properties"].items() if value.get("description")}
    assert described == set(keys)


def test_each_matcher_is_described_by_its_page() -> None:
    [matchers] = [found["properties"] for found in DEFS["when"]["anyOf"] if "properties" in found]
    pages = manual.pages()
    assert {n: m["description"] for n, m in matchers.items()} == {n: pages[n] for n in MATCHERS}


def test_the_command_prints_the_schema() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "schema"], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == rule_schema(of_plugins())


def _walk(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from _walk(item)
    elif isinstance(value, list):
        for item in value:
            yield from _walk(item)


def test_no_mapping_takes_unknown_keys_by_accident() -> None:
    loose = [m for m in _walk(SCHEMA) if m.get("properties") and "additionalProperties" not in m]
    assert loose == []
