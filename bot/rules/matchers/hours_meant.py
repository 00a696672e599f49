"""Hours as people write them, for a proposal of how to write them; asked only of what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from bot.text.late import late

_DAY: Final = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*"
_TIME: Final = late(
    r"(?<![\d:])(\d{1,2})(?:\s*(?::|\.|h|u)\s*(\d\d)|\s*h)?(?:\s*([ap])\.?\s?m?\.?(?![a-z]))?(?![\d:])"
)
_WORDS: Final = (
    (r"\b(?:24\s*/\s*7|always(?: open)?|around the clock|24 ?h(?:ours)?)\b", "00:00-24:00"),
    (r"\b(?:business|work(?:ing)?|office)[ -]?days?\b|\bweekdays?\b", "Mon-Fri"),
    (r"\bweekends?\b", "Sat-Sun"),
    (r"\b(?:daily|every ?day|all week|each day|all days)\b", ""),
    (r"\ball day\b", "00:00-24:00"),
    (r"\bm\s*-\s*f\b", "Mon-Fri"),
    (r"\bmo\b", "Mon"),
    (r"\b([01]\d|2[0-3])([0-5]\d)\b", r"\1:\2"),
    (r"\bwe\b", "Wed"),
    (r"\bth\b", "Thu"),
    (r"\bfr\b", "Fri"),
    (r"\bsa\b", "Sat"),
    (r"\bsu\b", "Sun"),
    (r"\btu\b", "Tue"),
    (r"\b(?:noon|midday)\b", "12pm"),
    (r"\bmidnight\b", "24:00"),
    (r"\b(?:from|open|hours?|at|on|uhr|o'clock|the)\b|(?<=[a-z]):", " "),
    (r"\s*(?:–|—|\bto\b|\btill?\b|\buntil\b|\bthrough\b|\bthru\b)\s*", "-"),
    (r"\b(?:and)\b|[&;/|+]", ","),
    (r"\b(?:closed|except)\b.*", ""),
)
_BOTH_PM: Final = late(r"\b(\d{1,2})(:\d\d)?\s*-\s*(\d{1,2})(:\d\d)?\s*p\.?m\b")
_DAYS_LAST: Final = late(r"^([\d:, -]+?),? ([A-Za-z][A-Za-z, -]*)$")
_AFTER: Final = late(r"^(.*?)\b(after|before|-)\s*([\d:.apm ]+)$")


def meant_hours(text: str, reads: Callable[[str], bool]) -> str | None:
    """The same as `during` reads it, which `reads` tells; None where nobody knows what is meant."""
    folded = f" {text.strip().lower()} "
    for pattern, instead in _WORDS:
        folded = re.sub(pattern, instead, folded, flags=re.IGNORECASE)
    folded = _TIME.sub(_clock, _BOTH_PM.sub(_both_pm, folded))
    folded = re.sub(r"\s*-\s*", "-", re.sub(r"\s*,[\s,]*", ", ", folded)).strip(" ,-")
    folded = re.sub(rf"({_DAY})", lambda day: day[1][:3].title(), folded)
    folded = re.sub(r"(?<=[a-zA-Z])\s*(?=\d)", " ", " ".join(folded.split()))
    folded = _DAYS_LAST.sub(r"\2 \1", _afternoon(_open_end(folded)))
    return folded if folded and reads(folded) else None


def _both_pm(found: re.Match[str]) -> str:
    """`1-5pm` begins after noon, `9-5pm` before it."""
    is_later = int(found[1]) < int(found[3]) < 12
    return f"{found[1]}{found[2] or ''}{'pm' if is_later else ''}-{found[3]}{found[4] or ''}pm"


def _clock(found: re.Match[str]) -> str:
    hour, minute, half = int(found[1]), found[2] or "00", found[3]
    if half == "p" and hour < 12:
        hour += 12
    elif half == "a" and hour == 12:
        hour = 0
    return f"{hour:02}:{minute}"


def _open_end(text: str) -> str:
    """`after 17:00` ends at midnight, `before 09:00` begins there."""
    found = _AFTER.match(text)
    if found is None:
        return text
    days, word, time = found[1], found[2], found[3].strip()
    if word == "before" or (word == "-" and not days.strip()):
        return f"{days}00:00-{time}"
    return f"{days}{time}-24:00" if word == "after" else text


def _afternoon(text: str) -> str:
    """`9-5` is 09:00-17:00, for nobody who is open by day means five in the morning."""

    def later(found: re.Match[str]) -> str:
        begin, end = int(found[1]), int(found[3])
        end += 12 if end < 12 and 0 < end <= begin else 0
        return f"{found[1]}:{found[2]}-{end:02}:{found[4]}"

    return re.sub(r"(\d\d):(\d\d)-(\d\d):(\d\d)", later, text)
