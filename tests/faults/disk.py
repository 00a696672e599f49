"""A disk that fails at the n-th operation, for every n: 503 and never 200, and nothing is lost.

The bot runs throughout: it decides and sends on the same failing disk, and is never restarted.
"""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import apsw

from bot.ledger.database import open_database
from bot.runtime.runner import Timing
from tests.faults.inside import Inside, running
from tests.faults.storage import Disk, Operation, watched, well
from tests.support import until
from tests.system.scene import person

AT_ONCE: Final = 3
"""People who write at the same moment."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One way in which a disk fails."""

    name: str
    operation: str
    """write or sync."""
    error: type[apsw.Error]
    lasts: bool
    """Until there is room again; else it happens once."""

    def at(self, place: int) -> Counted:
        return Counted(self, place)


@dataclass(slots=True)
class Counted:
    """The trouble at the n-th operation of its kind from now on."""

    kind: Kind
    place: int
    seen: int = 0
    hits: int = 0

    @property
    def lasts(self) -> bool:
        return self.kind.lasts

    def __call__(self, operation: Operation) -> Exception | None:
        if operation.kind != self.kind.operation:
            return None
        self.seen += 1
        fails = self.seen >= self.place if self.lasts else self.seen == self.place
        self.hits += fails
        return self.kind.error(self.kind.name) if fails else None


KINDS: Final = (
    Kind("the disk is full", "write", apsw.FullError, lasts=True),
    Kind("full for a moment", "write", apsw.FullError, lasts=False),
    Kind("a write fails", "write", apsw.IOError, lasts=False),
    Kind("no write works", "write", apsw.IOError, lasts=True),
    Kind("a sync fails", "sync", apsw.IOError, lasts=False),
    Kind("no sync works", "sync", apsw.IOError, lasts=True),
)


@dataclass(slots=True)
class Figures:
    """Those from `refused_again` on must be nothing."""

    faults: int = 0
    hit: int = 0
    """Faults that something ran into."""
    lasting: int = 0
    """Of these, those that lasted until they were mended."""
    not_ready: int = 0
    """Of these, those during which /readyz was red; it must be all of them."""
    refused: int = 0
    """Webhooks answered 503."""
    refused_again: int = 0
    """Webhooks that were not accepted when the disk was well."""
    other: set[int] = field(default_factory=set)
    """Answers other than 200 and 503."""
    lost: int = 0
    """Answered 200 and not in the inbox at the end."""
    stuck: int = 0
    """People who did not get one answer to each message, in order, without a restart."""
    damaged: bool = False

    @property
    def is_good(self) -> bool:
        wrong = self.refused_again or self.other or self.lost or self.stuck or self.damaged
        return not wrong and self.not_ready == self.lasting


async def sweep(folder: Path, kind: Kind, *, places: Sequence[int]) -> Figures:
    """Fail at each of these operations after a message was accepted, one after the other."""
    found = Figures()
    with watched(folder) as disk:
        database = open_database(disk.url)
        try:
            # A second after each trouble is right for a server and long for so many of them.
            async with running(database, timing=Timing(after_trouble=0.02)) as bot:
                for number, place in enumerate(places):
                    people = [person(number * AT_ONCE + each) for each in range(AT_ONCE)]
                    await _one(found, bot, disk, kind.at(place), people)
        finally:
            disk.trouble = well
            database.close()
    _look(found, folder / "bot.db", len(places) * AT_ONCE)
    return found


async def _one(
    found: Figures, bot: Inside, disk: Disk, trouble: Counted, people: Sequence[str]
) -> None:
    """Everybody writes; the disk fails, while everybody writes again; then it is well.

    What was refused is repeated. What was answered 200 is not: it must be there as it is.
    """
    found.faults += 1
    assert {await bot.post(who, 1) for who in people} == {200}
    disk.trouble = trouble
    codes = await asyncio.gather(*(bot.post(who, 2) for who in people))
    with suppress(TimeoutError):  # what is to fail may lie in deciding or sending, or nowhere
        await until(lambda: trouble.hits >= 3 or bot.has_answered(people, 2), seconds=0.3)
    if trouble.lasts and trouble.hits:
        found.not_ready += not await bot.is_ready()
        found.lasting += 1
    disk.trouble = well
    refused = [who for who, code in zip(people, codes, strict=True) if code != 200]
    again = await asyncio.gather(*(bot.post(who, 2) for who in refused))
    with suppress(TimeoutError):
        await until(lambda: bot.has_answered(people, 2), seconds=5)
    found.hit += trouble.hits > 0
    found.refused += codes.count(503)
    found.refused_again += len(again) - again.count(200)
    found.other |= {*codes, *again} - {200, 503}
    found.stuck += sum(bot.answers().get(who) != ["Got 1.", "Got 2."] for who in people)


def _look(found: Figures, path: Path, people: int) -> None:
    with closing(sqlite3.connect(path)) as connection:
        kept = {row[0] for row in connection.execute("SELECT key FROM inbox")}
        [[said]] = connection.execute("PRAGMA integrity_check(1)")
    wanted = {f"r-{person(who)}-{number}" for who in range(people) for number in (1, 2)}
    found.lost, found.damaged = len(wanted - kept), said != "ok"


def report(*, places: int) -> bool:
    """Print the figures; whether all of them are as they must be."""
    print(f"disk: each fault at the first {places} operations, {AT_ONCE} people each")
    print("  fault              faults    hit  refused  not ready  lost  stuck  other")
    good = True
    for kind in KINDS:
        with tempfile.TemporaryDirectory() as folder:
            found = asyncio.run(sweep(Path(folder), kind, places=range(1, places + 1)))
        other = found.refused_again + len(found.other) + found.damaged
        print(
            f"  {kind.name:17}  {found.faults:6}  {found.hit:5}  {found.refused:7}"
            f"  {found.not_ready:4}/{found.lasting:<4}  {found.lost:4}  {found.stuck:5}  {other:5}"
        )
        good &= found.is_good
    return good
