"""What may stand beside a sign."""

from __future__ import annotations

import pytest

from bot.rules.guards.neighbours import EDGE, Sides, neighbours
from bot.rules.guards.phrasing import Classes, parse

ANY = None
CLASSES = Classes({"you": "you|ya", "us": "us|this list"})


@pytest.mark.parametrize(
    ("pattern", "at", "expected"),
    [
        ("<stop> it", 0, {"stop": (ANY, {"it"})}),
        ("no <texts?> at all", 1, {"text": ({"no"}, {"at"}), "texts": ({"no"}, {"at"})}),
        ("(can|do) {you} <stop>", 2, {"stop": ({"you", "ya"}, ANY)}),
        ("<text> {us} now", 0, {"text": (ANY, {"us", "this"})}),
        ("a {us} <text>", 2, {"text": ({"us", "list"}, ANY)}),
        # What may be left out lets through what is beyond it.
        ("<stop> [please|now] it", 0, {"stop": (ANY, {"please", "now", "it"})}),
        ("<stop> (very|so)* bad", 0, {"stop": (ANY, {"very", "so", "bad"})}),
        ("<stop> [please] ", 0, {"stop": (ANY, ANY)}),
        ("<stop> (\\w+|it)", 0, {"stop": (ANY, ANY)}),
        ("<stop> * it", 0, {"stop": (ANY, ANY)}),
        # The end of a clause: any word may begin the next one, unless the text ends as well.
        ("^ <stop> .", 1, {"stop": ({EDGE}, ANY)}),
        ("^ <stop> . $", 1, {"stop": ({EDGE}, {EDGE})}),
        ("^ [ok] <stop> (please|_)", 2, {"stop": ({EDGE, "ok"}, ANY)}),
        ("^ [ok] <stop> (please|_) $", 2, {"stop": ({EDGE, "ok"}, {EDGE, "please"})}),
        # Within a choice of several words.
        ("go <far away|off> now", 1, {"far": ({"go"}, {"away"}), "off": ({"go"}, {"now"})}),
        ("<a (big|small) of|zoo> x", 0, {"big": ({"a"}, {"of"}), "zoo": (ANY, {"x"})}),
    ],
)
def test_beside_a_sign_stands_what_its_pattern_says(
    pattern: str, at: int, expected: dict[str, Sides]
) -> None:
    found = neighbours(parse(pattern, CLASSES), at)
    assert {word: found[word] for word in expected} == expected
