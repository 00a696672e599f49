"""YAML as its author sees it: every scalar the text that stands in the file, with its place.

The YAML types (`yes`, `12:30`, `007`, `1e3`) never come in: a reader that wants a number or a
flag turns the text into one and can point at it when it is not one.
"""

from __future__ import annotations

import codecs
import re
from typing import Final, cast

import yaml

from bot.errors import Place
from bot.rules.nodes import Mapping, Node, Scalar, Sequence, kind
from bot.rules.problems import Problems, Refused
from bot.rules.syntax.slips import in_quotes, shown

_DEEPEST: Final = 50
_TOO_DEEP: Final = f"nested deeper than {_DEEPEST}", "make it flatter"
_MOST_NODES: Final = 4_000_000
_NOT_YAML: Final = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CUT_OFF: Final = re.compile(r"[ \t]+(?P<lost>#\w.*)")
"""A comment that begins as a text goes on: `Order #5 is ready`."""
_TYPES: Final = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "int", "float", "bool", "null", "timestamp", "binary", "seq", "map", "set")
)


def read_yaml(file: str, content: bytes | str, problems: Problems) -> Node | None:
    """What can be read of the one document of a file; what is wrong goes to `problems`."""
    text = _decode(file, content, problems)
    if text is None:
        problems.is_partial = True
        return None
    found = Problems(is_lenient=problems.is_lenient)
    try:
        composer = _Composer(file, found)
        node = composer.compose(text)
        composer.tell_lost_anchors()
    except yaml.reader.ReaderError as error:
        problems.error(*_no_character(file, text, error))
        return read_yaml(file, _NOT_YAML.sub("\N{REPLACEMENT CHARACTER}", text), problems)
    except _TooMuch as error:
        problems.refuse(error)
        return None
    except yaml.MarkedYAMLError as error:
        if "maximum nesting depth" in (error.problem or ""):  # libyaml 0.2.6 has its own bound
            mark = error.problem_mark
            line, column = (mark.line, mark.column) if mark is not None else (0, 0)
            problems.refuse(_too_deep(Place(file, line + 1, column + 1)))
            return None
        return _salvage(file, text, problems)
    except Refused:
        return _salvage(file, text, problems)
    problems.add(found)
    return node


def _salvage(file: str, text: str, problems: Problems) -> Node | None:
    from bot.rules.syntax.salvage import salvage  # only a broken file pays for it

    anchors: dict[str, tuple[Node, int, int]] = {}

    def compose(text: str, first: int, problems: Problems) -> Node | None:
        return _Composer(file, problems, first, anchors).compose(text)

    return salvage(file, text, compose, problems)


def _decode(file: str, content: bytes | str, problems: Problems) -> str | None:
    if isinstance(content, str):
        content = content.encode("utf-8", "surrogatepass")
    content = content.removeprefix(codecs.BOM_UTF8)
    what, hint = "the file is not UTF-8", "save it as UTF-8, in the editor's Save as"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        problems.error(Place(file, 1, 1), "not-utf-8", "the file is UTF-16, not UTF-8", hint)
        return None
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        place = _place_after(file, content[: error.start].decode())
        problems.error(place, "not-utf-8", what, hint)
        return None


def _no_character(
    file: str, text: str, error: yaml.reader.ReaderError
) -> tuple[Place, str, str, str]:
    # libyaml counts bytes of UTF-8 and gives the number of the character.
    before = text.encode()[: error.position].decode("utf-8", "ignore")
    character = chr(cast("int", error.character))
    what = f"a character that YAML does not allow: {character!a}"
    return _place_after(file, before), "yaml", what, "delete it"


def _place_after(file: str, before: str) -> Place:
    return Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))


class _TooMuch(Refused):
    """Nothing of the file is read."""


