"""`bot sandbox`: a stand-in for MTA, to try the server and the account's commands against."""

from __future__ import annotations

import asyncio
import ipaddress
import secrets
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit

import click
import httpx

from bot import log
from bot.cli import options, provider
from bot.cli.output import colour, dim, line
from bot.cli.stage import OURS
from bot.cli.terminal import until_told_to_end
from bot.errors import UsageError, plain
from bot.provider.events import EVENTS, webhook_path
from bot.sandbox import Provider
from bot.sandbox.exchange import exchanging
from bot.sandbox.feed import Event
from bot.settings import Settings
from bot.text.words import storable

PORT: Final = 8090
_PATIENCE: Final = 30.0
"""Seconds that a text may take: its webhook is tried three times."""


@click.group(invoke_without_command=True)
@click.option("--port", type=click.IntRange(0, 65_535), help=f"Else {PORT}; 0 is any free one.")
@click.option("--webhook", metavar="URL", help="Where the bot is, to post events to.")
@options.json_option
@click.pass_context
def command(context: click.Context, port: int | None, webhook: str | None, as_json: bool) -> int:
    """A stand-in for MTA on this machine, beside any `bot serve`; nothing leaves the machine.

    It prints the settings with which `serve`, `doctor`, `webhooks`, `numbers`, `send` and
    `catch-up` use it in place of MTA, and then what goes over the wire. `bot sandbox say` texts
    the bot as a person. Started again with these settings it has the same key and secret.

    \b
    Examples:
      bot sandbox
      bot sandbox --port 9000 --webhook http://127.0.0.1:8080
      bot sandbox say --from +15555550123 "Hours?"
    """
    if context.invoked_subcommand is not None:
        return 0
    settings = options.settings(needs_account=False)
    here = _here(settings)
    log.configure(quiet=True)
    with suppress(KeyboardInterrupt):
        asyncio.run(
            _run(
                settings if here is not None else _without_account(settings),
                (here or PORT) if port is None else port,
                None if webhook is None else provider.origin(webhook, settings.account),
                as_json=as_json,
            )
        )
    return 0


@command.command()
@click.argument("text", default="")
@click.option("--from", "sender", metavar="N", default=options.SENDER, help="Who writes.")
@click.option("--to", metavar="N", help="To which number of ours; else that which wrote last.")
@options.tags_option
@click.option("--media", metavar="URL", help="A picture or another attachment.")
@click.option("--port", type=click.IntRange(1, 65_535), help="Of the sandbox.")
@options.json_option
def say(
    text: str,
    sender: str,
    to: str | None,
    tags: tuple[str, ...],
    media: str | None,
    port: int | None,
    as_json: bool,
) -> int:
    """Text the bot as a person, through the signed webhook of the sandbox that runs.

    The sandbox is where MTA_BASE_URL says, else on port 8090. `--tag` stands in for the tags of
    the message that is answered. Exit code 1: the bot did not take it.

    \b
    Examples:
      bot sandbox say --from +15555550123 "Hours?"
      bot sandbox say --tag campaign=spring "order 48213"
      bot sandbox say --media https://example.com/a.jpg
    """
    if not text.strip() and not media:
        raise UsageError('say what is said: bot sandbox say --from +15555550123 "Hours?"')
    body = {
        "from": options.number(sender, "--from"),
        "text": storable(text),
        **({} if to is None else {"to": options.number(to, "--to")}),
        **({} if media is None else {"media": storable(media)}),
        **({"tags": dict(options.pairs(tags, "--tag"))} if tags else {}),
    }
    where = port or _here(options.settings(needs_account=False)) or PORT
    told = _said(where, body)
    if as_json:
        options.print_json(told)
    elif not told["told"]:
        print("nobody is told: no webhook is registered, bot webhooks register http://…")
    for one in [] if as_json else told["told"]:
        print(f"{line(one['url'])} answered {_answers(one['answers'])}")
    return 0 if any(one["answers"][-1] == 200 for one in told["told"]) else 1


