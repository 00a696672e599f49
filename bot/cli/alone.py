"""A file that is read as a set of its own, and lacks what stands beside it in its folder."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from bot.authoring import run_cases
from bot.errors import Problem, RuleError, UsageError, plain
from bot.plugins.discovery import load
from bot.rules.cases import Case
from bot.rules.files import with_neighbours
from bot.rules.loader import ELSEWHERE, Loaded
from bot.settings import Settings


def has_beside_it(path: Path, problems: Iterable[Problem], settings: Settings) -> bool:
    """A name that the file lacks is one that the files beside it define."""
    lacks = {(one.place, one.code) for one in problems if one.code in ELSEWHERE}
    if not lacks:
        return False
    together = _together(path, settings)
    if isinstance(together, RuleError):
        return bool(lacks - {(one.place, one.code) for one in together.problems})
    return together is not None


def passes_beside_it(path: Path, failed: Iterable[Case], settings: Settings) -> bool:
    """A test of the file that failed alone passes with the files beside it."""
    places = {case.place for case in failed}
    together = _together(path, settings) if places else None
    if not isinstance(together, Loaded):
        return False
    cases = (case for case in together.cases if case.place in places)
    return any(run_cases.run(case, together.ruleset).passed for case in cases)


def remark(path: Path, together: str) -> None:
    """Tell on stderr how the file is read with those beside it.

    `together` is the command line for that, with `{file}` and `{folder}` in it.
    """
    said = f"{plain(path)} was read as a set of its own; with the files beside it:"
    line = together.format(file=plain(path), folder=plain(path.parent))
    print(f"{said}\n  {line}", file=sys.stderr)


def _together(path: Path, settings: Settings) -> Loaded | RuleError | None:
    try:
        files = with_neighbours(path)
        return load(files, timezone=settings.timezone) if files else None
    except RuleError as error:
        return error
    except UsageError:
        return None
