"""What matchers say that their captures may be."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules.matchers.finder import SOME_DAY
from bot.rules.matchers.number import Number
from bot.rules.matchers.samples import FREE, Samples, either
from tests.build import ruleset

RULES = """
lists: {{shop: {{downtown: [dt], airport: [air, apt]}}}}
calendars: {{open: {{hours: "Mon-Fri 09:00-17:00"}}}}
rules: [{{id: a, when: {when}, reply: x}}]
"""


def samples(when: str) -> dict[str, Samples]:
    [rule] = ruleset(RULES.format(when=when)).rules
    return dict(either(part.samples() for part in rule.when.parts))


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("{keywords: [a]}", {}),
        (r"{regex: 'no (?P<n>\d{2,3})'}", {"n": Samples(("888", "88"))}),
        (r"{regex: ['(?P<n>\d\d)', '(?P<n>x)']}", {"n": Samples(("88", "x"))}),
        (r"{regex: '(?P<n>\w+)'}", {"n": Samples(("mmmmmm", "m"), is_bounded=False)}),
        (r"{regex: '\Q.\E(?P<n>a)'}", {"n": FREE}),
        ('{says: "go to <shop>"}', {"shop": Samples(("downtown", "airport"))}),
        ('{says: "my name is {name}"}', {"name": FREE}),
        ('{says: "my name is {name:word}"}', {"name": FREE}),
        ("{email: true}", {"email": Samples(("anna@example.com",), is_bounded=False)}),
        ("{number: {as: n, between: [3, 3]}}", {"n": Samples((3,))}),
        ("{number: {as: n, eq: 77}}", {"n": Samples((77,))}),
        ('{time: {as: t, between: ["23:15", "23:30"]}}', {"t": Samples(("23:30", "23:15"))}),
        (
            "{tags: {plan: [free, paid], age: {gte: 18}}}",
            {"tags.plan": Samples(("free", "paid"))},
        ),
        (
            "{any: [{tags: {plan: free}}, {contact: {vip: yes}}, {number: {as: n, eq: 5}}]}",
            {"n": Samples((5,))},
        ),
        ("{any: [{tags: {plan: free}}, {tags: {plan: paid}}]}", None),
        ("{all: [{tags: {plan: free}}, {number: {as: n, eq: 5}}]}", None),
    ],
)
def test_of_a_condition(when: str, expected: dict[str, Samples] | None) -> None:
    if expected is None:
        plans = ("free", "paid") if when.startswith("{any") else ("free",)
        expected = {"tags.plan": Samples(plans)}
        expected |= {"n": Samples((5,))} if "number" in when else {}
    assert samples(when) == expected


def test_dates_that_are_asked_for_are_those_that_it_takes() -> None:
    [found] = samples("{date: {as: day, gte: 2026-03-01, during: open}}").values()
    assert found.is_bounded
    assert found.values[0] == "2026-03-02"  # a Monday; the usual one is too early
    assert "2026-09-23" in found.values
    assert not {"2026-01-20", "2026-03-01", "2025-09-23"} & {*found.values}


@settings(deadline=None, max_examples=100)
@given(st.from_regex(r"-?[0-9]{0,16}(\.[0-9]{1,16})?( [1-7]/[2-8])?( billion|k)?", fullmatch=True))
def test_no_number_is_written_longer_than_the_longest(text: str) -> None:
    value = Number.value(text, SOME_DAY)
    assert value is None or len(str(value)) <= _longest_number()


@cache
def _longest_number() -> int:
    return max(len(str(value)) for value in samples("{number: true}")["number"].values)
