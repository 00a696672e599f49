"""`bot send`: the first message of a conversation, through the bot, so that it knows its answer."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click
from sqlalchemy import Connection

from bot.cli import options, provider
from bot.cli.output import counted, fitted, printable
from bot.cli.recipients import Row, Wrong, read_recipients, refuse_fields
from bot.errors import UsageError, plain
from bot.ledger import lane, numbers, outbox, sending
from bot.ledger.database import Database, clock_of, open_database
from bot.ledger.lane import Ends, Nothing
from bot.ledger.outbox import OutboundView, Status
from bot.ledger.writer import Writer
from bot.messaging import delivery, outgoing
from bot.messaging.outgoing import FirstMessage, first_message_of
from bot.messaging.resources import Resources
from bot.model import LongcodeId
from bot.provider.client import Gateway
from bot.rules.loader import load
from bot.settings import Settings

_PATIENCE: Final = 60.0
"""Seconds without one more that has left, until the rest is left to the server."""
_WAITS: Final = (Status.DUE, Status.SENDING)


@click.command()
@click.argument("text", required=False)
@click.option("--to", metavar="N", help="Who gets it.")
@click.option("--file", "file", metavar="LIST.csv", help="All of these get one; - is stdin.")
@click.option(
    "--longcode", metavar="ID", help="Our number's id; else BOT_LONGCODE_ID, else the only one."
)
@options.tags_option
@click.option("--image", metavar="URL", help="A picture.")
@click.option("--skip-wrong", is_flag=True, help="Leave out rows of the list that are wrong.")
@options.json_option
def command(
    text: str | None,
    to: str | None,
    file: str | None,
    longcode: str | None,
    tags: tuple[str, ...],
    image: str | None,
    skip_wrong: bool,
    as_json: bool,
) -> int:
    """Send the first message of a conversation, or one to each person of a list.

    Where `bot serve` runs on the same database, or the database is PostgreSQL, the message is
    queued and whoever runs sends it; else this command does.

    A list is a CSV with a column `number`, perhaps one `text` (else TEXT is for all); other columns
    are tags of their names, and {{ first_name }} in TEXT is what the row has in that column. It is
    checked whole before the first message leaves: numbers that are none, people who are opted out,
    texts that are too long, empty cells that TEXT needs are told with their line.

    \b
    Examples:
      bot send --to +15555550123 --tag day=friday "Is 3 pm fine?"
      bot send --file people.csv --longcode 123 "Our summer hours begin Monday."
      bot send --file people.csv --longcode 123 "Hi {{ first_name }}, it came."
    """
    settings = options.settings()
    if (to is None) == (file is None):
        raise UsageError("say who gets it: --to N, or --file LIST.csv")
    ours = longcode or settings.longcode_id or _only_number(settings)
    if not settings.shares_database:
        settings.needed_api_key()
    of_all = options.pairs(tags, "--tag")
    if file is not None:
        if image is not None:
            raise UsageError("--image: goes with --to")
        rows, wrong = _list(file, text, str(ours), of_all)
        return _send_list(file, rows, wrong, settings, skips=skip_wrong, as_json=as_json)
    refuse_fields(text or "")
    first = _first(
        {"to": to, "text": text, "longcodeId": ours, "tags": dict(of_all), "image": image}
    )
    return _send_one(first, settings, as_json=as_json)


def _only_number(settings: Settings) -> LongcodeId:
    """Of an account that has one. Raises UsageError where it has several, or nobody knows."""
    listed = provider.ask(settings, Gateway.numbers) if settings.api_key is not None else ()
    ids = [one.longcode_id for one in listed] if isinstance(listed, tuple) else []
    if len(ids) != 1:
        raise UsageError("--longcode: give the id of one of `bot numbers`, or set BOT_LONGCODE_ID")
    return ids[0]


def _first(root: Mapping[str, Any]) -> FirstMessage:
    """With the names that the options have. Raises UsageError."""
    try:
        return first_message_of(root)
    except UsageError as error:
        field, colon, because = str(error).partition(":")
        raise UsageError(f"{_OPTIONS.get(field, field)}{colon}{because}") from None


_OPTIONS: Final = {
    "to": "--to",
    "text": "TEXT",
    "longcodeId": "--longcode",
    "tags": "--tag",
    "image": "--image",
}


def _send_one(first: FirstMessage, settings: Settings, *, as_json: bool) -> int:
    with closing(open_database(settings.database_url)) as database:
        with database.transaction() as connection:
            outgoing.refuse_opted_out(connection, first.to)  # before anybody is asked
        _refuse_number_that_is_not_ours(database, first.longcode_id, settings)
        with database.transaction() as connection:
            before = outbox.last_id(connection)
            external_id = outgoing.first_message(connection, first, settings.long_texts, _now())
        _send_what_waits(database, settings, before, 1)
        with database.transaction() as connection:
            sent = outbox.by_external_id(connection, external_id)
            state = lane.state(connection)
            goes_on = _somebody_sends(state, clock_of(connection), settings)
    return _report(sent, state.paused, goes_on=goes_on, as_json=as_json)


def _list(
    file: str, text: str | None, longcode: str, tags: Mapping[str, str]
) -> tuple[Sequence[Row], Sequence[Wrong]]:
    """Raises UsageError."""
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise UsageError(f"--file {plain(file)}: {error.strerror}") from None
    try:
        return read_recipients(content, text, longcode, tags)
    except UsageError as error:
        raise UsageError(f"--file {plain(file)}: {printable(str(error))}") from None


def _send_list(
    file: str,
    rows: Sequence[Row],
    wrong: Sequence[Wrong],
    settings: Settings,
    *,
    skips: bool,
    as_json: bool,
) -> int:
    total = len(rows) + len(wrong)
    with closing(open_database(settings.database_url)) as database:
        if rows:
            _refuse_number_that_is_not_ours(database, rows[0].first.longcode_id, settings)
        with database.transaction() as connection:
            before = outbox.last_id(connection)
            wrong = sorted((*wrong, *_queue(connection, rows, settings)), key=lambda w: w.line)
            for one in wrong:
                print(f"{plain(file)}:{one.line}: {printable(one.because)}", file=sys.stderr)
            if wrong and not skips:
                # In here, so that nothing of it stays.
                raise UsageError(
                    f"nothing is sent: {counted(len(wrong), 'row')} of"
                    f" {total} to mend, or to leave out by --skip-wrong"
                )
            queued = sum(outbox.counts_after(connection, before).values())
        if queued:
            _send_what_waits(database, settings, before, queued)
        with database.transaction() as connection:
            counts = outbox.counts_after(connection, before)
            state = lane.state(connection)
            goes_on = _somebody_sends(state, clock_of(connection), settings)
    return _report_list(counts, len(wrong), state.paused, goes_on=goes_on, as_json=as_json)


def _queue(connection: Connection, rows: Sequence[Row], settings: Settings) -> Iterator[Wrong]:
    for row in rows:
        try:
            with connection.begin_nested():  # what is refused leaves no empty conversation
                outgoing.first_message(connection, row.first, settings.long_texts, _now())
        except UsageError as error:
            yield Wrong(row.line, str(error).removeprefix("to: "))


def _refuse_number_that_is_not_ours(
    database: Database, longcode_id: LongcodeId, settings: Settings
) -> None:
    """Raises UsageError; where nobody can tell, the provider will, when it is sent."""
    with database.transaction() as connection:
        if longcode_id in numbers.load(connection).by_id or settings.api_key is None:
            return
    listed = provider.ask(settings, Gateway.numbers)
    if not isinstance(listed, tuple) or longcode_id in [one.longcode_id for one in listed]:
        return
    ours = ", ".join(f"{one.longcode_id} ({one.number})" for one in listed[:5]) or "there is none"
    raise UsageError(f"--longcode {longcode_id}: is not one of your numbers: {ours}; `bot numbers`")


def _report_list(
    counts: Mapping[str, int], left_out: int, paused: str | None, *, goes_on: bool, as_json: bool
) -> int:
    accepted, dead = counts.get(Status.ACCEPTED, 0), counts.get(Status.DEAD, 0)
    waiting, queued = sum(counts.get(status, 0) for status in _WAITS), sum(counts.values())
    is_stuck = bool(waiting) and (paused is not None or not goes_on)
    if as_json:
        found = {"queued": queued, "accepted": accepted, "waiting": waiting, "dead": dead}
        options.print_json({**found, "leftOut": left_out, "reason": paused if is_stuck else None})
    else:
        print(fitted("; ".join(_counts_in_words(counts, left_out)), 2))
        if is_stuck:
            print(
                f"nobody is sending{f': {printable(paused)}' if paused else ''}: start `bot serve`"
            )
    return 2 if is_stuck or dead else 0


def _counts_in_words(counts: Mapping[str, int], left_out: int) -> Iterator[str]:
    waiting = sum(counts.get(status, 0) for status in _WAITS)
    yield f"{counted(sum(counts.values()), 'message')} queued"
    if accepted := counts.get(Status.ACCEPTED, 0):
        yield f"{accepted} accepted"
    if waiting:
        yield f"{waiting} to be sent"
    if dead := counts.get(Status.DEAD, 0):
        yield f"{dead} could not be sent, see `bot dead-letters`"
    if left_out:
        yield f"{counted(left_out, 'row')} left out"


def _report(sent: OutboundView, paused: str | None, *, goes_on: bool, as_json: bool) -> int:
    """`goes_on`: another process sends what waits."""
    waits = sent.status in _WAITS
    reason = sent.reason or paused or ""
    if as_json:
        options.print_json(
            {
                "externalId": sent.message.external_id,
                "status": sent.status,
                "reason": reason or None,
                "messageId": sent.message_id,
            }
        )
    else:
        is_stuck = paused is not None or not goes_on
        state = "queued" + (", nobody is sending" if is_stuck else "") if waits else sent.status
        because = f": {printable(reason)}" if reason else ""
        print(f"{state}{because} (externalId {sent.message.external_id})")
    return 0 if sent.status is Status.ACCEPTED or (waits and goes_on and not paused) else 2


def _somebody_sends(state: lane.Lane, now: datetime, settings: Settings) -> bool:
    """A server that decides only (`--dry-run`) does not."""
    if state.sender_seen_at is None:
        return False
    return not settings.shares_database or now - state.sender_seen_at < lane.SENDER_GONE_AFTER


def _send_what_waits(database: Database, settings: Settings, before: int, count: int) -> None:
    """All that was queued after that message, unless somebody else sends."""
    if settings.shares_database:
        return
    with database.only_sender() as alone:
        if alone:
            with _progress(count) as advance:
                asyncio.run(_deliver(database, settings, before, advance))


@contextmanager
def _progress(count: int) -> Iterator[Callable[[int], Any]]:
    """Told how many have left; a bar on a terminal."""
    if count == 1 or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("messages", total=count)
        yield lambda left: progress.update(task, completed=left)


async def _deliver(
    database: Database, settings: Settings, before: int, advance: Callable[[int], Any]
) -> None:
    """Send until what was queued after `before` has left, or no more leaves; nobody else sends."""
    gateway = Gateway(settings.base_url, settings.needed_api_key())
    writer = Writer(database)
    resources = Resources(
        settings=settings,
        writer=writer,
        rules=lambda: load(()).ruleset,  # nothing is decided here
        gateway=gateway,
    )
    try:
        async with asyncio.timeout(_PATIENCE) as patience:
            await writer.run(lambda c: lane.note_sender(c, None))  # a command is not a server
            await _end_pause_where_the_key_is_good(writer, gateway)
            await writer.run(
                lambda c: sending.requeue(c, "the process ended before the answer came", _now())
            )
            left = 0
            while True:
                result = await delivery.deliver(resources, gateway)
                counts = await writer.run(lambda c: outbox.counts_after(c, before))
                done = sum(many for status, many in counts.items() if status not in _WAITS)
                if done > left:
                    left = done
                    advance(left)
                    patience.reschedule(asyncio.get_running_loop().time() + _PATIENCE)
                if done == sum(counts.values()):
                    return
                if isinstance(result, Nothing):
                    if result.until is None or (await writer.run(lane.state)).paused:
                        return
                    await asyncio.sleep(max((result.until - _now()).total_seconds(), 0.01))
    except TimeoutError:
        return
    finally:
        await gateway.close()
        await asyncio.to_thread(writer.close)


async def _end_pause_where_the_key_is_good(writer: Writer, gateway: Gateway) -> None:
    """Whatever else paused it is not ended by a good key."""
    ends = (await writer.run(lane.state)).ends
    if ends is not Ends.KEY or (await gateway.verify_key()).failed is not None:
        return
    await writer.run(lane.end_pause_of_key)


def _now() -> datetime:
    return datetime.now(UTC)
