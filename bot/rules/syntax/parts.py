"""The parts of a file that can be read each alone: its sections, and the items of its lists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.rules.syntax.slips import Lines, indentation

# As libyaml counts lines.
_BREAK: Final = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_SECTION: Final = re.compile(r"([A-Za-z_][\w-]*)\s*:(?=\s|$)(.*)")
_DASH: Final = re.compile(r" *-(?:\s|$)")
_MARKER: Final = re.compile(r"(?:<{7}|>{7}|\|{7}) |={7}$")


@dataclass(frozen=True, slots=True)
class Part:
    first: int
    """The number of its first line, from 0."""
    lines: Lines
    section: str | None
    """The key whose list it is an item of; None of a section itself."""
    column: int
    """In which it begins."""


def lines_of(text: str) -> Lines:
    return _BREAK.split(text)


def split(lines: Lines) -> list[Part]:
    """The parts in order; together they are all lines."""
    begins: list[tuple[int, str | None]] = [(0, None)]
    section: str | None = ""
    dashes: int | None = None
    for row, line in enumerate(lines):
        found = _SECTION.match(line)
        if found is not None:
            empty = not found[2].partition("#")[0].strip()
            section, dashes = (found[1] if empty else None), None
            begins.append((row, None))
        elif section is not None and _DASH.match(line):
            column = indentation(line)
            dashes = column if dashes is None else dashes
            if column <= dashes:
                begins.append((row, section))
    begins = begins[1:] if len(begins) > 1 and begins[1][0] == 0 else begins
    ends = [row for row, _ in begins[1:]] + [len(lines)]
    return [
        Part(row, lines[row:end], within, indentation(lines[row]))
        for (row, within), end in zip(begins, ends, strict=True)
    ]


def merge_markers(lines: Lines) -> list[int]:
    """Rows of what a version control left of two versions."""
    if not any(line.startswith(("<<<<<<< ", ">>>>>>> ")) for line in lines):
        return []
    return [row for row, line in enumerate(lines) if _MARKER.match(line)]
