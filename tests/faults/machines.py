"""Machines that share a PostgreSQL are killed at random moments, and others take over.

People write all the while, each in order, to whichever machine answers.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from sqlalchemy import func, select

from bot.ledger.database import open_database
from bot.ledger.schema import attempts, inbox
from tests import postgres
from tests.system.machines import Machines
from tests.system.scene import answers, person, scene_in

RATE: Final = (200, 1.0)
"""Sends, seconds."""
EACH: Final = 10
"""Messages of one person; after ten replies `$loop` would end the conversation."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Those from `lost` on must be nothing."""

    kills: int
    messages: int
    seconds: float
    cut_short: int
    """Tries to send whose answer never came to be kept; each went out again."""
    silence: float
    """Seconds that nothing was sent at most, while something waited."""
    lost: int
    undecided: int
    unlike: int
    """People who did not get exactly one answer to each message, in order."""
    too_fast: int
    """Windows with more sends than the rate."""

    @property
    def is_good(self) -> bool:
        return not (self.lost or self.undecided or self.unlike or self.too_fast)


async def run(folder: Path, url: str, *, kills: int, messages: int, seed: int) -> Figures:
    chance, begin = Random(seed), time.monotonic()  # noqa: S311  to be repeated
    people = messages // EACH
    async with scene_in(folder, follows=False) as scene:
        machines = Machines(scene, url, BOT_SEND_RATE=f"{RATE[0]}/{RATE[1]:.0f}s")
        try:
            for command in (("serve", "--port", "0"), ("serve", "--port", "0"), ("worker",)):
                await machines.start(*command)
            silence = 0.0
            for kill in range(kills):
                who = range(people * kill // kills, people * (kill + 1) // kills)
                writing = asyncio.create_task(_write(machines, who))
                await asyncio.sleep(chance.uniform(0, 1))
                victim = chance.choice(list(machines.running))
                command = ("serve", "--port", "0") if machines.running[victim] else ("worker",)
                machines.kill(victim)
                await machines.start(*command)
                await writing
                silence = max(silence, await _silence(machines, EACH * who.stop))
            for process in list(machines.running):
                assert await machines.stop(process) == 0
        finally:
            machines.kill_all()
        times = [attempt.at.timestamp() for attempt in scene.provider.attempts]
        texts: list[str | None] = [f"Got {number}." for number in range(EACH)]
        read = answers(scene)
        decided, undecided, short = _counted(url)
        return Figures(
            kills=kills,
            messages=people * EACH,
            seconds=time.monotonic() - begin,
            cut_short=short,
            silence=silence,
            lost=people * EACH - decided - undecided,
            undecided=undecided,
            unlike=sum(read.get(person(who)) != texts for who in range(people)),
            too_fast=sum(
                last - first < RATE[1] for first, last in zip(times, times[RATE[0] :], strict=False)
            ),
        )


async def _write(machines: Machines, people: range) -> None:
    async def one(who: int) -> None:
        for number in range(EACH):
            await machines.deliver(who, number)

    await asyncio.gather(*(one(who) for who in people))


async def _silence(machines: Machines, count: int) -> float:
    """Wait until so many are sent; the longest time without a send meanwhile."""
    longest, last, sent = 0.0, time.monotonic(), len(machines.scene.provider.sent)
    while sent < count:
        await asyncio.sleep(0.05)
        now, found = time.monotonic(), len(machines.scene.provider.sent)
        longest = max(longest, now - last)
        assert now - last < 60, f"{count - found} wait for a minute"
        if found != sent:
            last, sent = now, found
    return longest


def _counted(url: str) -> tuple[int, int, int]:
    """Messages that are decided and that are not, and tries that were taken back."""
    database = open_database(url)
    try:
        with database.transaction() as connection:
            many = select(inbox.c.status, func.count().label("many")).group_by(inbox.c.status)
            by_status = {row.status: row.many for row in connection.execute(many)}
            back = select(func.count()).where(attempts.c.answer == "the answer could not be kept")
            short = connection.execute(back).scalar_one()
    finally:
        database.close()
    return by_status.get("decided", 0), by_status.get("waiting", 0), short


def report(*, kills: int, messages: int, seed: int) -> bool:
    print(f"machines: 3 on one PostgreSQL, {kills} killed, {messages:,} messages, seed {seed}")
    if postgres.programs() is None:
        print(f"  {postgres.MISSING}")
        return False
    with tempfile.TemporaryDirectory() as folder, postgres.cluster() as server:
        found = asyncio.run(
            run(Path(folder), server.url("postgres"), kills=kills, messages=messages, seed=seed)
        )
    print(f"  {found.messages:,} messages in {found.seconds:.0f} s, {found.cut_short} sent again")
    print(f"  silent for {found.silence:.0f} s at most while something waited")
    print(
        f"  lost {found.lost}, undecided {found.undecided}, "
        f"doubled or out of order {found.unlike}, too fast {found.too_fast}"
    )
    return found.is_good
