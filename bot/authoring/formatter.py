"""The canonical form of a rule file: lines move and are indented anew, nothing in them changes.

Two spaces a level, the keys of a rule in one order, one blank line between long rules. Quotes,
flow lists and comments stay as they are written: a writer that builds the YAML anew would join
lists that stand on several lines and move comments away from what they explain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import yaml

from bot.errors import RuleError, UsageError, plain
from bot.rules import keys
from bot.rules.nodes import Node, Scalar, Sequence
from bot.rules.problems import Problems
from bot.rules.yaml import read_yaml

_STEP: Final = 2
_LAST: Final = "tests"
ORDER: Final = (*(key for key in keys.RULE if key != _LAST), _LAST)
"""Of the keys of a rule: what it is, when, what it does, and at the end its tests."""


@dataclass(slots=True)
class _Item:
    """A key or a dash of a block, from its line to where its content ends."""

    line: int
    column: int
    end: int = 0
    key: str | None = None
    child: _Block | None = None
    above: list[str] = field(default_factory=list)
    """Comments and blank lines before it."""

    @property
    def is_compact(self) -> bool:
        """What it holds begins in its own line: `- id: hours`."""
        return self.child is not None and self.child.items[0].line == self.line


@dataclass(slots=True)
class _Block:
    """A mapping or list of which each entry has a line of its own."""

    column: int
    is_list: bool
    has_no_end: bool = False
    """A list as far left as its key: no token marks its end."""
    items: list[_Item] = field(default_factory=list)
    below: list[str] = field(default_factory=list)
    """Comments after its last entry."""


def formatted(file: str, content: bytes | str) -> str:
    """The same file in canonical form.

    Raises RuleError where it is not YAML of ours, UsageError where it cannot be laid out without
    a change of what it means.
    """
    before = _tree(file, content)
    text = content if isinstance(content, str) else content.decode("utf-8-sig")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    for sorts in (True, False):
        found = _settled(text, sorts)
        if found is not None and _is_same(file, text, found, before):
            return found
    raise UsageError(
        f"{plain(file)}: cannot be laid out without a change of meaning; left as it is"
    )


def _settled(text: str, sorts: bool) -> str | None:
    """Laid out until that changes nothing more; None where it never does."""
    for _ in range(4):
        try:
            done = _Layout(text, sorts).text()
        except yaml.YAMLError:  # what was laid out before is not YAML any more
            return None
        if done == text:
            return text
        text = done
    return None


def _is_same(file: str, text: str, found: str, before: object) -> bool:
    """Every line is still there, comments among them, and means the same."""
    try:
        return _lines(text) == _lines(found) and _tree(file, found) == before
    except RuleError:
        return False


def _lines(text: str) -> Counter[str]:
    return Counter(bare for line in text.split("\n") if (bare := line.strip().lstrip("- ")))


def _tree(file: str, content: bytes | str) -> object:
    """What a file says, without places. Raises RuleError."""
    problems = Problems()
    root = read_yaml(file, content, problems)
    if problems.errors:
        raise RuleError(problems.errors)
    return None if root is None else _plain(root)


def _plain(node: Node) -> object:
    if isinstance(node, Scalar):
        return node.text, node.is_null
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    return {key.text: _plain(value) for key, value in node.items()}


class _Layout:
    def __init__(self, text: str, sorts: bool) -> None:
        self._lines = text.split("\n")
        self._sorts = sorts
        self._kept: set[int] = set()
        """Lines inside a text of several lines: what stands there is not ours."""
        self._open_ends: set[int] = set()
        """Last lines of texts that a blank line after them would go on."""
        self._root = self._read(text)

    def text(self) -> str:
        if self._root is None:
            written = [self._line(at, 0) for at in range(len(self._lines))]
        else:
            written = [*self._block(self._root, 0, ()), *self._root.below]
        while written and not written[-1]:
            written.pop()
        return "\n".join(_without_gaps(written)).lstrip("\n") + "\n"

    # Reading: blocks from the tokens, since only they say where a dash stands.

    def _read(self, text: str) -> _Block | None:
        root: _Block | None = None
        stack: list[_Block] = []
        flow, last, key_of = 0, -1, None
        for token in yaml.scan(text, Loader=yaml.CLoader):
            match token:
                case yaml.BlockMappingStartToken() | yaml.BlockSequenceStartToken():
                    is_list = isinstance(token, yaml.BlockSequenceStartToken)
                    root = self._open(stack, token.start_mark.column, is_list) or root
                    continue
                case yaml.BlockEndToken():
                    if stack[-1].has_no_end:
                        self._close(stack, last)
                    self._close(stack, last)
                    continue
                case yaml.FlowSequenceStartToken() | yaml.FlowMappingStartToken():
                    flow += 1
                case yaml.FlowSequenceEndToken() | yaml.FlowMappingEndToken():
                    flow -= 1
                case yaml.BlockEntryToken() if not flow:
                    if not stack[-1].is_list:
                        self._open(stack, token.start_mark.column, True)
                        stack[-1].has_no_end = True
                    self._begin(stack, token.start_mark, last)
                case yaml.KeyToken() if not flow:
                    if stack[-1].has_no_end:
                        self._close(stack, last)
                    key_of = self._begin(stack, token.start_mark, last)
                case yaml.ScalarToken():
                    if key_of is not None:
                        key_of.key = token.value
                        key_of = None
                    last = max(last, self._keep(token))
                    continue
                case yaml.StreamStartToken() | yaml.StreamEndToken() | yaml.DocumentEndToken():
                    continue
            last = max(last, token.end_mark.line)
        if root is not None:
            root.below = [self._line(at, 0) for at in range(last + 1, len(self._lines))]
        return root

    def _open(self, stack: list[_Block], column: int, is_list: bool) -> _Block | None:
        """The block, where it is the outermost."""
        block = _Block(column, is_list)
        if stack:
            stack[-1].items[-1].child = block
        stack.append(block)
        return block if len(stack) == 1 else None

    def _begin(self, stack: list[_Block], mark: yaml.Mark, last: int) -> _Item:
        """A new entry; what stands between it and the last content is split up."""
        block = stack[-1]
        item = _Item(mark.line, mark.column)
        is_first = len(stack) == 1 and not block.items
        gap = list(range(0 if is_first else last + 1, mark.line))
        if block.items:
            earlier = block.items[-1]
            earlier.end = mark.line - len(gap)
            own = self._belonging(earlier, gap)
            gap = gap[own:]
        item.above = [self._comment(at) for at in gap]
        block.items.append(item)
        return item

    def _belonging(self, item: _Item, gap: list[int]) -> int:
        """How many of these lines are comments that belong to the blocks inside of `item`."""
        own = 0
        for number, at in enumerate(gap, 1):
            if self._lines[at].strip() and item.child and _indent(self._lines[at]) > item.column:
                own = number
        self._below(item, gap[:own])
        return own

    def _below(self, item: _Item, lines: list[int]) -> None:
        """Comments to the innermost block that is not further right than they are."""
        block = item.child
        while block is not None and lines:
            column = min(_indent(self._lines[at]) for at in lines if self._lines[at].strip())
            inner = block.items[-1].child
            if inner is None or inner.column > column:
                block.below = [self._comment(at) for at in lines]
                return
            block = inner

    def _close(self, stack: list[_Block], last: int) -> None:
        block = stack.pop()
        if block.items:
            block.items[-1].end = last + 1

    def _keep(self, token: yaml.ScalarToken) -> int:
        """Marks the lines of a text as not ours; the last of them."""
        first: int = token.start_mark.line
        end: int = token.end_mark.line
        if token.end_mark.column == 0 and end > first:
            end -= 1
        if token.style in ("|", ">") and self._keeps_blanks(first):
            self._open_ends.add(end)
        elif token.style in ("|", ">"):
            while end > first and not self._lines[end].strip():
                end -= 1
        self._kept.update(range(first + 1, end + 1))
        if token.style in ("'", '"') and end > first:
            self._kept.add(first)
        return end

    def _keeps_blanks(self, at: int) -> bool:
        """`|+`: blank lines at its end are part of the text."""
        head = self._lines[at].partition(" #")[0].rstrip()
        return "+" in head[-3:]

    def _comment(self, at: int) -> str:
        return self._lines[at].strip()

    # Writing.

    def _block(self, block: _Block, column: int, path: tuple[str, ...]) -> Iterator[str]:
        items = block.items
        if self._sorts and _is_rule(block, path):
            items = sorted(items, key=lambda item: ORDER.index(item.key or ""))
        before: list[str] = []
        for number, item in enumerate(items):
            written = list(self._item(item, column, path))
            above = item.above
            if not number:
                above = _without_first(above)
            elif path == ("rules",) and "" not in above and self._may_part(items[number - 1]):
                above = ["", *above] if max(len(before), len(written)) > 1 else above
            yield from (_at(column, line) for line in above)
            yield from written
            before = written
        if block is not self._root:
            yield from (_at(column, line) for line in block.below)

    def _may_part(self, item: _Item) -> bool:
        """A blank line after it is not a part of it."""
        return item.end - 1 not in self._open_ends

    def _item(self, item: _Item, column: int, path: tuple[str, ...]) -> Iterator[str]:
        shift = column - item.column
        child = item.child
        inside = (*path, item.key if item.key is not None else "-")
        if child is None:
            yield from (self._line(at, shift) for at in range(item.line, item.end))
        elif item.is_compact:
            line = self._lines[item.line]
            self._lines[item.line] = " " * child.column + line[child.column :]
            lines = list(self._block(child, column + _STEP, inside))
            first = next(at for at, line in enumerate(lines) if not _is_comment(line))
            yield from (_at(column, line.strip()) for line in lines[:first])
            yield " " * column + "- " + lines[first][column + _STEP :]
            yield from lines[first + 1 :]
        else:
            begin = child.items[0].line - len(child.items[0].above)
            yield from (self._line(at, shift) for at in range(item.line, begin))
            yield from self._block(child, column + _STEP, inside)

    def _line(self, at: int, shift: int) -> str:
        """A line moved to the right or left, without spaces at its end where those are ours."""
        line = self._lines[at]
        if not line.strip():
            return _BLANK if at in self._kept else ""
        moved = " " * max(_indent(line) + shift, 0) + line.lstrip(" ")
        is_text = at in self._kept or at + 1 in self._kept
        return moved if is_text else moved.rstrip()


_BLANK: Final = "\0"
"""A blank line inside a text, until the end."""


def _without_first(above: list[str]) -> list[str]:
    """Comments without the blank lines before them."""
    while above and not above[0]:
        above = above[1:]
    return above


def _is_rule(block: _Block, path: tuple[str, ...]) -> bool:
    is_there = path in (("rules", "-"), ("fallback",))
    return is_there and not block.is_list and all(item.key in ORDER for item in block.items)


def _without_gaps(lines: list[str]) -> Iterator[str]:
    """No two blank lines in a row but inside a text."""
    before = None
    for line in lines:
        if line or before:
            yield "" if line == _BLANK else line
        before = line


def _is_comment(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _at(column: int, line: str) -> str:
    return " " * column + line if line and not line.startswith(("---", "%")) else line


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
