"""`bot demo`: the whole chain on this machine, without an account."""

from __future__ import annotations

import asyncio
import secrets
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import click
import httpx

from bot import log
from bot.cli import options
from bot.cli.output import dim, printable
from bot.errors import LedgerError
from bot.ledger import views
from bot.ledger.database import Database, open_database
from bot.ledger.outbox import OutboundView
from bot.ledger.views import InboundView
from bot.model import Decision
from bot.provider.client import Gateway
from bot.runtime.app import build_bot
from bot.runtime.live_rules import LiveRules
from bot.sandbox import Courier, Number, Provider, create_app, serving
from bot.settings import Settings
from bot.text.words import storable
from bot.web.server import build_app

PERSON: Final = "+15555550123"
OURS: Final = Number(id=123, number="+18005550100")
_GREETING: Final = "Thanks for signing up! Ask us anything."
_SAMPLES: Final = ("Hours?", "Where are you?", "thanks!", "STOP")
_PATIENCE: Final = 20.0
"""Seconds to wait for an answer: the bot keeps to 20 sends in 15 seconds."""
_STEP: Final = 0.01

T = TypeVar("T")


@click.command()
@click.argument("texts", nargs=-1, metavar="[TEXT]...")
@options.rules_option
@click.option("--verbose", "-v", "wire", is_flag=True, help="Show what goes over the wire.")
def command(texts: tuple[str, ...], rules: Path | None, wire: bool) -> int:
    """Text the bot from this terminal: a stand-in for MTA, the server, your rules.

    Each text goes through a real signed webhook, and each answer through a real POST /send,
    over HTTP on this machine. Nothing leaves it, nothing is kept. With TEXTs it says these
    and ends.

    \b
    Examples:
      bot demo
      bot demo "Hours?" "STOP" -v
    """
    settings = options.settings(needs_account=rules is None)
    log.configure(quiet=True)
    live = LiveRules(rules or settings.needed_rules(), settings.timezone)
    asyncio.run(_demo(live, live.ruleset.timezone, list(texts), wire=wire))
    return 0


async def _demo(live: LiveRules, timezone: str, texts: list[str], *, wire: bool) -> None:
    async with _everything(live, timezone) as scene:
        await scene.begin()
        print(f"{dim('shop ‹')} {_GREETING}")
        if texts:
            await scene.play(texts, wire=wire)
        elif sys.stdin.isatty():
            print(dim("Text the bot; Ctrl-D ends."))
            await scene.converse(wire=wire)
        else:
            lines = [line.strip() for line in sys.stdin if line.strip()]
            await scene.play(lines or _SAMPLES, wire=wire)


