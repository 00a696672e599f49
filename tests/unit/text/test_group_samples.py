"""What a group of a pattern captures is never dearer than the longest that is told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.text.group_samples import GroupSamples, group_samples
from bot.text.patterns import Pattern
from bot.text.segments import Encoding, measure

BOUNDED = [
    r"order #?(?P<g>\d{4,8})",
    r"(?P<g>[A-Z]{2}-\d{3}[a-f]?)\b",
    r"my name is (?P<g>.{1,20})",
    r"(?P<g>(?:red|dark (?:blue|green)|teal)(?: please)?)",
    r"(?P<g>[^0-9]{2,4}?)",
    r"(?P<g>(?:ab|€{2}|ж){1,3}x?)",
    r"(?P<g>\w{1,3}\s?\S{2})",
    r"(?P<g>[\d-]{3,5}|none)",
]
TEXTS = st.lists(
    st.sampled_from(
        [*"aA-5 €ж😀", "order ", "my name is ", "dark blue", "red please", "none", "ab"]
    ),
    max_size=12,
).map("".join)


def room(text: str) -> float:
    """The share of one message that it takes."""
    measured = measure(text)
    return measured.units / (160 if measured.encoding is Encoding.GSM_7 else 70)


@pytest.mark.parametrize("source", BOUNDED)
def test_nothing_longer_is_captured(source: str) -> None:
    samples = group_samples(source)["g"]
    pattern, longest = Pattern(source), max(map(room, samples.longest))
    assert samples.is_bounded

    @settings(deadline=None, max_examples=60, database=None)
    @given(TEXTS)
    def nothing(text: str) -> None:
        found = pattern.search(text.encode())
        assert found is None or room(found["g"]) <= longest

    nothing()


@pytest.mark.parametrize("source", BOUNDED)
def test_each_is_what_the_group_captures_by_itself(source: str) -> None:
    samples = group_samples(source)["g"]
    alone = Pattern(source[source.index("(?P<g>") :].removesuffix(r"\b"), whole=True)
    for text in (samples.usual, samples.shortest, *samples.longest):
        found = alone.search(text.encode())
        assert found is not None, text
        assert found["g"] == text


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"#(?P<g>\d{2,4})", GroupSamples("888", "88", ("8888",), True)),
        (r"(?P<g>red|blue)", GroupSamples("red", "red", ("blue",), True)),
        (r"(?P<g>\d+)", GroupSamples("888888", "8", ("888888",), False)),
        (
            r"(?P<g>a(?:b*c){2})",
            GroupSamples("abbbbbbcbbbbbbc", "acc", ("abbbbbbcbbbbbbc",), False),
        ),
        (r"(?P<g>.{2})", GroupSamples("mm", "mm", ("mm", "€€", "🙂🙂"), True)),
        (r"(?P<g>)x", GroupSamples("", "", ("",), True)),
    ],
)
def test_of_a_group(source: str, expected: GroupSamples) -> None:
    assert group_samples(source) == {"g": expected}


def test_what_is_quoted_is_not_read() -> None:
    assert group_samples(r"\Qa(\E(?P<g>\d{2})") == {}
