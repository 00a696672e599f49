"""Where one condition covers another, no message is taken by the other alone."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from bot.authoring.lint.reachability import Earlier
from bot.model import Context, InboundMessage, LongcodeId, Match, RuleId
from bot.rules.matchers.base import MessageView, When
from bot.rules.matchers.covering import case_covers, contradiction, covers, is_void
from bot.rules.rule import Rule
from tests.build import inbound, ruleset

WORDS = (
    "hours",
    "horus",
    "hourss",
    "open",
    "now",
    "yes",
    "no",
    "👍",
    "👍🏽",
    "stop",
    "table",
    "book",
)
PHRASES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
LISTED = st.lists(PHRASES, min_size=1, max_size=3)
VALUES = st.sampled_from(["5", "05", "5.0", "7", "spring", "Spring", "spring sale", "2026-01-15"])
NUMBERS = st.sampled_from(["4", "5", "5.0", "6", "7"])
DAYS = st.sampled_from(["today", "tomorrow", "2026-01-16", "2026-01-20", "friday"])
TIMES = st.sampled_from(["09:00", "10:00", "5pm", "22:00"])
HOURS = st.sampled_from(
    [
        *("Mon-Fri 09:00-17:00", "Thu 10:00-12:00", "Mon-Thu 09:00-18:00", "10:00-12:00", "shop"),
        *("Fri,Thu 22:00-02:00", "Thu"),
    ]
)
SIGNS = ("eq", "gt", "gte", "lt", "lte")


def compared(values: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return st.dictionaries(st.sampled_from(SIGNS), values, min_size=1, max_size=2)


CONDITIONS: st.SearchStrategy[Any] = st.recursive(
    VALUES
    | st.lists(VALUES, min_size=1, max_size=3)
    | compared(NUMBERS)
    | st.fixed_dictionaries({"between": st.sampled_from([["5", "7"], ["4", "6"]])})
    | st.dictionaries(st.sampled_from(["starts", "contains", "regex"]), VALUES, min_size=1)
    | st.fixed_dictionaries({"exists": st.sampled_from(["true", "false"])}),
    lambda inner: st.fixed_dictionaries({"not": inner}),
    max_leaves=2,
)
NAMED = st.dictionaries(st.sampled_from(["x", "y"]), CONDITIONS, min_size=1)
FORMS = st.dictionaries(
    st.sampled_from(["any", "all", "none", "exact", "starts"]), LISTED, min_size=1, max_size=2
)
KEYS: dict[str, st.SearchStrategy[Any]] = {
    "keywords": LISTED
    | FORMS
    | FORMS.flatmap(lambda forms: st.sampled_from([{**forms, "typos": n} for n in (1, 2)])),
    "regex": st.sampled_from(
        ["hours", {"pattern": "hours", "whole": "true"}, ["hours", "open"], r"hours( now)?", "open"]
    ),
    "says": st.sampled_from(
        ["hours", ["hours", "open now"], "[open] hours {x}", "book a table for {n:int}", "* open"]
    ),
    "tags": NAMED,
    "contact": NAMED,
    "conversation": NAMED,
    "media": st.sampled_from(["true", "false", "image", "file"]),
    "from": st.sampled_from(["+1", "+1555", ["+1555", "+44"], "+44"]),
    "to": st.sampled_from(["+1", "+1800", "123", ["123", "+1800"], ["123", "124"]]),
    "number": st.just("true") | compared(NUMBERS),
    "date": st.just("true") | compared(DAYS) | st.just({"during": "shop"}),
    "time": st.just("true")
    | compared(TIMES)
    | st.sampled_from([{"between": ["22:00", "02:00"]}, {"between": ["09:00", "17:00"]}]),
    "phone": st.sampled_from(["true", {"eq": "+15555550123"}]),
    "email": st.sampled_from(["true", {"eq": "A@example.com"}, {"eq": "a@example.com"}]),
    "answer": st.sampled_from(["yes", "no", ["yes", "no"]]),
    "during": HOURS | st.lists(HOURS, min_size=1, max_size=2),
    "outside": HOURS | st.lists(HOURS, min_size=1, max_size=2),
    "state": st.sampled_from(["s", "none", ["s", "t"]]),
    "in_reply_to": st.sampled_from(["a", "b", ["a", "b"]]),
    "count": compared(st.sampled_from(["1", "2", "3"])).map(
        lambda bounds: {"of": "received", "per": "1h", **bounds}
    ),
    "expr": st.sampled_from(["tags.x == '5'", "now.hour < 12"]),
}
SIMPLE = st.sampled_from(sorted(KEYS)).flatmap(
    lambda key: KEYS[key].map(lambda value: {key: value})
)
WHENS: st.SearchStrategy[Any] = st.recursive(
    SIMPLE | st.tuples(SIMPLE, SIMPLE).map(lambda two: {**two[0], **two[1]}),
    lambda inner: st.lists(inner, min_size=1, max_size=3).flatmap(
        lambda whens: st.sampled_from([{"any": whens}, {"all": whens}, {"not": whens[0]}])
    ),
    max_leaves=4,
)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Any, Any]:
    """Of one kind or another; often the second is a narrower first."""
    key = draw(st.sampled_from(sorted(KEYS)))
    alike = draw(KEYS[key]), draw(KEYS[key])
    whens = draw(
        st.sampled_from([({key: alike[0]}, {key: alike[1]}), (draw(WHENS), {key: alike[0]})])
    )
    one, other = whens
    pair: tuple[Any, Any] = draw(
        st.sampled_from(
            [
                (one, other),
                (one, {"all": [other, one]}),
                ({"any": [other, one]}, one),
                ({"not": one}, {"not": other}),
                ({"not": {"all": [one, other]}}, {"not": one}),
            ]
        )
    )
    return pair


TEXTS = st.lists(
    st.sampled_from(
        [
            *(*WORDS, "a", "for", "hous", "5", "7", "2026-01-16", "tomorrow", "5pm", "10:30"),
            *("555-555-0123", "a@example.com", "A@example.com", "ok", "?"),
        ]
    ),
    max_size=6,
).map(" ".join)
STORED = st.dictionaries(st.sampled_from(["x", "y"]), VALUES, max_size=2)


@st.composite
def messages(draw: st.DrawFn) -> tuple[InboundMessage, Context]:
    at = datetime(2026, 1, 12, tzinfo=UTC) + timedelta(minutes=30 * draw(st.integers(0, 240)))
    media = draw(st.sampled_from([None, None, "https://x.example/a.jpg", "https://x.example/a"]))
    message = inbound(
        draw(TEXTS),
        sender=draw(st.sampled_from(["+15555550123", "+442079460958", "+12125550123"])),
        tags=draw(STORED),
        media_url=media,
        received_at=at,
    )
    earlier = draw(st.integers(0, 3))
    context = Context(
        now=at,
        contact=draw(STORED),
        values=draw(STORED),
        longcode_id=draw(st.sampled_from([None, LongcodeId(123), LongcodeId(124)])),
        state=draw(st.sampled_from([None, "s", "t"])),
        answered_rule=draw(st.sampled_from([None, RuleId("a"), RuleId("b")])),
        received_at=tuple(at - timedelta(minutes=10 * n) for n in range(1, earlier + 1)),
    )
    return message, context


def read(*whens: Any) -> tuple[Rule, ...]:
    rules = [{"id": "abcdefgh"[n], "when": when, "silent": "yes"} for n, when in enumerate(whens)]
    calendars = {"shop": {"hours": ["Mon-Fri 10:00-12:00"], "except": ["2026-01-16"]}}
    text = json.dumps({"calendars": calendars, "rules": rules}, ensure_ascii=False)
    return ruleset(text).rules


def takes(when: When, message: InboundMessage, context: Context) -> bool:
    return isinstance(when.match(MessageView(message, context)), Match)


@pytest.mark.system
@settings(deadline=None, max_examples=400)
@given(pairs(), st.lists(messages(), min_size=8, max_size=8))
def test_no_message_is_taken_by_what_is_covered_alone(
    pair: tuple[Any, Any], seen: list[tuple[InboundMessage, Context]]
) -> None:
    one, other = (rule.when for rule in read(*pair))
    if one.covers(other):
        event("covers")
        for message, context in seen:
            assert takes(one, message, context) or not takes(other, message, context)
    if all(is_void((*a, *b)) for a in one.cases() for b in other.cases()):
        event("exclude each other")
        assert not any(takes(one, *message) and takes(other, *message) for message in seen)
    if len(other.parts) == len(one.parts) == 1 and other.parts[0].is_left_by((one.parts[0],)):
        event("halves")
        assert all(takes(one, *message) or takes(other, *message) for message in seen)
    for case in other.cases():
        if contradiction(case) is not None and len(other.cases()) == 1:
            event("contradicts itself")
            assert not any(takes(other, *message) for message in seen)


@pytest.mark.system
@settings(deadline=None, max_examples=200)
@given(pairs())
def test_what_covers_is_found_by_its_marks(pair: tuple[Any, Any]) -> None:
    one, other = (rule.when for rule in read(*pair))
    for case in one.cases():
        assert all(claim.marks() for claim in case)
        marks = {mark for claim in case for mark in claim.marks()}
        for their in other.cases():
            if case_covers(case, their):
                assert marks <= {mark for claim in their for mark in claim.marks()}


@pytest.mark.system
@settings(deadline=None, max_examples=100)
@given(st.lists(SIMPLE, min_size=2, max_size=6))
def test_the_rules_before_are_found_as_if_each_was_asked(whens: list[Any]) -> None:
    earlier = Earlier()
    before: list[When] = []
    for rule in read(*whens, "always", "always")[:-2]:
        for case in rule.when.cases():
            found = earlier.taker(case, rule) is not None
            assert found is any(covers(when.cases(), [case]) for when in before)
        earlier.add(rule, rule.when.cases())
        before.append(rule.when)
