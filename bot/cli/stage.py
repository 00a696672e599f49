"""The whole chain on this machine, for a person to try: the stand-in, the server, a ledger."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

import httpx

from bot.cli.kept_demos import new_folder
from bot.errors import LedgerError
from bot.ledger import backlog, scheduled
from bot.ledger.database import Database, open_database
from bot.provider.client import Gateway
from bot.provider.events import EVENTS, webhook_path
from bot.runtime.app import build_bot
from bot.runtime.live_rules import LiveRules
from bot.sandbox import Number, Provider, serving
from bot.sandbox.exchange import Exchange, exchanging
from bot.sandbox.phone.time_machine import Clock, TimeMachine
from bot.settings import Settings
from bot.web.server import build_app

OURS: Final = Number(id=123, number="+18005550100")
"""The number of the account that the stand-in has."""
PERSON: Final = "+15555550123"
GREETING: Final = "Thanks for signing up! Ask us anything."
WELCOME: Final = {"campaign": "welcome"}
"""The tags of the greeting."""
_PATIENCE: Final = 20.0
"""Seconds to wait for an answer: the bot keeps to 20 sends in 15 seconds."""
_TO_SETTLE: Final = 2.0
"""Seconds until the clock moves although something still waits, as in a paused lane."""
_STEP: Final = 0.01
_MOMENT: Final = timedelta(milliseconds=1)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stage:
    """The stand-in and the server, connected over HTTP."""

    live: LiveRules
    exchange: Exchange
    database: Database
    folder: Path
    """Where the ledger stays when all has ended."""
    bot: str
    """The origin of the server."""
    time: TimeMachine

    async def greet(self, tags: Mapping[str, str]) -> None:
        """The business writes first, so that answers have something to answer."""
        body = {"to": PERSON, "text": GREETING, "longcodeId": OURS.id, "tags": dict(tags)}
        async with httpx.AsyncClient(trust_env=False) as client:
            response = await client.post(f"{self.bot}/api/messages", json=body)
            response.raise_for_status()
        sent = self.exchange.provider.sent
        await until(lambda: len(sent) == 1)


@asynccontextmanager
async def staged(
    live: LiveRules, settings: Settings, *, port: int = 0, at: datetime | None = None
) -> AsyncIterator[Stage]:
    """Both servers on this machine, the webhooks registered, a ledger for the occasion.

    `port`: of the phone; `at`: what the bot's clock shows. Raises OSError, LedgerError.
    """
    clock = Clock(at)
    provider = Provider(numbers=[OURS], clock=clock)
    folder = new_folder(Path(tempfile.gettempdir()), datetime.now(UTC).timestamp())
    ours = _settings(settings, live.ruleset.timezone, folder)
    with closing(open_database(ours.database_url)) as database:
        time = TimeMachine(clock, lambda to: _move(clock, database, to), live.ruleset.timezone)
        key = ours.needed_api_key()
        async with exchanging(provider, api_key=key, port=port, time=time) as exchange:
            ours = replace(ours, base_url=f"{exchange.origin}/v3")
            gateway = Gateway(ours.base_url, key)
            app = build_app([build_bot(ours, live, database, gateway, clock=clock)])
            async with serving(app) as bot:
                for event in EVENTS:
                    url = f"{bot}{webhook_path(event)}"
                    exchange.register(event, url, ours.needed_secrets()[0])
                yield Stage(live, exchange, database, folder, bot, time)
                await exchange.courier.settle()
                for desk in app.state.desks:
                    desk.changes.end()


def _settings(settings: Settings, timezone: str, folder: Path) -> Settings:
    """Nothing of an account goes along."""
    return Settings(
        api_key=secrets.token_hex(16),
        webhook_secrets=(secrets.token_hex(64),),
        database_url=f"sqlite:///{folder / 'bot.db'}",
        timezone=timezone,
        rules=settings.rules,
    )


async def _move(clock: Clock, database: Database, to: datetime) -> None:
    """Each thing that is due until then happens at its time: the clock stops there for it."""

    def first() -> tuple[str, datetime] | None:
        with database.transaction() as connection:
            found = scheduled.listed(connection, 1)
        return (found[0].id, found[0].due_at) if found else None

    def is_settled() -> bool:
        with database.transaction() as connection:
            return backlog.is_settled(connection, clock())

    def has_passed(due: tuple[str, datetime]) -> bool:
        return is_settled() and first() != due

    with suppress(LedgerError):  # a follow-up waits from when its text has left
        await until(is_settled, _TO_SETTLE)
    while (due := first()) is not None and due[1] <= to:
        clock.put(due[1] + _MOMENT)
        with suppress(LedgerError):  # what does not leave, as of a paused lane, stays behind
            await until(partial(has_passed, due))
    clock.put(to)


async def until(look: Callable[[], T | None], seconds: float = _PATIENCE) -> T:
    """What `look` finds. Raises LedgerError when it finds nothing for so long."""
    for _ in range(int(seconds / _STEP)):
        found = look()
        if found:
            return found
        await asyncio.sleep(_STEP)
    raise LedgerError(f"the bot did not answer within {seconds:.0f} seconds")
