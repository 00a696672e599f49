"""`decide` against a loop of `re.search` over the same rules: keywords, and patterns."""

from __future__ import annotations

import random
import re
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from bot.engine.decide import decide
from bot.model import Context, InboundMessage
from bot.rules.loader import SourceFile, load
from bot.rules.ruleset import Ruleset
from tests.benchmarks.texts import texts

_FEW = 20
"""Words: nobody would put the two thousand signs of opt-outs into one pattern."""
SIZES = (10, 100, 1_000)
NOW = datetime(2026, 1, 15, 17, 4, tzinfo=UTC)


def report() -> None:
    print("decide against a loop of re.search, p50 of a message; more is better")
    print("  the loop over the rules and the words of the guards, and over the rules alone")
    said = [
        InboundMessage(key="k", sender="+15555550123", text=text, received_at=NOW)
        for text in texts(400)
    ]
    for kind, rules, patterns in (
        ("keywords", keyword_rules, keyword_patterns),
        ("regexes", regex_rules, regex_patterns),
    ):
        for size in SIZES:
            names = words(size)
            ruleset = load([SourceFile("bench.yaml", rules(names))]).ruleset
            alone = [re.compile(pattern, re.IGNORECASE) for pattern in patterns(names)]
            loop = [*guard_patterns(ruleset), *alone]
            print(f"  {size:>5} {kind:<8}", *(_against(said, ruleset, p) for p in (loop, alone)))


def _against(
    said: Sequence[InboundMessage], ruleset: Ruleset, patterns: Sequence[re.Pattern[str]]
) -> str:
    ours, theirs = paired(said, decider(ruleset), searcher(patterns))
    return f"{theirs / ours:8.2f}x ({ours * 1e6:.1f} µs against {theirs * 1e6:.1f} µs)"


def guard_patterns(ruleset: Ruleset) -> list[re.Pattern[str]]:
    """What a loop would look for to do the guards' part, at the least: a few words of each."""
    needed = [needs for guard in ruleset.guards if (needs := guard.needs()) is not None]
    words = ["|".join(sorted(needs.words)[:_FEW]) for needs in needed if needs.words]
    return [re.compile(rf"\b(?:{either})\b", re.IGNORECASE) for either in words]


def words(size: int) -> list[str]:
    """Made-up words that no message holds: every rule is passed over."""
    chance = random.Random(7)  # noqa: S311  no secret
    return ["".join(chance.choices("bcdfghjklmnpqrstvwxz", k=7)) for _ in range(size)]


def keyword_rules(names: Sequence[str]) -> str:
    lines = [
        f"  - {{id: r{n}, when: {{keywords: [{name}, {name[::-1]}, {name} today]}}, reply: ok}}"
        for n, name in enumerate(names)
    ]
    return "rules:\n" + "\n".join(lines)


def keyword_patterns(names: Sequence[str]) -> list[str]:
    return [rf"\b(?:{name}|{name[::-1]}|{name} today)\b" for name in names]


def regex_rules(names: Sequence[str]) -> str:
    lines = [
        f"  - {{id: r{n}, when: {{regex: '{name}\\s+#?(?P<number>\\d{{4,8}})'}}, reply: ok}}"
        for n, name in enumerate(names)
    ]
    return "rules:\n" + "\n".join(lines)


def regex_patterns(names: Sequence[str]) -> list[str]:
    return [rf"{name}\s+#?(?P<number>\d{{4,8}})" for name in names]


def decider(ruleset: Ruleset) -> Callable[[InboundMessage], object]:
    context = Context(now=NOW)
    return lambda message: decide(message, context, ruleset)


def searcher(patterns: Sequence[re.Pattern[str]]) -> Callable[[InboundMessage], object]:
    """A guard's word is not a match yet, so the search goes on."""

    def run(message: InboundMessage) -> object:
        found = None
        for pattern in patterns:
            if pattern.search(message.text):
                found = pattern
        return found

    return run


def paired(
    said: Sequence[InboundMessage], *runs: Callable[[InboundMessage], object]
) -> list[float]:
    """Seconds of a message, p50, measured in turn so that the machine's moods cancel out."""
    times: list[list[float]] = [[] for _ in runs]
    for message in [*said] * 3:
        for run, found in zip(runs, times, strict=True):
            begin = time.perf_counter()
            run(message)
            found.append(time.perf_counter() - begin)
    return [statistics.median(found) for found in times]
