"""Durations as people write them, in rules, settings and commands."""

from __future__ import annotations

import re
from typing import Final

from bot.text.late import late

_DURATION: Final = late(r"(\d+)\s*(s|m|h|d|w)")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_LONGEST: Final = 3_660 * 86_400
_NAMED: Final = {
    "second": "1s",
    "minute": "1m",
    "hour": "1h",
    "day": "1d",
    "week": "1w",
    "month": "30d",
    "hourly": "1h",
    "daily": "1d",
    "weekly": "1w",
    "monthly": "30d",
    "half an hour": "30m",
}
_SPOKEN: Final = late(
    r"(?:an?|one|(\d{1,6}(?:[.,]5)?))\s*(s|m|h|d|w)(?:ec(?:ond)?|in(?:ute)?|(?:ou)?r|ay|eek)?s?\b\.?"
)


def duration(text: str) -> int | None:
    """Seconds of `30s`, `5m`, `1h`, `2d`, `1w`; None where it is not a duration up to ten years."""
    found = _DURATION.fullmatch(text.strip())
    if found is None or len(found[1]) > 9:
        return None
    seconds = int(found[1]) * _SECONDS[found[2]]
    return seconds if seconds <= _LONGEST else None


def written(seconds: int) -> str:
    """As a duration that `duration` reads.

    >>> written(2700), written(7200), written(45)
    ('45m', '2h', '45s')
    """
    unit = max((u for u in _SECONDS if seconds % _SECONDS[u] == 0), key=_SECONDS.__getitem__)
    return f"{seconds // _SECONDS[unit]}{unit}"


def proposed(text: str) -> str | None:
    """What somebody meant who wrote `1 hour`, `90 minutes`, `1h30m`; None where nobody can tell.

    >>> proposed("1 hour"), proposed("1h 30min"), proposed("once a day"), proposed("PT5M")
    ('1h', '90m', '1d', None)
    """
    folded = re.sub(r"^(once )?(every |per |each )?", "", text.strip().lower())
    folded = folded.replace(" and ", " ")
    if folded in _NAMED:
        return _NAMED[folded]
    found = list(_SPOKEN.finditer(folded))
    if not found or _SPOKEN.sub("", folded).strip(" ,"):
        return None
    amounts = [float((part[1] or "1").replace(",", ".")) for part in found]
    seconds = sum(n * _SECONDS[part[2]] for n, part in zip(amounts, found, strict=True))
    return written(int(seconds))
