"""What a matcher says it needs must be there wherever it matches, else the index loses rules."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Match
from bot.rules.matchers import read_when
from bot.rules.matchers.base import MessageView, Sheet, When
from bot.rules.problems import Problems
from bot.rules.yaml import read_yaml
from tests.build import context, inbound

WORDS = """
    hours hour horus house order odrer stop help table for book the dt downtown 5 24ans 3/4 friday
    17:30 5pm 555-555-0123 a@b.io ａ＠b.io ５ 👍 👍🏽 café don’t
""".split()
SENTENCES = [
    *(
        "[please] book {n:int}",
        "* <shop> *",
        "(hours|order [the]) *",
        "{x} stop",
        "[help] {m:email}",
    ),
    *("{d:date}", "* {t:time} *", "{p:phone}", "👍 *", "<shop> (a|b|{x})"),
]
SHEET = Sheet(lists={"shop": {"downtown": ("downtown", "dt", "the house")}})

texts = st.lists(st.sampled_from([*WORDS, "x", "?"]), max_size=6).map(" ".join) | st.text(
    max_size=12
)
phrases = st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(" ".join)
keywords = st.dictionaries(
    st.sampled_from(["any", "all", "none", "exact", "starts"]),
    st.lists(phrases, min_size=1, max_size=3),
    min_size=1,
    max_size=2,
).flatmap(lambda forms: st.sampled_from("012").map(lambda typos: {**forms, "typos": typos}))
leaf: st.SearchStrategy[dict[str, Any]] = st.one_of(
    keywords.map(lambda forms: {"keywords": forms}),
    st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=2).map(lambda s: {"says": s}),
    st.sampled_from(["number", "date", "time", "phone", "email"]).map(lambda key: {key: "true"}),
    st.sampled_from(["stop", "5", "(?P<a>h)", "@"]).map(lambda source: {"regex": source}),
    st.just({"during": "Thu"}),
    st.just({"expr": "message.text | length > 5"}),
)
whens: st.SearchStrategy[dict[str, Any]] = st.recursive(
    leaf,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.tuples(leaf, inner).map(lambda both: {**both[0], "not": both[1]}),
    ),
    max_leaves=3,
)


def read(condition: dict[str, Any]) -> When:
    problems = Problems()
    node = read_yaml("when.yaml", json.dumps(condition, ensure_ascii=False), problems)
    assert node is not None
    when = read_when(node, problems, SHEET)
    assert problems.errors == []
    return when


@pytest.mark.system
@settings(deadline=None, max_examples=300)
@given(whens, st.lists(texts, min_size=1, max_size=8))
def test_a_condition_whose_needs_are_not_met_does_not_hold(
    condition: dict[str, Any], said: list[str]
) -> None:
    when = read(condition)
    needs = when.needs()
    for text in said:
        seen = MessageView(inbound(text), context())
        result = when.match(seen)
        if isinstance(result, Match):
            assert needs is None or needs.are_met(seen)
            assert result.captures.keys() <= when.captures()
