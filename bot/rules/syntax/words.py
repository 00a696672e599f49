"""What the library says of a file that is not YAML, in an author's words."""

from __future__ import annotations

from typing import Final

_QUOTES: Final = "put quotes around the text"
_LOOK: Final = "look at the indentation and the quotes of this line and the one above"

_WORDS: Final = (
    ("maximum nesting depth", "nested deeper than 50", "make it flatter"),
    ("escape", "a backslash sequence that double quotes do not know", "use single quotes: '\\d+'"),
    ("cannot start any token", "a text may not begin with this sign", _QUOTES),
    ("tab character", "a tab where spaces belong", "indent with spaces"),
    ("mapping values are not allowed", "a second `: ` in this line", _QUOTES),
    ("mapping keys are not allowed", "a text that begins with `? `", _QUOTES),
    ("block sequence entries", "a dash in the middle of a line", "begin the list on a new line"),
    ("alphabetic or numeric", "a text that begins with `*` or `&`", _QUOTES),
    ("unexpected ':'", "a colon without a space after it", "write a space after the colon"),
    ("',' or ']'", "the list in brackets is not closed, or lacks a comma", "[hours, open]"),
    ("',' or '}'", "the braces are not closed, or lack a comma", "{keywords: [hours, open]}"),
    ("node content", "something is missing here, a text or a closing bracket", "[hours, open]"),
    ("comment or line break", "behind `|` and `>` there may be no text", _QUOTES),
    ("indentation indicator", "behind `|` and `>` there may be no 0", "write `|` alone"),
    ("expected ':'", "a colon is missing after the key", "key: value"),
    ("'-' indicator", "a dash is missing, or the line is indented wrongly", _LOOK),
    ("document start", "there is something after the end of what the file holds", _LOOK),
    ("document indicator", "`---` or `...` in the middle of a text", _QUOTES),
    ("end of stream", "a quote is never closed", "close it"),
    ("tag", "a text that begins with `!`", _QUOTES),
    ("'!'", "a text that begins with `!`", _QUOTES),
    ("'>'", "a text that begins with `!`", _QUOTES),
    ("directive", "a line that begins with `%`", _QUOTES),
    ("version", "a line that begins with `%`", _QUOTES),
    ("incompatible", "a line that begins with `%`", _QUOTES),
)


def in_our_words(problem: str) -> tuple[str, str]:
    """What is wrong, and what to do, of a `problem` of libyaml."""
    for part, what, hint in _WORDS:
        if part in problem:
            return what, hint
    return "the line does not fit what stands above it", _LOOK
