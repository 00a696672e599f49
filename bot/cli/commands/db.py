"""The database: bring its tables up to this version of the bot."""

from __future__ import annotations

from contextlib import closing
from typing import Final

import click

from bot.cli import options
from bot.ledger.database import open_database, version
from bot.runtime import app


@click.command()
@options.json_option
def upgrade(as_json: bool) -> int:
    """Bring the tables up to this version, creating them where there are none.

    `bot serve` does it too, and so does every other command that finds a database; this is for
    doing it at a time of your choice. Make a back-up before: there is no way back. With
    BOT_ACCOUNTS it goes over the ledger of each account, or of the one that is chosen.

    \b
    Examples:
      bot db upgrade
      bot --account clinic db upgrade
    """
    for settings in options.accounts():
        account = settings.account
        with (
            app.naming(account),
            closing(open_database(settings.database_url)) as database,
            database.transaction() as connection,
        ):
            found = version(connection)
        if as_json:
            named = {} if account is None else {"account": account}
            options.print_json({**named, "version": found})
        else:
            whose = "" if account is None else f"{account}: "
            print(f"{whose}the database is at version {found}")
    return 0


COMMANDS: Final = (upgrade,)
