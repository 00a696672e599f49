"""What is stored of a person: values for templates and conditions, opt-out, conversations."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final

import click

from bot.cli import options
from bot.cli.output import dim, fitted, line, printable, tell, utc
from bot.errors import UsageError, plain
from bot.ledger import contacts, inbox, views
from bot.ledger.contacts import Contact
from bot.ledger.database import open_database
from bot.ledger.locks import advisory_lock
from bot.ledger.outbox import OutboundView
from bot.ledger.views import Chain
from bot.messaging import contact_values, json_views
from bot.messaging.contact_values import Broken, Row
from bot.rules.stored_values import name_fault, value_fault

_BATCH: Final = 500
"""People of one transaction: few enough that no webhook waits long behind them."""
_LAST: Final = 5
"""Texts that `show` has of each conversation."""
_LONG: Final = 1 << 20
"""Bytes of a file from which on a terminal shows how far it is."""


@click.command("list")
@options.json_option
def list_contacts(as_json: bool) -> int:
    """Everybody of whom something is stored, with all of it.

    \b
    Examples:
      bot contacts
      bot contacts list --json
    """
    with options.ledger_to_read() as connection:
        options.print_listed(
            contacts.listed(connection),
            lambda one: _object(*one),
            lambda one: _row(*one),
            none="nothing is stored of anybody",
            as_json=as_json,
        )
    return 0


@click.command()
@click.argument("number", metavar="N")
@options.json_option
def show(number: str, as_json: bool) -> int:
    """What is stored of N: values, an opt-out with its reason, conversations, the last texts.

    \b
    Example:
      bot contacts show +15555550123
    """
    who = options.address(number, "N")
    with options.ledger_to_read() as connection:
        contact = contacts.known(connection, who)
        chains = views.chains_with(connection, who)
    if as_json:
        now = datetime.now(UTC)
        talks = [_conversation(chain, now) for chain in chains]
        options.print_json({**_object(who, contact), "conversations": talks})
        return 0
    print(who)
    for name, value in contact.values.items():
        print(f"  {line(name)} = {line(value)}")
    if (left := contact.opt_out) is not None:
        since = options.clock()(left.since)
        print(f"  opted out since {since}: {line(left.because)}, by {line(left.by)}")
    shown = options.clock()
    for chain in chains:
        ours = chain.conversation.number or f"longcode {chain.conversation.longcode_id}"
        print(f"  with {ours}, {chain.conversation.received} received")
        for one in chain.messages[-_LAST:]:
            sign = "‹" if isinstance(one, OutboundView) else "›"
            said = f"    {shown(_at(one))}  {sign} {line(one.message.text)}"
            print(dim(fitted(said, 6)))
    if not contact.values and contact.opt_out is None and not chains:
        print("  nothing is stored of them")
    return 0


@click.command("set")
@click.argument("number", metavar="N")
@click.argument("pairs", nargs=-1, required=True, metavar="K=V...")
@options.json_option
def set_values(number: str, pairs: tuple[str, ...], as_json: bool) -> int:
    """Store values of N, which templates see as contact.K; `K=` or `K=null` removes one.

    \b
    Examples:
      bot contacts set +15555550123 first_name=Anna language=es
      bot contacts set +15555550123 language=null
    """
    who = options.number(number, "N")
    changes = {
        name: None if value in ("", "null") else value
        for name, value in options.pairs(pairs, "K=V").items()
    }
    for name, value in changes.items():
        fault = name_fault(name) if value is not None else None
        if fault := fault or value_fault(name, value or ""):
            raise UsageError(printable(fault))
    with options.ledger(creates=True) as connection:
        advisory_lock(connection, inbox.contact_lock(who))
        contacts.change_values(connection, who, changes)
        contact = contacts.known(connection, who)
    if as_json:
        options.print_json(_object(who, contact))
    else:
        print(f"{who}  {_values(contact)}")
    return 0


@click.command("import")
@click.argument("file", type=Path)
@click.option("--skip-broken", is_flag=True, help="Store the other rows all the same.")
@options.json_option
def import_contacts(file: Path, skip_broken: bool, as_json: bool) -> int:
    """Store the values of a CSV file: a head with `number` and names, a person in each row.

    The whole file is read before anything is stored, and every broken row is told with its line. An
    empty cell leaves what is stored as it is. Two rows with one number: the later one is broken.

    \b
    Examples:
      bot contacts import people.csv
      bot contacts import people.csv --skip-broken
    """
    broken = right = 0
    with _reading(file, "checking") as stream:
        for row in _once(contact_values.rows(stream)):
            if isinstance(row, Broken):
                broken += 1
                tell(f"{file}:{row.line}: {row.because}")
            else:
                right += 1
    if not broken and not right:
        raise UsageError(f"{plain(file)}: there is nobody in it: it has a first line, and no other")
    stored = 0
    if not broken or skip_broken:
        stored = _store(file)
    if as_json:
        options.print_json({"stored": stored, "errors": broken})
    elif broken and not skip_broken:
        print(f"nothing is stored: {broken} of {broken + right} rows are broken; mend them, or")
        print("store the others with --skip-broken")
    else:
        print(f"{stored} stored, {broken} with errors")
    return 2 if broken else 0


COMMANDS: Final = (list_contacts, show, set_values, import_contacts)


def _store(file: Path) -> int:
    """The rows that are right; how many they are."""
    stored = 0
    with (
        closing(open_database(options.settings().database_url)) as database,
        _reading(file, "storing") as stream,
    ):
        right = (row for row in _once(contact_values.rows(stream)) if isinstance(row, Row))
        while batch := list(islice(right, _BATCH)):
            with database.transaction() as connection:
                for row in batch:
                    advisory_lock(connection, inbox.contact_lock(row.number))
                    contacts.change_values(connection, row.number, row.values)
            stored += len(batch)
    return stored


def _once(rows: Iterable[Row | Broken]) -> Iterator[Row | Broken]:
    """A number that stood in a row before is broken; known by a file, so that memory stays flat."""
    with closing(sqlite3.connect("")) as seen:
        seen.execute("CREATE TABLE seen (number TEXT PRIMARY KEY, line INTEGER) WITHOUT ROWID")
        for row in rows:
            if isinstance(row, Row):
                new = "INSERT OR IGNORE INTO seen VALUES (?, ?)"
                if not seen.execute(new, (row.number, row.line)).rowcount:
                    first = "SELECT line FROM seen WHERE number = ?"
                    [at] = seen.execute(first, (row.number,)).fetchone()
                    yield Broken(row.line, f"number {row.number}: stands in line {at} already")
                    continue
            yield row


@contextmanager
def _reading(file: Path, what: str) -> Iterator[BinaryIO]:
    """Raises UsageError, with its name. On a terminal a long file shows how far it is."""
    try:
        with file.open("rb") as stream:
            if file.stat().st_size < _LONG or not sys.stderr.isatty():
                yield stream
                return
            from rich.console import Console
            from rich.progress import wrap_file

            size, console = file.stat().st_size, Console(stderr=True)
            with wrap_file(
                stream, size, description=what, console=console, transient=True
            ) as counted:
                yield counted
    except OSError as error:
        raise UsageError(f"{plain(file)}: {error.strerror}") from None
    except UsageError as error:
        raise UsageError(f"{plain(file)}: {error}") from None


def _object(number: str, contact: Contact) -> dict[str, object]:
    left = contact.opt_out
    return {
        "number": number,
        "values": dict(contact.values),
        "optedOut": left is not None,
        "optOut": None if left is None else json_views.opt_out(number, left),
    }


def _conversation(chain: Chain, now: datetime) -> dict[str, object]:
    last = [
        {
            "direction": "outbound" if isinstance(one, OutboundView) else "inbound",
            "at": utc(_at(one)),
            "text": one.message.text,
        }
        for one in chain.messages[-_LAST:]
    ]
    return {
        "ourNumber": chain.conversation.number or None,
        "state": chain.conversation.state_at(now),
        "received": chain.conversation.received,
        "last": last,
    }


def _at(one: views.InboundView | OutboundView) -> datetime:
    return one.at if isinstance(one, OutboundView) else one.message.received_at


def _row(number: str, contact: Contact) -> str:
    left = "  opted out" if contact.opt_out is not None else ""
    return f"{number}{left}  {_values(contact)}"


def _values(contact: Contact) -> str:
    return ", ".join(f"{line(name)} = {line(value)}" for name, value in contact.values.items())
