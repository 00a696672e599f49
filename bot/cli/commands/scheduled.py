"""What waits for its time: replies, follow-ups, and what ends by itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import click

from bot.cli import options
from bot.cli.output import line
from bot.ledger import scheduled
from bot.ledger.scheduled import Scheduled
from bot.messaging import json_views
from bot.messaging import scheduled as acts


@click.command("list")
@options.json_option
def list_scheduled(as_json: bool) -> int:
    """What will be said, when and to whom, the next first; and what ends by itself.

    A follow-up is shown as it read when it was put off: it is said as the rules say it then.

    \b
    Examples:
      bot scheduled
      bot scheduled list --json
    """
    shown = options.clock()

    def row(one: Scheduled) -> str:
        said = "" if one.text is None else f"  {line(one.text)}"
        return f"{one.id}  {shown(one.due_at)}  {one.kind}  {one.number}  {one.rule or '-'}{said}"

    with options.ledger_to_read() as connection:
        found = scheduled.listed(connection)
        none = "nothing waits for its time"
        options.print_listed(found, json_views.scheduled, row, none=none, as_json=as_json)
    return 0


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@options.json_option
def cancel(ids: tuple[str, ...], as_json: bool) -> int:
    """It will not be said. What ends by itself cannot be kept from that.

    \b
    Example:
      bot scheduled cancel timer-5 out-17
    """
    now = datetime.now(UTC)
    with options.ledger(creates=False) as connection:
        found = [acts.one(connection, written) for written in ids]
        gone = [one for one in found if scheduled.cancel(connection, one, now)]
    for one in gone:
        if as_json:
            options.print_json(json_views.scheduled(one))
        else:
            print(f"{one.id}: {one.number} is not told")
    return 0


COMMANDS: Final = (list_scheduled, cancel)
