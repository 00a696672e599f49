"""What waits for a person: likely opt-outs, handoffs, what failed, dead letters, quarantine."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import click

from bot.cli import options
from bot.cli.output import dim, fitted, line, printable
from bot.errors import UsageError, plain
from bot.ledger import inbox_items
from bot.ledger.inbox_items import Item, Kind
from bot.messaging import inbox_items as messaging
from bot.messaging import json_views
from bot.text.durations import duration

_IDS: Final = click.argument("ids", nargs=-1, required=True, metavar="ID...")


@click.command("list")
@click.option("--unmatched", is_flag=True, help="Also texts that no rule answered.")
@click.option("--snoozed", is_flag=True, help="Also what is snoozed.")
@options.json_option
def list_items(unmatched: bool, snoozed: bool, as_json: bool) -> int:
    """What waits for a person, the longest first.

    \b
    Examples:
      bot inbox
      bot inbox list --unmatched --json
    """
    with options.ledger_to_read() as connection:
        now = datetime.now(UTC)
        found = inbox_items.listed(connection, now, unmatched=unmatched, snoozed=snoozed)
    shown = options.clock()

    def row(item: Item) -> str:
        said = line(item.reason if item.text is None else item.text)
        return f"{item.id}  {shown(item.at)}  {item.kind}  {item.number or 'unknown'}  {said}"

    options.print_listed(
        found, json_views.inbox_item, row, none="nothing waits for a person", as_json=as_json
    )
    return 0


@click.command()
@click.argument("id_", metavar="ID")
@options.json_option
def show(id_: str, as_json: bool) -> int:
    """One of them whole: why it waits, since when, and what can be done.

    \b
    Example:
      bot inbox show in-5
    """
    with options.ledger_to_read() as connection:
        item = messaging.one(connection, id_)
    if as_json:
        options.print_json(json_views.inbox_item(item))
        return 0
    ours, shown = f" to {item.our_number}" if item.our_number else "", options.clock()
    print(f"{item.id}  {item.kind}, {shown(item.at)}")
    if item.number:
        print(f"  {item.number}{ours}")
    for text in printable(item.text or "").splitlines():
        print(fitted(f"  {'‹' if item.kind is Kind.DEAD_LETTER else '›'} {text}", 4))
    why = " · ".join(filter(None, (item.rule, line(item.reason), line(item.detail))))
    print(fitted(f"  {why}" if why else "  no rule answers it", 4))
    if item.snoozed_until is not None:
        print(f"  snoozed until {shown(item.snoozed_until)}")
    print(dim(fitted(f"  {messaging.ways_out(item)}", 4)))
    return 0


@click.command()
@_IDS
@options.by_option
def done(ids: tuple[str, ...], by: str | None) -> int:
    """Nobody needs to look at them any more; of a handoff: the bot answers again.

    \b
    Example:
      bot inbox done in-5 in-7
    """
    with options.ledger(creates=False) as connection:
        for id_ in ids:
            messaging.done(connection, id_, options.who(by), datetime.now(UTC))
    print(f"{len(ids)} done")
    return 0


@click.command()
@_IDS
@click.option("--for", "for_", required=True, metavar="TIME", help="For how long, as in 2h or 1d.")
def snooze(ids: tuple[str, ...], for_: str) -> int:
    """Not now: they are listed again after that time.

    \b
    Example:
      bot inbox snooze in-5 --for 2h
    """
    seconds = duration(for_)
    if not seconds:
        raise UsageError(f"--for {plain(for_)}: is not a time, for example 30m, 2h or 1d")
    with options.ledger(creates=False) as connection:
        now = datetime.now(UTC)
        found = [messaging.snooze(connection, id_, seconds, now) for id_ in ids]
    until = found[0].snoozed_until or now
    print(f"{len(ids)} snoozed until {options.clock()(until)}")
    return 0


@click.command("opt-out")
@click.argument("id_", metavar="ID")
@options.by_option
def opt_out(id_: str, by: str | None) -> int:
    """The person wants no more texts: they get none, and what is queued for them is dropped.

    \b
    Example:
      bot inbox opt-out in-5
    """
    with options.ledger(creates=False) as connection:
        item = messaging.opt_out(connection, id_, options.who(by), datetime.now(UTC))
    print(f"{item.number} gets no more texts")
    return 0


@click.command()
@click.argument("id_", metavar="ID")
@options.by_option
def answer(id_: str, by: str | None) -> int:
    """Let the rules answer a text, as one that is not an opt-out; `bot serve` decides it anew.

    \b
    Example:
      bot inbox answer in-5
    """
    with options.ledger(creates=False) as connection:
        item = messaging.answer(connection, id_, options.who(by), datetime.now(UTC))
    print(f"{item.id} will be decided again by `bot serve`")
    return 0


COMMANDS: Final = (list_items, show, done, snooze, opt_out, answer)
