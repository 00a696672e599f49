"""What could not be sent, and why."""

from __future__ import annotations

from typing import Final

import click

from bot.commands import options
from bot.commands.show import printable
from bot.ledger import outbox


@click.command("list")
@options.json_option
def list_dead(as_json: bool) -> int:
    """Messages that were not sent and wait for a person."""
    with options.ledger() as connection:
        rows = outbox.dead(connection)
    for row in rows:
        at = (row.done_at or row.created_at).isoformat()
        if as_json:
            options.print_json(
                {
                    "id": f"out-{row.id}",
                    "at": at,
                    "reason": row.reason,
                    "number": row.recipient,
                    "externalId": row.external_id,
                    "rule": row.rule,
                }
            )
        else:
            print(f"out-{row.id}  {at[:16]}  {row.recipient}  {printable(row.reason)}")
    if not rows and not as_json:
        print("no dead letters")
    return 0


COMMANDS: Final = (list_dead,)
