"""Values of people as one of us gives them: by hand, or many from a file of CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final

from bot.errors import UsageError
from bot.rules.stored_values import name_fault, value_fault
from bot.text import phone_numbers
from bot.text.spreadsheets import NOT_UTF_8, as_name, encoding_of, lacks_number, number_fault

_LONGEST_LINE: Final = 1 << 20
_NUMBER: Final = "number"


@dataclass(frozen=True, slots=True)
class Row:
    """What a file says of one person."""

    line: int
    number: str
    """E.164."""
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that cannot be used, and why."""

    line: int
    because: str


def rows(file: BinaryIO) -> Iterator[Row | Broken]:
    """Of UTF-8 with a head that has a column `number`; an empty cell says nothing.

    Cells are parted by commas, semicolons or tabs, as in the head. Raises UsageError where the head
    is of no use, or it is not such a file at all.
    """
    lines = _lines(file)
    head = next(lines, "")
    delimiter = max(",;\t", key=head.count)
    names = _names(next(csv.reader([head], delimiter=delimiter), []))
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 2  # the head is the first
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Broken(line, f"is not CSV: {error}")
            continue
        if cells:
            yield _row(line, names, cells)


def _lines(file: BinaryIO) -> Iterator[str]:
    encoding = encoding_of(file.read(4))
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, errors="surrogateescape", newline="")
    number = 0
    while line := text.readline(_LONGEST_LINE):
        number += 1
        if len(line) == _LONGEST_LINE:
            raise UsageError(f"line {number} is longer than 1 MiB: is it a file of CSV?")
        yield line
    text.detach()


def _names(head: Sequence[str]) -> Sequence[str]:
    """Raises UsageError."""
    names = [cell.strip() for cell in head]
    names = [_NUMBER if name.lower() == _NUMBER else name for name in names]
    if names.count(_NUMBER) != 1:
        raise UsageError(lacks_number(names))
    for name in names:
        if fault := name_fault(name):
            meant = as_name(name)
            fix = f"; write {meant}" if name_fault(meant) is None else ""
            raise UsageError(f"line 1: {fault}{fix}")
        if names.count(name) > 1:
            raise UsageError(f"line 1: has `{name}` twice")
    return names


def _row(line: int, names: Sequence[str], cells: Sequence[str]) -> Row | Broken:
    if len(cells) != len(names):
        return Broken(line, f"has {len(cells)} cells, the head has {len(names)}")
    if not all(cell.isprintable() or _is_utf_8(cell) for cell in cells):
        return Broken(line, NOT_UTF_8)
    found = dict(zip(names, map(str.strip, cells), strict=True))
    written = found.pop(_NUMBER)
    number = phone_numbers.e164(written)
    if number is None:
        return Broken(line, number_fault(written))
    for name, value in found.items():
        if fault := value_fault(name, value):
            return Broken(line, fault)
    return Row(line, number, {name: value for name, value in found.items() if value})


def _is_utf_8(cell: str) -> bool:
    return not any("\ud800" <= sign <= "\udfff" for sign in cell)
