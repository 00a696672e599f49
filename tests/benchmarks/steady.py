"""A minute of 1,000 signed webhooks a second: how long an answer takes, and what is left after."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from tests.benchmarks.accept import bot, wait_until_decided
from tests.benchmarks.load import post, requests
from tests.benchmarks.memory import resident

RATE = 1_000
SECONDS = 60


def report() -> None:
    print(f"{RATE:,} webhooks a second for {SECONDS} s, the load from the same machine")
    with tempfile.TemporaryDirectory() as folder, bot(Path(folder)) as (pid, port):
        post(port, requests(1_000))
        wait_until_decided(port, 1_000)
        before = resident(pid)
        work = requests(RATE * SECONDS, first=1_000)
        found = post(port, work, connections=64, rate=RATE)
        during, begin = resident(pid), time.monotonic()
        wait_until_decided(port, 1_000 + len(work), patience=600)
        print(
            f"  {found.per_second:,.0f} a second, {found.refused} not 200, p99"
            f" {found.slowest_of_100 * 1e3:.0f} ms; all decided {time.monotonic() - begin:.0f} s"
            f" later; memory {before:.0f} MB, {during:.0f} MB, {resident(pid):.0f} MB"
        )
