"""The whole bot in this process, on whatever ledger it is given, with the stand-in beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import httpx

from bot.ledger.database import Database
from bot.ledger.writer import Writer
from bot.messaging.resources import Resources
from bot.model import Rate
from bot.provider.client import Gateway
from bot.runtime.runner import Runner, Timing
from bot.sandbox import Number, Provider, SentMessage, serving
from bot.sandbox import create_app as create_provider
from bot.settings import Settings
from bot.web.app import Served, create_app
from tests.build import OUR_NUMBER, ruleset
from tests.support import KEY, LINE, SECRET, signed, webhook
from tests.system.scene import RULES


@dataclass(slots=True)
class Inside:
    provider: Provider
    client: httpx.AsyncClient

    async def post(self, who: str, number: int) -> int:
        """A person writes `number N`; the status of the answer. The key is `r-<who>-N`."""
        body = webhook(replyId=f"{who}-{number}", fromNumber=who, message=f"number {number}")
        path = "/webhooks/message-reply"
        return (await self.client.post(path, content=body, headers=signed(body))).status_code

    async def is_ready(self) -> bool:
        return (await self.client.get("/readyz")).status_code == 200

    def has_answered(self, people: Sequence[str], count: int) -> bool:
        read = self.answers()
        return all(len(read.get(who, ())) >= count for who in people)

    def answers(self) -> dict[str, list[str | None]]:
        """What each person has read, in order."""
        read: dict[str, list[str | None]] = {}
        for message in self.provider.sent:
            read.setdefault(message.to, []).append(message.text)
        return read


@asynccontextmanager
async def running(
    database: Database,
    on_sent: Callable[[Sequence[SentMessage]], None] | None = None,
    timing: Timing | None = None,
    deadline: float | None = None,
) -> AsyncIterator[Inside]:
    """`on_sent` is told what the provider has sent, before its answer leaves.

    With a `deadline`, in seconds for a call, the provider is reached over a real connection.
    """
    provider = Provider(numbers=[Number(id=LINE, number=OUR_NUMBER)], send_limit=None)
    async with AsyncExitStack() as stack:
        mta = create_provider(provider, api_key=KEY, on_sent=on_sent)
        if deadline is None:
            gateway = Gateway("http://mta/v3", KEY, transport=httpx.ASGITransport(mta))
        else:
            origin = await stack.enter_async_context(serving(mta))
            gateway = Gateway(f"{origin}/v3", KEY, deadline=deadline)
        stack.push_async_callback(gateway.close)
        writer = Writer(database)
        stack.push_async_callback(asyncio.to_thread, writer.close)
        rules = ruleset(RULES)
        resources = Resources(
            settings=Settings(api_key=KEY, send_rate=Rate(1_000_000, 1.0)),
            writer=writer,
            rules=lambda: rules,
            gateway=gateway,
        )
        runner = Runner(resources, timing)
        await runner.start()
        stack.push_async_callback(runner.stop)
        app = create_app(Served(secrets=(SECRET,), bot=runner.intake, metrics=resources.metrics))
        client = await stack.enter_async_context(
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1")
        )
        yield Inside(provider, client)
