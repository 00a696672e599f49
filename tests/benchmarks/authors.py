"""The tools of a rule author on 10,000 rules: check, test, and a pattern that others hang on."""

from __future__ import annotations

import gc
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import yaml

from bot.text.patterns import Pattern

SIZE = 10_000
PHRASES = 3_000
CROWDED = 300
_COLLECTS = ((700, 10, 10), (100_000, 50, 50))
"""As Python does, and as our commands do."""
ROOT = Path(__file__).parents[2]


def report() -> None:
    print("authors' tools")
    for size in (SIZE // 10, SIZE):
        _report_check(size)
    _report_phrases()
    _report_overlaps()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rules.yaml"
        path.write_text(rules(SIZE))
        tests = [_tests_a_second(str(path)) for _ in range(3)]
    print(f"  bot test   {statistics.median(tests):,.0f} cases a second, after loading")
    text = ("a" * 1_600 + "!").encode()
    evil, tame = Pattern("(a+)+$"), Pattern("a+$")
    ratio = statistics.median(
        _seconds(lambda: evil.search(text)) / _seconds(lambda: tame.search(text))
        for _ in range(200)
    )
    print(f"  (a+)+$ on 1,600 letters  {ratio:.1f}x of a+$")


def _report_check(size: int) -> None:
    """The start of the program is in it, which is the most of it for few rules."""
    content = rules(size)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rules.yaml"
        path.write_text(content)
        found = [
            (*(_peer(content, collects=often) for often in _COLLECTS), *_cost("check", str(path)))
            for _ in range(3)
        ]
    plain, best, seconds, most = (min(column) for column in zip(*found, strict=True))
    print(
        f"  bot check  {size:,} rules ({len(content) / 1e6:.1f} MB): {seconds / plain:.1f}x of"
        f" PyYAML's C loader, {seconds / best:.1f}x of it where garbage is looked for as seldom as"
        f" by us ({seconds:.1f} s), {most:.0f} MB"
    )


def _peer(content: str, *, collects: tuple[int, int, int]) -> float:
    before = gc.get_threshold()
    gc.set_threshold(*collects)
    try:
        begin = time.process_time()
        yaml.load(content, Loader=yaml.CSafeLoader)
        return time.process_time() - begin
    finally:
        gc.set_threshold(*before)


def _tests_a_second(path: str) -> float:
    """By what the command takes for all tests, less what it takes for those of one rule."""
    two, _ = _cost("test", path, "--rule", "rule-1")
    every, _ = _cost("test", path)
    return (2 * SIZE - 2) / (every - two)


def _report_phrases() -> None:
    """Phrases "two words 1", "two words 2", … against phrases with first words of their own."""
    with tempfile.TemporaryDirectory() as folder:
        alike, apart = Path(folder) / "alike.yaml", Path(folder) / "apart.yaml"
        alike.write_text(phrases(lambda number: f"two words {number}"))
        apart.write_text(phrases(lambda number: f"word{number} words {number}"))
        ratios = [_cost("check", str(alike))[0] / _cost("check", str(apart))[0] for _ in range(5)]
    print(f"  bot check  {statistics.median(ratios):.2f}x for {PHRASES:,} phrases that begin alike")


def _report_overlaps() -> None:
    """Rules out of few words, of which nearly every pair overlaps."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rules.yaml"
        path.write_text(crowded(CROWDED))
        plain, _ = _cost("check", str(path))
        some, _ = _cost("check", "--overlaps", str(path))
        every, _ = _cost("check", "--overlaps", "--all", str(path))
    print(
        f"  bot check  {plain:.1f} s for {CROWDED} rules that overlap, --overlaps {some:.1f} s,"
        f" with --all {every:.1f} s"
    )


def crowded(size: int) -> str:
    """Keywords, phrases, patterns and sentences out of sixty words."""
    chance = random.Random(3)  # noqa: S311  no secret
    some = words(60)

    def when() -> str:
        one, two, three = chance.sample(some, 3)
        return chance.choice(
            [
                f'keywords: ["{one} {two}", "{three} {one}"]',
                f'keywords: {{any: ["{one} {two}"], none: [{three}]}}',
                rf"regex: '\b{one}\b.*\b{two}\b'",
                rf"regex: '{one}\s+(?P<n>\d{{4,8}})'",
                f'says: "[{one}] ({two}|{three}) {{x}}"',
                f"keywords: [{one}, {two}], tags: {{campaign: {three}}}",
            ]
        )

    return "rules:\n" + "".join(
        f"  - {{id: rule-{number}, when: {{{when()}}}, reply: Answer {number}.}}\n"
        for number in range(size)
    )


def phrases(phrase: Callable[[int], str]) -> str:
    lines = ["rules:"]
    for number in range(PHRASES):
        lines += [
            f"  - id: rule-{number}",
            f'    when: {{keywords: ["{phrase(number)}"]}}',
            f"    reply: Answer {number}.",
            f'    tests: {{match: ["{phrase(number)}"]}}',
        ]
    return "\n".join(lines)


def rules(size: int) -> str:
    """Keywords and patterns, each rule with two tests."""
    names = words(3 * size)
    lines = ["rules:"]
    for number in range(size):
        one, two, three = names[3 * number : 3 * number + 3]
        pattern = f"regex: '{one}\\s+(?P<n>\\d+)'"
        keywords = f'keywords: [{one}, "{two} {three}"]'
        answer = f"Answer {number}" + (": {{ n }}." if number % 3 == 0 else ".")
        lines += [
            f"  - id: rule-{number}",
            f"    when: {{{pattern if number % 3 == 0 else keywords}}}",
            f'    reply: "{answer}"',
            f'    tests: {{match: ["{one} 12"], no_match: ["no"]}}',
        ]
    return "\n".join(lines)


def words(size: int) -> list[str]:
    """Made-up words that no message holds."""
    chance = random.Random(7)  # noqa: S311  no secret
    return ["".join(chance.choices("bcdfghjklmnpqrstvwxz", k=7)) for _ in range(size)]


def _cost(*arguments: str) -> tuple[float, float]:
    """Seconds of CPU of a command, and its memory at most, in MB."""
    command = [sys.executable, "-m", "bot", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{command} ended with {process.returncode}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
