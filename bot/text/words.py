"""Text as matchers see it: normalised, cut into words.

A word is a run of letters, digits, combining marks and inner apostrophes; each emoji, with its
skin tone or joined sequence, is a word; all else separates words. Captures are never cut from
this copy, always from the original text.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

# What keyboards make of ' and -: NFKC leaves these alone.
_PLAIN: Final = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4\u02bc\u0060", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    **dict.fromkeys("\ufe0e\ufe0f", ""),
}
_DASHES: Final = re.compile("[\u2010-\u2015\u2212]")
_SPACES: Final = (
    "\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)
_PLAIN_SIGNS: Final = str.maketrans(
    {**{sign: plain for sign, plain in _PLAIN.items() if plain}, **dict.fromkeys(_SPACES, " ")}
)
_NOT_PLAIN: Final = re.compile(f"[{''.join(_PLAIN)}]")
# Emoji that Unicode counts as mathematical signs or punctuation.
_SIGNS: Final = "\u2934\u2935\u25fb\u25fc\u25fd\u25fe\u3030\u303d"
# What NFKC would make another text of: emoji that look like letters, fractions and powers.
_KEPT: Final = re.compile(
    "([\u2122\u2139\u24c2\u3297\u3299\U0001f201-\U0001f251\xbc-\xbe\u2150-\u215e\u2189"
    "\xb2\xb3\xb9\u2070\u2074-\u2079])"
)
_LETTERLIKE: Final = "\u2139"
_JOINER: Final = "\u200d"
_TONES: Final = re.compile("[\U0001f3fb-\U0001f3ff]")

_OTHER_DIGITS: Final = re.compile("(?![0-9])[\\d\u066b\u066c]")
_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")

# Letters small, kinds of apostrophes one, all else a space: the rest is to split.
_ASCII_LOWER: Final = bytes(
    39 if code in b"'`" else ord(chr(code).lower()) if chr(code).isalnum() and code < 128 else 32
    for code in range(256)
)
_ASCII_WORD: Final = re.compile("[a-z0-9]+(?:'[a-z0-9]+)*")
# Here \w is what is a word to us, but for the underscore, and nothing is invisible or an emoji.
_LATIN: Final = re.compile("[\0-\x7f\xc0-\u024f]*")
# Of these NFKC changes none, nor what folding their case makes of them.
_WESTERN: Final = re.compile("[\0-\x7f\xa1\xa3\xbf-\xff]*")
_LATIN_WORD: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
# One letter for the kind of each character: w word, m mark, e emoji, t skin tone, z joiner,
# r regional indicator, g tag character of a flag, i invisible.
_WORD_KINDS: Final = re.compile("[wm]+(?:'[wm]+)*|rrm*|[er][tm]*g*(?:ze[tm]*)*")


# No character composes with the white space before it.
_CHUNK: Final = re.compile(r"\S+")
# A character with its marks; a joiner takes the next one too.
_MARK: Final = (
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u200b-\u200f\ufe00-\ufe0f"
    "\ufe20-\ufe2f\u00ad\u2060-\u206f\ufeff\u3099\u309a\uff9e\uff9f\u1160-\u11ff\u0e00-\u0eff\u0900-\u0dff"
    "\u0591-\u05c7\u0610-\u061a\u064b-\u065f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]"
)
_CLUSTER: Final = re.compile(f"(?s).(?:\u200d.?|{_MARK})*")


def normalise(text: str) -> str:
    """The copy that words are compared on: NFKC, case folded, plain quotes, single spaces.

    >>> normalise("  Don\u2019t   STOP ")
    "don't stop"
    """
    if text.isascii():
        return " ".join(text.lower().replace("`", "'").split())
    return " ".join(_fold(text).split())


def words(text: str) -> tuple[str, ...]:
    """The words of a text, in order, normalised.

    >>> words("Hours? 48hours of WORK...")
    ('hours', '48hours', 'of', 'work')
    """
    if text.isascii():
        return ascii_words(text.encode())
    plain = _plain(text)
    if plain.isascii():  # only its quotes were curly
        return ascii_words(plain.encode())
    if _WESTERN.fullmatch(plain):  # Spanish, above all: a third of the time
        return tuple(_LATIN_WORD.findall(plain.casefold()))
    folded = _fold(plain)
    if _LATIN.fullmatch(folded):
        return tuple(_LATIN_WORD.findall(folded))
    return tuple(folded[m.start() : m.end()] for m in _WORD_KINDS.finditer(_kinds(folded)))


def ascii_words(text: bytes) -> tuple[str, ...]:
    """The same of a text in ASCII, which most are."""
    plain = text.translate(_ASCII_LOWER).decode()
    if "'" not in plain or _has_inner_quotes_only(f" {plain} "):
        return tuple(plain.split())
    return tuple(_ASCII_WORD.findall(plain))


def _has_inner_quotes_only(plain: str) -> bool:
    return " '" not in plain and "' " not in plain and "''" not in plain


def word_spans(text: str) -> tuple[tuple[str, int, int], ...]:
    """The words of a text, each with where it begins and ends in the text as it was written.

    >>> word_spans("It’s ﬁne!")
    (("it's", 0, 4), ('fine', 5, 8))
    """
    if text.isascii():
        plain = text.lower().replace("`", "'")
        return tuple((m[0], m.start(), m.end()) for m in _ASCII_WORD.finditer(plain))
    spans = tuple(
        (word, chunk.start() + start, chunk.start() + end)
        for chunk in _CHUNK.finditer(text)
        for word, start, end in _chunk_spans(chunk[0])
    )
    expected = words(text)
    if tuple(word for word, _, _ in spans) == expected:
        return spans
    return tuple((word, 0, len(text)) for word in expected)


def _chunk_spans(chunk: str) -> list[tuple[str, int, int]]:
    """Folded cluster by cluster, since NFKC changes lengths; each character knows its cluster."""
    clusters = [(m[0], m.start(), m.end()) for m in _CLUSTER.finditer(chunk)]
    parts = [_fold_cluster(cluster) for cluster, _, _ in clusters]
    folded = _fold(chunk)
    found = _WORD_KINDS.finditer(_kinds(folded))
    if "".join(parts) != folded:
        return [(folded[m.start() : m.end()], 0, len(chunk)) for m in found]
    starts = [start for part, (_, start, _) in zip(parts, clusters, strict=True) for _ in part]
    ends = [end for part, (_, _, end) in zip(parts, clusters, strict=True) for _ in part]
    return [(folded[m.start() : m.end()], starts[m.start()], ends[m.end() - 1]) for m in found]


def has_tone(text: str) -> bool:
    return _TONES.search(text) is not None


def without_tone(word: str) -> str:
    """An emoji without its skin tones; any other word as it is."""
    return word if word.isascii() else _TONES.sub("", word)


def plain_signs(text: str) -> str:
    """Typographic quotes, dashes and spaces as the plain ones; as many characters.

    >>> plain_signs("it’s 9–5")
    "it's 9-5"
    """
    return text if text.isascii() else text.translate(_PLAIN_SIGNS)


def plain_pattern(source: str) -> str:
    """The same of a pattern, in which a dash may stand in a class."""
    return plain_signs(_DASHES.sub(r"\\-", source))


def plain_digits(text: str) -> str:
    """Digits of every script as those of ours, and the marks that go with the Arabic ones.

    >>> plain_digits("٤٥ tickets")
    '45 tickets'
    """
    return text if text.isascii() else _OTHER_DIGITS.sub(_plain_digit, text)


def _plain_digit(found: re.Match[str]) -> str:
    return {"\u066b": ".", "\u066c": ","}.get(found[0]) or str(unicodedata.digit(found[0]))


def storable(text: str) -> str:
    """The text with what no database and no UTF-8 can hold (NUL, lone surrogates) replaced."""
    if text.isascii() and "\0" not in text:
        return text
    return _UNSTORABLE.sub("\ufffd", text)


def _fold(text: str) -> str:
    """Again while that changes it: what is dropped may bring together what then composes."""
    for _ in range(4):
        before, text = text, _fold_once(text)
        if text == before:
            break
        if unicodedata.is_normalized("NFKC", text) and text.casefold() == text:
            break
    return text


@lru_cache(maxsize=4096)
def _fold_cluster(cluster: str) -> str:
    return _fold(cluster)


def _fold_once(text: str) -> str:
    pieces = _KEPT.split(text)
    pieces[::2] = map(_compose, pieces[::2])
    folded = "".join(pieces)
    if _LATIN.fullmatch(folded):
        return folded
    kinds = _kinds(folded)
    if "i" not in kinds and "z" not in kinds:
        return folded
    return "".join(character for at, character in enumerate(folded) if not _is_invisible(kinds, at))


def _compose(text: str) -> str:
    """NFKC may bring forth capitals, folding may undo the composition: hence twice."""
    composed = unicodedata.normalize("NFKC", _plain(text))
    return _plain(unicodedata.normalize("NFKC", composed.casefold()))


def _is_invisible(kinds: str, at: int) -> bool:
    """A format character, or a joiner that holds no emoji together."""
    if kinds[at] != "z":
        return kinds[at] == "i"
    after = kinds[at + 1 : at + 2]
    return not (at and kinds[at - 1] in "etm" and after == "e")


def _plain(text: str) -> str:
    return _NOT_PLAIN.sub(lambda sign: _PLAIN[sign[0]], text)


class _Kinds(dict[int, str]):
    """The kind of each code point, found out when it is first met."""

    def __missing__(self, code: int) -> str:
        kind = _kind(chr(code))
        if len(self) < _MOST_KINDS:  # texts are strangers' data: they must not fill the memory
            self[code] = kind
        return kind


_KINDS: Final = _Kinds()
_MOST_KINDS: Final = 10_000


def _kinds(text: str) -> str:
    """A letter for each character."""
    return text.translate(_KINDS)


def _kind(character: str) -> str:
    if character == "'":
        return "'"
    if character == _LETTERLIKE:
        return "e"
    if character.isalnum():
        return "w"
    if character == _JOINER:
        return "z"
    if "\U0001f1e6" <= character <= "\U0001f1ff":
        return "r"
    if "\U0001f3fb" <= character <= "\U0001f3ff":
        return "t"
    if "\U000e0020" <= character <= "\U000e007f":
        return "g"
    match unicodedata.category(character):
        case "Mn" | "Mc" | "Me":
            return "m"
        case "So":
            return "e"
        case "Cf":
            return "i"
        case _:
            # ZWJ sequences such as the health worker (♂ ⚕ are So) and arrows (Sm) in emoji form.
            return "e" if "\u2190" <= character <= "\u21ff" or character in _SIGNS else " "
