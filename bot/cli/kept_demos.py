"""What was said in a demo stays in a folder of its own; those of long ago go by themselves."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import Final

_PREFIX: Final = "bot-demo-"
_STAY: Final = 10
"""Folders, however old they are."""
_STAYS: Final = 24 * 3600.0
"""Seconds after the last text; a demo may be open that long."""


def new_folder(parent: Path, now: float) -> Path:
    """`parent`: of all of them, such as /tmp; `now`: seconds since 1970. Raises OSError."""
    found = [(at, folder) for folder in parent.glob(f"{_PREFIX}*") if (at := _last_used(folder))]
    for at, folder in sorted(found)[: -_STAY + 1]:
        if at + _STAYS < now:
            shutil.rmtree(folder, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))


def _last_used(folder: Path) -> float | None:
    """Seconds since 1970; None of what is not a folder of ours."""
    try:
        of_it = folder.lstat()
        is_ours = stat.S_ISDIR(of_it.st_mode) and of_it.st_uid == _user()
        return max(one.lstat().st_mtime for one in (folder, *folder.iterdir())) if is_ours else None
    except OSError:
        return None  # it has just gone, or is of somebody else


def _user() -> int:
    """As Windows has none each folder in its own TEMP is ours."""
    return os.getuid() if hasattr(os, "getuid") else 0
