"""The messages of a span of time by one thing: rule, outcome, day, hour of the day, or word."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection

from bot.ledger.said import frequent_words
from bot.ledger.stats import Stats, buckets

_MOST_WORDS: Final = 20


class By(StrEnum):
    """What messages are counted by."""

    RULE = "rule"
    OUTCOME = "outcome"
    DAY = "day"
    HOUR = "hour"
    """Of the day, all days together."""
    WORD = "word"
    """That stands in them, but for those that all texts are full of."""


@dataclass(frozen=True, slots=True)
class Share:
    """Messages that have something in common."""

    name: str
    """A rule, an outcome, a word, `2026-01-15`, `09:00`."""
    count: int


def breakdown(connection: Connection, of: Stats, by: By, timezone: str) -> tuple[Share, ...]:
    """The parts of a span: times in order, all else by count, the most first.

    Days and hours are those of the zone, an IANA name.
    """
    match by:
        case By.RULE:
            return tuple(Share(one.rule, one.messages) for one in of.rules)
        case By.OUTCOME:
            return _outcomes(of)
        case By.DAY:
            days = buckets(connection, of.span, timedelta(days=1), timezone)
            return tuple(Share(f"{one.at:%Y-%m-%d}", one.counts.received) for one in days)
        case By.HOUR:
            many = Counter[int]()
            for one in buckets(connection, of.span, timedelta(hours=1), timezone):
                many[one.at.hour] += one.counts.received
            return tuple(Share(f"{hour:02}:00", many[hour]) for hour in range(24))
        case By.WORD:
            found = frequent_words(connection, of.span, _MOST_WORDS)
            return tuple(Share(one.text, one.count) for one in found)


def _outcomes(of: Stats) -> tuple[Share, ...]:
    counts = of.counts
    parts = [Share(outcome, many) for outcome, many in counts.outcomes.items() if many]
    waiting = [Share("waiting", counts.waiting)] if counts.waiting else []
    return (*sorted(parts, key=lambda part: -part.count), *waiting)
