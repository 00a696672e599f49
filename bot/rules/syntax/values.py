"""Values of a file that is not YAML: texts in quotes, lists and mappings in brackets."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from bot.rules.syntax.slips import Lines, Slip, begins_entry, in_quotes, shown

_CLOSES: Final = {"[": "]", "{": "}"}
_ESCAPE: Final = re.compile(
    r'\\(?:[0abt\tnvfre "/\\N_LP]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|$)'
)
_ALIAS: Final = re.compile(r"\*[\w-]+(?=[\s,\]}]|$)")
_PROPERTY: Final = re.compile(r"&[\w-]+|!\S*?(?=[\s,\[\]{}]|$)")
_PLAIN: Final = re.compile(r"(?:(?!\s#)(?!:(?:[\s,\[\]{}]|$))[^,\[\]{}])+")
_REST_OF_TEXT: Final = re.compile(r"(?:(?!\s#)[^,\]}])*")


def quoted(lines: Lines, line: int, column: int, parent: int) -> tuple[int, int]:
    """Where a text in quotes ends, of an entry that begins in the column `parent`. Raises Slip."""
    quote, row, at = lines[line][column], line, column + 1
    while row < len(lines) and not (row > line and begins_entry(lines[row], parent)):
        text = lines[row]
        while at < len(text):
            if quote == '"' and text[at] == "\\":
                _check_escape(text, row, at)
                at += 2
            elif text[at] != quote:
                at += 1
            elif quote == "'" and text[at + 1 : at + 2] == "'":
                at += 2
            else:
                return row, at + 1
        row, at = row + 1, 0
    raise unclosed(line, column, lines)


def unclosed(line: int, column: int, lines: Lines) -> Slip:
    quote = lines[line][column]
    text = shown(lines[line][column + 1 :]).rstrip("]}").rstrip("\"'")
    hint = f"write {quote} at its end too: {quote}{text}{quote}"
    return Slip(line, column, f"the quote {quote} that opens here is never closed", hint)


def _check_escape(text: str, row: int, at: int) -> None:
    if _ESCAPE.match(text, at) is None or text[at + 1 : at + 3].lower() in ("ud",):
        sequence = text[at : at + 2]
        what = f"`{sequence}` is not a sign that double quotes know"
        raise Slip(row, at, what, f"put single quotes around the text: '…{sequence}…'")


def check_after_quote(lines: Lines, begin: tuple[int, int], end: tuple[int, int]) -> None:
    """Nothing of the text may stand behind the quote that closes it. Raises Slip."""
    row, at = end
    rest = lines[row][at:]
    if not rest.strip() or re.match(r"\s+#|\s*:(?:\s|$)|\s*[,\]}]", rest):
        return
    if row > begin[0]:
        raise unclosed(*begin, lines)
    quote, text = lines[row][at - 1], lines[row][begin[1] + 1 :]
    if quote == "'":
        whole = re.split(r"'\s*(?:[,\]}]|$)", text)[0]
        hint = f"put double quotes around the text: {in_quotes(whole)}"
        raise Slip(row, at - 1, "this apostrophe ends the text, for it is its closing quote", hint)
    hint = r"write \" for a quote within the text, or put single quotes around the whole"
    raise Slip(row, at - 1, f"this quote ends the text, but `{shown(rest)}` comes after it", hint)


def check_first(text: str, line: int, column: int, *, in_brackets: bool = False) -> None:
    """A plain text may not begin with every sign. Raises Slip."""
    rest = _text_of(text[column:]) if in_brackets and text[column] not in "{[" else text[column:]
    sign = rest[:1]
    is_template = rest.startswith(("{{", "{%", "{#"))
    is_alias = sign == "*" and _ALIAS.match(rest) is None
    if sign in "@`%" or is_template or is_alias or (sign == "&" and not _PROPERTY.match(rest)):
        begins = rest[:2] if is_template else sign
        raise Slip(line, column, *needs_quotes(begins, rest))


def needs_quotes(begins: str, text: str) -> tuple[str, str]:
    hint = f"put quotes around the text: {in_quotes(_without_comment(text))}"
    begins = "a backtick" if begins == "`" else f"`{begins}`"
    return f"a text that begins with {begins} needs quotes around it", hint


def _without_comment(text: str) -> str:
    return re.split(r"\s#", text, maxsplit=1)[0]


def after_properties(text: str, column: int) -> int:
    """Where the value itself begins: after an anchor or a tag."""
    while (found := _PROPERTY.match(text, column)) is not None:
        column = found.end() + len(text[found.end() :]) - len(text[found.end() :].lstrip())
    return column


@dataclass
class Flow:
    """Goes through what stands between brackets."""

    lines: Lines
    row: int
    at: int
    parent: int
    """The column in which the entry begins that it is the value of."""
    opened: list[tuple[str, int, int, bool]] = field(default_factory=list)
    before: str = "open"
    """What came last: open, comma, colon, value, text."""
    has_colon: bool = False
    """Of the entry that we are in."""
    last: tuple[int, int, str] = (0, 0, "")
    """The last text: where it ends, and itself."""

    def end(self) -> tuple[int, int]:
        """Where the outermost bracket is closed. Raises Slip."""
        while True:
            text = self.lines[self.row]
            if self.at >= len(text):
                self._next_line()
            elif text[self.at].isspace():
                self.at += 1
            elif text[self.at] in "]}":
                self._close(text[self.at])
                if not self.opened:
                    return self.row, self.at
            else:
                self._token(text, text[self.at])

    def _next_line(self) -> None:
        self.row, self.at = self.row + 1, 0
        if self.row >= len(self.lines) or begins_entry(self.lines[self.row], self.parent):
            bracket, line, column, _ = self.opened[-1]
            closing = _CLOSES[bracket]
            what = f"the `{bracket}` that opens here is never closed"
            raise Slip(line, column, what, f"write `{closing}` where it ends")

    def _token(self, text: str, sign: str) -> None:
        if sign == "#":
            self._comment(text)
        elif sign == ",":
            self._comma()
        elif sign in "[{":
            check_first(text, self.row, self.at)
            self._check_apart(sign)
            self.opened.append((sign, self.row, self.at, self.has_colon))
            self.before, self.has_colon, self.at = "open", False, self.at + 1
        elif sign in "\"'":
            self._quoted()
        elif sign == ":" and re.match(r":(?:[\s,\[\]{}]|$)", text[self.at :]):
            self._colon(text)
        else:
            self._plain(text)

    def _close(self, sign: str) -> None:
        bracket, line, column, had_colon = self.opened[-1]
        if sign not in [_CLOSES[outer[0]] for outer in self.opened]:
            raise Slip(self.row, self.at, f"this `{sign}` closes nothing", "take it out")
        if sign != _CLOSES[bracket]:
            where = f"in column {column + 1}" if line == self.row else f"in line {line + 1}"
            what = f"the `{bracket}` {where} is not closed before this `{sign}`"
            raise Slip(self.row, self.at, what, f"write `{_CLOSES[bracket]}` before it")
        self.opened.pop()
        self.before, self.has_colon, self.at = "value", had_colon, self.at + 1

    def _comment(self, text: str) -> None:
        rest = text[self.at :]
        if re.match(r"#[^\s#]", rest) or re.search(r"[\]}]", rest):
            found = _REST_OF_TEXT.match(rest)
            what = "`#` begins a comment here, so what follows it is lost"
            hint = f"put quotes around the text: {in_quotes(found[0] if found else rest)}"
            raise Slip(self.row, self.at, what, hint)
        self.at = len(text)

    def _comma(self) -> None:
        if self.before in ("open", "comma"):
            raise Slip(self.row, self.at, "there is nothing before this comma", "take it out")
        self.before, self.has_colon, self.at = "comma", False, self.at + 1

    def _colon(self, text: str) -> None:
        following = text[self.at + 1 : self.at + 2]
        name = self.last[2]
        if self.has_colon:
            self._second_colon(text)
        if following in ("[", "{") and self.before == "text":
            what = f"a space is missing after `{shown(name)}:`"
            raise Slip(self.row, self.at, what, f"{shown(name)}: {following}…")
        self.before, self.has_colon, self.at = "colon", True, self.at + 1

    def _second_colon(self, line: str) -> None:
        text = self.last[2]
        words = text.split()
        if len(words) > 1 and re.fullmatch(r"[a-z_]+", words[-1]):
            column = self.at - len(words[-1])
            hint = f"{shown(' '.join(words[:-1]))}, {words[-1]}: …"
            raise Slip(self.row, column, f"a comma is missing before `{words[-1]}:`", hint)
        hint = f"put quotes around the text: {in_quotes(text + _text_of(line[self.at :]))}"
        raise Slip(self.row, self.at, "a second `: ` within one entry", hint)

    def _quoted(self) -> None:
        self._check_apart(_text_of(self.lines[self.row][self.at :]))
        begin = self.row, self.at
        self.row, self.at = quoted(self.lines, self.row, self.at, self.parent)
        rest = self.lines[self.row][self.at : self.at + 1]
        if rest and rest not in " \t,]}:":
            check_after_quote(self.lines, begin, (self.row, self.at))
        same_line = begin[0] == self.row
        text = self.lines[begin[0]][begin[1] : self.at if same_line else None]
        self.last = self.row, self.at, text
        self.before = "value"

    def _plain(self, text: str) -> None:
        check_first(text, self.row, self.at, in_brackets=True)
        rest = text[self.at :]
        if rest[0] in "|>":
            raise Slip(self.row, self.at, *needs_quotes(rest[0], _text_of(rest)))
        if re.match(r"-(?:[\s,\]}]|$)", rest):
            hint = "take the dash away, or put quotes around it"
            raise Slip(self.row, self.at, "a dash within brackets begins no entry", hint)
        if (found := _PROPERTY.match(text, self.at)) is not None and found.end() > self.at:
            self.at = found.end()
            return
        if self.before == "value":
            self._check_apart(rest.partition(":")[0])
        found = _PLAIN.match(text, self.at)
        end = found.end() if found else self.at + 1
        self.last = self.row, end, text[self.at : end]
        self.before, self.at = "text", end

    def _check_apart(self, what: str) -> None:
        """Two values need a comma between them, a key and its value a colon. Raises Slip."""
        if self.before not in ("value", "text"):
            return
        row, end, text = self.last
        if self.before == "text" and self.opened[-1][0] == "{" and not self.has_colon:
            name = shown(text)
            column = end - len(text) + len(text.rstrip())
            hint = f"{name}: {shown(what)}…"
            raise Slip(row, column, f"a colon is missing after `{name}`", hint)
        if self.before == "text" and self.has_colon and what[0] in "[{" and row == self.row:
            whole = text + self.lines[row][end:].rpartition("}")[0]
            what = f"a text that holds `{what[0]}` needs quotes around it"
            raise Slip(
                row, end - len(text), what, f"put quotes around the text: {in_quotes(whole)}"
            )
        if self.before == "text" and what[0] in "\"'":
            hint = f"put all of it in quotes, or a comma after `{shown(text)}`"
            raise Slip(self.row, self.at, "a quote in the middle of a text", hint)
        what = shown(what)
        raise Slip(self.row, self.at, f"a comma is missing before `{what}`", f", {what}")


def _text_of(rest: str) -> str:
    found = _REST_OF_TEXT.match(rest)
    return found[0] if found else rest
