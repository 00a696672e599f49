"""One text through `bot dry-run`, against importing starlette, jinja2 and yaml."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROUNDS = 9
ROOT = Path(__file__).parents[2]


def report() -> None:
    print(f"one text through bot dry-run, median of {ROUNDS}; less is better")
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(ROUNDS):
        ours.append(_seconds([sys.executable, "-m", "bot", "dry-run", "Hours?"]))
        theirs.append(_seconds([sys.executable, "-c", "import starlette, jinja2, yaml"]))
    middle, least = statistics.median(ours), statistics.median(theirs)
    print(f"  {middle / least:.2f}x   ({middle * 1e3:.0f} ms against {least * 1e3:.0f} ms)")


def _seconds(command: Sequence[str]) -> float:
    begin = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=60)
    return time.perf_counter() - begin
