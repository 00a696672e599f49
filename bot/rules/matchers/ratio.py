"""`8/10` and `1/2` where they are not days: a rating, a fraction, around the clock."""

from __future__ import annotations

from typing import Final

from bot.text.late import late
from bot.text.words import words

_RATED: Final = late(
    r"(?<!\w)(?:recommend\w*|rat(?:e|ed|es|ing)|scor(?:e|ed|ing)|stars?|i'?d (?:give|say)|gave"
    r"|giv(?:e|ing) (?:it|you|u|them|this)|solid|perfect|experience|service|food|would)(?!\w)"
)
_DAY_BEFORE: Final = late(
    r"(?<!\w)(?:on|by|until|till?|before|after|since|from|for|due|this|(?:mon|tues?|wed(?:nes)?"
    r"|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?),? (?:the )?$"
)
_HALVES: Final = frozenset({"1/2", "1/3", "2/3", "1/4", "3/4", "1/8", "3/8"})
_OF_THINGS: Final = late(
    r" ?(?:an? |of )?(?:hours?|hrs?|cups?|price|off|of|days?|doz|dozen|pounds?|lbs?|miles?|gallons?"
    r"|inch(?:es)?|full|way|done|tsp|tbsp|teaspoons?|tablespoons?|ounces?|oz|acres?|half)(?!\w)"
)
_WHOLE_BEFORE: Final = late(r"(?<![\w.,:/-])[0-9]{1,3}(?: |-| and )$")
_LOOK_BACK: Final = 32


def is_rating(text: str, start: int, end: int) -> bool:
    """`8/10` of somebody who rates, or as the whole text; not `on 10/10`."""
    count, _, most = text[start:end].partition("/")
    if most not in ("5", "10") or int(count) > int(most):
        return False
    if most == "10" and len(text) < _LOOK_BACK and not words(text[:start] + text[end:]):
        return True
    return is_rated(text, start, end)


def is_rated(text: str, start: int, end: int) -> bool:
    """Words around it say that it is not a day."""
    _, _, most = text[start:end].partition("/")
    if most not in ("5", "10") or _DAY_BEFORE.search(text, max(0, start - _LOOK_BACK), start):
        return False
    near = text[max(0, start - 2 * _LOOK_BACK) : end + 2 * _LOOK_BACK]
    return _RATED.search(near) is not None


def is_fraction(text: str, start: int, end: int) -> bool:
    """`1/2 cup`, `2 1/2`."""
    if text[start:end] not in _HALVES:
        return False
    before = _WHOLE_BEFORE.search(text, max(0, start - _LOOK_BACK), start)
    return before is not None or _OF_THINGS.match(text, end) is not None
