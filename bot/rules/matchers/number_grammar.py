"""How people write a number: digits with their marks, and words."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from bot.text.late import late

_UNITS: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen twenty"
).split()
_TENS: Final = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_VALUES: Final = {
    **{word: at for at, word in enumerate(_UNITS)},
    **{word: 10 * at for at, word in enumerate(_TENS, 2)},
}
WORDS: Final = frozenset(_VALUES)
_SCALES: Final = {
    "k": 1_000,
    "dozen": 12,
    "hundred": 100,
    "thousand": 1_000,
    "million": 1_000_000,
    "billion": 1_000_000_000,
}
_WORD: Final = "|".join(sorted(_VALUES, key=len, reverse=True))
_SCALE: Final = "dozen|hundred|thousand|million|billion"
_VULGAR: Final = "\xbc-\xbe\u2150-\u215e"
NUMBER: Final = late(
    rf"""
    # What begins with letters is a name (`b4`, `covid19`), what is not a number of things a word.
    (?P<name> (?<![^\W_])[^\W\d_]+[0-9]\w*(?:[.,][0-9]+)*
    |   (?<![\w.])(?:2(?:day|moro\w*|mrw|nite|night|gether|b|u|c)|4(?:ever|get|give|u)|1ce)(?!\w)
    |   [0-9]+[\xb2\xb3\xb9\u2070\u2074-\u2079]+ )
    | (?P<minus>(?<![^ (])-)?
    (?: (?P<continental>[0-9]{{1,3}}(?:\.[0-9]{{3}})+,[0-9]{{1,2}}(?![0-9]))
    |   (?P<wholes>[0-9]{{1,15}})?[ ]?(?P<vulgar>[{_VULGAR}])
    |   (?P<mixed>[0-9]{{1,3}})(?:[ ]|[ ]?-)(?P<fraction>[1-7]/[2-8])(?![/0-9])
    |   (?P<plain>(?:[0-9]{{1,3}}(?:,[0-9]{{3}})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?)
    |   (?<![\w.])(?P<small>\.[0-9]+)
    )
    (?P<half>[ ]and[ ]a[ ]half(?!\w))?
    (?:(?P<scale>k(?!\w)|[ ]?(?:{_SCALE})(?!\w)))?
    [^\W\d_]*
    | (?<![\w'])(?P<words>(?:{_WORD})(?:(?:[ ]|-|[ ]and[ ])(?:{_WORD}|{_SCALE}))*
      (?:[ ]and[ ]a[ ]half)?)(?![\w'])
    """,
    re.VERBOSE,
)
NUMBER_BEGINS: Final = late(rf".*\d|.*[{_VULGAR}]|(?:{_WORD})(?!\w)")
"""What the first word of one looks like."""
_MOST_DIGITS: Final = 15
"""A longer one is a name, and a float would not keep it."""

# `one` is mostly no number: `this one`, `one of them`.
_COUNTED: Final = late(
    r"(?:^[^\w]*|(?<!\w)(?:for|just|only|need|needs|want|take|have|get|got|order|book|be|is|are|with"
    r"|say|send|add|buy|us|plus|and|or|to|number|option|=|:) ?)$"
)
_ONE_OF: Final = late(
    r" (?:of|another|more|day|time|thing|question|who|that|which|else|moment|sec|second|min|minute"
    r"|last|by|way|in|on|with)(?!\w)"
)
_LOOK_BACK: Final = 32


def value_of(found: re.Match[str]) -> int | float | None:
    """None where it is a name, too long, or people differ about it."""
    if found["name"]:
        return None
    if found["words"]:
        return None if _is_pronoun(found) else _in_words(found["words"])
    value = _digits(found)
    if value is None:
        return None
    if found["half"]:
        value += 0.5
    if found["scale"]:
        value *= _SCALES[found["scale"].strip()]
        value = int(value) if value == int(value) else value
    return -value if found["minus"] else value


def _digits(found: re.Match[str]) -> int | float | None:
    if found["vulgar"]:
        return int(found["wholes"] or 0) + unicodedata.numeric(found["vulgar"])
    if found["mixed"]:
        above, _, below = found["fraction"].partition("/")
        return int(found["mixed"]) + int(above) / int(below)
    if found["continental"]:
        digits = found["continental"].replace(".", "").replace(",", ".")
    else:
        digits = (found["plain"] or "0" + found["small"]).replace(",", "")
    if len(digits.replace(".", "")) > _MOST_DIGITS:
        return None
    return float(digits) if "." in digits else int(digits)


def _in_words(text: str) -> int | float | None:
    """`two`, `twenty-five`, `two and a half`, `two dozen`; of `five-six` the first."""
    text, half, _ = text.partition(" and a half")
    parts = re.split(r"( and |[ -])", text)
    said, joints = parts[::2], parts[1::2]
    if len(said) == 1:
        value: int | float = _VALUES[said[0]]
    elif len(said) == 2 and joints == ["-"] and said[0] in _UNITS[1:10] and said[1] in _VALUES:
        value = _VALUES[said[0]]
    elif len(said) == 2 and said[0] in _TENS and said[1] in _UNITS[1:10] and joints != [" and "]:
        value = _VALUES[said[0]] + _VALUES[said[1]]
    elif len(said) == 2 and said[0] in _VALUES and said[1] in _SCALES:
        value = _VALUES[said[0]] * _SCALES[said[1]]
    elif joints == [" and "] and said[0] in _VALUES and said[1] in _VALUES:
        value = _VALUES[said[0]]  # `table for two and five chairs`
    else:
        return None  # `two hundred and fifty`, `five five five`
    return value + 0.5 if half else value


def _is_pronoun(found: re.Match[str]) -> bool:
    if found["words"] != "one":
        return False
    text, start, end = found.string, found.start(), found.end()
    counted = _COUNTED.search(text, max(0, start - _LOOK_BACK), start)
    return counted is None or _ONE_OF.match(text, end) is not None
