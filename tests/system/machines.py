"""Processes of the bot that share a PostgreSQL, as the machines of a deployment do."""

from __future__ import annotations

import asyncio
import itertools
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx

from tests.support import signed, until, webhook
from tests.system.scene import Scene, person


class Machines:
    """Processes that share a ledger; a webhook goes to the next one that takes it."""

    def __init__(self, scene: Scene, url: str, **settings: str) -> None:
        self.scene = scene
        self._settings = {"BOT_DATABASE_URL": url, **settings}
        self._numbers = itertools.count(1)
        self.running: dict[subprocess.Popen[bytes], str] = {}
        """Each with where it takes webhooks; a worker takes none."""

    async def start(self, *command: str, **settings: str) -> subprocess.Popen[bytes]:
        """`serve` or `worker`, when it says that it is there; with settings of its own."""
        log = self.scene.folder / f"serve-{next(self._numbers)}.log"
        process = self._spawn(command, log, settings)
        self.running[process] = ""
        await until(lambda: "\nbot " in f"\n{log.read_text()}")
        [said] = [line for line in log.read_text().splitlines() if line.startswith("bot ")]
        self.running[process] = said.removeprefix("bot serves on ") if "serves" in said else ""
        return process

    def _spawn(
        self, command: Sequence[str], log: Path, settings: Mapping[str, str]
    ) -> subprocess.Popen[bytes]:
        with log.open("wb") as stderr:
            return subprocess.Popen(
                [sys.executable, "-m", "bot", *command],
                cwd=self.scene.folder,
                env=self.scene.environment(**self._settings, **settings),
                stderr=stderr,
            )

    async def serve(self, **settings: str) -> subprocess.Popen[bytes]:
        return await self.start("serve", "--port", "0", **settings)

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        del self.running[process]
        process.kill()
        process.wait(timeout=10)

    def kill_all(self) -> None:
        for process in list(self.running):
            self.kill(process)

    async def stop(self, process: subprocess.Popen[bytes]) -> int:
        del self.running[process]
        process.terminate()
        await until(lambda: process.poll() is not None)
        return process.wait()

    async def deliver(self, who: int, number: int) -> None:
        """To one machine after the other, until one says 200."""
        body = webhook(
            fromNumber=person(who), message=f"number {number}", replyId=f"r-{who}-{number}"
        )
        turn, accepted = who, False
        while not accepted:
            accepted = await self._post(turn, body)
            turn += 1

    async def _post(self, turn: int, body: bytes) -> bool:
        origins = [origin for origin in self.running.values() if origin]
        try:
            url = f"{origins[turn % len(origins)]}/webhooks/message-reply"
            answer = await self.scene.client.post(url, content=body, headers=signed(body))
        except (httpx.HTTPError, ZeroDivisionError):  # it was killed, or none is left
            await asyncio.sleep(0.1)
            return False
        return answer.status_code == 200

    async def say(self, people: range, number: int) -> None:
        await asyncio.gather(*(self.deliver(who, number) for who in people))