class _Composer:
    """Builds nodes from libyaml's events: iteratively, so that depth is ours to bound."""

    def __init__(
        self,
        file: str,
        problems: Problems,
        first: int = 0,
        anchors: dict[str, tuple[Node, int, int]] | None = None,
    ) -> None:
        self.file = file
        self.problems = problems
        self.first = first
        """Lines of the file before what is read."""
        self.anchors = {} if anchors is None else anchors
        """What they stand for, nodes below it, levels from it down."""
        self.nodes = 0
        self.unused: dict[str, Scalar] = {}
        """Texts by anchors of theirs that no alias has named yet."""
        self._lines: list[str] = []
        """Of a file in which a comment may cut off a text; else none."""

    def compose(self, text: str) -> Node | None:
        self._lines = text.splitlines() if _CUT_OFF.search(text) else []
        root: Node | None = None
        documents = 0
        # Open collections; a mapping keeps the key that waits for its value beside it.
        stack: list[tuple[Sequence | Mapping, str | None, int]] = []
        # By open collection: how deep what is in it goes, aliases included.
        depths: list[int] = [0]
        key: Scalar | None = None
        keys: list[Scalar | None] = []
        for event in iter(yaml.CLoader(text).get_event, None):
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
                    node, depth = self._alias(event)
                    if len(stack) + depth > _DEEPEST:
                        raise _too_deep(self._place(event))
                    depths[-1] = max(depths[-1], depth)
                case yaml.DocumentStartEvent():
                    documents += 1
                    if documents > 1:
                        what = "a second document begins here (`---`)"
                        hint = "put it in a file of its own"
                        self.problems.error(self._place(event), "second-document", what, hint)
                        self.problems.is_partial = True
                        return root
                    continue
                case _:
                    continue
            self.nodes += 1
            if self.nodes > _MOST_NODES:
                raise _TooMuch(node.place, "yaml", "the file is too large", "split it")
            if not stack:
                root = node
            elif isinstance(parent := stack[-1][0], Sequence):
                parent.items.append(node)
            elif key is None:
                key = self._key(node, parent)
            else:
                is_item = len(stack) > 1 and isinstance(stack[-2][0], Sequence)
                self.problems.pair(parent, key, node, is_item=is_item)
                key = None
        return root

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        is_plain, is_block = event.style in (None, ""), event.style in ("|", ">")
        node = Scalar(event.value, self._place(event), is_plain, is_block)
        if event.anchor is not None:
            self._anchor(event.anchor, node, 0, 0)
            if is_plain:
                self.unused.setdefault(event.anchor, node)
        if event.tag is not None:
            self._lost_tag(event, event.value)
        if self._lines and is_plain:
            self._lost_comment(event)
        return node

    def tell_lost_anchors(self) -> None:
        """`&more today`: to YAML its first word is a name for the rest, which nothing asks for."""
        for name, node in self.unused.items():
            what = f"`&{shown(name)}` is not a part of the text: it is a name, which nothing uses"
            hint = f"put quotes around the text: {in_quotes(f'&{name} {node.text}')}"
            self.problems.warning(node, "lost-text", what, hint)

    def _lost_comment(self, event: yaml.ScalarEvent) -> None:
        mark = event.end_mark
        if mark is None or mark.line >= len(self._lines):
            return
        found = _CUT_OFF.match(self._lines[mark.line], mark.column)
        if found is not None:
            place = Place(self.file, self.first + mark.line + 1, found.start("lost") + 1)
            what = f"`{shown(found['lost'])}` is a comment, and not part of the text before it"
            whole = in_quotes(f"{event.value}{found[0]}")
            hint = f"put quotes around the text: {whole}; a comment begins with `# `"
            self.problems.deprecated(place, "lost-text", what, hint)

    def _lost_tag(
        self,
        event: yaml.ScalarEvent | yaml.SequenceStartEvent | yaml.MappingStartEvent,
        text: str,
    ) -> None:
        """`!Sale today`: to YAML its first word is the name of a type, and no text."""
        if event.tag in _TYPES:
            return
        tag = (event.tag or "").replace("tag:yaml.org,2002:", "!!")
        what = f"`{shown(tag)}` is lost: what begins with `!` is not a text"
        whole = in_quotes(f"{tag} {text}".strip()) if text or tag == "!" else f'"{tag}"'
        self.problems.deprecated(
            self._place(event), "lost-text", what, f"put quotes around the text: {whole}"
        )

    def _opened(
        self, event: yaml.SequenceStartEvent | yaml.MappingStartEvent
    ) -> Sequence | Mapping:
        place = self._place(event)
        if event.tag is not None:
            self._lost_tag(event, "")
        is_sequence = isinstance(event, yaml.SequenceStartEvent)
        return Sequence([], place) if is_sequence else Mapping({}, place)

    def _place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        assert mark is not None  # noqa: S101  libyaml marks every event
        return Place(self.file, self.first + mark.line + 1, mark.column + 1)

    def _key(self, node: Node, parent: Mapping) -> Scalar:
        if isinstance(node, Scalar):
            return node
        place = node.place
        if isinstance(node, Mapping) and place.column == parent.place.column + 1:
            what = "a text that begins with `{{` needs quotes around it"
            raise Refused(parent.place, "yaml", what, 'reply: "{{ vars.name }} is open"')
        what = f"a {kind(node)} stands where a key belongs"
        raise Refused(place, "yaml", what, "put quotes around the text")

    def _anchor(self, name: str | None, node: Node, size: int, depth: int) -> None:
        if name is not None:
            self.anchors[name] = node, size, depth

    def _alias(self, event: yaml.AliasEvent) -> tuple[Node, int]:
        """What it stands for, and how deep that goes."""
        name = event.anchor or ""
        if name not in self.anchors:
            what = f"`*{name}` points to no anchor before it"
            hint = (
                f"put quotes around a text that begins with *; or write `&{name}` where it begins"
            )
            raise Refused(self._place(event), "unknown-anchor", what, hint)
        # An alias counts with all it stands for: aliases of aliases must not explode later.
        node, size, depth = self.anchors[name]
        self.unused.pop(name, None)
        self.nodes += size
        return node, depth


def _too_deep(place: Place) -> _TooMuch:
    return _TooMuch(place, "yaml", *_TOO_DEEP)
