"""What came in signed, but could not be read."""

from __future__ import annotations

from typing import Final

import click

from bot.commands import options
from bot.commands.show import printable
from bot.ledger import inbox


@click.command("list")
@options.json_option
def list_quarantined(as_json: bool) -> int:
    """Events that were signed with our secret but could not be read."""
    with options.ledger() as connection:
        rows = inbox.quarantined(connection)
    for row in rows:
        at = row.received_at.isoformat()
        if as_json:
            options.print_json(
                {"id": f"quarantine-{row.id}", "at": at, "reason": row.because, "event": row.event}
            )
        else:
            print(f"quarantine-{row.id}  {at[:16]}  {row.event}  {printable(row.because)}")
    if not rows and not as_json:
        print("the quarantine is empty")
    return 0


COMMANDS: Final = (list_quarantined,)
