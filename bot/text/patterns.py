"""Regular expressions of rule files: RE2, whose time is linear in the text.

Syntax: https://github.com/google/re2/wiki/Syntax. Look-around and back-references are not in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any, Final

import re2

from bot.text.late import late
from bot.text.pattern_slips import explained

LONGEST: Final = 4_000
"""Characters of one pattern."""

# A named group, after stepping over what only looks like one: quoted text, escapes, classes.
_NAMED_GROUP: Final = late(
    r"(?s)\\Q.*?(?:\\E|$)|\\.|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]|\(\?P?<(\w+)>"
)


class PatternError(ValueError):
    """A pattern that RE2 does not take; `hint` says what to write instead."""

    def __init__(self, message: str, hint: str, offset: int = 0) -> None:
        super().__init__(message)
        self.hint = hint
        self.offset = offset
        """Where in the pattern, from 0."""


class Pattern:
    """A compiled pattern; texts go in as UTF-8, since RE2 works on bytes."""

    __slots__ = ("_compiled", "groups", "ignore_case", "inner", "source")

    def __init__(self, source: str, *, ignore_case: bool = True, whole: bool = False) -> None:
        """Raises PatternError."""
        if len(source) > LONGEST:
            raise PatternError(f"longer than {LONGEST} characters", "use several patterns")
        self.inner: Final = source
        """As it was given; `source` may cover the whole text."""
        self.source: Final = rf"\A(?:{source})\z" if whole else source
        self.ignore_case: Final = ignore_case
        try:
            re2.compile(source.encode(), options(ignore_case=ignore_case))
            self._compiled: Any = re2.compile(
                self.source.encode(), options(ignore_case=ignore_case)
            )
        except re2.error as error:
            raise PatternError(*explained(_words(error), source)) from None
        except UnicodeEncodeError:
            raise PatternError("contains a character that cannot be stored", "delete it") from None
        names = [found[1] for found in _NAMED_GROUP.finditer(source) if found[1]]
        if twice := next((name for name in names if names.count(name) > 1), None):
            # RE2 takes it and gives the first group only, https://github.com/google/re2/issues/393
            raise PatternError(f"the group `{twice}` occurs twice", "give it two names")
        self.groups: Final[tuple[str, ...]] = tuple(
            name.decode() if isinstance(name, bytes) else name for name in self._compiled.groupindex
        )

    @property
    def sure_groups(self) -> Set[str]:
        """Named groups that take part in each match."""
        return sure_groups(self.source)

    def is_same_as(self, other: Pattern) -> bool:
        return (self.source, self.ignore_case) == (other.source, other.ignore_case)

    def search(self, utf8: bytes, written: str | None = None) -> Mapping[str, str] | None:
        """The named groups that took part, or None where the pattern is not found.

        Where `utf8` is a copy with as many characters, groups are cut from the text as `written`.
        """
        found = self._compiled.search(utf8)
        if found is None:
            return None
        if not self.groups:
            return {}
        if written is not None:
            return {
                _str(name): _cut(written, utf8, found.span(group))
                for name, group in self._compiled.groupindex.items()
                if found.group(group) is not None
            }
        return {
            _str(name): value.decode("utf-8", "replace")
            for name, value in found.groupdict().items()
            if value is not None
        }


def _cut(written: str, utf8: bytes, span: tuple[int, int]) -> str:
    """What stands in a text where these bytes stand in its copy."""
    begin, end = (len(utf8[:at].decode("utf-8", "replace")) for at in span)
    return written[begin:end]


def options(*, ignore_case: bool) -> Any:
    chosen = re2.Options()
    chosen.case_sensitive = not ignore_case
    chosen.log_errors = False
    return chosen


def _str(name: str | bytes) -> str:
    return name.decode() if isinstance(name, bytes) else name


def _words(error: re2.error) -> str:
    [first] = error.args[:1] or ("not a regular expression",)
    return first.decode("utf-8", "replace") if isinstance(first, bytes) else str(first)


_PIECE: Final = late(
    r"(?s)\\Q.*?(?:\\E|$)|\\.|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]"
    r"|(?P<flags>\(\?[imsU-]+\))|(?P<open>\((?:\?P?<(?P<name>\w+)>|\?[imsU-]*:)?)"
    r"|(?P<close>\))|(?P<bar>\|)|(?P<some>\+|\{[1-9]\d*(?:,\d*)?\})|(?P<none>[*?]|\{0?,?\d*\})|."
)


@dataclass(slots=True)
class _Group:
    name: str | None
    inside: set[str]
    unsure: set[str]
    has_alternatives: bool = False


def sure_groups(source: str) -> Set[str]:
    """Named groups of a pattern that take part in each of its matches.

    >>> sorted(sure_groups(r"(?P<a>x)(?P<b>y)?(?:(?P<c>z)|w)"))
    ['a']
    """
    stack = [_Group(None, set(), set())]
    last: set[str] = set()
    for piece in _PIECE.finditer(source):
        if piece["open"]:
            stack.append(_Group(piece["name"], set(), set()))
        elif piece["close"] and len(stack) > 1:
            closed = stack.pop()
            last = closed.inside | ({closed.name} if closed.name else set())
            stack[-1].inside |= last
            stack[-1].unsure |= closed.inside if closed.has_alternatives else closed.unsure
            continue
        elif piece["bar"]:
            stack[-1].has_alternatives = True
        elif piece["none"]:
            stack[-1].unsure |= last
        last = set()
    whole = stack[0]
    return whole.inside - (whole.inside if whole.has_alternatives else whole.unsure)
