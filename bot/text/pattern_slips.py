"""What is wrong with a regular expression, in an author's words; asked only when RE2 refuses it."""

from __future__ import annotations

import re
from typing import Final

_SYNTAX: Final = "see https://github.com/google/re2/wiki/Syntax"
_WAYS_OUT: Final = (
    (r"\(\?<?[=!]", "RE2 has no look-around: match the words themselves, or use `not:`"),
    (r"\\[1-9]|\(\?P=|\\k<|\\g", "RE2 has no back-references: write the text twice, or two rules"),
    (r"\(\?>|[*+?}]\+", "RE2 needs no possessive or atomic groups: it never backtracks"),
    (r"\\Z", r"write \z for the end of the text"),
)
_MESSAGES: Final = (
    (
        "missing ):",
        "a `(` is never closed",
        r"write `)` where it ends, or `\(` for the sign itself",
    ),
    ("unexpected ):", "a `)` closes nothing", r"take it out, or write `\)` for the sign itself"),
    (
        "missing ]:",
        "a `[` is never closed",
        r"write `]` where it ends, or `\[` for the sign itself",
    ),
    (
        "no argument for",
        "there is nothing before `{}` that it could repeat",
        r"write `.{}` or `\{}`",
    ),
    ("bad repetition", "`{}` repeats what is repeated already", "leave one sign"),
    (
        "invalid repetition size",
        "`{}` is not a number of times",
        "at most 1000, the smaller first: {{2,4}}",
    ),
    (
        "invalid named",
        "`{}` is not the name of a group",
        "letters, digits and _ without spaces: {name}",
    ),
    (
        "invalid escape",
        "`{}` has no meaning here",
        r"`\\` stands for a backslash; \d \w \s \b are known",
    ),
    (
        "trailing",
        "a backslash stands at the end",
        r"write `\\` for the sign itself, or take it out",
    ),
    (
        "invalid character class range",
        "`{}` is not a range of letters",
        "the first comes before: [a-z]",
    ),
    ("invalid perl operator", "RE2 does not know `{}`", _SYNTAX),
    ("too large", "the pattern is too large", "use several patterns, or smaller numbers of times"),
)


def explained(message: str, source: str) -> tuple[str, str, int]:
    """What is wrong, what to write, and where in the pattern, from 0, of what RE2 says."""
    _, _, piece = message.partition(": ")
    hint = next((hint for sign, hint in _WAYS_OUT if re.search(sign, source)), "")
    for begin, ours, instead in _MESSAGES:
        if message.startswith(begin.rstrip(":")) or begin in message:
            name = re.sub(r"\W+", "_", re.sub(r"^\(\?P?<|>.*", "", piece)).strip("_") or "name"
            fill = {"name": f"(?P<{name}>…)"}
            return (
                ours.format(piece),
                hint or instead.format(piece, piece, **fill) if "{" in instead else hint or instead,
                _offset(begin, source, piece),
            )
    return "it is not a regular expression", hint or _SYNTAX, 0


def _offset(begin: str, source: str, piece: str) -> int:
    if begin in ("missing ):", "unexpected ):"):
        return _unbalanced(source)
    if begin == "no argument for":
        found = re.search(rf"(?:^|[(|])({re.escape(piece)})", source)
        return found.start(1) if found is not None else 0
    return max(0, source.find(piece)) if piece else max(0, len(source) - 1)


def _unbalanced(source: str) -> int:
    """Of the bracket without a counterpart."""
    opened: list[int] = []
    for found in re.finditer(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()]", source, re.DOTALL):
        if found[0] == "(":
            opened.append(found.start())
        elif found[0] == ")":
            if not opened:
                return found.start()
            opened.pop()
    return opened[-1] if opened else 0
