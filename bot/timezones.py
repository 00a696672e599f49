"""Time zones by their IANA names, and instants on their clocks."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo


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
