"""Rules as they stood in a revision of git, read without touching the working tree."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bot.errors import UsageError, plain
from bot.rules.files import read_rule_files
from bot.rules.loader import SourceFile

_PATIENCE: Final = 60.0
"""Seconds."""


def rule_files(written: str, beside: Path | None) -> tuple[SourceFile, ...]:
    """The files of a folder or file; else of a revision `REV`, or of a path in it, `REV:PATH`.

    `beside` is the path of rules that a revision without one means. Raises UsageError.
    """
    if Path(written).exists():
        return read_rule_files(Path(written))
    revision, colon, path = written.partition(":")
    if not _is_revision(revision):
        raise UsageError(
            f"{plain(written)}: is not a folder or file of rules, nor a revision of git here"
        )
    if not colon and beside is None:
        raise UsageError(f"{plain(written)}: say where the rules are, as {plain(revision)}:rules")
    return _of(revision, Path(path) if colon else beside or Path())


def _is_revision(name: str) -> bool:
    try:
        _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    except UsageError:
        return False
    return bool(name)


def _of(revision: str, path: Path) -> tuple[SourceFile, ...]:
    root = Path(_git("rev-parse", "--show-toplevel").decode().strip())
    commit = _git("rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}")
    inside = path.absolute() if path.is_absolute() else Path.cwd() / path
    try:
        wanted = inside.resolve().relative_to(root.resolve())
    except ValueError:
        raise UsageError(f"{plain(path)}: is not in the repository {plain(root)}") from None
    # What rules include may stand anywhere in the repository.
    packed = _git(
        *("-C", str(root), "archive", "--format=tar", commit.decode().strip()),
        *("--", ":(glob)**/*.y*ml"),
    )
    with TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
            for member in tar.getmembers():
                with suppress(tarfile.FilterError):  # a link to somewhere else
                    tar.extract(member, folder, filter="data")
        try:
            files = read_rule_files(Path(folder) / wanted)
        except UsageError:
            there = f"{revision}:{wanted.as_posix()}"
            raise UsageError(f"{plain(there)}: there are no rules in that revision") from None
        return tuple(_named(one, Path(folder), revision) for one in files)


def _named(file: SourceFile, folder: Path, revision: str) -> SourceFile:
    """As git writes it."""
    name = Path(file.path).resolve().relative_to(folder.resolve())
    return file._replace(path=f"{revision}:{name.as_posix()}")


def _git(*arguments: str) -> bytes:
    """What git prints. Raises UsageError."""
    command: Sequence[str] = ("git", *arguments)
    try:
        done = subprocess.run(  # noqa: S603 - what a user names stands behind --end-of-options
            command, capture_output=True, timeout=_PATIENCE, check=False
        )
    except FileNotFoundError:
        raise UsageError("a revision needs git, which is not installed") from None
    except subprocess.TimeoutExpired:
        raise UsageError("git has not answered for a minute") from None
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise UsageError(f"git: {plain(lines[0]) if lines else 'no such revision'}")
    return done.stdout
