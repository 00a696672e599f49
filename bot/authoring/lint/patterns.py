"""Regexes that cost more, or mean less, than their author may think."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

import re2

from bot.authoring.lint.sources import Written, warning
from bot.errors import Place, Problem
from bot.rules.matchers.keywords import Keywords
from bot.rules.matchers.regex import Regex
from bot.rules.rule import Rule
from bot.text.patterns import Pattern, options

MOST_PATTERNS_WITHOUT_LITERAL: Final = 20
"""Of a rule set: each is tried on every message, a few microseconds each."""


def without_literal(rules: Iterable[Rule], written: Written) -> Iterator[Problem]:
    """Patterns that the index must try on each message: a few are fine, many are slow."""
    found = [
        (rule, pattern)
        for rule in rules
        if not all(isinstance(part, Keywords) for part in rule.when.walk())
        if (needs := rule.when.needs()) is not None
        for pattern in needs.patterns
        if _is_unfiltered(pattern.source, pattern.ignore_case)
    ]
    if len(found) <= MOST_PATTERNS_WITHOUT_LITERAL:
        return
    for rule, pattern in found:
        yield warning(
            _place_of_pattern(rule, pattern, written),
            "no-literal",
            f"no word is required, so it is tried on every message; {len(found)} are like that",
            "put a word or `keywords` beside it",
        )


@cache
def _is_unfiltered(source: str, ignore_case: bool) -> bool:
    """RE2 finds no text that a message must hold to match."""
    single = re2.Filter()
    single.Add(source.encode(), options(ignore_case=ignore_case))
    single.Compile()
    return bool(single.Match(b"", potential=True))


def _place_of_pattern(rule: Rule, pattern: Pattern, written: Written) -> Place:
    return written.place(rule, "when", lambda text: pattern.source in (text, rf"\A(?:{text})\z"))


_OTHER_LETTER: Final = r"(?![a-zA-Z])[^\W\d_]"


_ASCII_ONLY: Final = re.compile(
    rf"(?<!\\)(?:\\\\)*(?P<sign>\\[bw])(?:[*+?]|\{{[\d,]+\}})?[()]*(?P<letter>{_OTHER_LETTER})"
    rf"|(?P<before>{_OTHER_LETTER})[()]*(?P<after>\\[bw])"
)


def patterns(rule: Rule, written: Written) -> Iterator[Problem]:
    """A pattern that is found in any text, and one that takes é for no letter."""
    patterns = [
        (part, pattern)
        for part in rule.when.walk()
        if isinstance(part, Regex)
        for pattern in part.patterns
    ]
    for part, pattern in patterns:
        place = _place_of_pattern(rule, pattern, written)
        if part in rule.when.parts and pattern.search(b"") is not None and _is_open(pattern):
            yield warning(
                place,
                "matches-all",
                "the pattern is found in every message, even an empty one",
                "write `when: always`, or take a `*` or `?` away",
            )
        for hit in _ASCII_ONLY.finditer(pattern.source):
            sign, letter = hit["sign"] or hit["after"], hit["letter"] or hit["before"]
            way_out = r"\pL" if sign == r"\w" else r"(?:^|[^\pL]) or (?:[^\pL]|$)"
            yield warning(
                place,
                "ascii-only",
                f"`{sign}` knows only ASCII letters: `{letter}` beside it counts as none",
                f"write {way_out}, or use `keywords`",
            )


def _is_open(pattern: Pattern) -> bool:
    """Found in any text, since it is found in one that nobody had in mind."""
    return pattern.search("\u2603 zq\n7".encode()) is not None
