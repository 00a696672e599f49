"""Several machines behind a balancer, on one PostgreSQL: any of them may die."""

from __future__ import annotations

import asyncio
import itertools
import random
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import httpx
import pytest

from bot.sandbox import Fault
from tests.end_to_end.scene import Scene, answers, person
from tests.support import signed, until, webhook

pytestmark = pytest.mark.anyio


class Machines:
    """Processes that share a ledger; a webhook goes to the next one that takes it."""

    def __init__(self, scene: Scene, url: str) -> None:
        self.scene = scene
        self._url = url
        self._numbers = itertools.count(1)
        self.running: dict[subprocess.Popen[bytes], str] = {}
        """Each with where it takes webhooks; a worker takes none."""

    async def start(self, *command: str) -> subprocess.Popen[bytes]:
        """`serve` or `worker`, when it says that it is there."""
        log = self.scene.folder / f"serve-{next(self._numbers)}.log"
        process = self._spawn(command, log)
        self.running[process] = ""
        await until(lambda: "\nbot " in f"\n{log.read_text()}")
        [said] = [line for line in log.read_text().splitlines() if line.startswith("bot ")]
        self.running[process] = said.removeprefix("bot serves on ") if "serves" in said else ""
        return process

    def _spawn(self, command: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
        with log.open("wb") as stderr:
            return subprocess.Popen(
                [sys.executable, "-m", "bot", *command],
                cwd=self.scene.folder,
                env=self.scene.environment(BOT_DATABASE_URL=self._url),
                stderr=stderr,
            )

    async def serve(self) -> subprocess.Popen[bytes]:
        return await self.start("serve", "--port", "0")

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        del self.running[process]
        process.kill()
        process.wait(timeout=10)

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
        for turn in itertools.count(who):
            origins = [origin for origin in self.running.values() if origin]
            url = f"{origins[turn % len(origins)]}/webhooks/message-reply"
            try:
                answer = await self.scene.client.post(url, content=body, headers=signed(body))
            except httpx.HTTPError:
                await asyncio.sleep(0.1)
                continue
            if answer.status_code == 200:
                return

    async def say(self, people: range, number: int) -> None:
        await asyncio.gather(*(self.deliver(who, number) for who in people))


@pytest.fixture
async def machines(silent: Scene, postgres_url: str) -> AsyncIterator[Machines]:
    machines = Machines(silent, postgres_url)
    yield machines
    for process in list(machines.running):
        machines.kill(process)


async def test_two_servers_and_a_worker_answer_each_message_once_and_in_order(
    machines: Machines,
) -> None:
    first, second = await machines.serve(), await machines.serve()
    worker = await machines.start("worker")
    people, rounds = range(6), 4
    for number in range(rounds):
        await machines.say(people, number)
    await machines.scene.all_sent(len(people) * rounds)
    expected = [f"Got {number}." for number in range(rounds)]
    assert answers(machines.scene) == {person(who): expected for who in people}
    assert [await machines.stop(one) for one in (first, second, worker)] == [0, 0, 0]
    assert "Traceback" not in machines.scene.logs()


async def test_machines_that_are_killed_lose_nothing_and_say_nothing_twice(
    machines: Machines,
) -> None:
    """The others take over what a dead one was deciding or sending, in half a minute at most."""
    people, rounds, moments = range(8), 6, random.Random(1)  # noqa: S311  to be repeated
    servers = [await machines.serve(), await machines.serve()]
    for number in range(rounds):
        machines.scene.provider.faults.extend([Fault.slow(0.05)] * 4)
        saying = asyncio.create_task(machines.say(people, number))
        await asyncio.sleep(moments.uniform(0.02, 0.4))
        machines.kill(servers.pop(0))
        servers.append(await machines.serve())
        await saying
    await machines.scene.all_sent(len(people) * rounds, seconds=90)
    expected = [f"Got {number}." for number in range(rounds)]
    assert answers(machines.scene) == {person(who): expected for who in people}
    assert len({message.external_id for message in machines.scene.provider.sent}) == 48


async def test_a_worker_alone_answers_what_a_server_has_left(machines: Machines) -> None:
    server = await machines.serve()
    machines.scene.provider.faults.append(Fault.slow(5))
    await machines.say(range(2), 0)
    await until(lambda: machines.scene.provider.sent)
    machines.kill(server)
    await machines.start("worker")
    await machines.scene.all_sent(2, seconds=60)
    assert answers(machines.scene) == {person(0): ["Got 0."], person(1): ["Got 0."]}


async def test_rules_that_change_count_on_every_machine(machines: Machines) -> None:
    await machines.serve()
    await machines.serve()
    rules = machines.scene.folder / "rules" / "shop.yaml"
    rules.write_text(rules.read_text().replace("Got ", "Taken: "))
    await until(lambda: machines.scene.logs().count("rules reloaded") == 2)
    await machines.say(range(4), 0)
    await machines.scene.all_sent(4)
    assert answers(machines.scene) == {person(who): ["Taken: 0."] for who in range(4)}