@dataclass(slots=True)
class _Scene:
    """The stand-in, the server and a person, connected over HTTP."""

    live: LiveRules
    provider: Provider
    courier: Courier
    database: Database
    client: httpx.AsyncClient
    bot: str
    seen: int = 0
    """Messages of ours that the person has read."""

    async def begin(self) -> None:
        """The business writes first, so that answers have something to answer."""
        body = {
            "to": PERSON,
            "text": _GREETING,
            "longcodeId": OURS.id,
            "tags": {"campaign": "welcome"},
        }
        response = await self.client.post(f"{self.bot}/api/messages", json=body)
        response.raise_for_status()
        await _until(lambda: len(self.provider.sent) == 1)
        self.seen = len(self.provider.sent)

    async def play(self, texts: Iterable[str], *, wire: bool) -> None:
        for text in texts:
            print(f"{dim('you  ›')} {printable(text)}")
            await self.say(text, wire=wire)

    async def converse(self, *, wire: bool) -> None:
        while (text := await _typed(dim("you  › "))) is not None:
            if text.strip():
                await self.say(text, wire=wire)

    async def say(self, text: str, *, wire: bool) -> None:
        """Send a text, wait until it is decided and its replies are out, show them."""
        [delivery, *_] = await self.courier.inbound(PERSON, storable(text), OURS.number)
        if wire:
            print(dim(f"       POST {delivery.url} {delivery.payload.decode()}"))
            print(dim(f"       answered {delivery.answers[-1]}"))
        decision, count = await _until(self._latest)
        await _until(lambda: len(self.provider.sent) >= self.seen + count)
        for message in list(self.provider.sent)[self.seen :]:
            if wire:
                print(dim(f"       POST /send from longcodeId {message.longcode_id},"), end=" ")
                print(dim(f"externalId {message.external_id}, tags {dict(message.tags)}"))
            for line in printable(message.text).splitlines():
                print(f"{dim('shop ‹')} {line}")
        self.seen = len(self.provider.sent)
        print(dim(f"       {self._because(decision)}"))

    def _latest(self) -> tuple[Decision, int] | None:
        """What was decided about the last inbound message, once it is, and its replies."""
        with self.database.transaction() as connection:
            said = views.chains_with(connection, PERSON)[0].messages
        inbound = [one for one in said if isinstance(one, InboundView)]
        if len(inbound) < len(self.provider.received) or inbound[-1].recorded is None:
            return None
        last = inbound[-1]
        replies = [one for one in said if isinstance(one, OutboundView) and one.inbox_id == last.id]
        return inbound[-1].recorded.decision, len(replies)

    def _because(self, decision: Decision) -> str:
        rule = self.live.ruleset.rule(decision.rule or "")
        place = f" ({rule.place.in_file})" if rule is not None else ""
        reason = f", {decision.reason}" if decision.reason else ""
        return f"{decision.outcome} by {decision.rule or 'no rule'}{place}{reason}"


@asynccontextmanager
async def _everything(live: LiveRules, timezone: str) -> AsyncIterator[_Scene]:
    """Both servers on free loopback ports, the webhooks registered, a ledger for the occasion."""
    api_key, secret = secrets.token_hex(16), secrets.token_hex(64)
    provider = Provider(numbers=[OURS])
    with (
        tempfile.TemporaryDirectory(prefix="bot-demo-") as folder,
        closing(open_database(f"sqlite:///{Path(folder) / 'bot.db'}")) as database,
    ):
        async with httpx.AsyncClient(trust_env=False) as client:
            courier = Courier(provider, client)
            stand_in = create_app(provider, api_key=api_key, on_sent=courier.follow)
            async with serving(stand_in) as origin:
                settings = Settings(
                    api_key=api_key,
                    webhook_secrets=(secret,),
                    base_url=f"{origin}/v3",
                    timezone=timezone,
                )
                gateway = Gateway(settings.base_url, api_key)
                app = build_app([build_bot(settings, live, database, gateway)])
                async with serving(app) as bot:
                    for event in ("message-reply", "delivery-status"):
                        await _register(client, f"{origin}/v3", api_key, secret, event, bot)
                    yield _Scene(live, provider, courier, database, client, bot)
                    await courier.settle()


async def _typed(prompt: str) -> str | None:
    """A line from the terminal; None at its end.

    In a thread that may be left behind: ^C must not wait for Enter.
    """
    loop = asyncio.get_running_loop()
    typed: asyncio.Future[str | None] = loop.create_future()

    def settle(line: str | None) -> None:
        if not typed.done():
            typed.set_result(line)

    def read() -> None:
        try:
            line: str | None = input(prompt)
        except EOFError:
            print()
            line = None
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, line)

    threading.Thread(target=read, daemon=True).start()
    return await typed


async def _until(look: Callable[[], T | None]) -> T:
    """What `look` finds. Raises LedgerError when it finds nothing for too long."""
    for _ in range(int(_PATIENCE / _STEP)):
        found = look()
        if found:
            return found
        await asyncio.sleep(_STEP)
    raise LedgerError(f"the bot did not answer within {_PATIENCE:.0f} seconds")


async def _register(
    client: httpx.AsyncClient, api: str, api_key: str, secret: str, event: str, bot: str
) -> None:
    response = await client.post(
        f"{api}/webhooks",
        headers={"Authorization": f"Bearer {api_key}"},
        json={
            "event": event,
            "url": f"{bot}/webhooks/{event}",
            "secret": secret,
            "retryOnError": True,
        },
    )
    response.raise_for_status()
