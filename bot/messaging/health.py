"""Whether deciding and sending go on: by what this process has seen, and by the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.ledger.backlog import Backlog
from bot.model import Rate

_DECIDES_WITHIN: Final = 60.0
"""Seconds. What waits is looked at each second; under load each decision counts anew."""
_SENDS_WITHIN: Final = 120.0
"""Seconds beyond the window of the rate, in which nothing may leave: one whole call of the
provider (30 s) and another machine's taking over (20 s) fit in twice."""
_FAULTS: Final = 3
"""In a row. One message may be odd; three are not the messages' fault."""
_WARNS_FOR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Troubles:
    """In words, each for one line."""

    deciding: tuple[str, ...] = ()
    sender: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    """What need not wake anybody."""


class Health:
    """What one process has seen of its decisions."""

    def __init__(self) -> None:
        self._faults = 0

    def decided(self) -> None:
        self._faults = 0

    def fault(self) -> None:
        """A message could not be decided, for a reason of ours."""
        self._faults += 1

    def troubles(self, found: Backlog, rate: Rate, now: datetime) -> Troubles:
        deciding, sender, warnings = [], [], []
        if self._faults >= _FAULTS:
            deciding.append(f"the last {self._faults} messages could not be decided, see the log")
        elif self._faults:
            warnings.append("the last message could not be decided, see the log")
        if found.undecided_idle_seconds > _DECIDES_WITHIN:
            idle = f"{found.undecided_idle_seconds:.0f} s"
            deciding.append(f"nothing was decided for {idle}, waiting: {found.undecided}")
        if found.due_idle_seconds > rate.seconds + _SENDS_WITHIN:
            idle = f"{found.due_idle_seconds:.0f} s"
            sender.append(f"nothing was tried for {idle}, due: {found.due}")
        warnings += [
            f"rule {one.rule} could not answer at {one.last:%H:%M} UTC, see `bot inbox`"
            for one in found.failing
            if one.rule is not None and now - one.last < _WARNS_FOR
        ]
        warnings += [found.budget] if found.budget is not None else []
        return Troubles(tuple(deciding), tuple(sender), tuple(warnings))
