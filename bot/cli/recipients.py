"""A list of people to write to: a CSV with a column `number`, perhaps `text`; the rest is tags.

The text for all of them is a template: `{{ first_name }}` is the cell of the column `First Name`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.errors import ReplyError, UsageError, plain
from bot.messaging.outgoing import FirstMessage, first_message_of
from bot.rules.templates.checks import ALWAYS
from bot.rules.templates.template import Template
from bot.text.merge_fields import merge_fields
from bot.text.spreadsheets import as_name, decoded, lacks_number, number_fault
from bot.text.words import storable

MOST: Final = 10_000
"""Rows: they are queued in one transaction, and webhooks wait for that."""


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    first: FirstMessage


@dataclass(frozen=True, slots=True)
class Wrong:
    line: int
    because: str


@dataclass(frozen=True, slots=True)
class _Text:
    """What is for all rows without a text of their own, with their columns filled in."""

    template: Template

    @classmethod
    def of(cls, text: str | None, columns: Sequence[str]) -> _Text:
        """Raises UsageError where it names what is not a column, or cannot be read."""
        template, names = Template(text or ""), [as_name(name) for name in columns]
        known = f"the list has {', '.join(f'{{{{ {one} }}}}' for one in names if one)}"
        for problem in template.problems(names, frozenset()):
            hint = known if problem.code == "unknown-name" else problem.hint
            raise UsageError(f"TEXT: {problem.message}: {hint}")
        for name in template.needs:
            if (stem := name.partition(".")[0]) in ALWAYS and stem not in names:
                raise UsageError(f"TEXT: `{name}` is not a column: {known}")
        refuse_fields(_FILLED_IN.sub("", template.source), "TEXT: ")
        return cls(template)

    def filled(self, values: Mapping[str, str]) -> str:
        """With the cells of a row. Raises UsageError."""
        try:
            return self.template.render(values)
        except ReplyError as error:
            name = str(error).partition("`")[2].partition("`")[0]
            hint = f": fill it in, or write {{{{ {name} | default('...') }}}}" if name else ""
            raise UsageError(f"{error}{hint}") from None


_FILLED_IN: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)


def refuse_fields(text: str, what: str = "") -> None:
    """Nobody fills in `[First Name]`. Raises UsageError."""
    for field in merge_fields(text):
        shown = f"{{{{ {field.name} }}}}"
        raise UsageError(
            f"{what}`{plain(field.written)}` would be sent as it stands: in the TEXT for a list"
            f" {shown} is the column of that name"
        )


def read_recipients(
    content: bytes, text: str | None, longcode: str, tags: Mapping[str, str]
) -> tuple[Sequence[Row], Sequence[Wrong]]:
    """The messages of a list, and each row that is none with the reason.

    `text` is for rows without one of their own, `tags` for all. Raises UsageError where it is no
    list at all.
    """
    lines = decoded(content).splitlines(keepends=True)
    head = lines[0] if lines else ""
    rows = csv.reader(lines, delimiter=max(",;\t", key=head.count))
    try:
        names = [name.strip() for name in next(rows, [])]
        columns = [name.lower() for name in names]
        if columns.count("number") != 1:
            raise UsageError(lacks_number(names))
        if text is None and "text" not in columns:
            raise UsageError("there is no column `text`: add one, or give a TEXT for all")
        found, wrong = _read(rows, names, _Text.of(text, names), longcode, tags)
    except csv.Error as error:
        raise UsageError(f"line {rows.line_num}: is not CSV ({error})") from None
    if not found and not wrong:
        raise UsageError("there is nobody in it: it has a first line, and no other")
    return found, wrong


def _read(
    rows: Any,
    names: Sequence[str],
    text: _Text,
    longcode: str,
    tags: Mapping[str, str],
) -> tuple[Sequence[Row], Sequence[Wrong]]:
    found: dict[str, Row] = {}
    wrong: list[Wrong] = []
    before = rows.line_num
    for cells in rows:
        line, before = before + 1, rows.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if len(found) == MOST:
            raise UsageError(f"there are more than {MOST} rows: send them in several files")
        try:
            first = _message(cells, names, text, longcode, tags)
            if (other := found.get(first.to)) is not None:
                raise UsageError(f"{first.to} stands in line {other.line} too")
            found[first.to] = Row(line, first)
        except UsageError as error:
            wrong.append(Wrong(line, str(error)))
    return tuple(found.values()), wrong


def _message(
    cells: Sequence[str],
    names: Sequence[str],
    text: _Text,
    longcode: str,
    tags: Mapping[str, str],
) -> FirstMessage:
    """Raises UsageError."""
    if len(cells) > len(names):
        raise UsageError(f"has {len(cells)} columns, the first line {len(names)}: quote commas")
    row = {name: storable(cell.strip()) for name, cell in zip(names, cells, strict=False)}
    values = {as_name(name): cell for name, cell in row.items() if cell}
    known = {name.lower(): name for name in names}
    number = row.pop(known["number"], "")
    own = row.pop(known.get("text", ""), "")
    refuse_fields(own)
    try:
        return first_message_of(
            {
                "to": number,
                "text": own or text.filled(values),
                "longcodeId": longcode,
                "tags": {**tags, **{name: cell for name, cell in row.items() if name and cell}},
            }
        )
    except UsageError as error:
        because = str(error)
        if because.startswith("to: "):
            because = number_fault(number)
        raise UsageError(because) from None
