"""Which overlaps are told, by what shows them, and how they are ranked."""

from __future__ import annotations

from datetime import date

import pytest

from bot.authoring.explain import Said
from bot.authoring.overlap_report import Report, report
from bot.engine.decide import decide_view
from bot.model import Match
from tests.build import context, inbound, loaded

TODAY = date(2026, 1, 15)


def found(*rules: str, said: tuple[str, ...] = (), of_all: bool = False) -> Report:
    of = loaded("rules:\n" + "".join(f"  - {{{rule}}}\n" for rule in rules))
    recorded = [Said(inbound(text), context()) for text in said]
    made = report(of, TODAY, recorded, of_all=of_all)
    for _, one in made.overlaps:
        seen = one.said.seen()
        assert isinstance(one.first.when.match(seen), Match)
        assert isinstance(one.other.when.match(seen), Match)
        assert decide_view(seen, of.ruleset).rule == one.first.id
    return made


A = "id: a, when: {keywords: [x, y]}, reply: A"


@pytest.mark.parametrize(
    ("rules", "said", "expected"),
    [
        ((A, "id: b, when: {keywords: [z]}, reply: B"), (), []),
        (
            (A, "id: b, when: {keywords: [z]}, reply: B"),
            ("x z", "q", "z x"),
            ["wrong answer a b 'x z' message 2"],
        ),
        ((A, "id: b, when: {keywords: [z]}, reply: A"), ("x z",), ["tidy a b 'x z' message 1"]),
        ((A, "id: b, when: always, reply: B"), ("x z",), ["tidy a b 'x z' message 1"]),
        (
            (A, "id: b, when: {any: [{keywords: [z]}, {state: none}]}, reply: B"),
            ("x",),
            ["tidy a b 'x' message 1"],
        ),
        (
            (A, "id: b, when: {state: none}, reply: B", "id: c, when: {keywords: [q]}, reply: C"),
            ("x",),
            ["wrong answer a b 'x' message 1"],
        ),
        ((A, "id: b, when: {answer: 'yes'}, reply: B"), ("x",), []),
        (
            (f'{A}, tests: {{match: ["x z"]}}', "id: b, when: {keywords: [z]}, reply: B"),
            ("z x",),
            ["tidy a b 'z x' message 1"],
        ),
        (
            (f'{A}, tests: {{match: ["x z"]}}', "id: b, when: {keywords: [z]}, reply: B"),
            (),
            ["tidy a b 'x z' test 0"],
        ),
        (
            (A, 'id: b, when: {keywords: [z]}, reply: B, tests: {match: ["x z"]}'),
            (),
            ["wrong answer a b 'x z' failing_test 0"],
        ),
        (
            (A, 'id: b, when: {keywords: [z]}, reply: B, tests: [{say: "x z", rule: a}]'),
            (),
            ["tidy a b 'x z' test 0"],
        ),
        (
            (
                "id: a, when: {keywords: [x], tags: {t: '1'}}, reply: A",
                "id: b, when: {keywords: [x, z]}, reply: B",
            ),
            (),
            ["wrong answer a b 'x' keyword 0"],
        ),
        (
            (
                "id: a, when: {keywords: [x], media: true}, reply: A",
                "id: b, when: {keywords: [x], media: false}, reply: B",
            ),
            (),
            [],
        ),
        ((A, "id: b, when: {keywords: [x z]}, reply: B"), ("x z",), []),
        ((f"{A}, continue: true", "id: b, when: {keywords: [z]}, reply: B"), ("x z",), []),
        ((f"{A}, mode: shadow", "id: b, when: {keywords: [z]}, reply: B"), ("x z",), []),
        ((A, "id: b, when: {keywords: [stop]}, reply: B"), ("stop",), []),
    ],
)
def test_what_shows_an_overlap(
    rules: tuple[str, ...], said: tuple[str, ...], expected: list[str]
) -> None:
    listed = [
        f"{rank} {one.first.id} {one.other.id} {one.said.message.text!r} "
        f"{one.shown.name.lower()} {one.messages}"
        for rank, one in found(*rules, said=said).overlaps
    ]
    assert listed == expected


@pytest.mark.parametrize(
    ("one", "other", "text"),
    [
        ("keywords: [x]", "keywords: [z]", "x z"),
        ("keywords: {exact: [x]}", "keywords: {exact: [z]}", None),
        ("keywords: {starts: [x]}", "regex: 'z$'", "x z"),
        ("keywords: {starts: [x]}", "regex: '^z'", None),
        ("regex: '^a\\d+$'", "regex: '^\\w3$'", "a3"),
        ("says: 'x {n:int} y'", "says: '* 7 y'", None),
        ("keywords: [x], media: true", "keywords: [z], media: false", None),
        ("keywords: [x], tags: {c: u}", "keywords: [z], tags: {c: w}", None),
        ("keywords: [x], tags: {c: u}", "keywords: [z], tags: {c: {not: u}}", None),
        ("keywords: [x], tags: {c: [w, u]}", "keywords: [z], tags: {c: [v, w]}", "x z"),
        ("keywords: [x], tags: {n: {gt: 5}}", "keywords: [z], tags: {n: {lte: 5}}", None),
        ("keywords: [x], during: Mon", "keywords: [z], outside: Mon", None),
    ],
)
def test_of_every_other_pair_a_message_or_that_there_is_none(
    one: str, other: str, text: str | None
) -> None:
    made = found(
        f"id: a, when: {{{one}}}, reply: A", f"id: b, when: {{{other}}}, reply: B", of_all=True
    )
    assert made.rest is not None
    if one.startswith("says"):
        assert (made.rest.apart, len(made.overlaps)) in ((0, 0), (0, 1))
    elif text is None:
        assert (made.rest.apart, made.overlaps) == (1, ())
    else:
        assert [one.said.message.text for _, one in made.overlaps] == [text]
