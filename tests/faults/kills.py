"""`bot serve` killed at random moments, and started again on the same database, again and again.

People write all the while, each in order. What is not answered is repeated until it is, as MTA
does; some of what was answered 200 is repeated too.
"""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

import httpx

from tests.support import signed, webhook
from tests.system.scene import Scene, answers, person, scene_in

RATE: Final = (200, 1.0)
"""Sends, seconds."""
ALIVE: Final = 0.5
"""Seconds that a server lives at most after its start."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Those from `lost` on must be nothing."""

    kills: int
    messages: int
    seconds: float
    repeated: int
    """Webhooks posted again: unanswered, or answered and sent again all the same."""
    cut_short: int
    """Tries to send whose answer never came to be kept; each went out again."""
    lost: int
    """Answered 200 and not in the inbox at the end."""
    undecided: int
    taken_twice: int
    """Repetitions of an accepted webhook that were not answered `duplicate`."""
    unlike: int
    """People who did not get exactly one answer to each message, in order."""
    too_fast: int
    """Windows with more sends than the rate."""

    @property
    def is_good(self) -> bool:
        return not (self.lost or self.undecided or self.taken_twice or self.unlike or self.too_fast)


@dataclass(slots=True)
class Crowd:
    """People who write one message after the other; `more` lets them go on."""

    scene: Scene
    chance: Random
    people: int
    each: int
    more: asyncio.Semaphore
    serves: asyncio.Event
    at_once: asyncio.Semaphore
    posts: int = 0
    taken_twice: int = 0

    async def write(self) -> None:
        await asyncio.gather(*(self._person(who) for who in range(self.people)))

    async def _person(self, who: int) -> None:
        for number in range(self.each):
            await self.more.acquire()
            body = webhook(
                fromNumber=person(who), message=f"number {number}", replyId=f"{who}-{number}"
            )
            await self._until_accepted(body)
            if self.chance.random() < 0.05:
                self.taken_twice += await self._until_accepted(body) != "duplicate"

    async def _until_accepted(self, body: bytes) -> str:
        while True:
            self.posts += 1
            try:
                async with self.at_once:
                    await self.serves.wait()  # it needs the processor to start
                    answer = await self.scene.client.post(
                        f"{self.scene.origin}/webhooks/message-reply",
                        content=body,
                        headers=signed(body),
                    )
            except httpx.HTTPError:
                await asyncio.sleep(0.02)
                continue
            if answer.status_code == 200:
                return str(answer.json()["status"])


async def run(folder: Path, *, kills: int, messages: int, seed: int) -> Figures:
    """`messages` are spread over the kills, by people with up to ten messages each."""
    chance, begin = Random(seed), time.monotonic()  # noqa: S311  to be repeated
    each = min(10, messages)
    async with scene_in(folder, follows=False) as scene:
        rate = {"BOT_SEND_RATE": f"{RATE[0]}/{RATE[1]:.0f}s"}
        crowd = Crowd(
            scene,
            chance,
            people=messages // each,
            each=each,
            more=asyncio.Semaphore(0),
            serves=asyncio.Event(),
            at_once=asyncio.Semaphore(32),
        )
        await scene.start(**rate)
        crowd.serves.set()
        writing = asyncio.create_task(crowd.write())
        for kill in range(kills):
            for _ in range(messages * (kill + 1) // kills - messages * kill // kills):
                crowd.more.release()
            await asyncio.sleep(chance.uniform(0, ALIVE))
            scene.kill()
            crowd.serves.clear()
            if chance.random() < 0.1:
                await scene.die_at_start(chance.uniform(0, 1), **rate)
            await scene.start(**rate)
            crowd.serves.set()
        await writing
        await scene.all_sent(messages // each * each, seconds=60 + messages / 20)
        assert await scene.stop() == 0
        return _figures(scene, crowd, kills, time.monotonic() - begin)


def _figures(scene: Scene, crowd: Crowd, kills: int, seconds: float) -> Figures:
    wanted = {f"r-{who}-{number}" for who in range(crowd.people) for number in range(crowd.each)}
    with closing(sqlite3.connect(scene.folder / "bot.db")) as connection:
        inbox = dict(connection.execute("SELECT key, status FROM inbox"))
        [[short]] = connection.execute(
            "SELECT count(*) FROM attempts WHERE answer LIKE 'the process ended%'"
        )
    texts: list[str | None] = [f"Got {number}." for number in range(crowd.each)]
    read = answers(scene)
    times = [attempt.at.timestamp() for attempt in scene.provider.attempts]
    pairs = zip(times, times[RATE[0] :], strict=False)
    return Figures(
        kills=kills,
        messages=len(wanted),
        seconds=seconds,
        repeated=crowd.posts - len(wanted),
        cut_short=short,
        lost=len(wanted - inbox.keys()),
        undecided=sum(status != "decided" for status in inbox.values()),
        taken_twice=crowd.taken_twice,
        unlike=sum(read.get(person(who)) != texts for who in range(crowd.people)),
        too_fast=sum(later - earlier < RATE[1] - 0.001 for earlier, later in pairs),
    )


def report(*, kills: int, messages: int, seed: int) -> bool:
    """Print the figures; whether all of them are as they must be."""
    print(f"kill -9: {kills:,} kills, {messages:,} messages, seed {seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(run(Path(folder), kills=kills, messages=messages, seed=seed))
    print("  seconds  repeated  cut short  lost  undecided  taken twice  unlike  too fast")
    print(
        f"  {found.seconds:7,.0f}  {found.repeated:8,}  {found.cut_short:9,}  {found.lost:4}"
        f"  {found.undecided:9}  {found.taken_twice:11}  {found.unlike:6}  {found.too_fast:8}"
    )
    return found.is_good