def _said(port: int, body: dict[str, Any]) -> dict[str, Any]:
    """What came of it. Raises UsageError."""
    url = f"http://127.0.0.1:{port}/_sandbox/texts"
    try:
        with httpx.Client(trust_env=False, timeout=_PATIENCE) as client:
            answer = client.post(url, json=body)
        told = answer.json()
    except (httpx.HTTPError, ValueError):
        raise UsageError(f"there is no sandbox on port {port}: start one, bot sandbox") from None
    if answer.status_code != 200 or "told" not in told:
        raise UsageError(plain(str(told.get("error") or f"port {port} is not a sandbox")))
    return dict(told)


def _without_account(settings: Settings) -> Settings:
    """A key that is MTA's is not shown, and not asked for."""
    return replace(settings, api_key=None, webhook_secrets=())


def _here(settings: Settings) -> int | None:
    """The port of MTA_BASE_URL where that is on this machine."""
    parts = urlsplit(settings.base_url)
    try:
        is_here = ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        is_here = parts.hostname == "localhost"
    return parts.port if is_here else None


async def _run(settings: Settings, port: int, bot: str | None, *, as_json: bool) -> None:
    api_key = settings.api_key or secrets.token_hex(16)
    secret = next(iter(settings.webhook_secrets), None) or secrets.token_hex(32)
    stand_in = Provider(numbers=[OURS])
    try:
        exchanged = exchanging(stand_in, api_key=api_key, port=port, token=settings.console_token)
        async with exchanged as exchange:
            environment = {
                "MTA_BASE_URL": f"{exchange.origin}/v3",
                "MTA_API_KEY": api_key,
                "MTA_WEBHOOK_SECRET": secret,
            }
            _print_begin(exchange.origin, environment, as_json=as_json)
            exchange.feed.listener = _printed(as_json=as_json)
            for event in EVENTS if bot is not None else ():
                exchange.register(event, f"{bot}{webhook_path(event, settings.account)}", secret)
            await until_told_to_end()
    except OSError as error:
        raise UsageError(f"cannot listen on port {port}: {error.strerror}") from error


def _print_begin(origin: str, environment: dict[str, str], *, as_json: bool) -> None:
    if as_json:
        options.print_json({"kind": "begin", "origin": origin, "environment": environment})
    else:
        print(dim(f"A phone is at {origin}; ^C ends it. What uses this in place of MTA needs:"))
        print(" ".join(f"{name}={value}" for name, value in environment.items()))
    sys.stdout.flush()


def _printed(*, as_json: bool) -> Callable[[Event], None]:
    def show(event: Event) -> None:
        if as_json:
            options.print_json(event.as_object())
        else:
            print(f"{dim(f'{event.at.astimezone():%H:%M:%S}')} {_in_words(event.as_object())}")
        sys.stdout.flush()

    return show


def _in_words(event: dict[str, Any]) -> str:
    match event["kind"]:
        case "received":
            said = f"{event['from']} › {event['to']}  {line(event['text'])}"
            return colour("36", said) + (f" [{line(event['media'])}]" if event["media"] else "")
        case "sent":
            said = f"{event['to']} ‹ {event['from']}  {line(event['text'])}"
            image = f" [{line(event['image'])}]" if event["image"] else ""
            more = f"longcodeId {event['longcodeId']}, externalId {event['externalId']}"
            tags = "".join(f", {line(k)}={line(v)}" for k, v in event["tags"].items())
            return f"{colour('32', said)}{image}  {dim(line(more) + tags)}"
        case "webhook":
            took = event["answers"][-1] == 200
            answered = colour("2" if took else "31", f"answered {_answers(event['answers'])}")
            return f"{dim(event['event'])} {dim(line(event['url']))} {answered}"
    took = event["status"] < 400
    return f"{dim(line(event['called']))} {colour('2' if took else '31', str(event['status']))}"


def _answers(answers: list[int | None]) -> str:
    return ", ".join("nothing" if one is None else str(one) for one in answers)
