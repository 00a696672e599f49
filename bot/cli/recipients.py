"""A list of people to write to: a CSV with a column `number`, perhaps `text`; the rest is tags."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.errors import UsageError, plain
from bot.messaging.outgoing import FirstMessage, first_message_of
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


def read_recipients(
    content: bytes, text: str | None, longcode: str, tags: Mapping[str, str]
) -> tuple[Sequence[Row], Sequence[Wrong]]:
    """The messages of a list, and each row that is none with the reason.

    `text` is for rows without one of their own, `tags` for all. Raises UsageError where it is no
    list at all.
    """
    lines = _decoded(content).splitlines(keepends=True)
    head = lines[0] if lines else ""
    rows = csv.reader(lines, delimiter=max(",;\t", key=head.count))
    try:
        names = [name.strip() for name in next(rows, [])]
        columns = [name.lower() for name in names]
        if columns.count("number") != 1:
            raise UsageError("the first line needs a column `number`, for example: number,text")
        if text is None and "text" not in columns:
            raise UsageError("there is no column `text`: add one, or give a TEXT for all")
        return _read(rows, names, text, longcode, tags)
    except csv.Error as error:
        raise UsageError(f"line {rows.line_num}: is not CSV ({error})") from None


def _read(
    rows: Any,
    names: Sequence[str],
    text: str | None,
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
    text: str | None,
    longcode: str,
    tags: Mapping[str, str],
) -> FirstMessage:
    """Raises UsageError."""
    if len(cells) > len(names):
        raise UsageError(f"has {len(cells)} columns, the first line {len(names)}: quote commas")
    row = {name: storable(cell.strip()) for name, cell in zip(names, cells, strict=False)}
    known = {name.lower(): name for name in names}
    number = row.pop(known["number"], "")
    own = row.pop(known.get("text", ""), "")
    try:
        return first_message_of(
            {
                "to": number,
                "text": own or text or "",
                "longcodeId": longcode,
                "tags": {**tags, **{name: cell for name, cell in row.items() if name and cell}},
            }
        )
    except UsageError as error:
        because = str(error)
        if because.startswith("to: "):
            because = f"number {plain(number)}: is not a phone number, for example +15555550123"
        raise UsageError(because) from None


def _decoded(content: bytes) -> str:
    """Raises UsageError."""
    if content.startswith(b"PK\x03\x04"):
        raise UsageError("it is a spreadsheet; save it as CSV first")
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise UsageError("it is not UTF-8: save it as CSV UTF-8") from None
