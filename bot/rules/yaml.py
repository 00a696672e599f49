"""YAML as its author sees it: every scalar the text that stands in the file, with its place.

The YAML types (`yes`, `12:30`, `007`, `1e3`) never come in: a reader that wants a number or a
flag turns the text into one and can point at it when it is none.
"""

from __future__ import annotations

import codecs
import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias, cast

import yaml

from bot.errors import Place, Problem, Severity

_DEEPEST: Final = 50
_TOO_DEEP: Final = f"nested deeper than {_DEEPEST}", "make it flatter"
_LONGEST_DURATION: Final = 3_660 * 86_400
_MOST_NODES: Final = 4_000_000
_TRUE: Final = frozenset({"true", "yes", "on"})
_FALSE: Final = frozenset({"false", "no", "off"})
_DURATION: Final = re.compile(r"(\d+)\s*(s|m|h|d|w)")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


@dataclass(slots=True)
class Scalar:
    text: str
    place: Place
    plain: bool = True
    """Written without quotes."""
    block: bool = False
    """Written as a block (`|` or `>`): its text begins on the line after."""

    @property
    def is_null(self) -> bool:
        return self.plain and self.text in ("null", "~", "")


@dataclass(slots=True)
class Sequence:
    items: list[Node]
    place: Place


@dataclass(slots=True)
class Mapping:
    pairs: dict[str, tuple[Scalar, Node]]
    place: Place

    def get(self, key: str) -> Node | None:
        pair = self.pairs.get(key)
        return pair[1] if pair else None

    def items(self) -> Iterator[tuple[Scalar, Node]]:
        return iter(self.pairs.values())


Node: TypeAlias = Scalar | Sequence | Mapping


