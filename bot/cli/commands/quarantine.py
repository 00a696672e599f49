"""What came in signed, but could not be read."""

from __future__ import annotations

from typing import Final

import click
from sqlalchemy import Connection

from bot.cli import options
from bot.cli.output import printable, utc
from bot.errors import UsageError, plain
from bot.ledger import quarantine
from bot.ledger.quarantine import Quarantined
from bot.messaging.quarantine import take

_IDS: Final = click.argument("ids", nargs=-1, required=True, metavar="ID...")


@click.command("list")
@options.json_option
def list_quarantined(as_json: bool) -> int:
    """Events that were signed with our secret but could not be read.

    \b
    Examples:
      bot quarantine
      bot quarantine list --json
    """
    with options.ledger_to_read() as connection:
        found = quarantine.listed(connection)
    shown = options.clock()

    def row(one: Quarantined) -> str:
        at, because = shown(one.received_at), printable(one.because)
        return f"quarantine-{one.id}  {at}  {one.event}  {because}"

    options.print_listed(found, _summary, row, none="the quarantine is empty", as_json=as_json)
    return 0


@click.command()
@click.argument("id_", metavar="ID")
@options.json_option
def show(id_: str, as_json: bool) -> int:
    """One of them with the body as it came.

    \b
    Example:
      bot quarantine show quarantine-1
    """
    with options.ledger_to_read() as connection:
        one = _one(connection, id_)
    body = one.body.decode("utf-8", "backslashreplace")
    if as_json:
        options.print_json({**_summary(one), "body": body})
    else:
        print(f"quarantine-{one.id}  {one.event}  {printable(one.because)}\n{printable(body)}")
    return 0


@click.command()
@_IDS
def retry(ids: tuple[str, ...]) -> int:
    """Read them again, after an update of the bot: what can be read now is taken in.

    \b
    Example:
      bot quarantine retry quarantine-1
    """
    with options.ledger(creates=False) as connection:
        left = [
            f"{plain(id_)}: {because}"
            for id_, one in [(id_, _one(connection, id_)) for id_ in ids]
            if (because := take(connection, one)) is not None
        ]
    print(f"{len(ids) - len(left)} taken in")
    if left:
        raise UsageError("still not readable:\n" + "\n".join(left))
    return 0


@click.command()
@_IDS
def drop(ids: tuple[str, ...]) -> int:
    """Delete them for good.

    \b
    Example:
      bot quarantine drop quarantine-1
    """
    with options.ledger(creates=False) as connection:
        for one in [_one(connection, id_) for id_ in ids]:
            quarantine.release(connection, one.id)
    print(f"{len(ids)} dropped")
    return 0


COMMANDS: Final = (list_quarantined, show, retry, drop)


def _one(connection: Connection, written: str) -> Quarantined:
    found = quarantine.one(connection, options.row_id(written, "quarantine"))
    if found is None:
        raise UsageError(f"{plain(written)}: is not there; `bot quarantine list` shows what is")
    return found


def _summary(one: Quarantined) -> dict[str, object]:
    return {
        "id": f"quarantine-{one.id}",
        "at": utc(one.received_at),
        "reason": one.because,
        "event": one.event,
    }
