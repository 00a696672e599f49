"""`include`: files and folders that a rule file reads in, before its rules or after them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bot.errors import UsageError
from bot.rules.loader import SourceFile
from bot.rules.nodes import Mapping, Node, Scalar
from bot.rules.problems import Problems
from bot.rules.yaml import read_yaml

_DEEPEST: Final = 20
"""Files that include one another in a row."""


@dataclass(slots=True)
class Including:
    """Reads files with what they include, each once, where it is first named."""

    read_file: Callable[[Path], bytes]
    paths_of: Callable[[Path], list[Path]]
    """The rule files of a folder in order; a file itself."""
    files: list[SourceFile] = field(default_factory=list)
    _known: set[Path] = field(default_factory=set)
    _open: list[Path] = field(default_factory=list)
    """Files that are being read, each included by the one before it."""

    def read(self, path: Path) -> None:
        """Raises UsageError where it cannot be read."""
        real = path.resolve()
        if real in self._known:
            return
        content = self.read_file(path)
        self._known.add(real)
        if b"include" not in content:
            self.files.append(SourceFile(path.as_posix(), content))
            return
        self._open.append(path)
        self._with_included(path, content)
        self._open.pop()

    def _with_included(self, path: Path, content: bytes) -> None:
        problems = Problems()
        before, after = _named(path, content, problems)
        for scalar in before:
            self._include(scalar, path, problems)
        at = len(self.files)
        self.files.append(SourceFile(path.as_posix(), content))
        for scalar in after:
            self._include(scalar, path, problems)
        roots = tuple(_target(path, scalar) for scalar in (*before, *after))
        self.files[at] = SourceFile(path.as_posix(), content, tuple(problems.found), roots)

    def _include(self, scalar: Scalar, path: Path, problems: Problems) -> None:
        target = _target(path, scalar)
        mistake = hint = ""
        if len(self._open) > _DEEPEST:
            mistake = f"more than {_DEEPEST} files include one another"
        elif target.name.endswith((".test.yaml", ".test.yml")):
            mistake = f"`{scalar.text}` holds conversations, not rules"
            hint = "`bot test` plays those that lie beside the rules"
        elif not target.exists():
            mistake = f"there is no file or folder `{scalar.text}`"
            hint = f"it is looked for at {target.as_posix()}"
            if "*" in scalar.text:
                folder = scalar.text.partition("*")[0].rpartition("/")[0] or "."
                hint = f"a folder is named, and all rule files in it are read: include: {folder}"
        elif not (paths := self.paths_of(target)):
            mistake = f"there is no rule file (*.yaml) in the folder `{scalar.text}`"
        else:
            for found in paths:
                self._one(found, scalar, problems)
        if mistake:
            problems.error(scalar, "include", f"include: {mistake}", hint)

    def _one(self, path: Path, scalar: Scalar, problems: Problems) -> None:
        real = path.resolve()
        at = next((at for at, one in enumerate(self._open) if one.resolve() == real), None)
        if at is not None:
            ring = [*(one.as_posix() for one in self._open[at:]), path.as_posix()]
            what = f"include: a file includes itself: {' → '.join(ring)}"
            problems.error(scalar, "include", what, "take one of them out")
            return
        try:
            self.read(path)
        except UsageError as error:
            problems.error(scalar, "include", f"include: {error}")


def _named(path: Path, content: bytes, problems: Problems) -> tuple[list[Scalar], list[Scalar]]:
    """What it includes before its rules, and after them: as `include` and `rules` stand."""
    root = read_yaml(path.as_posix(), content, Problems())  # its mistakes are said by the loader
    node = root.get("include") if isinstance(root, Mapping) else None
    if not isinstance(root, Mapping) or node is None:
        return [], []
    found = _texts(node, problems)
    keys = list(root.pairs)
    is_after = "rules" in keys and keys.index("rules") < keys.index("include")
    return ([], found) if is_after else (found, [])


def _texts(node: Node, problems: Problems) -> list[Scalar]:
    texts = [] if isinstance(node, Mapping) else problems.texts(node, "include")
    found = [scalar for scalar in texts if scalar.text.strip()]
    if not found and not problems.errors:
        problems.error(node, "include", "include: needs a file or a folder", "include: ../shared")
    return found


def _target(path: Path, scalar: Scalar) -> Path:
    """Relative to the file that includes it; `..` is taken out where that is the same place."""
    target = path.parent / scalar.text.strip()
    plain = Path(*_without_ups(target.parts))
    return plain if plain.resolve() == target.resolve() else target


def _without_ups(parts: tuple[str, ...]) -> Iterator[str]:
    kept: list[str] = []
    for part in parts:
        if part == ".." and kept and kept[-1] != "..":
            kept.pop()
        else:
            kept.append(part)
    yield from kept
