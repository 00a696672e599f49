"""`decide` against a loop of `re.search` and hyperscan, on rules that hurt (`workload`).

Rounds are interleaved, of each message the quickest one counts: what the machine does beside it
falls out. Every answer is compared with that of asking each rule in turn.
"""

from __future__ import annotations

import math
import os
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from bot.engine.decide import decide
from bot.model import Context, Decision, InboundMessage
from bot.rules.guards.forms import OPT_OUTS
from bot.rules.guards.opt_out import OptOut
from bot.rules.loader import SourceFile, load
from bot.rules.matchers.base import MessageView
from bot.rules.ruleset import Ruleset
from tests.benchmarks import peers, workload
from tests.benchmarks.texts import NOW, texts
from tests.benchmarks.workload import BenchRule

SIZES: Final = (10, 100, 1_000, 10_000)
TEXTS: Final = 400
_ROUNDS: Final = 3
_LOOPED: Final = 40
"""Messages that the loop is timed with where there are many rules."""
_COMPARED: Final = 100
_ORDINARY: Final = 4_827
_WIDTH: Final = 70

CONTEXT: Final = Context(now=NOW)
Run = Callable[[InboundMessage], object]


def report() -> None:
    print(f"decide on rules that hurt, µs a message, p50; load {os.getloadavg()[0]:.1f}")
    print("  rules     miss    loop          hyperscan           hit")
    said = workload.sample(TEXTS)
    every = workload.rules(SIZES[-1], said)
    costs: dict[str, dict[int, float]] = defaultdict(dict)
    for size in SIZES:
        _measure(size, every[:size], said, costs)
    few, many = (costs["decide"][size] for size in SIZES[-2:])
    print(f"  each further rule: {(many - few) / (SIZES[-1] - SIZES[-2]) * 1e9:.1f} ns")
    print(*_picture(costs), sep="\n")
    _report_without_literals(said)
    _report_guards()


def _measure(
    size: int, of: Sequence[BenchRule], said: Sequence[str], costs: dict[str, dict[int, float]]
) -> None:
    messages = list(workload.messages(of, said))
    ruleset = load([SourceFile("bench.yaml", workload.as_yaml(of))]).ruleset
    run = decider(ruleset)
    answers = {message.key: run(message) for message in messages}
    misses = [message for message in messages if answers[message.key].rule is None]
    hits = [message for message in messages if answers[message.key].replies]
    runs: dict[str, Run] = {"decide": run, "loop": peers.loop(of)}
    if (hyperscan := peers.hyperscan(of)) is not None:
        runs["hyperscan"] = hyperscan
    timed = quickest(misses, runs)
    for name, seconds in timed.items():
        costs[name][size] = seconds
    [hit] = quickest(hits, {"decide": run}).values()
    print(f"  {size:>6,}", *_columns(timed), f"  {hit * 1e6:6.1f}", end="  ")
    wrong = sum(not _agree(m, answers[m.key], ruleset) for m in messages[:_COMPARED])
    others = sum(_is_other(answers[m.key], runs["loop"](m)) for m in messages[:_COMPARED])
    print(f"of {_COMPARED} answers {wrong} unlike one by one, {others} unlike the loop's")


def _columns(timed: Mapping[str, float]) -> list[str]:
    ours = timed["decide"]
    columns = [f"{ours * 1e6:8.1f}"]
    for name, seconds in timed.items():
        if name != "decide":
            columns.append(f"{seconds * 1e6:8.1f} ({seconds / ours:7.2f}x)")
    return columns


def decider(ruleset: Ruleset) -> Callable[[InboundMessage], Decision]:
    return lambda message: decide(message, CONTEXT, ruleset)


def _agree(message: InboundMessage, answer: Decision, ruleset: Ruleset) -> bool:
    """But for the trace, which then has every rule."""
    every = decide(message, CONTEXT, ruleset, ask_all=True)
    return replace(every, trace=()) == replace(answer, trace=())


def _is_other(answer: Decision, looped: object) -> bool:
    """The loop has no guards: what one of them took is left out."""
    return not (answer.rule or "").startswith("$") and _number(answer) != looped


def _number(answer: Decision) -> int | None:
    rule = answer.rule or ""
    return int(rule.removeprefix("rule-")) if rule.startswith("rule-") else None


def quickest(said: Sequence[InboundMessage], runs: Mapping[str, Run]) -> dict[str, float]:
    """Seconds of a message, p50 of the quickest of several rounds, the runs in turn."""
    times = {name: [float("inf")] * len(said) for name in runs}
    few: dict[str, int] = {}
    for _ in range(_ROUNDS):
        for name, run in runs.items():
            begun = time.perf_counter()
            for at, message in enumerate(said[: few.get(name)]):
                begin = time.perf_counter()
                run(message)
                times[name][at] = min(times[name][at], time.perf_counter() - begin)
            if time.perf_counter() - begun > 0.5:
                few[name] = _LOOPED
    return {name: statistics.median(found[: few.get(name)]) for name, found in times.items()}


