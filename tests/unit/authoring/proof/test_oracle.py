"""Patterns held against each other by us and by `regexbench`, which decides it in its own way.

It reads Python's syntax and Unicode's classes: what is drawn means the same in both.
"""

from __future__ import annotations

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from bot.authoring.proof.languages import Asks, Over
from bot.authoring.proof.search import And, Negated
from tests.unit.authoring.proof.test_languages import read

pytestmark = pytest.mark.system
regexbench = pytest.importorskip("regexbench")

PARTS = st.sampled_from(["a", "b", "c", "1", " ", "[ab]", "[a-c1]", "order", r"\b", "(?:a|bc)"])
SOURCES = st.recursive(
    PARTS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,2}"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        ),
    ),
    max_leaves=5,
)


@settings(deadline=None, max_examples=150)
@given(SOURCES, SOURCES)
def test_what_only_one_pattern_finds(one: str, other: str) -> None:
    found = regexbench.equivalent(
        f"(?:{one})|(?:{other})", f"(?:{other})", semantics=regexbench.Semantics.SEARCH
    )
    assume(found.verdict in (regexbench.Verdict.EQUIVALENT, regexbench.Verdict.DIFFERENT))
    languages, (first, second) = read(
        *({"regex": {"pattern": source, "ignore_case": "false"}} for source in (one, other))
    )
    asks = Asks()
    wanted = languages.of_when(first, asks, at_most=True)
    excluded = languages.of_when(second, asks, at_most=False)
    text = languages.shortest(And((wanted, Negated(excluded))), asks, Over.LETTERS)
    event(str(found.verdict))
    assert (text is None) is (found.verdict is regexbench.Verdict.EQUIVALENT)
    assert text is None or len(text) == len(found.witness)
