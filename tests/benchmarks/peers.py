"""What `decide` is measured against: a loop of `re.search`, and hyperscan (extra `bench`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from bot.model import InboundMessage
from tests.benchmarks.workload import BenchRule, Tags

Answer = Callable[[InboundMessage], int | None]
"""The number of the first rule that takes a message."""


def loop(rules: Sequence[BenchRule]) -> Answer:
    """As one writes it in a minute: a tag is looked at first, then the pattern is searched for."""
    compiled = [
        (rule.number, rule.tags, re.compile(rule.pattern, re.IGNORECASE) if rule.pattern else None)
        for rule in rules
    ]

    def answer(message: InboundMessage) -> int | None:
        text, given = message.text, message.tags
        for number, tags, pattern in compiled:
            if tags and not _has(given, tags):
                continue
            if pattern is None or pattern.search(text):
                return number
        return None

    return answer


def hyperscan(rules: Sequence[BenchRule]) -> Answer | None:
    """All patterns in one pass, then `re` for what was found; None where it is not installed."""
    try:
        import hyperscan as hs
    except ImportError:
        return None
    patterns = {rule.number: rule.pattern for rule in rules if rule.pattern is not None}
    tags = {rule.number: rule.tags for rule in rules if rule.tags}
    by_tag = {tuple(rule.tags.items()): rule.number for rule in rules if rule.pattern is None}
    database = hs.Database()
    database.compile(
        expressions=[pattern.encode() for pattern in patterns.values()],
        ids=list(patterns),
        flags=hs.HS_FLAG_CASELESS | hs.HS_FLAG_SINGLEMATCH | hs.HS_FLAG_UTF8,
    )
    compiled = {n: re.compile(pattern, re.IGNORECASE) for n, pattern in patterns.items()}

    def note(number: int, _start: int, _end: int, _flags: int, found: Any) -> None:
        found.append(number)

    def answer(message: InboundMessage) -> int | None:
        found: list[int] = []
        database.scan(message.text.encode(), match_event_handler=note, context=found)
        for item in message.tags.items():
            if (number := by_tag.get((item,))) is not None:
                found.append(number)
        for number in sorted(found):
            if number in tags and not _has(message.tags, tags[number]):
                continue
            if number not in compiled or compiled[number].search(message.text):
                return number
        return None

    return answer


def _has(given: Tags, wanted: Tags) -> bool:
    return all(given.get(name) == value for name, value in wanted.items())
