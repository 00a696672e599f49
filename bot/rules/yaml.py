"""YAML as its author sees it: every scalar the text that stands in the file, with its place.

The YAML types (`yes`, `12:30`, `007`, `1e3`) never come in: a reader that wants a number or a
flag turns the text into one and can point at it when it is not one.
"""

from __future__ import annotations

import codecs
from typing import Final, cast

import yaml

from bot.errors import Place
from bot.rules.nodes import Mapping, Node, Scalar, Sequence, kind
from bot.rules.problems import Problems

_DEEPEST: Final = 50
_TOO_DEEP: Final = f"nested deeper than {_DEEPEST}", "make it flatter"
_MOST_NODES: Final = 4_000_000


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
                    node = self._scalar(event)
                case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                    if len(stack) >= _DEEPEST:
                        raise _too_deep(self._place(event))
                    stack.append((self._opened(event), event.anchor, self.nodes))
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
                        what = "a second document begins here (`---`)"
                        hint = "put it in a file of its own"
                        self.problems.error(self._place(event), "second-document", what, hint)
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

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        is_plain, is_block = event.style in (None, ""), event.style in ("|", ">")
        node = Scalar(event.value, self._place(event), is_plain, is_block)
        self._anchor(event.anchor, node, 0, 0)
        return node

    def _opened(
        self, event: yaml.SequenceStartEvent | yaml.MappingStartEvent
    ) -> Sequence | Mapping:
        place = self._place(event)
        is_sequence = isinstance(event, yaml.SequenceStartEvent)
        return Sequence([], place) if is_sequence else Mapping({}, place)

    def _place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        assert mark is not None  # noqa: S101  libyaml marks every event
        return Place(self.file, mark.line + 1, mark.column + 1)

    def _key(self, node: Node) -> Scalar:
        if isinstance(node, Scalar):
            return node
        self.problems.error(node, "yaml", f"a {kind(node)} cannot be a key", "quote the text")
        return Scalar("", node.place)

    def _pair(self, parent: Mapping, key: Scalar, value: Node) -> None:
        earlier = parent.pairs.get(key.text)
        if earlier is not None:
            line = earlier[0].place.line
            self.problems.error(
                key,
                "duplicate-key",
                f"`{key.text}` is here twice (first in line {line})",
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


def _is_unclosed(error: yaml.MarkedYAMLError) -> bool:
    return "quoted scalar" in (error.context or "") and "unexpected" in (error.problem or "")


def _explain(error: yaml.MarkedYAMLError, text: str, line: int) -> tuple[str, str]:
    """libyaml's words, and for the usual slips what to do."""
    lines = text.splitlines()
    here = lines[line - 1] if line <= len(lines) else ""
    if here[: len(here) - len(here.lstrip())].count("\t"):
        return "a tab at the start of the line", "indent with spaces"
    problem = error.problem or "not valid YAML"
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
