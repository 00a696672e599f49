"""What could not be sent, and why; send it again, or drop it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence, Set
from datetime import UTC, datetime
from typing import Final

import click
from sqlalchemy import Connection

from bot.cli import options
from bot.cli.output import dim, fitted, line, printable, utc
from bot.errors import UsageError, plain
from bot.ledger import dead_letters, notifications
from bot.ledger.dead_letters import DeadLetter
from bot.ledger.notifications import Untold
from bot.ledger.outbox import Status
from bot.messaging import outgoing
from bot.model import LongcodeId
from bot.text import phone_numbers

_REQUEST: Final = re.compile(r" \(requestId [^()]*\)$")
_NOTIFY: Final = "notify-"
_IDS: Final = click.argument("ids", nargs=-1, required=True, metavar="ID...")


@click.command("list")
@options.json_option
def list_dead(as_json: bool) -> int:
    """Messages that were not sent and wait for a person.

    \b
    Examples:
      bot dead-letters
      bot dead-letters list --json
    """
    with options.ledger_to_read() as connection:
        found: list[DeadLetter | Untold] = [
            *dead_letters.listed(connection),
            *notifications.dead(connection),
        ]
    shown = options.clock()

    def row(dead: DeadLetter | Untold) -> str:
        told = _summary(dead)
        to = told["number"] if isinstance(dead, DeadLetter) else dead.target
        return f"{told['id']}  {shown(dead.at)}  {printable(str(to))}  {line(str(told['reason']))}"

    options.print_listed(found, _summary, row, none="no dead letters", as_json=as_json)
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
    with options.ledger_to_read() as connection:
        if id_.startswith(_NOTIFY):
            return _show_untold(_untold(connection, id_), as_json=as_json)
        dead = _one(connection, id_)
        tries = dead_letters.tries(connection, dead.id)
    if as_json:
        made = [{"at": utc(one.at), "answer": one.answer} for one in tries]
        options.print_json({**_summary(dead), **_rest(dead), "tries": made})
        return 0
    ours = dead.our_number or "a number of ours that is not known"
    print(f"out-{dead.id}  to {dead.queued.message.to} from {ours}")
    for text in printable(dead.queued.message.text).splitlines() or ["(no text)"]:
        print(fitted(f"  ‹ {text}", 4))
    print(fitted(f"  {printable(dead.queued.reason)}", 4))
    shown = options.clock(options.TO_THE_SECOND)
    for one in tries:
        print(dim(f"    {shown(one.at)}  {printable(one.answer)}"))
    return 0


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID...]")
@click.option("--all", "all_", is_flag=True, help="All of them, or all of one reason.")
@click.option("--reason", metavar="R", help="With --all: those of that reason, as listed.")
@click.option("--longcode", metavar="ID", help="Send it from this number of ours (its id).")
@options.json_option
def retry(
    ids: tuple[str, ...], all_: bool, reason: str | None, longcode: str | None, as_json: bool
) -> int:
    """Send them again, when the reason is out of the world.

    A reason is written as `bot dead-letters list` shows it; a requestId at its end may be left out.

    \b
    Examples:
      bot dead-letters retry out-5 out-6
      bot dead-letters retry out-7 --longcode 123
      bot dead-letters retry --all --reason too-old
    """
    if bool(ids) == all_:
        raise UsageError("say which: bot dead-letters retry ID…, or --all")
    if reason is not None and not all_:
        raise UsageError("--reason: goes with --all")
    longcode_id = None if longcode is None else _longcode(longcode)
    policy = options.settings().long_texts
    left: set[int] = set()
    texts = [id_ for id_ in ids if not id_.startswith(_NOTIFY)]
    with options.ledger(creates=False) as connection:
        now = datetime.now(UTC)
        found = _all(connection, reason) if all_ else [_one(connection, id_) for id_ in texts]
        untold = (
            _all_untold(connection, reason)
            if all_
            else [_untold(connection, id_) for id_ in ids if id_ not in texts]
        )
        for one in untold:
            notifications.retry(connection, one.id, now)
        for dead in found:
            if not outgoing.retry(connection, dead, policy, longcode_id, now):
                left.add(dead.id)
        if left and not all_:
            raise UsageError(f"out-{min(left)}: is too long still; see BOT_LONG_TEXTS")
    _report(found, untold, left, as_json=as_json)
    return 0


def _all(connection: Connection, reason: str | None) -> list[DeadLetter]:
    """Raises UsageError for a reason that none has, with those that there are."""
    found = dead_letters.listed(connection)
    if reason is None:
        return found
    wanted = [dead for dead in found if reason in _names(dead)]
    if found and not wanted and not _all_untold(connection, reason):
        known = Counter(min(_names(dead), key=len) for dead in found)
        there_are = ", ".join(f"`{name}` ({many})" for name, many in known.most_common(10))
        more = f", and {len(known) - 10} more" if len(known) > 10 else ""
        raise UsageError(f"--reason: no dead letter has this one; there are {there_are}{more}")
    return wanted


def _names(dead: DeadLetter) -> set[str]:
    """Its reason, and what of that others can have too: a requestId is of one try alone."""
    return {dead.queued.reason, _REQUEST.sub("", dead.queued.reason)}


def _report(
    found: Sequence[DeadLetter], untold: Sequence[Untold], left: Set[int], *, as_json: bool
) -> None:
    if as_json:
        for one in untold:
            options.print_json({**_summary(one), "status": Status.DUE})
        for dead in found:
            status = Status.DEAD if dead.id in left else Status.DUE
            options.print_json({**_summary(dead), "status": status})
        return
    many = len(found) + len(untold) - len(left)
    print(f"{many} will be sent; `bot serve` sends what is due")
    for dead_id in sorted(left):
        print(f"out-{dead_id} stays: it is too long still, see BOT_LONG_TEXTS")


@click.command()
@_IDS
def drop(ids: tuple[str, ...]) -> int:
    """Never send them. They stay in their conversations, with the reason.

    \b
    Example:
      bot dead-letters drop out-5
    """
    now = datetime.now(UTC)
    with options.ledger(creates=False) as connection:
        for id_ in ids:
            if id_.startswith(_NOTIFY):
                notifications.drop(connection, _untold(connection, id_).id, now)
            else:
                dead_letters.drop(connection, _one(connection, id_).id, now)
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


def _untold(connection: Connection, written: str) -> Untold:
    row_id = options.row_id(written, "notify")
    found = next((one for one in notifications.dead(connection) if one.id == row_id), None)
    if found is None:
        what = f"{plain(written)}: is not a dead letter; `bot dead-letters list` shows them"
        raise UsageError(what)
    return found


def _all_untold(connection: Connection, reason: str | None) -> list[Untold]:
    found = notifications.dead(connection)
    return [one for one in found if reason is None or one.reason == reason]


def _show_untold(one: Untold, *, as_json: bool) -> int:
    if as_json:
        options.print_json({**_summary(one), "url": one.target, "text": one.body})
        return 0
    print(f"notify-{one.id}  to {printable(one.target)}")
    print(fitted(f"  ‹ {line(one.body)}", 4))
    print(fitted(f"  {line(one.reason)}", 4))
    return 0


def _longcode(written: str) -> LongcodeId:
    found = phone_numbers.longcode_id(written)
    if found is None:
        raise UsageError(
            f"--longcode {plain(written)}: needs the id of one of your numbers, as in 123"
        )
    return found


def _summary(dead: DeadLetter | Untold) -> dict[str, object]:
    if isinstance(dead, Untold):
        return {
            "id": f"notify-{dead.id}",
            "at": utc(dead.at),
            "reason": dead.reason,
            "number": dead.contact,
            "externalId": None,
            "rule": dead.rule,
        }
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
