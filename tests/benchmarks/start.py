"""One text through `bot dry-run`, and `bot --help`, against importing starlette, jinja2 and yaml.

Time of the processor, with bytecode at hand for all, as after an installation.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

ROUNDS: Final = 9
ROOT: Final = Path(__file__).parents[2]
_RUNS: Final = {
    "bot dry-run": ("-m", "bot", "dry-run", "Hours?"),
    "bot --help": ("-m", "bot", "--help"),
    "packages": ("-c", "import starlette, jinja2, yaml"),
}
_NO_BYTECODE: Final = "PYTHONDONTWRITEBYTECODE"


def report() -> None:
    print(f"one text through bot dry-run, and bot --help, median of {ROUNDS}; less is better")
    times: dict[str, list[float]] = {name: [] for name in _RUNS}
    with tempfile.TemporaryDirectory() as folder:
        kept = {name: value for name, value in os.environ.items() if name != _NO_BYTECODE}
        environment = {**kept, "PYTHONPYCACHEPREFIX": folder}
        for _ in range(ROUNDS + 1):
            for name, arguments in _RUNS.items():
                times[name].append(_seconds([sys.executable, *arguments], environment))
    least = statistics.median(times["packages"][1:])
    for name in [*_RUNS][:-1]:
        middle, first = statistics.median(times[name][1:]), times[name][0] / times["packages"][0]
        print(f"  {name:<12} {middle / least:.2f}x   ({middle * 1e3:.0f} ms", end="")
        print(f" against {least * 1e3:.0f} ms); the first time, without bytecode, {first:.2f}x")


def _seconds(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """Of the processor."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=60, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
