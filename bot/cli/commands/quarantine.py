"""What came in signed, but could not be read."""

from __future__ import annotations

from typing import Any, Final

import click
from sqlalchemy import Connection, Row

from bot.cli import options
from bot.cli.output import printable, utc
from bot.errors import UsageError, WebhookError
from bot.ledger import inbox, quarantine
from bot.messaging import notices
from bot.provider import events

_IDS: Final = click.argument("ids", nargs=-1, required=True, metavar="ID...")


@click.command("list")
@options.json_option
def list_quarantined(as_json: bool) -> int:
    """Events that were signed with our secret but could not be read."""
    with options.ledger() as connection:
        rows = quarantine.quarantined(connection)
    for row in rows:
        if as_json:
            options.print_json(_summary(row))
        else:
            because = printable(row.because)
            print(f"quarantine-{row.id}  {row.received_at:%F %R}  {row.event}  {because}")
    if not rows and not as_json:
        print("the quarantine is empty")
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
    with options.ledger() as connection:
        row = _one(connection, id_)
    body = row.body.decode("utf-8", "backslashreplace")
    if as_json:
        options.print_json({**_summary(row), "body": body})
    else:
        print(f"quarantine-{row.id}  {row.event}  {printable(row.because)}\n{printable(body)}")
    return 0


@click.command()
@_IDS
def retry(ids: tuple[str, ...]) -> int:
    """Read them again, after an update of the bot: what can be read now is taken in.

    \b
    Example:
      bot quarantine retry quarantine-1
    """
    with options.ledger() as connection:
        left = [
            f"{id_}: {because}"
            for id_, row in [(id_, _one(connection, id_)) for id_ in ids]
            if (because := _take(connection, row)) is not None
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
    with options.ledger() as connection:
        for row in [_one(connection, id_) for id_ in ids]:
            quarantine.release(connection, row.id)
    print(f"{len(ids)} dropped")
    return 0


COMMANDS: Final = (list_quarantined, show, retry, drop)


def _take(connection: Connection, row: Row[Any]) -> str | None:
    """Why it cannot be read still, or None where it is taken in."""
    try:
        data = events.read_json(row.body)
        if row.event == "message-reply":
            message = events.read_message_reply(data, received_at=row.received_at)
            inbox.keep(connection, [message])
        else:
            status = events.read_delivery_status(data) if row.event == "delivery-status" else None
            notices.keep_notice(connection, row.event, row.body, status, row.received_at)
    except WebhookError as error:
        return str(error)
    quarantine.release(connection, row.id)
    return None


def _one(connection: Connection, written: str) -> Row[Any]:
    row = quarantine.quarantined_one(connection, options.row_id(written, "quarantine"))
    if row is None:
        raise UsageError(f"{written}: is not there; `bot quarantine list` shows what is")
    return row


def _summary(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": f"quarantine-{row.id}",
        "at": utc(row.received_at),
        "reason": row.because,
        "event": row.event,
    }
