"""`bot send`: the first message of a conversation, through the bot, so that it knows its answer."""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import UTC, datetime

import click

from bot.cli import options
from bot.cli.output import printable
from bot.ledger import lane, outbox, sending
from bot.ledger.database import Database, clock_of, open_database
from bot.ledger.lane import Ends, Nothing
from bot.ledger.outbox import OutboundView, Status
from bot.ledger.writer import Writer
from bot.messaging import delivery, outgoing
from bot.messaging.outgoing import first_message_of
from bot.messaging.resources import Resources
from bot.provider.client import Gateway
from bot.rules.loader import load
from bot.settings import Settings

_PATIENCE = 60.0
"""Seconds until the rest is left to the server."""


@click.command()
@click.argument("text")
@click.option("--to", required=True, metavar="N", help="Who gets it.")
@click.option("--longcode", required=True, metavar="ID", help="Our number's id.")
@options.tags_option
@click.option("--image", metavar="URL", help="A picture.")
@options.json_option
def command(
    text: str, to: str, longcode: str, tags: tuple[str, ...], image: str | None, as_json: bool
) -> int:
    """Send the first message of a conversation.

    Where `bot serve` runs on the same database, or the database is PostgreSQL, the message is
    queued and whoever runs sends it; else this command does.

    \b
    Example:
      bot send --to +15555550123 --longcode 123 --tag campaign=spring "Is Friday fine?"
    """
    settings = options.settings()
    first = first_message_of(
        {
            "to": to,
            "text": text,
            "longcodeId": longcode,
            "tags": dict(options.pairs(tags, "--tag")),
            "image": image,
        }
    )
    if not settings.shares_database:
        settings.needed_api_key()
    with closing(open_database(settings.database_url)) as database:
        with database.transaction() as connection:
            external_id = outgoing.first_message(connection, first, settings.long_texts, _now())
        if not settings.shares_database:
            with database.only_sender() as alone:
                if alone:
                    asyncio.run(_deliver(database, settings, external_id))
        with database.transaction() as connection:
            sent = outbox.by_external_id(connection, external_id)
            state = lane.state(connection)
            goes_on = _somebody_sends(state, clock_of(connection), settings)
    return _report(sent, state.paused, goes_on=goes_on, as_json=as_json)


def _report(sent: OutboundView, paused: str | None, *, goes_on: bool, as_json: bool) -> int:
    """`goes_on`: another process sends what waits."""
    waits = sent.status in (Status.DUE, Status.SENDING)
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


async def _deliver(database: Database, settings: Settings, external_id: str) -> None:
    """Send what is due until our message has left, or for a while; nobody else sends."""
    gateway = Gateway(settings.base_url, settings.needed_api_key())
    writer = Writer(database)
    resources = Resources(
        settings=settings,
        writer=writer,
        rules=lambda: load(()).ruleset,  # nothing is decided here
        gateway=gateway,
    )
    try:
        async with asyncio.timeout(_PATIENCE):
            await writer.run(lambda c: lane.note_sender(c, None))  # a command is not a server
            await _end_pause_where_the_key_is_good(writer, gateway)
            await writer.run(
                lambda c: sending.requeue(c, "the process ended before the answer came", _now())
            )
            while True:
                result = await delivery.deliver(resources, gateway)
                sent = await writer.run(lambda c: outbox.by_external_id(c, external_id))
                if sent.status not in (Status.DUE, Status.SENDING):
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
