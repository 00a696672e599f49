"""The console: what pages take at the server and over the wire, how soon a message is seen, and
what fifty open consoles cost the webhooks: with the list open, or each with another thread.
"""

from __future__ import annotations

import itertools
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import httpx
from sqlalchemy import text

from bot.ledger.database import open_database
from tests.benchmarks.accept import ROOT, bot, wait_until_decided
from tests.benchmarks.growth import fill
from tests.benchmarks.load import post, requests

PEOPLE: Final = 10_000
SAID: Final = 250
"""Texts of one of them, with as many answers."""
LOADS: Final = 30
SEEN: Final = 20
IN_A_ROW: Final = 0.3
"""Seconds between two of them."""
CONSOLES: Final = 50
LISTS: Final = ["/"] * CONSOLES
PEOPLE_WITH_THREADS: Final = [f"+1555555{number:04}" for number in range(CONSOLES)]
THREADS: Final = [f"/conversations/{person}" for person in PEOPLE_WITH_THREADS]
COUNT: Final = 4_000
ROUNDS: Final = 3
PERSON: Final = "+15555550000"
PAGES: Final = {
    f"50 of {PEOPLE:,} conversations": "/",
    f"a thread of {2 * SAID}, its last 200": f"/conversations/{PERSON}",
    f"a thread of {2 * SAID}, all of it": f"/conversations/{PERSON}?all=1",
    "the inbox": "/inbox?unmatched=1",
    "the overview, 90 days": "/overview?since=90d",
}


def report() -> None:
    with tempfile.TemporaryDirectory() as folder:
        _fill(Path(folder))
        with bot(Path(folder)) as (_, port):
            _pages(port)
            _seen(port, [])
            _seen(port, LISTS)
            _seen_in_threads(port)
    with tempfile.TemporaryDirectory() as folder, bot(Path(folder)) as (_, port):
        _beside_webhooks(port)


def _fill(folder: Path) -> None:
    """Two messages of each, and one who wrote more."""
    database = open_database(f"sqlite:///{folder / 'bot.db'}")
    fill(database, 2 * PEOPLE, PEOPLE, datetime.now(UTC) - timedelta(seconds=2 * PEOPLE))
    moved = "SET conversation_id = 0 WHERE id % 80 = 0 AND id < :last"
    with database.transaction() as connection:
        for table in ("inbox", "outbox"):
            connection.execute(text(f"UPDATE {table} {moved}"), {"last": 80 * SAID})
    database.close()