def _picture(costs: Mapping[str, Mapping[int, float]]) -> list[str]:
    """Cost against number of rules, both by powers of ten."""
    lines = [f"  {'rules':>6}  1 µs{'10 µs':>15}{'100 µs':>16}{'1 ms':>14}{'10 ms':>16}"]
    for size in SIZES:
        line = [" "] * _WIDTH
        for name, of_size in costs.items():
            at = round(15 * math.log10(max(of_size[size] * 1e6, 1.0)))
            line[min(at, _WIDTH - 1)] = name[0]
        lines.append(f"  {size:>6,}  {''.join(line).rstrip()}")
    return [*lines, f"  {'':>6}  {', '.join(f'{name[0]} {name}' for name in costs)}"]


def _report_without_literals(said: Sequence[str]) -> None:
    """Patterns of which no word must stand in a text."""
    lines = [
        f"  - {{id: r{number}, when: {{regex: '{pattern}'}}, reply: ok}}"
        for number, pattern in enumerate(WITHOUT_LITERALS)
    ]
    ruleset = load([SourceFile("bench.yaml", "\n".join(["rules:", *lines]))]).ruleset
    of = [BenchRule(n, {}, pattern, {}, "") for n, pattern in enumerate(WITHOUT_LITERALS)]
    run, loop = decider(ruleset), peers.loop(of)
    messages = list(workload.messages(of, said))
    misses = [message for message in messages if run(message).rule is None]
    timed = quickest(misses, {"decide": run, "loop": loop})
    print(f"  {len(of)} patterns without a word", *_columns(timed), "of misses,", end=" ")
    timed = quickest(messages, {"decide": run, "loop": loop})
    print(*_columns(timed), f"of all; {len(misses)} of {len(messages)} are misses")


def _report_guards() -> None:
    """What guards cost where no rule is in the way: ordinary texts, rules that take none of them.

    The mean counts too: a few texts cost far more than the one in the middle.
    """
    lines = [f"  - {{id: {word}, when: {{keywords: {word}}}, reply: ok}}" for word in SELDOM_SAID]
    ruleset = load([SourceFile("bench.yaml", "\n".join(["rules:", *lines]))]).ruleset
    run, said = decider(ruleset), texts(_ORDINARY)
    misses = [message for message in _plain(said) if run(message).rule is None]
    [middle] = quickest(misses, {"decide": run}).values()
    mean = min(_processor_seconds(run, misses) for _ in range(_ROUNDS)) / len(misses)
    views = [MessageView(message, CONTEXT) for message in misses]
    guards = Counter(
        ruleset.guards[number].NAME
        for seen in views
        for number in ruleset.index.candidates(seen)[0]
    )
    cut = sum(bool(OPT_OUTS.likely(seen.message.text, seen.words)) for seen in views)
    print(
        f"  {len(SELDOM_SAID)} keywords, {len(misses):,} ordinary texts: p50 {middle * 1e6:.1f},",
        end=" ",
    )
    print(f"mean {mean * 1e6:.1f} of the processor;", end=" ")
    print(f"$opt-out is asked for {guards[OptOut.NAME]:,} and cuts {cut:,} into clauses")


def _plain(said: Sequence[str]) -> Sequence[InboundMessage]:
    return [
        InboundMessage(key=f"m{n}", sender="+15555550123", text=text, received_at=NOW)
        for n, text in enumerate(said)
    ]


def _processor_seconds(run: Run, said: Sequence[InboundMessage]) -> float:
    begin = time.process_time()
    for message in said:
        run(message)
    return time.process_time() - begin


SELDOM_SAID: Final = (
    *("hours", "price", "parking", "refund", "menu", "appointment", "delivery", "invoice"),
    *("warranty", "brochure"),
)
WITHOUT_LITERALS: Final = r"""
    ^\d{5}(?:-\d{4})?$ ^\d{1,2}/\d{1,2}$ ^\d{1,2}:\d{2}$ ^\W+$ ^[A-Z]{2}\d{6}$ \d{3}-\d{2}-\d{4}
    ^\d{6}$ ^[a-z]$ ^[yn]$ ^\d$ ^[1-5]\s*(?:/|of)\s*5$ \b[A-Z]\d[A-Z]\s?\d[A-Z]\d\b
    \d{4}-\d{2}-\d{2} \b\d{1,2}(?:st|nd|rd|th)\b.*\d{4} \b\d+\s*x\s*\d+\b #\w{3,} \d+\s?%
    \b\d{1,3}(?:\.\d{1,3}){3}\b \b[a-f0-9]{8}\b \b(\d)-(\d)-(\d)\b ^\S{20,}$ (?:[^\s@]+@){2}
    \b\d{16}\b \b\d{4}\s\d{4}\s\d{4} ^\+\d{7,15}$ \$\d+\.\d{2} \b[A-Z]{3}\s?\d{3}\b ^[!]+$
    ^[^a-z]{12,}$ ^\s*[?]+\s*$ [A-Z]{4,}\d ^\d+\s\w+\s\w+\.$ \b\w\.\w\.\w\. ^(?:\d\s?){9}$
    \d{2}[:h]\d{2}\s*-\s*\d{2} [^\x00-\x7F]{4} ^\w+\s\w+,\s[A-Z]{2}$ \d{1,2}\s?[ap]m\s?\d
    \b[bcdfghjklmnpqrstvwxz]{7,} (?:\w+-){4} ^\W*\w\W*$ \d{3}.\d{3}.\d{4} ^.{1,2}$ ^\d+[a-z]$
""".split()
