"""Whether messages leave, and how many wait; pause and resume."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import click

from bot.cli import options
from bot.cli.output import counted, fitted, printable, utc
from bot.ledger import lane, outbox
from bot.ledger.budget import Budget, spent, waiting
from bot.ledger.database import clock_of
from bot.ledger.lane import Lane
from bot.ledger.outbox import Status


@click.command()
@options.json_option
def status(as_json: bool) -> int:
    """Whether messages leave, and how many wait.

    \b
    Examples:
      bot sender
      bot sender status --json
    """
    with options.database_to_read() as database, database.reading() as connection:
        stands, counts = lane.state(connection), outbox.counts(connection)
        held = waiting(connection)
        is_sending = lane.is_sending(stands, database.has_sender(), clock_of(connection))
    found = _status(stands, counts, datetime.now(UTC), _budget(), held)
    found["sending"] = is_sending and found["state"] == "running"
    if as_json:
        options.print_json(found)
        return 0
    shown = options.clock()
    why = f": {printable(found['because'])}" if found["because"] else ""
    waits = found["state"] == "waiting" and stands.not_before
    until = f" until {shown(waits)}" if waits else ""
    is_idle = found["state"] == "running" and not is_sending
    said = "nobody is sending: start `bot serve`" if is_idle else f"{found['state']}{until}{why}"
    print(fitted(said, 2))
    if ends := stands.way_out(shown):
        print(fitted(f"  {ends}", 4))
    if found["segmentsPerDay"] is not None:
        print(f"{found['segmentsToday']} of {found['segmentsPerDay']} segments have left today")
    if found["overBudget"]:
        more = "`bot dead-letters retry --all --reason budget` lets them leave"
        print(fitted(f"  {found['overBudget']} wait for more budget: {more}", 4))
    print(f"{found['due']} to be sent, {counted(found['deadLetters'], 'dead letter')}")
    return 0


@click.command()
def pause() -> int:
    """Send nothing until `bot sender resume`; messages are decided and wait.

    \b
    Example:
      bot sender pause
    """
    with options.ledger() as connection:
        lane.pause(connection, lane.BY_HAND)
    print("paused; `bot sender resume` goes on")
    return 0


@click.command()
def resume() -> int:
    """Send again, whoever paused it.

    \b
    Example:
      bot sender resume
    """
    with options.ledger(creates=False) as connection:
        lane.resume(connection)
    print("running")
    return 0


COMMANDS: Final = (status, pause, resume)


def _budget() -> Budget | None:
    settings = options.settings()
    many = settings.segments_per_day
    return None if many is None else Budget(many, options.zone(settings))


def _status(
    found: Lane, counts: Mapping[str, int], now: datetime, allowed: Budget | None, held: int
) -> dict[str, Any]:
    waits = found.not_before is not None and found.not_before > now
    state = "paused" if found.paused is not None else "waiting" if waits else "running"
    return {
        "state": state,
        "because": found.paused or ("the provider asked to wait" if waits else None),
        "ends": found.way_out() or None,
        "trialAt": utc(found.trial_at) if found.trial_at else None,
        "until": utc(found.not_before) if state == "waiting" and found.not_before else None,
        "due": counts.get(Status.DUE, 0) + counts.get(Status.SENDING, 0),
        "segmentsToday": None if allowed is None else spent(found, allowed.day(now)),
        "overBudget": held,
        "segmentsPerDay": None if allowed is None else allowed.segments,
        "deadLetters": counts.get(Status.DEAD, 0),
    }
