"""What could not be sent, and why; send it again, or drop it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import click
from sqlalchemy import Connection

from bot.cli import options
from bot.cli.output import dim, printable, utc
from bot.errors import UsageError, plain
from bot.ledger import dead_letters
from bot.ledger.dead_letters import DeadLetter
from bot.messaging import outgoing
from bot.model import LongcodeId
from bot.text import phone_numbers

_IDS: Final = click.argument("ids", nargs=-1, required=True, metavar="ID...")


@click.command("list")
@options.json_option
def list_dead(as_json: bool) -> int:
    """Messages that were not sent and wait for a person."""
    with options.ledger() as connection:
        found = dead_letters.listed(connection)
    for dead in found:
        if as_json:
            options.print_json(_summary(dead))
        else:
            to, because = dead.queued.message.to, printable(dead.queued.reason)
            print(f"out-{dead.id}  {dead.at:%F %R}  {to}  {because}")
    if not found and not as_json:
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
        dead = _one(connection, id_)
        tries = dead_letters.tries(connection, dead.id)
    if as_json:
        made = [{"at": utc(one.at), "answer": one.answer} for one in tries]
        options.print_json({**_summary(dead), **_rest(dead), "tries": made})
        return 0
    ours = dead.our_number or "a number of ours that is not known"
    print(f"out-{dead.id}  to {dead.queued.message.to} from {ours}")
    for line in printable(dead.queued.message.text).splitlines() or ["(no text)"]:
        print(f"  ‹ {line}")
    print(f"  {printable(dead.queued.reason)}")
    for one in tries:
        print(dim(f"    {utc(one.at)}  {printable(one.answer)}"))
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
    longcode_id = None if longcode is None else _longcode(longcode)
    now, policy = datetime.now(UTC), options.settings().long_texts
    with options.ledger() as connection:
        for dead in [_one(connection, id_) for id_ in ids]:
            if not outgoing.retry(connection, dead, policy, longcode_id, now):
                raise UsageError(f"out-{dead.id}: is too long still; see BOT_LONG_TEXTS")
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
        for dead in [_one(connection, id_) for id_ in ids]:
            dead_letters.drop(connection, dead.id, now)
    print(f"{len(ids)} dropped")
    return 0


COMMANDS: Final = (list_dead, show, retry, drop)


def _one(connection: Connection, written: str) -> DeadLetter:
    found = dead_letters.one(connection, options.row_id(written, "out"))
    if found is None:
        raise UsageError(
            f"{plain(written)}: is not a dead letter; `bot dead-letters list` shows them"
        )
    return found


def _longcode(written: str) -> LongcodeId:
    found = phone_numbers.longcode_id(written)
    if found is None:
        raise UsageError(
            f"--longcode {plain(written)}: needs the id of one of your numbers, as in 123"
        )
    return found


def _summary(dead: DeadLetter) -> dict[str, object]:
    return {
        "id": f"out-{dead.id}",
        "at": utc(dead.at),
        "reason": dead.queued.reason,
        "number": dead.queued.message.to,
        "externalId": dead.queued.message.external_id,
        "rule": dead.queued.rule,
    }


def _rest(dead: DeadLetter) -> dict[str, object]:
    message, answers = dead.queued.message, dead.queued.inbox_id
    return {
        "text": message.text,
        "image": message.image,
        "longcodeId": message.longcode_id,
        "ourNumber": dead.our_number or None,
        "tags": message.tags,
        "inReplyTo": None if answers is None else f"in-{answers}",
    }
