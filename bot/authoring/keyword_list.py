"""A list of keywords with their replies, as other systems export it, to rules with tests."""

from __future__ import annotations

import csv
import heapq
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from bot.authoring.new_rules import Imported, NewRule, Note, Phrase, taken_by_guard
from bot.errors import UsageError
from bot.rules.loader import load
from bot.text.spreadsheets import decoded
from bot.text.words import storable, without_tone, words

_KEYWORD: Final = frozenset({"keyword", "keywords", "trigger", "triggers", "word", "words"})
_REPLY: Final = frozenset(
    {"reply", "replies", "response", "answer", "text", "message", "auto reply", "auto response"}
)
_DELIMITERS: Final = "\t;,"
_BETWEEN: Final = re.compile(r"[|,;\n]")


def read_keyword_list(content: bytes, source: str) -> Imported:
    """Rules of the lines in order; one moves up only where a keyword before it would take its own.

    `source` is named at the top of the file. Raises UsageError where it is not a list at all.
    """
    notes: list[Note] = []
    rows = _rows(_decoded(content), notes)
    _drop_taken(rows, notes)
    ordered = [row for row in _in_order(rows, notes) if row.keywords]
    if not ordered:
        left_out = "".join(f"\nline {note.line}: {note.message}" for note in notes)
        raise UsageError(
            f"there is no rule in it; a line is, for example: hours,Open 9-5{left_out}"
        )
    return Imported.of(_HEAD.format(source=source), ordered, notes)


_HEAD: Final = """\
# From {source}, by `bot import keywords`. The first rule that fits
# answers: a word that stands in a longer phrase of another rule comes later.
rules:"""


def _decoded(content: bytes) -> str:
    """Raises UsageError."""
    return storable(decoded(content)).replace("\r\n", "\n").replace("\r", "\n")


def _rows(text: str, notes: list[Note]) -> list[NewRule]:
    """The lines that say what to answer to what. Raises UsageError."""
    by_delimiter = {sign: list(_records(text, sign)) for sign in _DELIMITERS}
    first = next((line for line in text.splitlines() if line.strip()), "")
    records = max(by_delimiter.items(), key=lambda item: _fit(item[0], item[1], first))[1]
    named = _header(records)
    columns, width = (named, len(records[0][1])) if named is not None else ((0, 1), 2)
    rows = []
    for line, cells in records if named is None else records[1:]:
        row = _row(line, cells, columns, width, notes)
        rows += [row] if row is not None else []
    return rows


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """With the line on which each begins. Raises UsageError where quotes are wrong."""
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UsageError(f"line {line}: {error}") from None
        if any(cell.strip() for cell in cells):
            yield line, cells


def _fit(delimiter: str, records: Sequence[tuple[int, list[str]]], first: str) -> tuple[int, ...]:
    """How well it fits: by names in the first line, by lines of two cells, by where it stands."""
    counts = [len(cells) for _, cells in records]
    at = first.find(delimiter)
    named = _header(records) is not None
    return named, sum(n >= 2 for n in counts), counts.count(2), -(at if at >= 0 else len(first))


def _header(records: Sequence[tuple[int, list[str]]]) -> tuple[int, int] | None:
    """Where keyword and reply stand, if the first line names them."""
    cells = records[0][1] if records else []
    names = [cell.strip().casefold().replace("_", " ") for cell in cells]
    keyword = next((at for at, name in enumerate(names) if name in _KEYWORD), None)
    reply = next((at for at, name in enumerate(names) if name in _REPLY), None)
    return None if keyword is None or reply is None else (keyword, reply)


def _row(
    line: int, cells: Sequence[str], columns: tuple[int, int], width: int, notes: list[Note]
) -> NewRule | None:
    if len(cells) > width:
        what = f"it has {len(cells)} columns instead of {width}: put quotes around the texts"
        notes.append(Note(line, f"{what}; left out"))
        return None
    written, reply = (cells[at].strip() if at < len(cells) else "" for at in columns)
    if not reply or not written:
        missing = "reply" if written else "keyword"
        notes.append(Note(line, f"there is no {missing}; left out"))
        return None
    row = NewRule(line, reply)
    for keyword in filter(None, map(str.strip, _BETWEEN.split(written))):
        if phrase := words(keyword):
            row.keywords.setdefault(phrase, " ".join(keyword.split()))
        else:
            notes.append(Note(line, f"there is no word in `{keyword}`; left out"))
    return row


def _drop_taken(rows: Sequence[NewRule], notes: list[Note]) -> None:
    """Keywords of an earlier line, and those that a guard takes whatever the rules say."""
    guards, first = load(()).ruleset, dict[Phrase, int]()
    for row in rows:
        for phrase, keyword in list(row.keywords.items()):
            line = first.setdefault(phrase, row.line)
            taken = "" if line == row.line else f"is in line {line} already"
            taken = taken or taken_by_guard(keyword, guards)
            if taken:
                notes.append(Note(row.line, f"`{keyword}` {taken}; left out"))
                del row.keywords[phrase]


def _in_order(rows: Sequence[NewRule], notes: list[Note]) -> Iterator[NewRule]:
    """A row whose keyword stands in a longer one of another comes after that, where both can be."""
    homes = {phrase: at for at, row in enumerate(rows) for phrase in row.keywords}
    after: dict[int, set[int]] = {at: set() for at in range(len(rows))}
    for phrase, at in homes.items():
        for inner in _inner(phrase):
            if homes.get(inner, at) != at:
                after[homes[inner]].add(at)
    before: dict[int, set[int]] = {}
    for at, others in after.items():
        for other in others:
            before.setdefault(other, set()).add(at)
    free, done = [at for at, others in after.items() if not others], set[int]()
    while len(done) < len(rows):
        if not free:  # each of them has words of the other
            free = [min(at for at in after if at not in done)]
            _give_up(rows, free[0], after[free[0]] - done, notes)
        at = heapq.heappop(free)
        if at in done:
            continue
        done.add(at)
        yield rows[at]
        for later in before.get(at, ()):
            after[later].discard(at)
            if not after[later] and later not in done:
                heapq.heappush(free, later)


def _give_up(rows: Sequence[NewRule], at: int, others: Iterable[int], notes: list[Note]) -> None:
    """The row comes first after all: what it takes from the others is theirs no more."""
    mine = rows[at].keywords
    for other in others:
        row = rows[other]
        for phrase, keyword in list(row.keywords.items()):
            if taken := next((inner for inner in _inner(phrase) if inner in mine), None):
                what = f"`{keyword}` is taken by `{mine[taken]}` of line {rows[at].line}"
                notes.append(Note(row.line, f"{what}; left out"))
                del row.keywords[phrase]


def _inner(phrase: Phrase) -> Iterator[Phrase]:
    """Shorter runs of its words, and those that take it for its emoji without a skin tone."""
    for length in range(len(phrase), 0, -1):
        for start in range(len(phrase) - length + 1):
            run = phrase[start : start + length]
            yield from (one for one in {run, tuple(map(without_tone, run))} if one != phrase)
