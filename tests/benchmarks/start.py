"""One text through `bot dry-run`, against importing starlette, jinja2 and yaml.

Time of the processor, with bytecode at hand for both, as after an installation.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

ROUNDS = 9
ROOT = Path(__file__).parents[2]


def report() -> None:
    print(f"one text through bot dry-run, median of {ROUNDS}; less is better")
    ours: list[float] = []
    theirs: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        kept = {name: value for name, value in os.environ.items() if name != _NO_BYTECODE}
        environment = {**kept, "PYTHONPYCACHEPREFIX": folder}
        for _ in range(ROUNDS + 1):
            ours.append(_seconds([sys.executable, "-m", "bot", "dry-run", "Hours?"], environment))
            theirs.append(
                _seconds([sys.executable, "-c", "import starlette, jinja2, yaml"], environment)
            )
    middle, least = statistics.median(ours[1:]), statistics.median(theirs[1:])
    print(f"  {middle / least:.2f}x   ({middle * 1e3:.0f} ms against {least * 1e3:.0f} ms)", end="")
    print(f"; the first time, without bytecode, {ours[0] / theirs[0]:.2f}x")


_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"


def _seconds(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """Of the processor."""
    before = os.times()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=60, env=environment)
    after = os.times()
    used = after.children_user + after.children_system
    return used - before.children_user - before.children_system
