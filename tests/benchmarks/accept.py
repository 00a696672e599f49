"""Accepting durably, against a bare Starlette answer that does HMAC and JSON only."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.benchmarks.load import SECRET, Figures, post, requests

COUNT = 6_000
ROUNDS = 3
ROOT = Path(__file__).parents[2]


def report() -> None:
    print(
        f"accepting durably, 32 connections, {COUNT:,} messages a round, median of {ROUNDS};",
        end="",
    )
    print(f" load {os.getloadavg()[0]:.1f}")
    figures: dict[str, list[Figures]] = {"bot serve": [], "bare": []}
    used: dict[str, list[float]] = {"bot serve": [], "bare": []}
    with tempfile.TemporaryDirectory() as folder, bot(Path(folder)) as ours, bare() as theirs:
        for number in range(ROUNDS):
            work = requests(COUNT, first=number * COUNT)
            for name, (pid, port) in (("bot serve", ours), ("bare", theirs)):
                before = seconds_of(pid)
                found = post(port, work)
                assert not found.refused
                figures[name].append(found)
                used[name].append((seconds_of(pid) - before) / COUNT)
                if name == "bot serve":
                    wait_until_decided(port, (number + 1) * COUNT)
    rates = [statistics.median(one.per_second for one in of) for of in figures.values()]
    slowest = statistics.median(one.slowest_of_100 for one in figures["bot serve"])
    print(
        f"  {rates[0] / rates[1]:.2f}x   ({rates[0]:,.0f} a second against {rates[1]:,.0f};", end=""
    )
    print(f" p99 {slowest * 1e3:.0f} ms)")
    mine, others = map(statistics.median, used.values())
    print(f"  {others / mine:.2f}x by the processor: {mine * 1e6:.0f} µs a message", end="")
    print(f" against {others * 1e6:.0f}, which tells more while others use the machine")


def seconds_of(pid: int) -> float:
    """Of the processor, of all threads of a process, as Linux counts them."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def wait_until_decided(port: int, count: int, *, patience: float = 60) -> None:
    """So that the other server has the machine to itself; `patience` in seconds."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        metrics = httpx.get(f"http://127.0.0.1:{port}/metrics").text
        decided = re.findall(r"^bot_decisions_total\{.*\} (\S+)$", metrics, re.MULTILINE)
        if sum(map(float, decided)) >= count:
            return
        time.sleep(0.2)
    raise TimeoutError("the messages were not decided")


@contextmanager
def bot(folder: Path) -> Iterator[tuple[int, int]]:
    """`bot serve` with the rules that ship, and a provider that is away: pid and port."""
    environ = {
        **os.environ,
        "MTA_API_KEY": "key",
        "MTA_WEBHOOK_SECRET": SECRET,
        "MTA_BASE_URL": "http://127.0.0.1:9/v3",
        "BOT_DATABASE_URL": f"sqlite:///{folder / 'bot.db'}",
        "BOT_RULES": str(ROOT / "rules"),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "bot", "serve", "--port", "0"]
    with _running(command, environ, folder) as started:
        yield started


@contextmanager
def bare() -> Iterator[tuple[int, int]]:
    command = [sys.executable, "-m", "tests.benchmarks.bare"]
    with _running(command, {**os.environ, "PYTHONPATH": str(ROOT)}, ROOT) as started:
        yield started


@contextmanager
def _running(
    command: Sequence[str], environ: dict[str, str], folder: Path
) -> Iterator[tuple[int, int]]:
    with tempfile.NamedTemporaryFile("w+") as said:
        process = subprocess.Popen(command, env=environ, cwd=folder, stderr=said)
        try:
            yield process.pid, _port(process, Path(said.name))
        finally:
            process.terminate()
            process.wait(timeout=60)


def _port(process: subprocess.Popen[bytes], said: Path) -> int:
    """Out of what it says when it serves."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = re.search(r"http://127\.0\.0\.1:(\d+)", said.read_text())
        if found:
            return int(found[1])
        if process.poll() is not None:
            raise RuntimeError(said.read_text())
        time.sleep(0.05)
    raise TimeoutError("the server did not start")
