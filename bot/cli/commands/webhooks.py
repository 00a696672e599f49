"""Where MTA posts what it receives: the registrations of the account."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

import click

from bot.cli import options, provider
from bot.cli.output import colour, line
from bot.provider.account import Webhook, doubles, is_private, place
from bot.provider.client import Gateway
from bot.provider.events import EVENTS, webhook_path


@click.command("list")
@options.json_option
def list_webhooks(as_json: bool) -> int:
    """All webhooks of the account, also those of other programs.

    \b
    Examples:
      bot webhooks
      bot webhooks list --json
    """
    webhooks = provider.taken(provider.ask(options.settings(), Gateway.webhooks))
    earlier = doubles(webhooks)
    for webhook in webhooks:
        double = earlier.get(webhook.id)
        if as_json:
            options.print_json(
                {
                    "id": webhook.id,
                    "event": webhook.event,
                    "url": webhook.url,
                    "retryOnError": webhook.retries,
                    "maxThroughputPerMinute": webhook.throughput,
                    "createdAt": webhook.created_at,
                    "doubleOf": None if double is None else double.id,
                }
            )
        else:
            notes = [f"double of {double.id}"] if double else []
            notes += ["no retries"] if webhook.retries is False else []
            said = f"  {colour('33', ', '.join(notes))}" if notes else ""
            print(f"{webhook.id}  {line(webhook.event):15}  {line(webhook.url)}{said}")
    if not webhooks and not as_json:
        print("no webhooks yet: bot webhooks register https://…")
    return 0


@click.command()
@click.argument("url", metavar="URL")
@click.option(
    "--event",
    "events",
    multiple=True,
    type=click.Choice(EVENTS),
    help="Only this one; may be repeated. Else all of them.",
)
@options.json_option
def register(url: str, events: Sequence[str], as_json: bool) -> int:
    """Let MTA post its events to the bot, which it reaches at URL, with our secret.

    What is registered there already is changed, not doubled: register again after the secret
    was replaced.

    \b
    Examples:
      bot webhooks register https://bot.example
      bot webhooks register https://bot.example --event message-reply
    """
    settings = options.settings()
    origin = provider.origin(url, settings.account)
    secret = settings.needed_secrets()[0]
    if not is_private(origin):
        print(_PLAIN, file=sys.stderr)

    async def run(gateway: Gateway) -> None:
        known = provider.taken(await gateway.webhooks())
        for event in dict.fromkeys(events or EVENTS):
            where = f"{origin}{webhook_path(event, settings.account)}"
            same = [w for w in known if w.event == event and place(w.url) == place(where)]
            over = same[0].id if same else None
            webhook = provider.taken(await gateway.register(event, where, secret, over=over))
            _registered(webhook, where, same, as_json=as_json)

    provider.ask(settings, run)
    return 0


@click.command()
@click.argument("webhook_id", metavar="ID", type=click.IntRange(min=1))
def delete(webhook_id: int) -> int:
    """Take the webhook ID out of the account: MTA posts nothing more there.

    \b
    Example:
      bot webhooks delete 11
    """
    gone = provider.ask(options.settings(), lambda gateway: gateway.delete_webhook(webhook_id))
    provider.taken(gone)
    print(f"webhook {webhook_id} is deleted")
    return 0


COMMANDS: Final = (list_webhooks, register, delete)

_PLAIN: Final = (
    "warning: over plain http anybody on the way reads the messages: use https where you can"
)


def _registered(webhook: Webhook, url: str, same: Sequence[Webhook], *, as_json: bool) -> None:
    verb = "updated" if same else "registered"
    if as_json:
        repeats = [double.id for double in same[1:]]
        found = {"id": webhook.id, "event": webhook.event, "url": url, "status": verb}
        options.print_json({**found, "doubles": repeats})
        return
    print(f"{webhook.event} {verb}: {url}")
    for double in same[1:]:
        hint = f"bot webhooks delete {double.id}"
        print(f"  {colour('33', 'registered twice')}, every event comes twice: {hint}")
