"""What conditions take, as automata, against the matchers themselves on every short text."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from bot.authoring.proof.automaton import Unknown
from bot.authoring.proof.languages import Asks, Languages, Over
from bot.authoring.proof.search import And, Negated
from bot.model import Match
from bot.rules.matchers.base import MessageView, When
from tests.build import context, inbound, ruleset

WORDS = ("a", "b", "ab", "a'b", "1", "c", "👍", "👍🏽")
OF_WORDS = [" ".join(said) for size in range(4) for said in product(WORDS, repeat=size)]
OF_LETTERS = ["".join(signs) for size in range(6) for signs in product("aB' -", repeat=size)]

PHRASES = st.lists(st.sampled_from(["a", "b", "ab", "a'b", "1"]), min_size=1, max_size=2).map(
    " ".join
)
LISTED = st.lists(PHRASES, min_size=1, max_size=2)
FORMS = st.dictionaries(
    st.sampled_from(["any", "all", "none", "exact", "starts"]), LISTED, min_size=1, max_size=2
)
KEYWORDS = (LISTED | FORMS | st.just(["👍", "a 👍🏽"])).map(lambda value: {"keywords": value})
SAYS = st.sampled_from(
    [
        "a",
        "[a] b",
        "(a|b) 1",
        "a {x}",
        "* b *",
        "a {x:word} b",
        "<both> a",
        "[a [b]] 1",
        "* 👍",
        "👍 [a]",
    ]
).map(lambda value: {"says": value})
REGEX = st.sampled_from(
    [
        *("a", r"\ba\b", "^a", "a$", "ab?", r"a\s+b", "^[ab]+$", r"a.b", r"(?-i)a", "a|1", r"\d"),
        *(r"^\W*a\W*$", "a'?b", r"\bab\b"),
        {"pattern": "a b?", "whole": "true"},
        {"pattern": "aB", "ignore_case": "false"},
    ]
).map(lambda value: {"regex": value})


def combined(simple: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        simple,
        lambda inner: st.lists(inner, min_size=1, max_size=2).flatmap(
            lambda whens: st.sampled_from([{"any": whens}, {"all": whens}, {"not": whens[0]}])
        ),
        max_leaves=3,
    )


def read(*whens: Any) -> tuple[Languages, list[When]]:
    rules = [{"id": "abcdefgh"[n], "when": when, "silent": "yes"} for n, when in enumerate(whens)]
    lists = {"both": {"one": ["a", "a b"], "other": ["1"]}}
    rules_ = ruleset(json.dumps({"lists": lists, "rules": rules}, ensure_ascii=False)).rules
    return Languages(rules_, 10_000_000), [rule.when for rule in rules_]


def takes(when: When, text: str) -> bool:
    return isinstance(when.match(MessageView(inbound(text), context())), Match)


def agrees(one: Any, other: Any, texts: list[str], over: Over) -> None:
    """What only the first takes: the text that is found is one, and none is shorter."""
    languages, (first, second) = read(one, other)
    asks = Asks()
    formula = And(
        (
            languages.of_when(first, asks, at_most=True),
            Negated(languages.of_when(second, asks, at_most=False)),
        )
    )
    try:
        found = languages.shortest(formula, asks, over)
    except Unknown:
        event("unknown")
        assert over is Over.PLAIN_LETTERS
        assert "👍" in json.dumps((one, other), ensure_ascii=False)
        return
    size = len if over is not Over.WORDS else lambda text: len(text.split())
    known = {size(text) for text in texts if takes(first, text) and not takes(second, text)}
    event("none" if found is None else "found")
    if found is None:
        assert not known
    else:
        assert takes(first, found)
        assert not takes(second, found)
        assert size(found) <= min(known, default=99)


OF = {
    Over.WORDS: (combined(KEYWORDS | SAYS), OF_WORDS),
    Over.LETTERS: (combined(REGEX), OF_LETTERS),
    Over.PLAIN_LETTERS: (combined(KEYWORDS | SAYS | REGEX), OF_LETTERS),
}


@pytest.mark.parametrize("over", Over)
@settings(deadline=None, max_examples=10)
@given(st.data())
def test_short_texts(over: Over, data: st.DataObject) -> None:
    whens, texts = OF[over]
    agrees(data.draw(whens), data.draw(whens), texts[:150], over)


@pytest.mark.system
@pytest.mark.parametrize("over", Over)
@settings(deadline=None, max_examples=200)
@given(st.data())
def test_more_texts(over: Over, data: st.DataObject) -> None:
    whens, texts = OF[over]
    agrees(data.draw(whens), data.draw(whens), texts, over)


@pytest.mark.parametrize(
    ("one", "other", "text"),
    [
        ({"keywords": "refund"}, {"keywords": "other"}, "refund"),
        ({"regex": r"order\s+#?\d{4}\b"}, {"regex": r"\b\d{5}"}, "order 1111"),
        ({"says": "book {n:int} tables"}, {"keywords": "cancel"}, "book and tables"),
        ({"keywords": "my order"}, {"regex": "^my"}, " my order"),
        ({"keywords": {"exact": "niño"}}, {"regex": "nino"}, "niño"),
        ({"regex": "étage"}, {"keywords": "etage"}, "étage"),
        ({"keywords": "ﬁne"}, {"regex": "x"}, "fine"),
        ({"regex": "hours"}, {"regex": "hour"}, None),
        ({"regex": r"\bhours\b"}, {"keywords": "hours"}, "a'hours"),
        ({"keywords": "hours"}, {"regex": r"\bhours\b"}, None),
        ({"regex": r"hours"}, {"keywords": "hours"}, "ahours"),
        ({"keywords": "don't"}, {"regex": "don[`']t"}, None),
        ({"keywords": "a", "regex": "b"}, {"keywords": "a b"}, "b a"),
        ({"says": "hours {n:int}"}, {"says": "hours {n:int}"}, "hours and"),
    ],
)
def test_what_only_one_takes(one: Any, other: Any, text: str | None) -> None:
    languages, (first, second) = read(one, other)
    asks = Asks()
    wanted = languages.of_when(first, asks, at_most=True)
    excluded = languages.of_when(second, asks, at_most=False)
    assert languages.shortest(And((wanted, Negated(excluded))), asks) == text


def test_a_search_that_takes_too_long_ends() -> None:
    languages, (first, second) = read({"regex": r"(a|b).{14}c"}, {"regex": r"c.{14}(a|b).{3}z"})
    asks = Asks()
    formula = And(
        (
            languages.of_when(first, asks, at_most=True),
            Negated(languages.of_when(first, asks, at_most=False)),
            Negated(languages.of_when(second, asks, at_most=False)),
        )
    )
    with pytest.raises(Unknown):
        languages.shortest(formula, asks)
