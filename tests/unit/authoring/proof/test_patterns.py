"""Automata of patterns against RE2 itself, text by text."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.authoring.proof.automaton import Found, Unknown
from bot.authoring.proof.letters import Letters
from bot.authoring.proof.pattern import tree_of
from bot.text.patterns import Pattern, PatternError
from bot.text.words import plain_signs

NAMED = "éσñ"
LETTERS = Letters(NAMED)
SIGNS = "aBk_1- \n'\u017f\u212aÉς日"
TEXTS = [
    "".join(signs)
    for size, of in ((0, ""), (1, SIGNS), (2, SIGNS), (3, "aB1 \n"))
    for signs in product(of, repeat=size)
]


def finds(found: Found, text: str) -> bool:
    state = found.start
    for sign in text:
        state = found.step(state, LETTERS.number.get(sign, len(LETTERS.signs) - 1))
    return found.accepts(state)[0]


def automaton(pattern: Pattern) -> Found:
    tree = tree_of(pattern.source, LETTERS, ignore_case=pattern.ignore_case)
    return Found(tree, LETTERS.kinds, anywhere=True, open_end=True)


@pytest.mark.parametrize(
    "source",
    [
        *("a", "ab|ba", "^a", "a$", r"\ba\b", r"(?m)^a$", r"(?s)a.b", "a.b", "^$", r"^\s*$"),
        *(r"[^ab]", r"[a-c]+1", r"\w\W", r"\d{2}", "a{0}b", "a{1,2}?b", "(?i)K", "(?-i)K", "s"),
        *("a(?-i:B)b", "a(?i:b)", "(a|)b", "(?:ab)*1", r"\x41", r"[\x41-\x43]", "[[:alpha:]]1"),
        *("é", "[éñ]", "[^é]a", "σ", r"a\b|\bb", r"^a|b$", r"\Aa\z", r"a??b", r"[]a]", r"[^]a]"),
        *("(?i)[^k]", "[S]", r"\s", r"(?U)a+b", "a-", "a'", r"\_", r"(?P<x>a)b", "(?<x>a)b"),
        *(r"\b", r"$", r"(?m)$\n", r"(?m)\n^", r"(^a)+", r"(\ba)+", r"[[:^digit:]]"),
    ],
)
@pytest.mark.parametrize("ignore_case", [True, False])
def test_a_pattern_finds_what_re2_finds(source: str, ignore_case: bool) -> None:
    pattern = Pattern(source, ignore_case=ignore_case)
    found = automaton(pattern)
    differ = [
        text
        for text in TEXTS
        if finds(found, text) is not (pattern.search(text.encode()) is not None)
    ]
    assert differ == []


PARTS = st.sampled_from(
    [
        *("a", "b", "k", "1", "-", " ", ".", r"\w", r"\d", r"\s", r"\b", "^", "$", "[ab]"),
        *("[^a]", "é", "", r"\W", "(?i)", "(?m)", "(?-i)", "(?s)"),
    ]
)
SOURCES = st.recursive(
    PARTS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{0,2}", "{1,}"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        ),
    ),
    max_leaves=8,
)


@settings(deadline=None, max_examples=60)
@given(SOURCES, st.booleans(), st.lists(st.text("abk1- \né", max_size=6), max_size=20))
def test_what_is_drawn_finds_what_re2_finds(source: str, whole: bool, texts: list[str]) -> None:
    try:
        pattern = Pattern(source, whole=whole)
    except PatternError:
        return
    found = automaton(pattern)
    for text in texts:
        assert finds(found, text) is (pattern.search(text.encode()) is not None), text


@pytest.mark.parametrize(
    "source",
    [
        r"\Qa.b\E",
        r"\Ba",
        r"\pL",
        r"[\x{e0}-\x{ff}]",
        "[à-ü]",
        "ж",
        r"\C",
        r"\xff",
        "(" * 300 + ")" * 300,
    ],
)
def test_what_is_not_understood_is_unknown(source: str) -> None:
    with pytest.raises(Unknown):
        automaton(Pattern(source))


def test_each_sign_is_what_it_is_to_the_matchers() -> None:
    assert all(plain_signs(sign) == sign for sign in LETTERS.signs)
    assert {sign for sign in LETTERS.signs if sign in "éÉσςΣñÑ"} == set("éÉσςΣñÑ")


def test_what_is_too_large_is_unknown() -> None:
    with pytest.raises(Unknown):
        automaton(Pattern("(?:[a-z]{9}|[0-9]{8}){60}" * 15))