@dataclass(slots=True)
class Problems:
    """Collects what is wrong, so that an author sees all of it at once."""

    found: list[Problem] = field(default_factory=list)

    def error(self, node: Node | Place, code: str, message: str, hint: str = "") -> None:
        place = node if isinstance(node, Place) else node.place
        self.found.append(Problem(place, code, message, hint))

    def warning(self, node: Node | Place, code: str, message: str, hint: str = "") -> None:
        place = node if isinstance(node, Place) else node.place
        self.found.append(Problem(place, code, message, hint, Severity.WARNING))

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.found if problem.severity is Severity.ERROR]

    def text(self, node: Node, what: str) -> str:
        """The text of a scalar; the empty text and an error where it is none."""
        if isinstance(node, Scalar):
            return node.text
        self.error(node, "not-a-text", f"{what}: needs a text, not a {_kind(node)}")
        return ""

    def texts(self, node: Node, what: str) -> list[Scalar]:
        """A text, or a list of them, as scalars with their places."""
        if isinstance(node, Scalar):
            return [node]
        if isinstance(node, Mapping):
            self.error(node, "not-a-list", f"{what}: needs a text or a list of them")
            return []
        good = [item for item in node.items if isinstance(item, Scalar)]
        for item in node.items:
            if not isinstance(item, Scalar):
                hint = "put quotes around a text that holds `: `"
                self.error(item, "not-a-text", f"{what}: needs texts, not a {_kind(item)}", hint)
        return good

    def flag(self, node: Node, what: str) -> bool:
        text = node.text.lower() if isinstance(node, Scalar) else ""
        if text not in _TRUE and text not in _FALSE:
            self.error(node, "not-a-flag", f"{what}: needs true or false")
        return text in _TRUE

    def number(self, node: Node, what: str, *, least: int = 0) -> int:
        """A whole number of at least `least`."""
        if isinstance(node, Scalar) and re.fullmatch(r"[+-]?\d{1,9}", node.text):
            number = int(node.text)
            if number >= least:
                return number
        self.error(node, "not-a-number", f"{what}: needs a whole number of at least {least}")
        return least

    def mapping(self, node: Node, what: str) -> Mapping | None:
        if isinstance(node, Mapping):
            return node
        self.error(node, "not-a-mapping", f"{what}: needs `name: value` lines, not a {_kind(node)}")
        return None

    def sequence(self, node: Node, what: str) -> list[Node]:
        if isinstance(node, Sequence):
            return node.items
        self.error(node, "not-a-list", f"{what}: needs a list, not a {_kind(node)}")
        return []

    def known_keys(self, node: Mapping, known: Iterable[str], what: str) -> None:
        """An error for each key that is not known, with the nearest that is."""
        names = list(known)
        for key, _ in node.items():
            if key.text not in names:
                self.unknown(key, what, key.text, names)

    def unknown(self, node: Node | Place, what: str, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        near = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
        hint = f"did you mean `{near[0]}`?" if near else "known: " + ", ".join(names)
        self.error(node, "unknown-key", f"unknown {what} `{name}`", hint)


def duration(text: str) -> int | None:
    """Seconds of `30s`, `5m`, `1h`, `2d`, `1w`; None where it is no duration up to ten years."""
    found = _DURATION.fullmatch(text.strip())
    if found is None or len(found[1]) > 9:
        return None
    seconds = int(found[1]) * _SECONDS[found[2]]
    return seconds if seconds <= _LONGEST_DURATION else None


def read_yaml(file: str, content: bytes | str, problems: Problems) -> Node | None:
    """The one document of a file, or None; what is wrong goes to `problems`."""
    text = _decode(file, content, problems)
    if text is None:
        return None
    try:
        return _Composer(file, problems).compose(text)
    except yaml.MarkedYAMLError as error:
        unclosed = _is_unclosed(error)
        mark = error.context_mark if unclosed else error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problem, hint = _explain(error, text, line)
        problems.error(Place(file, line, column), "yaml", problem, hint)
    except yaml.reader.ReaderError as error:
        # libyaml counts bytes of UTF-8 and gives the number of the character.
        before = text.encode()[: error.position].decode("utf-8", "ignore")
        character = chr(cast("int", error.character))
        problems.error(
            _place_after(file, before),
            "yaml",
            f"a character that YAML does not allow: {character!a}",
            "delete it",
        )
    except _TooMuch as error:
        problems.error(error.place, "yaml", error.message, error.hint)
    return None


def _decode(file: str, content: bytes | str, problems: Problems) -> str | None:
    if isinstance(content, str):
        content = content.encode("utf-8", "surrogatepass")
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        place = _place_after(file, content[: error.start].decode())
        problems.error(place, "not-utf-8", "the file is not UTF-8", "save it as UTF-8")
        return None


def _place_after(file: str, before: str) -> Place:
    return Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))


class _TooMuch(Exception):
    def __init__(self, place: Place, message: str, hint: str) -> None:
        self.place, self.message, self.hint = place, message, hint


