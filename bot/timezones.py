"""Time zones by their IANA names, and instants on their clocks."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones


def local(instant: datetime, timezone: str) -> datetime:
    """The instant on the clocks of a zone; `timezone` is an IANA name that exists."""
    return instant.astimezone(_zone(timezone))


def utc(at: datetime) -> str:
    """An instant as JSON shows it: `2026-01-15T17:04:05Z`."""
    return at.isoformat().replace("+00:00", "Z")


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


DEFAULT_TIMEZONE: Final = "America/New_York"


def is_timezone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (OSError, ValueError):  # ZoneInfoNotFoundError is a KeyError in disguise
        return False
    except KeyError:
        return False
    return True


_AS_PEOPLE_SAY: Final = {
    "eastern": "America/New_York",
    "central": "America/Chicago",
    "mountain": "America/Denver",
    "pacific": "America/Los_Angeles",
    **dict.fromkeys(("edt", "et"), "America/New_York"),
    **dict.fromkeys(("cst", "cdt", "ct"), "America/Chicago"),
    **dict.fromkeys(("mdt", "mt"), "America/Denver"),
    **dict.fromkeys(("pst", "pdt", "pt"), "America/Los_Angeles"),
}


def did_you_mean_zone(name: str) -> str | None:
    """The zone that people call so; of a city alone the one that is named by it."""
    said = name.strip().lower().replace(" time", "").replace("us/", "")
    if said in _AS_PEOPLE_SAY:
        return _AS_PEOPLE_SAY[said]
    city = said.replace(" ", "_")
    found = (zone for zone in available_timezones() if zone.lower().rpartition("/")[2] == city)
    return min(found, default=None)
