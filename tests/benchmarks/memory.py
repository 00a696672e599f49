"""Resident memory of `bot serve` while messages come in: it must stay flat."""

from __future__ import annotations

import re
import tempfile
import time
from pathlib import Path

from tests.benchmarks.accept import bot
from tests.benchmarks.load import post, requests

STEP = 5_000
STEPS = 6


def report() -> None:
    print("resident memory of bot serve, MB")
    with tempfile.TemporaryDirectory() as folder, bot(Path(folder)) as (pid, port):
        print(f"  {0:>7,} messages  {resident(pid):6.1f}")
        for number in range(STEPS):
            post(port, requests(STEP, first=number * STEP))
            time.sleep(1)
            print(f"  {(number + 1) * STEP:>7,} messages  {resident(pid):6.1f}")


def resident(pid: int) -> float:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1]) / 1024
