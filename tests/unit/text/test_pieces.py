"""A text that does not fit never leaves as it is: in parts, as an MMS, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import LongTexts
from bot.text.segments import LONGEST_MMS, MOST_PARTS, Piece, fits, pieces

SPLIT, MMS, HOLD = LongTexts.SPLIT, LongTexts.MMS, LongTexts.HOLD
WORDS = "four " * 40  # 200 characters
ODD = "fünf ж " * 20  # 140 characters, 70 to a message


@pytest.mark.parametrize(
    ("text", "policy", "expected"),
    [
        ("Hello", SPLIT, [Piece("Hello")]),
        ("", SPLIT, [Piece("")]),
        ("a" * 160, HOLD, [Piece("a" * 160)]),
        ("ж" * 70, HOLD, [Piece("ж" * 70)]),
        # one too many
        ("a" * 161, HOLD, []),
        ("ж" * 71, HOLD, []),
        ("a" * 161, MMS, [Piece("a" * 161, is_mms=True)]),
        ("ж" * LONGEST_MMS, MMS, [Piece("ж" * LONGEST_MMS, is_mms=True)]),
        ("ж" * (LONGEST_MMS + 1), MMS, []),
        # cut between words, and within one that alone is too long
        (WORDS, SPLIT, [Piece(("four " * 32).strip()), Piece(("four " * 8).strip())]),
        (ODD, SPLIT, [Piece(("fünf ж " * 10).strip())] * 2),
        ("a" * 161, SPLIT, [Piece("a" * 160), Piece("a")]),
        ("x " + "ж" * 71, SPLIT, [Piece("x"), Piece("ж" * 70), Piece("ж")]),
        ("€" * 81, SPLIT, [Piece("€" * 80), Piece("€")]),
        ("👍" * 36, SPLIT, [Piece("👍" * 35), Piece("👍")]),
        ("a\n" * 100, SPLIT, [Piece("a\n" * 79 + "a"), Piece("a\n" * 19 + "a")]),
        # each part in its own encoding
        ("four " * 32 + "ж", SPLIT, [Piece(("four " * 32).strip()), Piece("ж")]),
        ("a" * 160 * MOST_PARTS, SPLIT, [Piece("a" * 160)] * MOST_PARTS),
        ("a" * (160 * MOST_PARTS + 1), SPLIT, []),
        # what word processors write becomes plain where that makes room, and else stays
        ("’" + "a" * 69, SPLIT, [Piece("’" + "a" * 69)]),
        ("’" + "a" * 70, SPLIT, [Piece("'" + "a" * 70)]),
        ("’" + "a" * 70, HOLD, [Piece("'" + "a" * 70)]),
        ("’" + "a" * 160, SPLIT, [Piece("'" + "a" * 159), Piece("a")]),
        ("’" + "ж" * 70, SPLIT, [Piece("’" + "ж" * 69), Piece("ж")]),
    ],
)
def test_a_text_leaves_in_pieces_that_fit(
    text: str, policy: LongTexts, expected: list[Piece]
) -> None:
    assert list(pieces(text, policy)) == expected


@pytest.mark.parametrize("policy", LongTexts)
def test_with_a_picture_there_is_room_for_an_mms(policy: LongTexts) -> None:
    text = "ж" * LONGEST_MMS
    assert pieces(text, policy, has_image=True) == (Piece(text),)
    assert pieces(text + "ж", policy, has_image=True) == ()


@settings(deadline=None, max_examples=300)
@given(st.text("ab ж€👍’\n", max_size=700), st.sampled_from(LongTexts))
def test_nothing_is_lost_between_the_pieces(text: str, policy: LongTexts) -> None:
    found = pieces(text, policy)
    assert all(fits(piece.text, is_mms=piece.is_mms) for piece in found)
    if found:
        together = "".join(piece.text for piece in found).replace("'", "’")
        assert "".join(together.split()) == "".join(text.split())
    if len(found) > 1:
        assert all(piece.text.strip() for piece in found)
