"""The tools of a rule author on 10,000 rules: check, test, and a pattern that others hang on."""

from __future__ import annotations

import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import yaml

from bot.authoring import run_cases
from bot.rules.loader import SourceFile, load
from bot.text.patterns import Pattern

SIZE = 10_000
PHRASES = 3_000
ROOT = Path(__file__).parents[2]


def report() -> None:
    content = rules(SIZE)
    print(f"authors' tools, {SIZE:,} rules ({len(content) / 1e6:.1f} MB of YAML)")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rules.yaml"
        path.write_text(content)
        least = min(_seconds(lambda: yaml.load(content, Loader=yaml.CSafeLoader)) for _ in range(3))
        command = [sys.executable, "-m", "bot", "check", "--rules", str(path)]
        ours = min(_seconds(lambda: _run(command)) for _ in range(3))
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"  bot check  {ours / least:.1f}x of PyYAML's C loader ({ours:.1f} s), {most:.0f} MB")
    _report_phrases()
    loaded = load([SourceFile("rules.yaml", content)])
    some = loaded.cases[:4_000]
    seconds = _seconds(lambda: [run_cases.run(case, loaded.ruleset) for case in some])
    print(f"  bot test   {len(some) / seconds:,.0f} cases a second, after loading")
    text = ("a" * 1_600 + "!").encode()
    evil, plain = Pattern("(a+)+$"), Pattern("a+$")
    ratio = statistics.median(
        _seconds(lambda: evil.search(text)) / _seconds(lambda: plain.search(text))
        for _ in range(200)
    )
    print(f"  (a+)+$ on 1,600 letters  {ratio:.1f}x of a+$")


def _report_phrases() -> None:
    """Phrases "two words 1", "two words 2", … against phrases with first words of their own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "bot", "check", "--rules"]
        alike, apart = Path(folder) / "alike.yaml", Path(folder) / "apart.yaml"
        alike.write_text(phrases(lambda number: f"two words {number}"))
        apart.write_text(phrases(lambda number: f"word{number} words {number}"))
        ratios = [
            _seconds(lambda: _run([*command, str(alike)]))
            / _seconds(lambda: _run([*command, str(apart)]))
            for _ in range(5)
        ]
    print(f"  bot check  {statistics.median(ratios):.2f}x for {PHRASES:,} phrases that begin alike")


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


def _run(command: list[str]) -> None:
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