def _pages(port: int) -> None:
    """Each load after a text that came in: a page that nothing has changed is not drawn anew."""
    print(f"pages, of {LOADS} loads, each after a new text: p50 and p95 of the wait in ms; kB over")
    print("the wire, without scripts")
    number = 0
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        for name, path in PAGES.items():
            taken = []
            for _ in range(LOADS):
                number += 1
                post(port, requests(1, first=number), connections=1)
                time.sleep(IN_A_ROW)  # until it is decided
                begin = time.perf_counter()
                response = client.get(path)
                taken.append((time.perf_counter() - begin) * 1e3)
                assert response.status_code == 200, response.text
            size = response.num_bytes_downloaded / 1e3
            half, most = statistics.median(taken), sorted(taken)[LOADS * 95 // 100]
            print(f"  {name:<34} {half:>6.0f} {most:>6.0f} {size:>7.1f}")


def _seen(port: int, consoles: Sequence[str]) -> None:
    """From before a webhook is posted until an open page has it, where one follows another."""
    waiting: dict[str, float] = {}
    taken: list[float] = []
    with (
        _consoles(port, consoles),
        ThreadPoolExecutor(1) as poster,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as client,
        client.stream("GET", "/_live?after=none") as told,
    ):
        poster.submit(_post_in_a_row, port, 1_000 + len(consoles), waiting)
        changes = (line for line in told.iter_lines() if line.startswith("id: "))
        while len(taken) < SEEN:
            next(changes)
            shown = client.get("/index.json").json()["conversations"]
            now = time.perf_counter()
            for number in {one["number"] for one in shown} & waiting.keys():
                taken.append(now - waiting.pop(number))
    beside = f" beside {len(consoles)} open lists" if consoles else ""
    _say_when_seen(taken, beside)


def _say_when_seen(taken: Sequence[float], beside: str) -> None:
    half, most = statistics.median(taken), max(taken)
    print(f"a new message is seen after {half:.2f} s, at most {most:.2f} s, of {SEEN}{beside}")


def _seen_in_threads(port: int) -> None:
    """Each of fifty has a thread of their own open, and the people of all of them write."""
    taken: list[float] = []
    over = threading.Event()
    with (
        _consoles(port, THREADS),
        ThreadPoolExecutor(1) as poster,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as client,
    ):
        poster.submit(_post_to_threads, port, over)
        try:
            for number in range(SEEN):
                taken.append(_until_seen(client, port, number))
        finally:
            over.set()
    _say_when_seen(taken, f" beside {CONSOLES} open threads")


def _until_seen(client: httpx.Client, port: int, number: int) -> float:
    """Seconds until an open thread has a text of its person."""
    person, path = PEOPLE_WITH_THREADS[number], THREADS[number]
    had = _heard(client, path)
    with client.stream("GET", "/_live", params={"after": "none", "about": person}) as told:
        changes = (line for line in told.iter_lines() if line.startswith("id: "))
        next(changes)  # of what was there before
        begin = time.perf_counter()
        post(port, requests(1, first=20_000 + number), connections=1)
        while _heard(client, path) == had:
            next(changes)
        return time.perf_counter() - begin


def _heard(client: httpx.Client, path: str) -> int:
    found = client.get(f"{path}.json").json()
    shown = sum(one["direction"] == "inbound" for one in found["messages"])
    return int(found["earlier"] + shown)


def _post_to_threads(port: int, over: threading.Event) -> None:
    """To those that nobody measures, in turn."""
    for number in itertools.cycle(range(SEEN, CONSOLES)):
        if over.wait(IN_A_ROW):
            return
        post(port, requests(1, first=30_000 + number), connections=1)


def _post_in_a_row(port: int, first: int, waiting: dict[str, float]) -> None:
    """`waiting`: by who wrote, when."""
    for number in range(first, first + SEEN):
        waiting[f"+1555555{number:04}"] = time.perf_counter()
        post(port, requests(1, first=number), connections=1)
        time.sleep(IN_A_ROW)


def _beside_webhooks(port: int) -> None:
    print(f"accepting beside {CONSOLES} open consoles, median of {ROUNDS} rounds each")
    kinds: dict[str, Sequence[str]] = {"none": [], "lists": LISTS, "threads": THREADS}
    figures = defaultdict[str, list[float]](list)
    post(port, requests(COUNT))
    wait_until_decided(port, COUNT, patience=300)
    for number, kind in enumerate([*kinds] * ROUNDS, 1):
        work = requests(COUNT, first=number * COUNT)
        with _consoles(port, kinds[kind]):
            found = post(port, work)
        assert not found.refused
        figures[kind].append(found.per_second)
        wait_until_decided(port, (number + 1) * COUNT, patience=300)
    medians = {kind: statistics.median(values) for kind, values in figures.items()}
    for kind in ("lists", "threads"):
        ratio, many = medians[kind] / medians["none"], f"{medians[kind]:,.0f} a second"
        print(f"  {kind:<8} {ratio:.2f}x   ({many} against {medians['none']:,.0f})")


@contextmanager
def _consoles(port: int, paths: Sequence[str]) -> Iterator[None]:
    """With these pages open, in a process of their own, which says when all are."""
    if not paths:
        yield
        return
    command = [sys.executable, "-m", "tests.benchmarks.consoles", str(port), *paths]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        process.stdout.readline()
        yield
    finally:
        process.terminate()
        process.wait(timeout=60)
