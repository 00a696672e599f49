from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.text.words import normalise, storable, without_tone, word_spans, words

# Letters, marks, emoji and their glue, quotes, spaces, things that fold or compose oddly.
AWKWARD = st.text(
    st.sampled_from(
        "aZ09'`’ʼ´′＇\"“-–_.? \t\n\u00a0\u2028e\u0301\u0345\u030c\u200b\u200c\u200d"
        "\ufe0f\ufeff\u00ad"
        "ßẞİıǰŉᾳﬁ½²ⅧΣς℃™©°👍👩❤🚒🏽🏿🇩🇪🏴\U000e0067\U000e007f\u20e31क्\ud83d\0"
    ),
    max_size=12,
)
TEXTS = AWKWARD | st.text(max_size=40)
QUICK = settings(deadline=None, max_examples=200)


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("", ""),
        ("  Don\u2019t   STOP\n", "don't stop"),
        ("don`t", "don't"),
        ("don`t é", "don't é"),
        ("“Quoted” „low“ «guillemets»", '"quoted" "low" "guillemets"'),
        ("9–5 — 9−5", "9-5 - 9-5"),
        ("Straße ẞ", "strasse ss"),
        ("ﬁle ½ ｆｕｌｌ", "file ½ full"),
        ("2½ 10² ℹ\ufe0f Ⓜ", "2½ 10² ℹ Ⓜ"),
        ("cafe\u0301", "café"),
        ("cafe\u200b\u0301", "café"),
        ("a\u200bb\u00adc\ufeffd\u2060e", "abcde"),
        ("a\u200db", "ab"),
        ("👩\u200d🚒", "👩\u200d🚒"),
        ("👩\u200d x", "👩 x"),
        ("❤\ufe0f \u2764\ufe0e", "\u2764 \u2764"),
        ("a\u00a0\u2003\u3000b\r\n\tc", "a b c"),
        ("\x1ca\x1f", "a"),
        ("ΌΣΟΣ", "όσοσ"),
    ],
)
def test_the_copy_that_words_are_compared_on(text: str, normalised: str) -> None:
    assert normalise(text) == normalised


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("?! ... -", []),
        ("Hours? 48hours of WORK...", ["hours", "48hours", "of", "work"]),
        ("don't 'quote' rock'n'roll '", ["don't", "quote", "rock'n'roll"]),
        ("don''t", ["don", "t"]),
        ("don`t", ["don't"]),
        ("don`t café", ["don't", "café"]),
        ("a_b-c/d.e", ["a", "b", "c", "d", "e"]),
        ("12:30 +1555", ["12", "30", "1555"]),
        ("cafe\u0301 हिन्दी", ["café", "हिन्दी"]),
        ("ok👍🏽👍", ["ok", "👍🏽", "👍"]),
        ("👩🏽\u200d🚒👩", ["👩🏽\u200d🚒", "👩"]),
        ("🇩🇪🇫🇷", ["🇩🇪", "🇫🇷"]),
        ("1\ufe0f\u20e3 ➡\ufe0f ⤴ 〰", ["1\u20e3", "➡", "⤴", "〰"]),
        ("½ 2½ 10²", ["½", "2½", "10²"]),
        ("ℹ\ufe0f Acme™", ["ℹ", "acme", "™"]),
        ("日本語", ["日本語"]),
        ("¿Qué_hay? ÜBER’S ‘só’", ["qué", "hay", "über's", "só"]),
        ("5×3÷2 ©é®", ["5", "3", "2", "©", "é", "®"]),
    ],
)
def test_a_word_is_letters_digits_marks_and_inner_apostrophes_or_an_emoji(
    text: str, expected: list[str]
) -> None:
    assert words(text) == tuple(expected)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", []),
        ("Hi, I`m O'NEIL.", ["Hi", "I`m", "O'NEIL"]),
        ("“Zoë” – cafe\u0301!", ["Zoë", "cafe\u0301"]),
        ("It’s ﬁne", ["It’s", "ﬁne"]),
        ("½ cup", ["½", "cup"]),
        ("ok👍🏽👍 👩🏽\u200d🚒", ["ok", "👍🏽", "👍", "👩🏽\u200d🚒"]),
        ("a–b\u00a0c", ["a", "b", "c"]),
        ("st\u200bop ﾒﾆｭｰ", ["st\u200bop", "ﾒﾆｭｰ"]),
        ("हिन्दी, 日本語", ["हिन्दी", "日本語"]),
        ("가 \u1100\u1161\u11a8", ["가", "\u1100\u1161\u11a8"]),
        ("a≠b a=\u0338b", ["a", "b", "a", "b"]),
        ("🇩🇪\u0301🇫🇷", ["🇩🇪\u0301", "🇫🇷"]),
        ("1\ufe0f\u20e3 ❤\ufe0f", ["1\ufe0f\u20e3", "❤\ufe0f"]),
    ],
)
def test_a_word_stands_where_it_was_written(text: str, written: list[str]) -> None:
    assert [text[start:end] for _, start, end in word_spans(text)] == written


@QUICK
@given(TEXTS)
def test_the_words_with_places_are_the_words(text: str) -> None:
    spans = word_spans(text)
    assert tuple(word for word, _, _ in spans) == words(text)
    assert all(0 <= start < end <= len(text) for _, start, end in spans)
    assert [start for _, start, _ in spans] == sorted(start for _, start, _ in spans)
    assert all(word in words(text[start:end]) for word, start, end in spans)


@QUICK
@given(TEXTS | st.text(st.characters(max_codepoint=0x24F), max_size=12))
def test_the_words_are_the_same_whatever_stands_beside_them(text: str) -> None:
    """A text in one alphabet is split in a quicker way; the last word here prevents it."""
    assert words(f"{text} 日") == (*words(text), "日")


@pytest.mark.parametrize(
    ("word", "bare"),
    [("👍🏽", "👍"), ("👩🏽\u200d🚒", "👩\u200d🚒"), ("👍", "👍"), ("hours", "hours"), ("é", "é")],
)
def test_a_skin_tone_can_be_taken_off(word: str, bare: str) -> None:
    assert without_tone(word) == bare


@pytest.mark.parametrize(
    ("text", "kept"),
    [("a\0b", "a\ufffdb"), ("\ud83d", "\ufffd"), ("😀é\n", "😀é\n"), ("", "")],
)
def test_what_no_database_holds_is_replaced(text: str, kept: str) -> None:
    assert storable(text) == kept


@QUICK
@given(TEXTS)
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@QUICK
@given(TEXTS)
def test_the_words_of_a_text_are_those_of_its_normalised_copy(text: str) -> None:
    assert words(normalise(text)) == words(text)


@QUICK
@given(TEXTS)
def test_a_word_is_one_word(text: str) -> None:
    assert [words(word) for word in words(text)] == [(word,) for word in words(text)]


@QUICK
@given(st.text(st.characters(max_codepoint=127)), TEXTS)
def test_what_stands_elsewhere_in_a_text_changes_no_word(ascii_text: str, other: str) -> None:
    assert words(f"{ascii_text} é") == (*words(ascii_text), "é")
    assert words(f"{ascii_text}\n{other}") == words(ascii_text) + words(other)


@QUICK
@given(TEXTS)
def test_a_storable_text_can_be_written_as_utf_8(text: str) -> None:
    kept = storable(text)
    assert kept == re.sub("[\0\ud800-\udfff]", "\ufffd", text)
    assert kept.encode().decode() == kept
    assert "\0" not in kept
    assert storable(kept) == kept
