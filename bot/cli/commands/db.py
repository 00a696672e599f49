"""The database: bring its tables up to this version of the bot, copy it to another."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Final

import click

from bot.accounts import ledger_place, own_ledger
from bot.cli import options
from bot.cli.output import counted, fitted
from bot.errors import UsageError
from bot.ledger import copying
from bot.ledger.database import open_database, version
from bot.ledger.glance import is_there
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


@click.command()
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@options.json_option
def copy(source: str, target: str, as_json: bool) -> int:
    """Copy a whole database to another that is empty: from SQLite to PostgreSQL, or back.

    Nothing is lost and nothing is doubled: all rows arrive, or none, and FROM stays as it is. Stop
    the bot before, and let it work on TO alone from then on. FROM and TO are written as in
    BOT_DATABASE_URL: with BOT_ACCOUNTS those of each account lie beside them, with --account they
    are that account's own.

    \b
    Examples:
      bot db copy sqlite:///bot.db postgresql://bot:secret@db.example/bot
      bot --account clinic db copy sqlite:///clinic.db postgresql://db/clinic
    """
    accounts = options.accounts()
    for settings in accounts:
        own = settings.account if len(accounts) > 1 else None
        with app.naming(own):
            copied = _copied(_named(source, own), _named(target, own))
        _tell(copied, settings.account, as_json=as_json)
    return 0


def _named(url: str, account: str | None) -> str:
    """Raises UsageError."""
    try:
        return url if account is None else own_ledger(url, account)
    except ValueError as error:
        raise UsageError(f"{error}: name one account, as in bot --account {account} …") from None


def _copied(source: str, target: str) -> Mapping[str, int]:
    """Raises LedgerError, LedgerUnavailable, UsageError."""
    if ledger_place(source) == ledger_place(target):
        raise UsageError("FROM and TO are the same database")
    if not is_there(source):
        raise UsageError("there is no database to copy from; it is written as sqlite:///bot.db")
    with (
        closing(open_database(source, migrates=False)) as old,
        closing(open_database(target)) as new,
        _progress() as progress,
    ):
        return copying.copy(old, new, progress)


@contextmanager
def _progress() -> Iterator[copying.Progress]:
    """A bar, on a terminal."""
    if not sys.stderr.isatty():
        yield lambda _, __: None
        return
    from rich.console import Console  # 0.2 s, which a pipe need not pay
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("rows")
        yield lambda done, whole: bar.update(task, completed=done, total=whole)


def _tell(copied: Mapping[str, int], account: str | None, *, as_json: bool) -> None:
    if as_json:
        named = {} if account is None else {"account": account}
        options.print_json({**named, "rows": copied})
        return
    whose = "" if account is None else f"{account}: "
    print(
        fitted(
            f"{whose}{counted(copied['conversations'], 'conversation')}, "
            f"{copied['inbox']} messages in, {copied['outbox']} out, "
            f"{counted(sum(copied.values()), 'row')} in all are copied",
            2,
        )
    )


COMMANDS: Final = (upgrade, copy)
