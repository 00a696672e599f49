"""What the warnings need of the files themselves: where a thing is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bot.errors import Place, Problem, Severity
from bot.rules import keys as levels
from bot.rules.loader import Document
from bot.rules.nodes import Mapping as MappingNode
from bot.rules.nodes import Node, Scalar, Sequence
from bot.rules.rule import Rule
from bot.rules.syntax.within import place_within
from bot.rules.templates.template import Template

_SAID: Final = frozenset(("reply", "text", "retry", "invalid", "on_expiry", "else", "question"))
_NOT_SAID: Final = frozenset(("image", "tags", "set", "delay", "weight", "unless"))
_HAVE_TEMPLATES: Final = (
    *("reply", "set", "handoff", "notify", "follow_up", "ask", "then", "give_up", "on_expiry"),
    "cancel",
)


def warning(place: Place, code: str, message: str, hint: str) -> Problem:
    return Problem(place, code, message, hint, Severity.WARNING)


@dataclass(frozen=True, slots=True)
class Written:
    """Where in the files a rule says what."""

    rules: Mapping[Place, MappingNode]
    lines: Mapping[str, list[str]]

    @classmethod
    def of(cls, documents: Iterable[Document]) -> Written:
        rules, lines = {}, {}
        for document in documents:
            file, root = document.file, document.root
            text = file.content.decode() if isinstance(file.content, bytes) else file.content
            lines[file.path] = text.removeprefix("\ufeff").splitlines()
            if root is None:
                continue
            listed = root.get("rules")
            items = listed.items if isinstance(listed, Sequence) else []
            for item in [*items, root.get("fallback")]:
                if isinstance(item, MappingNode):
                    body = _short_form(item) or item
                    rules[body.place] = body
        return cls(rules, lines)

    def has_id(self, rule: Rule) -> bool:
        """The rule is in its long form, which has room for tests."""
        node = self.rules.get(rule.place)
        return node is not None and "id" in node.pairs

    def place(self, rule: Rule, key: str, says: Callable[[str], bool]) -> Place:
        """Of the text under `key` that says so, else of the rule (an alias has no place)."""
        node = self.rules.get(rule.place)
        for scalar in _scalars(node.get(key) if node is not None else None):
            if says(scalar.text) and scalar.place >= rule.place:
                return scalar.place
        return rule.place

    def sign(self, scalar: Scalar, offset: int) -> Place:
        """Of a sign of a text, counted from 0."""
        return place_within(self.lines.get(scalar.place.file, []), scalar, offset)

    def within(self, rule: Rule, template: Template, part: str) -> Place:
        """Of what a pattern finds in a template as it stands in the file, else of the template."""
        places = (self.place(rule, key, template.source.__eq__) for key in _HAVE_TEMPLATES)
        start = next((place for place in places if place != rule.place), rule.place)
        room, first = len(template.source), start.column - 1
        for number, line in enumerate(self.lines.get(start.file, [])[start.line - 1 :]):
            first = max(first, len(line) - len(line.lstrip()))
            found = re.compile(part).search(line, first)
            if found is not None and found.start() <= first + room + 2:
                return Place(start.file, start.line + number, found.end() + 1)
            room -= len(line[first:].strip())
            first = 0
            if room < 0:
                break
        return start


def _short_form(node: MappingNode) -> MappingNode | None:
    """`{hours: "..."}` as the loader reads it."""
    if len(node.pairs) != 1 or "id" in node.pairs or "reply" in node.pairs:
        return None
    [(key, value)] = node.items()
    return MappingNode({"reply": (key, value)}, key.place)


def _scalars(node: Node | None) -> Iterator[Scalar]:
    match node:
        case Scalar():
            yield node
        case Sequence():
            for item in node.items:
                yield from _scalars(item)
        case MappingNode():
            for _, value in node.items():
                yield from _scalars(value)


@dataclass(frozen=True, slots=True)
class Told:
    """A text of a rule file, with the keys above it."""

    scalar: Scalar
    path: tuple[Scalar, ...]
    """From the top of the file down."""
    keys: tuple[str, ...]
    """The same as texts."""
    is_item: bool = False
    """It stands in a list."""

    @property
    def is_condition(self) -> bool:
        """It is part of what a rule or a question asks for."""
        return "when" in self.keys or "accept" in self.keys

    @property
    def is_said(self) -> bool:
        """People get it, or it is a value for what they get."""
        if self.is_condition or not self.keys:
            return False
        first, *rest = self.keys
        if first in ("rules", "fallback", "guards") and not _NOT_SAID & {*rest}:
            return bool(_SAID & {*rest}) or (first == "rules" and rest[0] not in levels.RULE)
        return first == "vars"

    @property
    def last(self) -> str:
        return self.keys[-1] if self.keys else ""


def told(document: Document) -> Iterator[Told]:
    """All texts of a file but its keys and tests, each with the keys above it.

    Of `{hours: "9-5"}` these are `rules` and `hours`.
    """
    if document.root is not None:
        yield from _told(document.root, (), (), is_item=False)


def _told(
    node: Node, path: tuple[Scalar, ...], keys: tuple[str, ...], *, is_item: bool
) -> Iterator[Told]:
    match node:
        case Scalar():
            yield Told(node, path, keys, is_item)
        case Sequence():
            for item in node.items:
                yield from _told(item, path, keys, is_item=True)
        case MappingNode():
            for key, value in node.items():
                if key.text != "tests":
                    yield from _told(value, (*path, key), (*keys, key.text), is_item=False)


def calendar_names(documents: Iterable[Document]) -> set[str]:
    nodes = [document.root.get("calendars") for document in documents if document.root is not None]
    return {name for node in nodes if isinstance(node, MappingNode) for name in node.pairs}
