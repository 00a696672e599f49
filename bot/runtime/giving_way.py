"""How long deciding pauses while webhooks pour in, which the provider repeats only twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_TIMES: Final = 19.0
"""Deciding pauses for so many times the time that it took: what is decided meanwhile is still
twenty times what the provider lets us send."""
_AT_MOST: Final = 1.0
"""Seconds; a disk that stood still once must not stop deciding for minutes."""
_BEHIND: Final = 5.0
"""Seconds that more may wait than a batch takes, until deciding gives way no more. In a replayed
day of ten million messages people waited for up to 13 minutes, with two thirds of the machine
free."""


@dataclass(slots=True)
class GivingWay:
    """Told of each batch; the longer people wait for answers, the less it pauses."""

    _behind_since: float | None = None

    def pause(self, begin: float, end: float, *, is_full: bool) -> float:
        """Seconds, after a batch from `begin` to `end`; a full one may have left more to decide."""
        if not is_full:
            self._behind_since = None
        elif self._behind_since is None:
            self._behind_since = begin
        if self._behind_since is not None and end - self._behind_since > _BEHIND:
            return 0.0
        return min(_TIMES * (end - begin), _AT_MOST)
