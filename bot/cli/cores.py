"""Work in chunks on all cores, its results in order."""

from __future__ import annotations

import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, Final, TypeVar

C = TypeVar("C")
T = TypeVar("T")

_AHEAD: Final = 2
"""Chunks a core that are given out before the result of the first is asked for."""


def in_order(work: Callable[[C], T], chunks: Iterable[C]) -> Iterator[T]:
    """What `work` makes of each chunk, by forked processes, one a core; with one core, by this.

    Chunks and results are pickled, `work` is not. What it raises is raised here. Elsewhere than
    on Linux a fork is not to be relied upon, and all is done by this process.
    """
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
    if cores < 2:
        yield from map(work, chunks)
        return
    waiting: deque[Future[T]] = deque()
    with ProcessPoolExecutor(cores, get_context("fork"), _begin, (work,)) as pool:
        for chunk in chunks:
            waiting.append(pool.submit(_do, chunk))
            if len(waiting) > _AHEAD * cores:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


_work: Callable[[Any], Any]


def _begin(work: Callable[[Any], Any]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that asked ends all of it
    global _work
    _work = work


def _do(chunk: Any) -> Any:
    return _work(chunk)
