"""What could not be sent, and why; send it again, or drop it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import click
from sqlalchemy import Connection, Row

from bot.cli import options
from bot.cli.output import dim, printable, utc
from bot.errors import UsageError
from bot.ledger import dead_letters
from bot.messaging import outgoing
from bot.model import LongcodeId
from bot.settings import read_settings
from bot.text import phone_numbers

_IDS: Final = click.argument("ids", nargs=-1, required=True, metavar="ID...")


@click.command("list")
@options.json_option
def list_dead(as_json: bool) -> int:
    """Messages that were not sent and wait for a person."""
    with options.ledger() as connection:
        rows = dead_letters.listed(connection)
    for row in rows:
        if as_json:
            options.print_json(_summary(row))
        else:
            at = row.done_at or row.created_at
            print(f"out-{row.id}  {at:%F %R}  {row.recipient}  {printable(row.reason)}")
    if not rows and not as_json:
        print("no dead letters")
    return 0


@click.command()
@click.argument("id_", metavar="ID")
@options.json_option
def show(id_: str, as_json: bool) -> int:
    """One of them whole, with each try to send it.

    \b
    Example:
      bot dead-letters show out-5
    """
    with options.ledger() as connection:
        row = _one(connection, id_)
        tries = [_try(made) for made in dead_letters.tries(connection, row.id)]
    if as_json:
        options.print_json({**_summary(row), **_rest(row), "tries": tries})
        return 0
    ours = row.our_number or "a number of ours that is not known"
    print(f"out-{row.id}  to {row.recipient} from {ours}")
    for line in printable(row.text).splitlines() or ["(no text)"]:
        print(f"  ‹ {line}")
    print(f"  {printable(row.reason)}")
    for made in tries:
        print(dim(f"    {made['at']}  {printable(made['answer'])}"))
    return 0


@click.command()
@_IDS
@click.option("--longcode", metavar="ID", help="Send it from this number of ours (its id).")
def retry(ids: tuple[str, ...], longcode: str | None) -> int:
    """Send them again, when the reason is out of the world.

    \b
    Examples:
      bot dead-letters retry out-5 out-6
      bot dead-letters retry out-7 --longcode 123
    """
    line = None if longcode is None else _longcode(longcode)
    now, policy = datetime.now(UTC), read_settings().long_texts
    with options.ledger() as connection:
        for row in [_one(connection, id_) for id_ in ids]:
            if not outgoing.retry(connection, row, policy, line, now):
                raise UsageError(f"out-{row.id}: is too long still; see BOT_LONG_TEXTS")
    print(f"{len(ids)} will be sent; `bot serve` sends what is due")
    return 0


@click.command()
@_IDS
def drop(ids: tuple[str, ...]) -> int:
    """Never send them. They stay in their conversations, with the reason.

    \b
    Example:
      bot dead-letters drop out-5
    """
    now = datetime.now(UTC)
    with options.ledger() as connection:
        for row in [_one(connection, id_) for id_ in ids]:
            dead_letters.drop(connection, row.id, now)
    print(f"{len(ids)} dropped")
    return 0


COMMANDS: Final = (list_dead, show, retry, drop)


def _one(connection: Connection, written: str) -> Row[Any]:
    row = dead_letters.one(connection, options.row_id(written, "out"))
    if row is None:
        raise UsageError(f"{written}: is no dead letter; `bot dead-letters list` shows them")
    return row


def _longcode(written: str) -> LongcodeId:
    found = phone_numbers.longcode_id(written)
    if found is None:
        raise UsageError(f"--longcode {written}: needs the id of one of your numbers, as in 123")
    return found


def _summary(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": f"out-{row.id}",
        "at": utc(row.done_at or row.created_at),
        "reason": row.reason,
        "number": row.recipient,
        "externalId": row.external_id,
        "rule": row.rule,
    }


def _rest(row: Row[Any]) -> dict[str, Any]:
    return {
        "text": row.text,
        "image": row.image,
        "longcodeId": row.longcode_id,
        "ourNumber": row.our_number or None,
        "tags": row.tags,
        "inReplyTo": None if row.inbox_id is None else f"in-{row.inbox_id}",
    }


def _try(row: Row[Any]) -> dict[str, Any]:
    return {"at": utc(row.started_at), "answer": row.answer}
