"""`python -m tests.simulation [--seeds N --first S --jobs J | --seed S]`: figures, what broke."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from tests.simulation.runs import Run, runs

_FIGURES = ("messages", "repeats", "duplicates", "sends", "faults", "crashes", "jumps")
_MOST_SHOWN = 5


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--seeds", type=int, default=200, help="how many")
    parser.add_argument("--first", type=int, default=1, help="the first of them")
    parser.add_argument("--seed", type=int, help="one, with its whole history")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    chosen = parser.parse_args()
    if chosen.seed is not None:
        seeds = range(chosen.seed, chosen.seed + 1)
    else:
        seeds = range(chosen.first, chosen.first + chosen.seeds)
    begin, counts, bad = time.perf_counter(), Counter[str](), 0
    for run in runs(seeds, chosen.jobs, whole=chosen.seed is not None):
        counts += run.counts
        bad += bool(run.broken)
        if chosen.seed is not None or (run.broken and bad <= _MOST_SHOWN):
            _show(run)
    seconds = time.perf_counter() - begin
    print(f"{'seeds':12}{len(seeds):>10,}   ({seconds:.1f} s)")
    for name in (*_FIGURES, "violations"):
        print(f"{name:12}{counts[name]:>10,}")
    return 1 if bad else 0


def _show(run: Run) -> None:
    print(f"seed {run.seed}")
    for line in run.lines:
        print(f"  {line}")


if __name__ == "__main__":
    sys.exit(main())
