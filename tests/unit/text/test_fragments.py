"""A piece stands wherever the pattern is found; the best one is taken."""

from __future__ import annotations

import re

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.text.fragments import fragments
from bot.text.pattern_set import PatternSet
from bot.text.patterns import Pattern

CASES: list[tuple[str, tuple[str, ...] | None]] = [
    (r"order\s+#?(?P<n>\d{4,8})", (r"order\s+\#\d\d\d\d", r"order\s+\d\d\d\d")),
    (r"you (\d{4,8}) (?:x.*us|him) too", (r"us\ too", r"him\ too")),
    (r"\b(?:i|we)\s*(?P<what>x\w+y)\b", (r"i\s*x", r"we\s*x")),
    (r"(?:in|at .+ on)  +noon", (r"in\ \ +noon", r"\ on\ \ +noon")),
    (r"(?:ab.+c){2}d", ("cab",)),
    (r"\bgift(?:s|ed|ing)?\b", ("gift",)),
    (r"^hi\s+(?:the\s+)?bozo$", (r"hi\s+the\s+bozo", r"hi\s+bozo")),
    (r"with (?:on|by|next) \w+day", (r"with\ on\ ", r"with\ by\ ", r"with\ next\ ")),
    (r"\$\s?\d+", (r"\$\s\d", r"\$\d")),
    (r"[a-f]\d{3}-", (r"[a-f]\d\d\d\-",)),
    (r"\w+@\w+", (r"\@",)),
    (r"(?i)^(hi|hey)\b", ("hi", "hey")),
    (r"(?-i:ABC)|xyz", ("abc", "xyz")),
    (r"(?:ab|cd)+x", ("abx", "cdx")),
    (r"colou?r", ("colour", "color")),
    ("é|É", ("é", "É")),
    (r"[^a]b[[:alpha:]]", ("b",)),
    (r"a{2}b{0}c", ("aa",)),
    (r"\QORDER.\E", None),
    (r".*", None),
    (r"a|b|", None),
    (r"(?:order)?", None),
    (r"(?:order){0,3}", None),
    (r"\pL{5}", None),
    (r"\W\S\D", None),
]


@pytest.mark.parametrize(("source", "expected"), CASES)
def test_the_pieces_of_a_pattern(source: str, expected: tuple[str, ...] | None) -> None:
    found = fragments(source)
    assert (found.sources if found is not None else None) == expected


atoms = st.sampled_from(
    [*"abcKs", r"\d", r"\s", r"\.", "[ab]", "[^a]", r"\w", ".", "é", r"\b", "{", "}", "2", " ", "-"]
)
signs = st.sampled_from("? * + {2} {1,3} {0,2} {3,} +?".split())
sources = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})"),
        st.tuples(
            inner, st.sampled_from(["?", "*", "+", "{2}", "{1,3}", "{0,2}", "{3,}", "+?"])
        ).map(lambda both: f"(?:{both[0]}){both[1]}"),
        inner.map(lambda one: f"(?i:{one})"),
    ),
    max_leaves=8,
)


def compiles(source: str) -> bool:
    try:
        re.compile(source)
        Pattern(source)
    except ValueError:
        return False
    return True


@settings(deadline=None, max_examples=300)
@given(sources.filter(compiles), st.data())
def test_where_a_pattern_is_found_so_is_one_of_its_pieces(source: str, data: st.DataObject) -> None:
    found = fragments(source)
    around = st.text("abcKkſ.2é -{}", max_size=3)
    text = data.draw(around) + data.draw(st.from_regex(source)) + data.draw(around)
    utf8 = text.encode("utf-8", "replace")
    is_found = Pattern(source).search(utf8) is not None
    if found is not None and is_found:
        for pieces in filter(None, (found.sources, found.beside)):
            assert any(re2.search(f"(?i:{piece})".encode(), utf8) for piece in pieces)
    numbers = PatternSet([(Pattern("zzz"), 1), (Pattern(source), 7)]).found(utf8)
    assert not is_found or 7 in {number for some in numbers for number in some}


@settings(deadline=None, max_examples=100)
@given(
    st.lists(st.tuples(sources.filter(compiles), st.booleans()), min_size=1, max_size=40),
    st.lists(st.text("abcKkſ.2é -{}", max_size=12), min_size=1, max_size=8),
)
def test_no_pattern_of_a_set_is_lost(patterns: list[tuple[str, bool]], texts: list[str]) -> None:
    compiled = [Pattern(source, ignore_case=case) for source, case in patterns]
    together = PatternSet((pattern, number) for number, pattern in enumerate(compiled))
    for utf8 in (text.encode() for text in texts):
        one_by_one = {n for n, pattern in enumerate(compiled) if pattern.search(utf8) is not None}
        assert one_by_one <= {number for numbers in together.found(utf8) for number in numbers}


@pytest.mark.parametrize("source", ["order", r"^[^a-z]{2,40}.{0,40}x$"])
@pytest.mark.parametrize("memory", [1 << 10, 1 << 14, 1 << 16])
def test_without_memory_all_patterns_may_be_found(source: str, memory: int) -> None:
    """Whether the automaton cannot be built, or gives up on a text."""
    patterns = [(Pattern(f"{source}{number}"), number) for number in range(100)]
    together = PatternSet(patterns, memory=memory)
    for text in (b"order42", b"!" * 30 + b"x42", bytes(range(32, 127)) * 20 + b"order42"):
        wanted = {number for pattern, number in patterns if pattern.search(text) is not None}
        assert wanted <= {number for numbers in together.found(text) for number in numbers}
