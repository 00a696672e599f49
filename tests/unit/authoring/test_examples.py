"""The examples use the whole language between them, and each plays conversations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bot.authoring.schema import rule_schema
from bot.authoring.tests_schema import scenario_schema
from tests.support import ROOT
from tests.unit.authoring.test_schema import plain, root

BUSINESSES = [ROOT / "examples" / name for name in ("clinic", "shop", "school")]
Schema = Mapping[str, Any]


def known(schema: Schema) -> set[str]:
    """Every key of the language, with the part of the schema in which it stands."""
    return {
        _named(name, key)
        for name, part in [("file", schema), *schema["$defs"].items()]
        for found in parts(part)
        for key, value in found.get("properties", {}).items()
        if value.get("properties") != {}  # a guard that has nothing to set
    }


# A fallback is a rule, and so is what comes of questions; `with` has the keys of a case, one of
# several texts those of a message.
_SAME = {"body": "rule", "part": "rule", "tests": "case", "choice": "message"}


def _named(part: str, key: str) -> str:
    return f"{_SAME.get(part, part)}.{key}"


def parts(found: Any) -> Iterator[Schema]:
    """A schema and those within it, but for what stands under a name of its own."""
    if isinstance(found, dict):
        yield found
        for key, inner in found.items():
            if key != "$defs":
                yield from parts(inner)
    elif isinstance(found, list):
        for inner in found:
            yield from parts(inner)


def used(value: Any, schema: Schema, whole: Schema, name: str = "file") -> Iterator[str]:
    """The keys that a file uses, with the part of the schema in which each stands."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield from used(value, whole["$defs"][name], whole, name)
    if "if" in schema:
        chosen = "then" if fits(value, schema["if"], whole) else "else"
        yield from used(value, schema.get(chosen, {}), whole, name)
    for other in schema.get("anyOf", ()):
        if fits(value, other, whole):
            yield from used(value, other, whole, name)
    if isinstance(value, list) and "items" in schema:
        for item in value:
            yield from used(item, schema["items"], whole, name)
    for key, inner in value.items() if isinstance(value, dict) else ():
        if key in schema.get("properties", ()):
            yield _named(name, key)
            yield from used(inner, schema["properties"][key], whole, name)
        elif isinstance(more := schema.get("additionalProperties"), dict):
            yield from used(inner, more, whole, name)


def fits(value: Any, schema: Schema, whole: Schema) -> bool:
    return Draft202012Validator({**schema, "$defs": whole["$defs"]}).is_valid(value)


def files(folder: Path, *, tests: bool) -> list[Path]:
    return [
        path for path in sorted(folder.glob("*.yaml")) if path.name.endswith(".test.yaml") is tests
    ]


@pytest.mark.parametrize("tests", [False, True])
def test_the_examples_use_every_key_between_them(tests: bool) -> None:
    schema = scenario_schema() if tests else rule_schema()
    found: set[str] = set()
    for path in [path for folder in BUSINESSES for path in files(folder, tests=tests)]:
        found |= set(used(plain(root(path.read_bytes())), schema, schema))
    assert known(schema) - found == set()


@pytest.mark.parametrize("folder", BUSINESSES, ids=lambda folder: str(folder.name))
def test_each_example_plays_conversations(folder: Path) -> None:
    assert files(folder, tests=True)


def test_another_day_is_asked_for_in_thirty_lines() -> None:
    """With a closed day, tries, an end, a person, and a reminder; without its tests."""
    whole = (ROOT / "examples" / "clinic" / "18-reschedule.yaml").read_text()
    rule = whole[whole.index("  - id: reschedule") : whole.index("    tests:")]
    assert len(rule.splitlines()) <= 30
    for key in ("ask", "accept", "invalid", "retry", "choices", "expires", "on_expiry", "cancel"):
        assert f"{key}:" in rule
    for key in ("give_up", "handoff", "then", "notify", "follow_up"):
        assert f"{key}:" in rule
