"""Regexes that are compiled when they are first asked.

All of ours together take a tenth of what `bot dry-run` takes for one text, which asks few of them.
"""

from __future__ import annotations

import re
from typing import Any, cast


class _Late:
    """As the compiled one; what was asked once is asked there, without a detour."""

    def __init__(self, source: str, flags: int) -> None:
        self._source = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(self._source, self._flags), name)
        setattr(self, name, found)
        return found


def late(source: str, flags: int = 0) -> re.Pattern[str]:
    """A regex; a mistake in it comes up when it is first asked.

    >>> late(r"[0-9]+").findall("7 of 12")
    ['7', '12']
    """
    return cast("re.Pattern[str]", _Late(source, flags))
