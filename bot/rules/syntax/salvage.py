"""A file that cannot be read as a whole, read part by part: what is wrong in each, and the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import yaml

from bot.errors import Place, Problem
from bot.rules.nodes import Mapping, Node, Scalar
from bot.rules.nodes import Sequence as List
from bot.rules.problems import Problems, Refused
from bot.rules.syntax.blocks import find_slip
from bot.rules.syntax.parts import Part, lines_of, merge_markers, split
from bot.rules.syntax.slips import Slip
from bot.rules.syntax.words import in_our_words


class Compose(Protocol):
    def __call__(self, text: str, first: int, problems: Problems) -> Node | None:
        """The document of some lines, of which the first has this number, from 0.

        Raises MarkedYAMLError, Refused.
        """


def salvage(file: str, text: str, compose: Compose, problems: Problems) -> Node | None:
    """What can be read of a file that has slips; all that is found goes to `problems`."""
    lines = lines_of(text)
    problems.is_partial = True
    markers = merge_markers(lines)
    problems.found.extend(_conflicts(file, lines, markers))
    reader = _Reader(file, compose, problems)
    before = len(problems.found)
    for part in split(lines):
        reader.begin(part)
        if not any(part.first <= row < part.first + len(part.lines) for row in markers):
            reader.read(part)
    if len(problems.found) == before and not markers:
        reader.read(Part(0, lines, None, 0))
    return None if isinstance(reader.root, Scalar) else reader.root


def _conflicts(file: str, lines: Sequence[str], markers: Sequence[int]) -> Iterator[Problem]:
    begins = [row for row in markers if lines[row].startswith("<")] or markers[:1]
    for row in begins:
        what = "a merge conflict that nobody has resolved: both versions stand here"
        hint = "keep one version, and delete the lines with <<<<<<<, ======= and >>>>>>>"
        yield Problem(Place(file, row + 1, 1), "merge-conflict", what, hint)


@dataclass(slots=True)
class _Reader:
    file: str
    compose: Compose
    problems: Problems
    root: Node | None = None
    columns: dict[str, int] = field(default_factory=dict)
    """Of the dashes of each section."""

    def begin(self, part: Part) -> None:
        """A section has a list also where nothing in it can be read."""
        if part.section:
            self._list(part.section, List([], Place(self.file, part.first + 1, part.column + 1)))

    def read(self, part: Part) -> None:
        found = Problems(is_lenient=self.problems.is_lenient)
        try:
            node = self.compose("\n".join(part.lines), part.first, found)
        except yaml.MarkedYAMLError as error:
            self.problems.found.append(_told(self.file, part, error))
            return
        except Refused as refused:
            self.problems.found += [*found.found, refused.problem]
            return
        self.problems.add(found)
        if part.section is None:
            self._section(node)
        elif isinstance(node, List):
            self._item(part, part.section, node)

    def _section(self, node: Node | None) -> None:
        if self.root is None or not isinstance(node, Mapping):
            self.root = self.root or node
            return
        if isinstance(self.root, Mapping):
            for key, value in node.items():
                self.problems.pair(self.root, key, value)

    def _item(self, part: Part, section: str, items: List) -> None:
        column = self.columns.setdefault(section, part.column)
        if column != part.column:
            by = column - part.column
            what = f"this dash is not indented as the dashes above it, in column {column + 1}"
            hint = f"move it {by} space{'' if by == 1 else 's'} to the right"
            self.problems.error(items, "yaml", what, hint)
        listed = self._list(section, items)
        if listed is not None and listed is not items:
            listed.items += items.items

    def _list(self, section: str, items: List) -> List | None:
        """The list of a section, which these are the first items of if it has none yet."""
        if not section:
            self.root = self.root or items
            return self.root if isinstance(self.root, List) else None
        if not isinstance(self.root, Mapping):
            return None
        key, value = self.root.pairs.get(section, (None, None))
        if key is not None and isinstance(value, Scalar):
            self.root.pairs[section] = key, items
            return items
        return value if isinstance(value, List) else None


def _told(file: str, part: Part, error: yaml.MarkedYAMLError) -> Problem:
    """The slip that the library stumbles over, else where it does, in our words."""
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark is not None else (0, 0)
    slip = find_slip(part.lines)
    if slip is None or slip.line > line + 1:
        what, hint = in_our_words(error.problem or "")
        slip = Slip(*_inside(part, line, column), what, hint)
    place = Place(file, part.first + slip.line + 1, slip.column + 1)
    return Problem(place, "yaml", slip.message, slip.hint)


def _inside(part: Part, line: int, column: int) -> tuple[int, int]:
    """A place that holds something: at the end of what is not finished, the last line."""
    line = max(0, min(line, len(part.lines) - 1))
    while line > 0 and not part.lines[line].strip():
        line, column = line - 1, len(part.lines[line - 1])
    return line, min(column, len(part.lines[line]))
