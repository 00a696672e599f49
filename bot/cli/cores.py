"""Work in parts on all cores, its results in order."""

from __future__ import annotations

import contextlib
import gc
import io
import itertools
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, Final, TypeAlias, TypeVar

C = TypeVar("C")
T = TypeVar("T")

_AHEAD: Final = 2
"""Parts a core that are given out before the result of the first is asked for."""


def in_order(
    work: Callable[[C], T], parts: Iterable[C], *, first_here: bool = False
) -> Iterator[T]:
    """What `work` makes of each part, by forked processes, one a core; with one core, by this.

    Parts and results are pickled, `work` is not. What it prints is printed here, and what it raises
    is raised here. The processes are there before the first part is asked for, and have nothing
    that is opened for it. Elsewhere than on Linux a fork is not to be relied upon, and all is done
    by this process.

    `first_here`: this process does the first part, before there are others: these begin with what
    was made ready for it. Nothing may stay open after it.
    """
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
    if cores < 2:
        yield from map(work, parts)
        return
    parts = iter(parts)
    if first_here:
        yield from map(work, itertools.islice(parts, 1))
    waiting: deque[Future[_Done]] = deque()
    gc.freeze()  # what is there already is not looked at again, so that processes share it
    try:
        with ProcessPoolExecutor(cores, get_context("fork"), _begin, (work,)) as pool:
            pool.submit(_nothing).result()
            for part in parts:
                waiting.append(pool.submit(_do, part))
                if len(waiting) > _AHEAD * cores:
                    yield _told(waiting.popleft().result())
            while waiting:
                yield _told(waiting.popleft().result())
    finally:
        gc.unfreeze()


_Done: TypeAlias = tuple[str, str, Any]
"""What was printed, on stdout and on stderr, and what came of it."""
_work: Callable[[Any], Any]


def _begin(work: Callable[[Any], Any]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that asked ends all of it
    global _work
    _work = work


def _nothing() -> None:
    pass


def _do(part: Any) -> _Done:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        found = _work(part)
    return out.getvalue(), err.getvalue(), found


def _told(done: _Done) -> Any:
    out, err, found = done
    sys.stdout.write(out)
    sys.stderr.write(err)
    return found
