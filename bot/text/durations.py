"""Durations as people write them, in rules, settings and commands."""

from __future__ import annotations

import re
from typing import Final

_DURATION: Final = re.compile(r"(\d+)\s*(s|m|h|d|w)")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_LONGEST: Final = 3_660 * 86_400


def duration(text: str) -> int | None:
    """Seconds of `30s`, `5m`, `1h`, `2d`, `1w`; None where it is not a duration up to ten years."""
    found = _DURATION.fullmatch(text.strip())
    if found is None or len(found[1]) > 9:
        return None
    seconds = int(found[1]) * _SECONDS[found[2]]
    return seconds if seconds <= _LONGEST else None
