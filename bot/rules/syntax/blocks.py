"""Lines of a file that is not YAML: entries, what they are indented under, and their values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from bot.rules.keys import FILE, RULE, WHEN
from bot.rules.syntax.slips import ODD_SPACES, Lines, Slip, in_quotes, indentation, shown
from bot.rules.syntax.values import (
    Flow,
    after_properties,
    check_after_quote,
    check_first,
    needs_quotes,
    quoted,
)

_DASH: Final = re.compile(r"-(?:[ \t]+|$)")
_KEY: Final = re.compile(r"((?:(?!\s#)(?!:(?:[ \t]|$)).)+):(?=[ \t]|$)")
_ENTRY: Final = re.compile(r"(?:- +)*([A-Za-z_][\w-]*):(?:[ \t]|$)")
_NO_SPACE: Final = re.compile(r"([A-Za-z_][\w-]*):([^ \t].*)")
_NO_COLON: Final = re.compile(r"([a-z_]+)(?:\s*$|\s*=\s*|\s+)(.*)")
_NO_COLON_BEFORE: Final = re.compile(r"([a-z_]+)\s*([\[{\"'].*)")
_HEADER: Final = re.compile(r"[|>](?:[1-9][+-]?|[+-][1-9]?)?\s*(?:#.*)?$")
_ODD: Final = re.compile(rf"[{ODD_SPACES}]")
_SECOND_COLON: Final = re.compile(r":(?=[ \t]|$)")
_CURLY: Final = "“”„«»‘’‚"
_BULLET: Final = re.compile(r"[*•+–—·] +(?=[A-Za-z_][\w-]*:(?:\s|$))")
_DOCUMENT: Final = re.compile(r"(?:---|\.\.\.)(?:\s|$)|%[A-Z]+ ")


# `all` and the like begin many a line of a text.
_NAMES: Final = frozenset({*FILE, *RULE, *WHEN, "match", "no_match"}) - {
    *("all", "any", "not", "from", "to", "time", "date", "number", "state", "media", "answer"),
}


class _Unusual(Exception):
    """YAML that authors of rules do not write; its slips are not looked for."""


@dataclass(slots=True)
class _Level:
    column: int
    is_list: bool
    line: int
    first: str = ""
    """The first key."""


def find_slip(lines: Lines) -> Slip | None:
    """The first slip; None where there is none that we know."""
    reader = _Block(lines)
    try:
        while reader.row < len(lines):
            reader.read_line()
    except Slip as slip:
        return slip
    except (_Unusual, RecursionError):
        pass
    return None


@dataclass(slots=True)
class _Block:
    lines: Lines
    row: int = 0
    levels: list[_Level] = field(default_factory=list)
    awaits: bool = True
    """The last entry has no value yet: it may be in the lines below, deeper."""
    text_of: int | None = None
    """The column of the entry whose plain text may go on in the next line."""
    block_of: int | None = None
    """The column of the entry whose text stands in the lines below it, deeper."""
    bare: tuple[int, int] | None = None
    """Where the last text stands that is not the value of a key."""
    was_block: bool = False
    """The entry before has its text in the lines below it."""

    def read_line(self) -> None:
        line = self.lines[self.row]
        column = indentation(line)
        if self.block_of is not None and (column > self.block_of or not line.strip()):
            self.row += 1
            return
        if not line.strip() or line.lstrip(" ").startswith("#") or _DOCUMENT.match(line):
            self.row += 1
            return
        self.was_block, self.block_of = self.block_of is not None, None
        self._check_spaces(line, column)
        if self.text_of is not None and column > self.text_of:
            self._go_on(line, column)
            return
        is_value = self._indent(line, column)
        self._entry(line, column, is_value=is_value)

    def _check_spaces(self, line: str, column: int) -> None:
        if line[column] == "\t":
            hint = "indent with spaces"
            raise Slip(self.row, column, "a tab at the start of the line", hint)
        self._check_odd(line, column)

    def _check_odd(self, line: str, at: int) -> None:
        if _ODD.match(line, at) is not None:
            what = f"what looks like a space here is another sign (U+{ord(line[at]):04X})"
            raise Slip(self.row, at, what, "delete it and type a plain space")

    def _go_on(self, line: str, column: int) -> None:
        """A plain text that goes on in the next line."""
        entry = _ENTRY.match(line, column)
        if entry is not None:
            self._check_bare()
            raise self._too_deep(line, column)
        if (colon := _SECOND_COLON.search(line.partition(" #")[0], column)) is not None:
            self._check_bare()
            hint = "put quotes around the whole text, or write `|` after its key"
            raise Slip(self.row, colon.start(), "a `: ` within a text that has no quotes", hint)
        self.row += 1

    def _check_bare(self) -> None:
        """An item `id:a` or `id a` with keys below it is a mapping that lacks a sign."""
        if self.bare is None:
            return
        row, at = self.bare
        text = self.lines[row][at:]
        found = _NO_SPACE.match(text) or _NO_COLON.match(text)
        if found is not None and found[1] in _NAMES:
            raise self._no_key(row, at)
        if (quoted_pair := re.match(r"([\"'])([A-Za-z_][\w-]*): *(.*)\1", text)) is not None:
            hint = f"{quoted_pair[2]}: {shown(quoted_pair[3])}"
            raise Slip(row, at, "the quotes are around the key too", hint)

    # Where a line belongs

    def _indent(self, line: str, column: int) -> bool:
        """Whether the line may be the value of the entry above it."""
        is_dash = _DASH.match(line, column) is not None
        left: list[_Level] = []
        while self.levels and self.levels[-1].column > column:
            left.append(self.levels.pop())
        popped = left[-1] if left else None
        top = self.levels[-1] if self.levels else None
        if popped is None and (top is None or top.column < column):
            if not self.awaits:
                self._check_bare()
                raise self._too_deep(line, column)
            self.levels.append(_Level(column, is_dash, self.row))
            return True
        if top is None or top.column < column:
            raise self._between(line, column, left, is_dash)
        if is_dash and not top.is_list:
            if not self.awaits:
                raise self._dash_among_keys(line, column, top)
            self.levels.append(_Level(column, True, self.row))
        elif top.is_list and not is_dash:
            if len(self.levels) < 2 or self.levels[-2].column != column:
                raise self._no_dash(line, column, popped)
            self.levels.pop()
        return False

    def _too_deep(self, line: str, column: int) -> Slip:
        entry = _ENTRY.match(line, column)
        if entry is None:
            hint = "put all of the text in one pair of quotes, or write `|` after its key"
            return Slip(self.row, column, "this line belongs to nothing above it", hint)
        is_dash = line[column] == "-"
        wanted = next((x for x in reversed(self.levels) if x.is_list or not is_dash), None)
        if wanted is None:
            what = "a list begins here, but what stands above it has a value already"
            return Slip(self.row, column, what, "take the dash away")
        name = "this dash" if is_dash else f"`{entry[1]}`"
        what = f"{name} is indented too deep: what it belongs beside begins in column"
        return self._moved(f"{what} {wanted.column + 1}", column, wanted.column)

    def _between(self, line: str, column: int, left: list[_Level], is_dash: bool) -> Slip:
        """`left` are the levels that the line ends."""
        entry = _ENTRY.match(line, column)
        around = [level for level in (*left, *self.levels) if level.is_list == is_dash]
        wanted = min(around, key=lambda level: abs(level.column - column), default=None)
        if (entry is None and not is_dash) or wanted is None:
            return self._no_key(self.row, column)
        name = "this dash" if is_dash else f"`{entry[1]}`" if entry else "this line"
        others = "the dashes" if is_dash else "the keys"
        what = f"{name} is not indented as {others} above it, which begin in column"
        return self._moved(f"{what} {wanted.column + 1}", column, wanted.column)

    def _moved(self, what: str, column: int, wanted: int) -> Slip:
        by = abs(wanted - column)
        where = "right" if wanted > column else "left"
        hint = f"move it {by} space{'' if by == 1 else 's'} to the {where}"
        return Slip(self.row, column, what, hint)

    def _dash_among_keys(self, line: str, column: int, top: _Level) -> Slip:
        entry = _ENTRY.match(line, column)
        lists = [at for at, level in enumerate(self.levels[:-1]) if level.is_list]
        firsts = {self.levels[at + 1].first: self.levels[at] for at in lists}
        wanted = firsts.get(entry[1]) if entry is not None else None
        if wanted is None:
            what = "a line with a dash among lines that are `key: value`"
            hint = f"take the dash away, or write the lines from `{top.first}` on with one too"
            return Slip(self.row, column, what, hint)
        what = "this dash is indented too deep: those before it stand in column"
        return self._moved(f"{what} {wanted.column + 1}", column, wanted.column)

    def _no_dash(self, line: str, column: int, popped: _Level | None) -> Slip:
        entry = _ENTRY.match(line, column)
        if entry is None:
            return self._no_key(self.row, column)
        if popped is None or popped.is_list or popped.first == entry[1]:
            what = f"a dash is missing before `{entry[1]}`"
            return Slip(self.row, column, what, f"- {shown(line[column:])}")
        what = f"`{entry[1]}` is not indented as the keys above it, which begin in column"
        return self._moved(f"{what} {popped.column + 1}", column, popped.column)

    # What stands in a line

    def _entry(self, line: str, column: int, *, is_value: bool) -> None:
        at, parent = column, column
        while (dash := _DASH.match(line, at)) is not None:
            if self.levels[-1].column < at:
                self.levels.append(_Level(at, True, self.row))
            parent, at = at, dash.end()
            self._check_odd(line, at)
        if at >= len(line) or line[at] == "#":
            self._end(awaits=True)
            return
        after_key = self._key(line, at)
        if after_key is not None:
            self._value(line, after_key, at)
        elif at > column:
            bare = self.row, at
            self._value(line, at, parent)
            self.bare = bare
        elif is_value and (len(self.levels) > 1 or line[at] in "[{\"'"):
            self.levels.pop()
            self._value(line, at, self.levels[-1].column if self.levels else -1)
        else:
            raise self._no_key(self.row, at)

    def _key(self, line: str, at: int) -> int | None:
        """Where the value of the key begins that stands here; None where there is no key."""
        if line[at] in "\"'":
            row, end = quoted(self.lines, self.row, at, at)
            found = re.compile(r"\s*:(?=\s|$)").match(self.lines[row], end)
            if row > self.row or found is None:
                return None
            name, end = line[at + 1 : end - 1], found.end()
        elif line[at] in "[{" or re.match(r"\?(?:\s|$)", line[at:]):
            return None
        else:
            if (bullet := _BULLET.match(line, at)) is not None:
                hint = f"- {shown(line[bullet.end() :])}"
                raise Slip(self.row, at, "an item of a list begins with a plain dash", hint)
            self._check_foreign(line, at)
            check_first(line, self.row, at)
            key = _KEY.match(line, at)
            if key is None:
                return None
            name, end = key[1], key.end()
            self._check_name(name, at)
        if self.levels[-1].column < at:
            self.levels.append(_Level(at, False, self.row))
        if not self.levels[-1].first:
            self.levels[-1].first = name
        self._check_odd(line, end)
        return end

    def _check_name(self, name: str, at: int) -> None:
        odd = _ODD.search(name)
        if odd is not None:
            self._check_odd(self.lines[self.row], at + odd.start())
        if (dash := re.fullmatch(r"-+([A-Za-z_][\w-]*)", name)) and dash[1] in _NAMES:
            hint = f"- {dash[1]}: …"
            raise Slip(self.row, at, "a space is missing after the dash", hint)
        found = _NO_COLON_BEFORE.fullmatch(name) or _NO_SPACE.fullmatch(name)
        if found is not None and found[1] in _NAMES:
            raise self._no_key(self.row, at)

    def _no_key(self, row: int, at: int) -> Slip:
        text = self.lines[row][at:]
        if self.was_block:
            what = "this line belongs to no key, and is not indented as the text above it"
            return Slip(row, at, what, "indent all lines of the text alike, deeper than its key")
        if (found := _NO_SPACE.match(text)) is not None:
            return self._no_space(row, at, found[1], found[2])
        found = _NO_COLON_BEFORE.match(text) or _NO_COLON.match(text)
        if found is not None and found[1] in _NAMES:
            what = f"a colon is missing after `{found[1]}`"
            return Slip(row, at + len(found[1]), what, f"{found[1]}: {shown(found[2])}".rstrip())
        what = "this line is not a `key: value`, and not a part of the text above it"
        hint = "indent it deeper than the key of its text, or put all of the text in quotes"
        return Slip(row, at, what, hint)

    def _check_foreign(self, line: str, at: int) -> None:
        """What other languages have. Raises Slip."""
        comment = re.match(r"//|/\*|<!--|--(?=\s)|;", line[at:])
        if comment is not None:
            text = shown(line[at + comment.end() :].replace("*/", "").replace("-->", ""))
            raise Slip(self.row, at, f"`{comment[0]}` begins no comment", f"# {text}")
        if line.startswith("```", at):
            raise Slip(self.row, at, "this line belongs to no rule file", "delete it")

    def _no_space(self, row: int, at: int, name: str, value: str) -> Slip:
        column = at + len(name) + 1
        what = f"a space is missing after `{name}:`"
        if odd := _ODD.match(value):
            what = f"what looks like a space after `{name}:` is another sign (U+{ord(odd[0]):04X})"
            value = value.lstrip(odd[0])
        return Slip(row, column, what, f"{name}: {shown(value)}")

    # Values

    def _end(self, *, awaits: bool = False) -> None:
        self.row, self.awaits = self.row + 1, awaits
        self.text_of = self.bare = None

    def _value(self, line: str, at: int, parent: int) -> None:
        at = len(line) - len(line[at:].lstrip())
        self._check_odd(line, at) if at < len(line) else None
        at = after_properties(line, at)
        rest = line[at:]
        if not rest or rest[0] == "#":
            self._end(awaits=True)
        elif rest[0] in "\"'":
            begin = self.row, at
            self.row, at = quoted(self.lines, self.row, at, parent)
            check_after_quote(self.lines, begin, (self.row, at))
            self._end()
        elif rest[0] in "[{":
            self._brackets(line, at, parent)
        elif rest[0] in "|>":
            self._block_text(rest, at, parent)
        else:
            self._plain(line, at, parent)

    def _brackets(self, line: str, at: int, parent: int) -> None:
        check_first(line, self.row, at)
        self.row, end = Flow(self.lines, self.row, at, parent).end()
        rest = self.lines[self.row][end:].lstrip()
        column = len(self.lines[self.row]) - len(rest)
        if rest.rstrip() == ",":
            raise Slip(self.row, column, "a comma stands at the end of the line", "take it out")
        if rest[:1] in ("]", "}"):
            raise Slip(self.row, column, f"this `{rest[0]}` closes nothing", "take it out")
        if rest and not rest.startswith(("#", ":")):
            raise Slip(self.row, at, *needs_quotes(line[at], line[at:]))
        self._end()

    def _block_text(self, rest: str, at: int, parent: int) -> None:
        if _HEADER.match(rest) is None:
            hint = f"begin the text on the next line, deeper, or write {in_quotes(rest)}"
            raise Slip(self.row, at, f"behind `{rest[0]}` there may be no text", hint)
        self._end()
        self.block_of = parent

    def _plain(self, line: str, at: int, parent: int) -> None:
        check_first(line, self.row, at)
        text = re.split(r"\s#", line[at:], maxsplit=1)[0]
        if _DASH.match(text) is not None:
            hint = "begin the list on the next line, or write it in brackets: [one, two]"
            raise Slip(self.row, at, "a list does not begin on the line of its key", hint)
        if re.match(r"\?(?:\s|$)", text):
            raise _Unusual
        if (colon := _SECOND_COLON.search(text)) is not None:
            if (name := text[: colon.start()].strip()) in {*_NAMES, *WHEN}:
                what = f"`{name}:` stands in the line of another key"
                hint = f"put braces around it: {{{shown(text)}}}, or begin a new line"
                raise Slip(self.row, at, what, hint)
            straight = text.strip().strip(_CURLY)
            quotes = "straight quotes" if straight != text.strip() else "quotes"
            hint = f"put {quotes} around the text: {in_quotes(straight)}"
            raise Slip(self.row, at + colon.start(), "a second `: ` in this line", hint)
        self._end()
        self.text_of = parent
