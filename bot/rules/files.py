"""Rule files from disk."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from bot.errors import Place, Problem, Severity, UsageError, plain
from bot.rules.includes import Including
from bot.rules.loader import SourceFile
from bot.timezones import is_timezone


def read_rule_files(path: Path) -> tuple[SourceFile, ...]:
    """A file, or all `*.yaml` and `*.yml` of a folder and its folders, in order of their path.

    What they include is read in its place, also from elsewhere: `..` and links are the author's
    right. Conversations to test (`*.test.yaml`) and hidden files are not rule files.

    Raises UsageError.
    """
    paths = rule_paths(path)
    if not paths:
        raise UsageError(f"{plain(path)}: there is no rule file (*.yaml) in this folder{_FIRST}")
    including = Including(read_file, rule_paths)
    for found in paths:
        including.read(found)
    return tuple(including.files)


def rule_paths(path: Path) -> list[Path]:
    """The rule files of a folder in order; a file itself, whether or not it is there."""
    if not path.is_dir():
        return [path]
    return sorted(p for p in path.rglob("*") if _is_rule_file(p, path))


def _is_rule_file(path: Path, root: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
    is_test = path.name.endswith((".test.yaml", ".test.yml"))
    return path.suffix in (".yaml", ".yml") and not hidden and not is_test and path.is_file()


def read_file(path: Path) -> bytes:
    """Raises UsageError."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UsageError(
            f"{plain(path)}: there is no such file or folder{_way_out(path)}"
        ) from None
    except OSError as error:
        raise UsageError(f"{plain(path)}: cannot be read ({error.strerror})") from None


_FIRST: Final = "; `bot init DIR` makes one to begin with"
_MOST_LOOKED_AT: Final = 200
"""Entries of a folder, and bytes of a file in hundreds: a home folder may hold a lot."""
_RULES_BEGIN: Final = re.compile(rb"^(rules|fallback|guards):|^ *- id:", re.M)


def _way_out(path: Path) -> str:
    """Rules beside a path that is not there, as `bot init` may just have made them."""
    from difflib import get_close_matches

    beside = {found.name: found for found in _entries(path.parent) if _holds_rules(found)}
    meant = [beside[name] for name in get_close_matches(path.name, beside, n=1)]
    if not meant and any(found.is_file() for found in beside.values()):
        meant = [path.parent]
    meant = meant or list(beside.values())
    if not meant:
        return _FIRST
    return f"; did you mean {' or '.join(f'`--rules {plain(found)}`' for found in meant[:3])}?"


def _holds_rules(path: Path) -> bool:
    """A file of rules, or a folder with one, by a look at how they begin."""
    if path.is_dir():
        return any(_holds_rules(found) for found in _entries(path) if found.is_file())
    try:
        with path.open("rb") as file:
            return bool(_RULES_BEGIN.search(file.read(_MOST_LOOKED_AT * 100)))
    except OSError:
        return False


def with_neighbours(path: Path) -> tuple[SourceFile, ...]:
    """A rule file and those in the same folder, in order; none where it is alone there.

    Raises UsageError.
    """
    if not path.is_file() or path.name.endswith(ENDINGS):
        return ()
    found = [one for one in _entries(path.parent) if one.is_file()]
    if len(found) < 2 or path not in found:
        return ()
    return tuple(SourceFile(one.as_posix(), read_file(one)) for one in found)


def _entries(folder: Path) -> Iterator[Path]:
    """Its folders and rule files, a bounded number of them; none where it cannot be read."""
    try:
        entries = sorted(islice(folder.iterdir(), _MOST_LOOKED_AT))
    except OSError:
        return
    for path in entries:
        if _is_rule_file(path, folder) or (path.is_dir() and not _is_hidden(Path(path.name))):
            yield path


ENDINGS: Final = (".test.yaml", ".test.yml")


def test_files(path: Path) -> Sequence[Path]:
    """The files of conversations that a path names or holds, in order of their path."""
    if path.name.endswith(ENDINGS):
        return [path]
    if not path.is_dir():
        return []
    found = (file for file in path.rglob("*") if file.name.endswith(ENDINGS) and file.is_file())
    return sorted(file for file in found if not _is_hidden(file.relative_to(path)))


_NEARLY: Final = re.compile(r"\.(?:ya?ml\.txt|yalm|ymal|ylm|ya?ml)$", re.IGNORECASE)


def passed_over(path: Path, included: Collection[Path]) -> Iterator[Problem]:
    """Files and folders beside the rules that look like some, and are not read.

    `included` are files and folders that rule files name themselves.
    """
    if not path.is_dir():
        return
    known = {one.resolve() for one in included}
    for found in sorted(path.rglob("*")):
        place = Place(found.as_posix(), 1, 1)
        if _is_hidden(found.relative_to(path)):
            continue
        if found.is_symlink() and found.is_dir() and found.resolve() not in known:
            if has_rules(found.resolve()):
                what = "a link to a folder: the rules in it are not read"
                hint = f"name it in a rule file: `include: {found.relative_to(path).as_posix()}`"
                yield Problem(place, "passed-over", what, hint, Severity.WARNING)
        elif found.is_file() and _is_nearly_a_rule_file(found.name):
            what = "this file is not read: names of rule files end in .yaml or .yml"
            name = _NEARLY.sub("", found.name)
            yield Problem(place, "passed-over", what, f"name it {name}.yaml", Severity.WARNING)


def _is_nearly_a_rule_file(name: str) -> bool:
    return _NEARLY.search(name) is not None and not name.endswith((".yaml", ".yml"))


def has_rules(folder: Path) -> bool:
    return any(
        file.suffix in (".yaml", ".yml")
        and not file.name.endswith(ENDINGS)
        and not _is_hidden(file.relative_to(folder))
        for file in folder.rglob("*")
    )


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def read_test_file(file: Path) -> bytes:
    """Raises UsageError."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise UsageError(f"{plain(file)}: there is no such file or folder") from None
    except OSError as error:
        raise UsageError(f"{plain(file)}: cannot be read ({error.strerror})") from None


_TIMEZONE: Final = re.compile(rb"^timezone:[ ]*[\"']?([A-Za-z0-9_+/-]+)", re.M)


def timezone_of(path: Path) -> str | None:
    """The rule set's `timezone:`, by a look at its lines, for who does not need the rules.

    None where there is none, or nothing that can be read.
    """
    for file in rule_paths(path):
        try:
            found = _TIMEZONE.search(file.read_bytes())
        except OSError:
            continue
        if found is not None and is_timezone(name := found[1].decode()):
            return name
    return None
