"""Many seeds, in this process or in several, each with what it counted and broke."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial

from tests.simulation.promises import broken
from tests.simulation.world import Worlds

_MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Run:
    seed: int
    counts: Counter[str]
    broken: tuple[str, ...]
    """The names of promises, one for each time."""
    lines: tuple[str, ...]
    """What was broken, and what led to it."""


def runs(seeds: range, jobs: int, *, whole: bool = False) -> Iterator[Run]:
    """In the order of the seeds. `whole` gives all that happened in each."""
    one = partial(_run, whole=whole)
    if jobs == 1:
        yield from map(one, seeds)
        return
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        yield from pool.imap(one, seeds, chunksize=10)


def _run(seed: int, *, whole: bool) -> Run:
    history = _worlds().run(seed)
    found = broken(history)
    history.counts["violations"] = len(found)
    lines = [f"{at:9.3f}  {line}" for at, line in history.log] if whole else []
    for name, promise in found[:_MOST_SHOWN]:
        lines += [f"{name}: {promise.what}", *history.about(promise.about)]
    return Run(seed, history.counts, tuple(name for name, _ in found), tuple(lines))


@cache
def _worlds() -> Worlds:
    return Worlds()