class _Composer:
    """Builds nodes from libyaml's events: iteratively, so that depth is ours to bound."""

    def __init__(self, file: str, problems: Problems) -> None:
        self.file = file
        self.problems = problems
        self.anchors: dict[str, Node] = {}
        self.sizes: dict[str, tuple[int, int]] = {}
        """By anchor: nodes below it, levels from it down."""
        self.nodes = 0

    def compose(self, text: str) -> Node | None:
        root: Node | None = None
        documents = 0
        # Open collections; a mapping keeps the key that waits for its value beside it.
        stack: list[tuple[Sequence | Mapping, str | None, int]] = []
        # By open collection: how deep what is in it goes, aliases included.
        depths: list[int] = [0]
        key: Scalar | None = None
        keys: list[Scalar | None] = []
        for event in yaml.parse(text, Loader=yaml.CLoader):
            node: Node
            match event:
                case yaml.ScalarEvent():
                    node = Scalar(
                        event.value,
                        self._place(event),
                        event.style in (None, ""),
                        event.style in ("|", ">"),
                    )
                    self._anchor(event.anchor, node, 0, 0)
                case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                    place = self._place(event)
                    if len(stack) >= _DEEPEST:
                        raise _too_deep(place)
                    opened: Sequence | Mapping = (
                        Sequence([], place)
                        if isinstance(event, yaml.SequenceStartEvent)
                        else Mapping({}, place)
                    )
                    stack.append((opened, event.anchor, self.nodes))
                    depths.append(0)
                    keys.append(key)
                    key = None
                    continue
                case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                    node, anchor, before = stack.pop()
                    key = keys.pop()
                    depth = depths.pop() + 1
                    depths[-1] = max(depths[-1], depth)
                    self._anchor(anchor, node, self.nodes - before, depth)
                case yaml.AliasEvent():
                    found = self._alias(event)
                    if found is None:
                        return None
                    node = found
                    depth = self.sizes[event.anchor or ""][1]
                    if len(stack) + depth > _DEEPEST:
                        raise _too_deep(self._place(event))
                    depths[-1] = max(depths[-1], depth)
                case yaml.DocumentStartEvent():
                    documents += 1
                    if documents > 1:
                        self.problems.error(
                            self._place(event),
                            "second-document",
                            "a second document begins here (`---`)",
                            "put it in a file of its own",
                        )
                        return None
                    continue
                case _:
                    continue
            self.nodes += 1
            if self.nodes > _MOST_NODES:
                raise _TooMuch(node.place, "the file is too large", "split it")
            if not stack:
                root = node
            elif isinstance(parent := stack[-1][0], Sequence):
                parent.items.append(node)
            elif key is None:
                key = self._key(node)
            else:
                self._pair(parent, key, node)
                key = None
        return root

    def _place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        assert mark is not None  # noqa: S101  libyaml marks every event
        return Place(self.file, mark.line + 1, mark.column + 1)

    def _key(self, node: Node) -> Scalar:
        if isinstance(node, Scalar):
            return node
        self.problems.error(node, "yaml", f"a {_kind(node)} cannot be a key", "quote the text")
        return Scalar("", node.place)

    def _pair(self, parent: Mapping, key: Scalar, value: Node) -> None:
        earlier = parent.pairs.get(key.text)
        if earlier is not None:
            line = earlier[0].place.line
            self.problems.error(
                key,
                "duplicate-key",
                f"`{key.text}` stands here twice (first in line {line})",
                "keep one of them",
            )
            return
        parent.pairs[key.text] = (key, value)

    def _anchor(self, name: str | None, node: Node, size: int, depth: int) -> None:
        if name is not None:
            self.anchors[name] = node
            self.sizes[name] = size, depth

    def _alias(self, event: yaml.AliasEvent) -> Node | None:
        name = event.anchor or ""
        node = self.anchors.get(name)
        if node is None:
            self.problems.error(
                self._place(event),
                "unknown-anchor",
                f"`*{name}` points to no anchor before it",
                f"write `&{name}` where it begins",
            )
            return None
        # An alias counts with all it stands for: aliases of aliases must not explode later.
        self.nodes += self.sizes[name][0]
        return node


def _too_deep(place: Place) -> _TooMuch:
    return _TooMuch(place, *_TOO_DEEP)


def _kind(node: Node) -> str:
    return {Scalar: "text", Sequence: "list", Mapping: "mapping"}[type(node)]


def _is_unclosed(error: yaml.MarkedYAMLError) -> bool:
    return "quoted scalar" in (error.context or "") and "unexpected" in (error.problem or "")


def _explain(error: yaml.MarkedYAMLError, text: str, line: int) -> tuple[str, str]:
    """libyaml's words, and for the usual slips what to do."""
    lines = text.splitlines()
    here = lines[line - 1] if line <= len(lines) else ""
    if here[: len(here) - len(here.lstrip())].count("\t"):
        return "a tab at the start of the line", "indent with spaces"
    problem = error.problem or "this is no YAML"
    if "maximum nesting depth" in problem:  # libyaml 0.2.6 and later have a bound of their own
        return _TOO_DEEP
    if here.lstrip().startswith(("%", "@", "`")) or "cannot start any token" in problem:
        return problem, "put quotes around the text"
    if "mapping values are not allowed" in problem:
        return "a second `: ` in this line", "put quotes around the text"
    if _is_unclosed(error):
        return "a quote that is never closed", "close it"
    if "escape" in problem:
        return "a backslash sequence that YAML does not know", "use single quotes: '\\d+'"
    return problem, "look at the indentation and the quotes of this line and the one above"
