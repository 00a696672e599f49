"""Rule files from disk."""

from __future__ import annotations

from pathlib import Path

from bot.errors import UsageError
from bot.rules.loader import SourceFile


def read_rule_files(path: Path) -> tuple[SourceFile, ...]:
    """A file, or all `*.yaml` and `*.yml` of a folder and its folders, in order of their path.

    Conversations to test (`*.test.yaml`) and hidden files are no rule files. Raises UsageError.
    """
    paths = rule_paths(path)
    if not paths:
        raise UsageError(f"{path}: there is no rule file (*.yaml) in this folder")
    return tuple(SourceFile(p.as_posix(), _read(p)) for p in paths)


def rule_paths(path: Path) -> list[Path]:
    """The rule files of a folder in order; a file itself, whether or not it is there."""
    if not path.is_dir():
        return [path]
    return sorted(p for p in path.rglob("*") if _is_rule_file(p, path))


def _is_rule_file(path: Path, root: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
    is_test = path.name.endswith((".test.yaml", ".test.yml"))
    return path.suffix in (".yaml", ".yml") and not hidden and not is_test and path.is_file()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UsageError(f"{path}: there is no such file or folder") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})") from None
