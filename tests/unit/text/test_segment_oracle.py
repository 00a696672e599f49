"""Our counter of segments against smsutil's, and who is right where they differ."""

from __future__ import annotations

import pytest
import smsutil
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.text.segments import Encoding, Segments, measure

GSM, UCS = Encoding.GSM_7, Encoding.UCS_2
CHARACTERS = "aéà@\r\n€[]^{}~|\\\fçжλ’😀❤️👍🏾"
NEAR_AN_END = [61, 66, 67, 70, 133, 134, 151, 152, 153, 158, 160, 305, 306]
"""Units after which a part may end, and a few less."""


def theirs(text: str) -> tuple[Encoding, int]:
    found = smsutil.split(text)
    return (GSM if found.encoding == "gsm0338" else UCS), len(found.parts)


def ours(text: str) -> tuple[Encoding, int]:
    measured = measure(text)
    return measured.encoding, measured.count


@settings(deadline=None, max_examples=200)
@given(st.text(CHARACTERS, min_size=1, max_size=330))
@example("€" * 153)
@example("😀" * 67)
def test_any_text_counts_alike(text: str) -> None:
    assert ours(text) == theirs(text)


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from("aж"),
    st.sampled_from(NEAR_AN_END),
    st.text(CHARACTERS, min_size=1, max_size=8),
    st.integers(0, 160),
)
def test_what_stands_at_the_end_of_a_part_counts_alike(
    filler: str, before: int, at_the_end: str, after: int
) -> None:
    text = filler * before + at_the_end + filler * after
    assert ours(text) == theirs(text)


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        # 3GPP TS 23.038, 6.2.1: 0x1B is the escape to the extension table, and no character
        ("a\x1bb", Segments(UCS, 1, 3), (GSM, 1)),
        # a text without anything in it is not sent
        ("", Segments(GSM, 0, 0), (UCS, 1)),
    ],
)
def test_where_we_differ_the_standard_is_with_us(
    text: str, right: Segments, wrong: tuple[Encoding, int]
) -> None:
    assert (measure(text), theirs(text)) == (right, wrong)
