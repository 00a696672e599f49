"""Where a place within a text stands in the file that the text was read from."""

from __future__ import annotations

import re
from typing import Final

from bot.errors import Place
from bot.rules.nodes import Scalar
from bot.rules.syntax.slips import Lines, indentation

_ESCAPE: Final = re.compile(r"\\(?:x..|u.{4}|U.{8}|.|$)")


def place_within(lines: Lines, node: Scalar, offset: int) -> Place:
    """Of the sign at the offset, from 0; where the text begins if that cannot be told."""
    try:
        walk = _Walk(lines, node)
        for sign in node.text[:offset]:
            walk.pass_over(sign)
        walk.skip_break()
    except (IndexError, ValueError, StopIteration):
        return node.place
    return Place(node.place.file, walk.row + 1, walk.at + 1)


class _Walk:
    def __init__(self, lines: Lines, node: Scalar) -> None:
        self.lines = lines
        self.row, self.at = node.place.line - 1, node.place.column - 1
        self.is_block = node.block
        self.quote = ""
        self.indent = 0
        sign = lines[self.row][self.at : self.at + 1]
        if node.block:
            if re.match(r"[|>][+-]?[1-9]", lines[self.row][self.at :]):
                raise ValueError("counted from the column of its key")
            self.row += 1
            self.indent = next(indentation(line) for line in lines[self.row :] if line.strip())
            self.at = min(self.indent, len(lines[self.row]))
        elif sign in ("'", '"') and not node.plain:
            self.quote, self.at = sign, self.at + 1

    def pass_over(self, sign: str) -> None:
        """Raises ValueError where something else stands there, IndexError behind the last line."""
        if sign not in " \n" or self._is_continued():
            self.skip_break()
        line = self.lines[self.row]
        if sign in " \n" and not line[self.at :].strip():
            self._next_line()
        elif line[self.at] == "\\" and self.quote == '"':
            found = _ESCAPE.match(line, self.at)
            self.at = found.end() if found is not None else self.at + 1
        elif line[self.at] != sign:
            raise ValueError(sign)
        else:
            self.at += 2 if sign == self.quote == "'" else 1

    def skip_break(self) -> None:
        while not self.lines[self.row][self.at :].strip() or self._is_continued():
            self._next_line()

    def _is_continued(self) -> bool:
        """A backslash at the end of a line in double quotes stands for nothing."""
        return self.quote == '"' and self.lines[self.row][self.at :] == "\\"

    def _next_line(self) -> None:
        self.row += 1
        line = self.lines[self.row]
        self.at = min(self.indent, len(line)) if self.is_block else indentation(line)
