"""The whole chain on this machine: the stand-in here, `bot serve` as a process of its own."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import httpx

from bot.sandbox import Courier, Number, Provider, SentMessage, create_app, serving
from tests.build import OUR_NUMBER
from tests.integration.cli.test_cli import clean_environment
from tests.support import KEY, LINE, SECRET, signed, until, webhook

SECOND_NUMBER = "+18005550101"
RULES = r"""
rules:
  - hours: "We're open 9-5."
  - id: number
    when: {regex: 'number (?P<n>\d+)'}
    reply: "Got {{ n }}."
  - id: picture
    when: {media: true}
    reply: "Nice picture."
"""
EVENTS = ("message-reply", "delivery-status", "message-send")


@dataclass(slots=True)
class Scene:
    """One business: its account at the stand-in, its folder, and its server, which may die."""

    folder: Path
    provider: Provider
    courier: Courier
    client: httpx.AsyncClient
    api: str
    """Where the stand-in is, or will be."""
    origin: str = ""
    """Where the server is."""
    process: subprocess.Popen[bytes] | None = None
    _starts: int = 0
    options: Sequence[str] = field(default_factory=list)

    async def start(self, **environment: str) -> None:
        """Start the server and wait until it serves."""
        self._starts += 1
        log = self.folder / f"serve-{self._starts}.log"
        self._spawn(log, self.environment(**environment))
        await until(lambda: b"bot serves on " in log.read_bytes() or self.has_ended())
        lines = log.read_text().splitlines()
        [said] = [line for line in lines if line.startswith("bot serves on ")]
        self.origin = said.removeprefix("bot serves on ")
        for webhook_id in list(self.provider.webhooks):
            hook = self.provider.webhooks[webhook_id]
            self.provider.change(webhook_id, {"url": f"{self.origin}/webhooks/{hook.event}"})

    async def die_at_start(self, seconds: float, **environment: str) -> None:
        """Start the server and kill it, perhaps before it serves."""
        self._starts += 1
        log = self.folder / f"serve-{self._starts}.log"
        self._spawn(log, self.environment(**environment))
        await anyio.sleep(seconds)
        self.kill()

    def _spawn(self, log: Path, environment: dict[str, str]) -> None:
        command = [sys.executable, "-m", "bot", "serve", "--port", "0", *self.options]
        with log.open("wb") as stderr:
            self.process = subprocess.Popen(
                command, cwd=self.folder, env=environment, stderr=stderr
            )

    def environment(self, **more: str) -> dict[str, str]:
        ours = {
            "MTA_API_KEY": KEY,
            "MTA_WEBHOOK_SECRET": SECRET,
            "MTA_BASE_URL": f"{self.api}/v3",
            "BOT_SEND_RATE": "1000/1s",
            "NO_PROXY": "*",
        }
        return {**clean_environment(), **ours, **more}

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def kill(self) -> None:
        """As a power cut would, for the process."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(timeout=10)

    async def stop(self) -> int:
        """As a supervisor does; the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        await until(self.has_ended, seconds=20)
        return self.process.wait(timeout=1)

    def logs(self) -> str:
        return "".join(path.read_text() for path in sorted(self.folder.glob("serve-*.log")))

    async def post(self, body: bytes, event: str = "message-reply", **headers: str) -> int:
        """A webhook of our own making; the status of the answer."""
        response = await self.client.post(
            f"{self.origin}/webhooks/{event}",
            content=body,
            headers={**signed(body), **headers},
        )
        return response.status_code

    async def deliver(self, **members: Any) -> None:
        """Post a webhook again and again until it is accepted, whatever happens to the server."""
        body = webhook(**members)

        async def accepted() -> bool:
            try:
                return await self.post(body) == 200
            except httpx.HTTPError:
                await anyio.sleep(0.25)  # the server may be starting, and needs the processor
                return False

        await until(accepted, seconds=30)

    def sent_to(self, person: str) -> list[SentMessage]:
        return [message for message in self.provider.sent if message.to == person]

    async def all_sent(self, count: int, seconds: float = 30.0) -> None:
        await until(lambda: len(self.provider.sent) >= count, seconds)

    def command(self, *arguments: str) -> list[dict[str, Any]]:
        """What another command of the bot prints as JSON lines."""
        return [json.loads(line) for line in self.run(*arguments, "--json").splitlines()]

    def run(self, *arguments: str) -> str:
        """What another command of the bot prints."""
        done = subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
        return done.stdout


@asynccontextmanager
async def scene_in(folder: Path, *, follows: bool = True) -> AsyncIterator[Scene]:
    """The stand-in is running, its webhooks are registered, the server is not started yet.

    `follows`: after each send come the webhooks that tell what became of it.
    """
    (folder / "rules").mkdir()
    (folder / "rules" / "shop.yaml").write_text(RULES)
    provider = Provider(
        numbers=[Number(id=LINE, number=OUR_NUMBER), Number(id=124, number=SECOND_NUMBER)],
        send_limit=None,
        strict_length=True,
    )
    for event in EVENTS:
        url = f"http://127.0.0.1:9/webhooks/{event}"
        provider.register({"event": event, "url": url, "secret": SECRET})
    async with AsyncExitStack() as stack:
        limits = httpx.Limits(max_connections=50)
        client = await stack.enter_async_context(
            httpx.AsyncClient(trust_env=False, timeout=10, limits=limits)
        )
        courier = Courier(provider, client, backoff=0.1)
        app = create_app(provider, api_key=KEY, on_sent=courier.follow if follows else None)
        api = await stack.enter_async_context(serving(app))
        scene = Scene(folder, provider, courier, client, api)
        try:
            yield scene
        finally:
            if scene.process is not None and not scene.has_ended():
                scene.kill()
            await courier.settle()


def person(number: int) -> str:
    return f"+1555555{1000 + number}"


async def say(scene: Scene, people: range, number: int) -> None:
    """Each of them writes `number N`; until all of it is accepted."""
    await asyncio.gather(
        *(
            scene.deliver(
                fromNumber=person(who), message=f"number {number}", replyId=f"r-{who}-{number}"
            )
            for who in people
        )
    )


def answers(scene: Scene) -> dict[str, list[str | None]]:
    """What each person has read, in order."""
    read: dict[str, list[str | None]] = {}
    for message in scene.provider.sent:
        read.setdefault(message.to, []).append(message.text)
    return read
