from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.text.segments import Encoding, Segments, measure

GSM, UCS = Encoding.GSM_7, Encoding.UCS_2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Segments(GSM, 0, 0)),
        ("a", Segments(GSM, 1, 1)),
        ("a" * 160, Segments(GSM, 1, 160)),
        ("a" * 161, Segments(GSM, 2, 161)),
        ("a" * 306, Segments(GSM, 2, 306)),
        ("a" * 307, Segments(GSM, 3, 307)),
        ("a" * 459, Segments(GSM, 3, 459)),
        ("a" * 460, Segments(GSM, 4, 460)),
        # extended characters take two septets
        ("€" * 80, Segments(GSM, 1, 160)),
        ("a" + "€" * 80, Segments(GSM, 2, 161)),
        ("a" * 158 + "€", Segments(GSM, 1, 160)),
        ("a" * 159 + "€", Segments(GSM, 2, 161)),
        # and are not cut in two at the end of a part
        ("a" * 151 + "€" + "a" * 153, Segments(GSM, 2, 306)),
        ("a" * 152 + "€" + "a" * 151, Segments(GSM, 2, 305)),
        ("a" * 152 + "€" + "a" * 152, Segments(GSM, 3, 306)),
        ("€" * 76 + "a" + "€" * 76 + "a", Segments(GSM, 2, 306)),
        ("€" * 153, Segments(GSM, 3, 306)),
        ("[]{}^~|\\\f", Segments(GSM, 1, 18)),
        ("àäöñüÄÖÑÜß§¿¡@£$¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæÉ\r\n", Segments(GSM, 1, 42)),
        # one other character, and all is UCS-2
        ("`", Segments(UCS, 1, 1)),
        ("ç", Segments(UCS, 1, 1)),
        ("’" + "a" * 69, Segments(UCS, 1, 70)),
        ("’" + "a" * 70, Segments(UCS, 2, 71)),
        ("ж" * 70, Segments(UCS, 1, 70)),
        ("ж" * 71, Segments(UCS, 2, 71)),
        ("ж" * 134, Segments(UCS, 2, 134)),
        ("ж" * 135, Segments(UCS, 3, 135)),
        ("ж€" * 35, Segments(UCS, 1, 70)),
        # a surrogate pair is two units, never cut in two
        ("😀" * 35, Segments(UCS, 1, 70)),
        ("😀" * 36, Segments(UCS, 2, 72)),
        ("😀" * 66, Segments(UCS, 2, 132)),
        ("😀" * 67, Segments(UCS, 3, 134)),
        ("ж" * 66 + "😀" + "ж" * 65, Segments(UCS, 2, 133)),
        ("ж" * 66 + "😀" + "ж" * 66, Segments(UCS, 3, 134)),
        ("ж" * 65 + "😀" + "ж" * 67, Segments(UCS, 2, 134)),
    ],
)
def test_what_a_text_takes_on_the_air(text: str, expected: Segments) -> None:
    assert measure(text) == expected


@pytest.mark.parametrize(
    ("text", "encoding", "count"),
    [
        ("a", GSM, 1),
        ("a" * 161, GSM, 2),
        ("a" * 305, GSM, 2),
        ("я", UCS, 1),
        ("я" * 201, UCS, 3),
        ("я" * 202, UCS, 4),
        ("a" * 159 + "{", GSM, 2),
        ("a" * 152 + "{" + "a" * 152, GSM, 3),
        ("{" * 80, GSM, 1),
        ("a" * 159 + "}", GSM, 2),
        ("a" * 158 + "\\", GSM, 1),
        ("a" * 152 + "\\" + "a" * 152, GSM, 3),
        ("\\" * 81, GSM, 2),
        ("[" * 80, GSM, 1),
        ("[" * 81, GSM, 2),
        ("a" * 158 + "~", GSM, 1),
        ("a" * 159 + "~", GSM, 2),
        ("]" * 80, GSM, 1),
        ("a" * 158 + "|", GSM, 1),
        ("a" * 152 + "|" + "a" * 152, GSM, 3),
        ("|" * 80, GSM, 1),
        ("a" * 158 + "€", GSM, 1),
        ("a" * 159 + "€", GSM, 2),
        ("€" * 81, GSM, 2),
        ("hi ç!", UCS, 1),
        ("hi á!", UCS, 1),
        ("hi ñ!", GSM, 1),
        ("hi …!", UCS, 1),
        ("hi  !", UCS, 1),
        ("hi €!", GSM, 1),
        ("a" * 69 + "👍", UCS, 2),
        ("a" * 67 + "👍🏾", UCS, 2),
        ("a" * 59 + "👨‍👩‍👧‍👦", UCS, 1),
        ("a" * 66 + "🇺🇸", UCS, 1),
        ("a" * 69 + "❤️", UCS, 2),
        ("a" * 66 + "👍" + "b" * 66, UCS, 3),
    ],
)
def test_what_people_send(text: str, encoding: Encoding, count: int) -> None:
    measured = measure(text)
    assert (measured.encoding, measured.count) == (encoding, count)


@settings(deadline=None, max_examples=150)
@given(st.text("aé€[ж😀", max_size=400), st.text("aé€[ж😀", max_size=20))
def test_more_text_never_takes_less(text: str, more: str) -> None:
    short, long = measure(text), measure(text + more)
    assert long.count >= short.count
    assert long.units >= short.units or long.encoding is not short.encoding


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=300))
def test_units_of_ucs_2_are_those_of_utf_16(text: str) -> None:
    measured = measure(text)
    if measured.encoding is UCS:
        assert measured.units == len(text.encode("utf-16-le", "surrogatepass")) // 2
