"""Simulated power cuts: what was answered 200 is on the disk, whatever was not synced.

One run is recorded, every operation of it. It is then cut at many moments; each time the files
are made of what had been synced for certain, and of any part of the rest.
"""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import event

from bot.ledger.database import Database, open_database
from bot.sandbox import SentMessage
from tests.faults.inside import Inside, running
from tests.faults.storage import Disk, Operation, Replay, watched
from tests.support import until
from tests.system.scene import person


@dataclass(slots=True)
class Recording:
    """What was asked of the disk, and when somebody relied on it, as places in that log."""

    operations: list[Operation] = field(default_factory=list)
    acknowledged: dict[str, int] = field(default_factory=dict)
    """By the key in the inbox of the webhook that was answered 200."""
    taken: dict[str, int] = field(default_factory=dict)
    """By the X-Request-Id of the message that the provider has sent."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Summed over all cuts."""

    cuts: int
    acknowledged: int
    lost: int
    """Of the acknowledged: not in the inbox after the cut."""
    taken: int
    forgotten: int
    """Of the taken: not in the outbox after the cut, so they would be sent again."""
    damaged: int
    """Cuts after which the file was not a whole database."""


async def record(folder: Path, *, synchronous: str | None, messages: int) -> Recording:
    """A bot with its provider, loaded until all is answered; None leaves our own pragma."""
    with watched(folder) as disk:
        database = open_database(disk.url)
        try:
            if synchronous is not None:
                _weaken(database, synchronous)
            return await _run(database, disk, messages)
        finally:
            database.close()


def _weaken(database: Database, synchronous: str) -> None:
    """After the ledger's own pragmas, on the connections from here on."""

    def weaken(connection: Any, _: Any) -> None:
        connection.execute(f"PRAGMA synchronous={synchronous}")

    database.engine.dispose()
    event.listen(database.engine, "connect", weaken)


async def _run(database: Database, disk: Disk, messages: int) -> Recording:
    found = Recording()
    numbers = iter(range(messages))

    async def post(bot: Inside) -> None:
        for number in numbers:
            who = person(number)
            assert await bot.post(who, 1) == 200
            found.acknowledged[f"r-{who}-1"] = len(disk.log)

    async with running(database, on_sent=lambda these: _note(found, disk, these)) as bot:
        await asyncio.gather(*(post(bot) for _ in range(4)))
        await until(lambda: len(bot.provider.sent) == messages, seconds=120)
        found.operations = list(disk.log)
    return found


def _note(recording: Recording, disk: Disk, sent: Sequence[SentMessage]) -> None:
    recording.taken.update({str(message.request_id): len(disk.log) for message in sent})


def cut(recording: Recording, *, cuts: int, seed: int) -> Figures:
    """The power fails at so many moments of the recording, half of them where somebody relied."""
    chance = Random(seed)  # noqa: S311  to be repeated
    first = min(recording.acknowledged.values())
    relied = sorted({*recording.acknowledged.values(), *recording.taken.values()})
    moments = sorted(
        chance.choice((chance.choice(relied), chance.randint(first, len(recording.operations))))
        for _ in range(cuts)
    )
    replay, done = Replay(), 0
    sums = [0] * 5
    for moment in moments:
        for operation in recording.operations[done:moment]:
            replay.follow(operation)
        done = moment
        acknowledged = {key for key, at in recording.acknowledged.items() if at <= moment}
        taken = {key for key, at in recording.taken.items() if at <= moment}
        with tempfile.TemporaryDirectory() as folder:
            replay.cut(chance, Path(folder))
            kept, known, whole = _read(Path(folder) / "bot.db")
        found = (len(acknowledged), len(acknowledged - kept), len(taken), len(taken - known))
        sums = [a + b for a, b in zip(sums, (*found, not whole), strict=True)]
    return Figures(cuts, *sums)


def _read(path: Path) -> tuple[set[str], set[str], bool]:
    """Keys of the inbox, request ids of the outbox, and whether the file is sound."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            kept = {row[0] for row in connection.execute("SELECT key FROM inbox")}
            known = {row[0] for row in connection.execute("SELECT request_id FROM outbox")}
            [[said]] = connection.execute("PRAGMA integrity_check(1)")
    except sqlite3.DatabaseError:
        return set(), set(), False
    return kept, known, said == "ok"


MODES = {"FULL": None, "NORMAL": "NORMAL", "OFF": "OFF"}
"""What the ledger sets by itself, and what it must not be."""


def figures(*, mode: str, messages: int, cuts: int, seed: int) -> Figures:
    with tempfile.TemporaryDirectory() as folder:
        recording = asyncio.run(record(Path(folder), synchronous=MODES[mode], messages=messages))
    return cut(recording, cuts=cuts, seed=seed)


def report(*, messages: int, cuts: int, seed: int) -> bool:
    """Print the figures; whether FULL lost nothing and the others something."""
    print(f"power cuts: {messages:,} messages, {cuts:,} cuts, seed {seed}")
    print("  synchronous  acknowledged    lost  delivered  forgotten  damaged")
    good = True
    for mode in MODES:
        found = figures(mode=mode, messages=messages, cuts=cuts, seed=seed)
        print(
            f"  {mode:11}  {found.acknowledged:12,}  {found.lost:6,}"
            f"  {found.taken:9,}  {found.forgotten:9,}  {found.damaged:7,}"
        )
        bad = found.lost + found.forgotten + found.damaged
        good &= (bad == 0) if mode == "FULL" else found.lost > 0
    return good
