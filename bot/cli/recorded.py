"""A decision as it was recorded, in lines for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from bot.cli.output import change_line, printable, step_lines
from bot.ledger.decisions import Recorded


def because(
    recorded: Recorded, shown: Callable[[datetime], str], *, verbose: bool
) -> Iterator[str]:
    """What is known of it beside its outcome; `shown` tells a time, `verbose`: with its trace."""
    decision = recorded.decision
    if decision.detail:
        yield printable(decision.detail)
    if decision.captures:
        yield printable(", ".join(f"{name} = {value}" for name, value in decision.captures.items()))
    yield from (change_line(change, shown) for change in decision.changes)
    if verbose:
        yield from step_lines(decision.trace)
        yield f"by the rules {recorded.ruleset[:12]}"
