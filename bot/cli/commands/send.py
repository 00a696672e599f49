"""`bot send`: the first message of a conversation, through the bot, so that it knows its answer."""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import click

from bot.cli import options
from bot.cli.output import printable
from bot.ledger import lane, outbox, sending
from bot.ledger.database import Database, open_database
from bot.ledger.lane import Nothing
from bot.ledger.outbox import Status
from bot.ledger.writer import Writer
from bot.messaging import delivery, longcodes, outgoing
from bot.messaging.outgoing import first_message_of
from bot.provider.client import Gateway
from bot.settings import Settings, read_settings

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

    Where `bot serve` runs on the same database, it sends; else this command does.

    \b
    Example:
      bot send --to +15555550123 --longcode 123 --tag campaign=spring "Is Friday fine?"
    """
    settings = read_settings()
    api_key = settings.needed_api_key()
    fields = first_message_of(
        {
            "to": to,
            "text": text,
            "longcodeId": longcode,
            "tags": dict(options.pairs(tags, "--tag")),
            "image": image,
        }
    )
    with closing(open_database(settings.database_url)) as database:
        with database.only_sender() as alone:
            if alone:
                with database.transaction() as connection:
                    sending.recover(connection, datetime.now(UTC))
            with database.transaction() as connection:
                external_id = outgoing.first_message(
                    connection, **fields, long_texts=settings.long_texts, now=datetime.now(UTC)
                )
            if alone:
                asyncio.run(_deliver(database, settings, api_key, external_id))
        with database.transaction() as connection:
            row = outbox.by_external_id(connection, external_id)
            paused = lane.state(connection).paused is not None
    result: dict[str, Any] = {
        "externalId": external_id,
        "status": row.status,
        "reason": row.reason or None,
        "messageId": row.message_id,
    }
    if as_json:
        options.print_json(result)
    else:
        because = f": {printable(row.reason)}" if row.reason else ""
        print(f"{row.status}{because} (externalId {external_id})")
    waits = row.status in (Status.DUE, Status.SENDING) and not paused
    return 0 if waits or row.status == Status.ACCEPTED else 2


async def _deliver(database: Database, settings: Settings, api_key: str, external_id: str) -> None:
    """Send what is due until our message has left, or for a while."""
    gateway, writer = Gateway(settings.base_url, api_key), Writer(database)
    try:
        async with asyncio.timeout(_PATIENCE):
            while True:
                result = await delivery.deliver(
                    writer, gateway, longcodes.Numbers(), settings, lambda: datetime.now(UTC)
                )
                row = await writer.run(lambda c: outbox.by_external_id(c, external_id))
                if row.status not in (Status.DUE, Status.SENDING):
                    return
                if isinstance(result, Nothing):
                    if result.until is None:
                        return
                    wait = (result.until - datetime.now(UTC)).total_seconds()
                    await asyncio.sleep(max(wait, 0.01))
    except TimeoutError:
        return
    finally:
        await gateway.close()
        await asyncio.to_thread(writer.close)
