"""A file that is read as a set of its own, though it may be part of the folder it stands in."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from bot.errors import Problem, plain
from bot.rules.files import ENDINGS, has_neighbours
from bot.rules.loader import ELSEWHERE


def misses_something(problems: Iterable[Problem]) -> bool:
    """A name that another file of the set may define."""
    return any(problem.code in ELSEWHERE for problem in problems)


def remark(path: Path, together: str) -> None:
    """Tell on stderr how the file is read with those beside it; nothing where there are none.

    `together` is the command line for that, with `{file}` and `{folder}` in it.
    """
    if path.name.endswith(ENDINGS) or not has_neighbours(path):
        return
    said = f"{plain(path)} was read as a set of its own; with the files beside it:"
    line = together.format(file=plain(path), folder=plain(path.parent))
    print(f"{said}\n  {line}", file=sys.stderr)
