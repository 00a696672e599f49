"""PostgreSQL's bad days: two `bot serve` and a `bot worker` go on by themselves after each.

People write before, meanwhile and after, each in order, to whichever machine answers. From when the
database is well again it is counted until everybody has the answer to all that they wrote.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

from sqlalchemy import func, select

from bot.ledger.database import open_database
from bot.ledger.schema import inbox
from bot.sandbox import Fault
from tests import postgres
from tests.postgres import Pooler, Server
from tests.system.machines import Machines
from tests.system.scene import answers, person, scene_in
from tests.system.wire import Wire, wire_to

PEOPLE: Final = 8
EACH: Final = 8
"""Messages of one person; after ten replies `$loop` would end the conversation."""
WITHIN: Final = 20.0
"""Seconds in which everybody must have their answers."""
MOST_CONNECTIONS: Final = 8
"""Of one machine: the ledger, the ear for jobs, four that take and finish them, two in making."""
NO_FAKETIME: Final = "wrong clocks are not tested: install Debian's package `faketime`"


@dataclass(slots=True)
class Stage:
    """A server, what leads to it, and the machines."""

    server: Server
    wire: Wire
    """To the server, or to the pooler before it."""
    other_wire: Wire | None
    """To the standby, where the URL names it too; else the first one leads there in the end."""
    machines: Machines
    standby: Server | None
    pooler: Pooler | None
    clock: Path | None = None
    """Where the first machine finds how wrong its clock is."""
    well_at: float | None = None
    """If that was before the kind of day was over."""

    @property
    def primary(self) -> Server:
        """In the end."""
        return self.standby or self.server

    def follow(self) -> None:
        """The address leads to the primary now."""
        if self.other_wire is None:
            self.wire.target = self.primary.socket


Happens: TypeAlias = Callable[[Stage], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of bad day; `happens` returns when the database is well again."""

    name: str
    happens: Happens
    has_standby: bool = False
    by_name: bool = False
    """The URL names the standby too."""
    is_pooled: bool = False
    is_ahead: bool = False
    """A machine's clock goes 120 s ahead; it is killed."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Those from `lost` on must be nothing."""

    name: str
    messages: int
    recovered: float
    """Seconds from when it was well."""
    connections: int
    """Of all machines, at most at once from when it was well."""
    lost: int
    undecided: int
    unlike: int
    """People who did not get exactly one answer to each message, in order."""

    @property
    def is_good(self) -> bool:
        wrong = self.lost or self.undecided or self.unlike
        return not wrong and self.recovered <= WITHIN and self.connections <= 3 * MOST_CONNECTIONS


async def switch_over(stage: Stage) -> None:
    assert stage.standby is not None
    await asyncio.to_thread(postgres.switch_over, stage.server, stage.standby)
    stage.follow()


async def fail_over(stage: Stage) -> None:
    """The primary dies; the standby takes its place, and the old one comes back as a standby."""
    assert stage.standby is not None
    await asyncio.to_thread(stage.server.stop, "fast")
    await asyncio.to_thread(stage.standby.promote)
    stage.follow()
    stage.server.become_standby_of(stage.standby)
    await asyncio.to_thread(stage.server.start)


async def crash(stage: Stage) -> None:
    await asyncio.to_thread(stage.server.stop, "immediate")
    await asyncio.sleep(2)
    await asyncio.to_thread(stage.server.start)


async def restart(stage: Stage) -> None:
    await asyncio.to_thread(stage.server.stop, "fast")
    await asyncio.to_thread(stage.server.start)


async def kill_listeners(stage: Stage) -> None:
    """Again and again, as they come back."""
    for _ in range(10):
        await asyncio.to_thread(stage.server.ask, _KILL.format("query LIKE 'LISTEN%'"))
        await asyncio.sleep(0.3)


async def kill_all(stage: Stage) -> None:
    for _ in range(10):
        await asyncio.to_thread(stage.server.ask, _KILL.format("true"))
        await asyncio.sleep(0.3)


_KILL: Final = (
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND ({})"
)


async def silence(stage: Stage, seconds: float) -> None:
    """Nothing arrives; what is open has been given up by one side."""
    stage.wire.fall_silent()
    stage.wire.cut()
    await asyncio.sleep(seconds)
    stage.wire.go_on()


async def stillness(stage: Stage, seconds: float) -> None:
    """Nothing arrives, and then all of it."""
    stage.wire.fall_silent()
    await asyncio.sleep(seconds)
    stage.wire.go_on()


async def kill_pooler(stage: Stage) -> None:
    assert stage.pooler is not None
    stage.pooler.kill()
    await asyncio.sleep(2)
    await asyncio.to_thread(stage.pooler.start)


async def calm(_: Stage) -> None:
    """It must work at all."""


async def die_ahead(stage: Stage) -> None:
    """The clock of the only machine goes two minutes ahead, it dies while it sends, others come."""
    assert stage.clock is not None
    provider = stage.machines.scene.provider
    provider.faults.extend([Fault.slow(0.3)] * 30)
    stage.clock.write_text("+120s")
    await asyncio.sleep(1.5)
    stage.machines.kill_all()
    stage.well_at = time.monotonic()
    provider.faults.clear()
    await stage.machines.serve()
    await stage.machines.start("worker")


def kinds(silent: float = 60.0) -> tuple[Kind, ...]:
    """`silent`: seconds of silence."""
    gone, stay = partial(silence, seconds=silent), partial(stillness, seconds=silent)
    return (
        Kind("a switchover, both in the URL", switch_over, has_standby=True, by_name=True),
        Kind("a switchover, the address moves", switch_over, has_standby=True),
        Kind("a failover, both in the URL", fail_over, has_standby=True, by_name=True),
        Kind("a restart", restart),
        Kind("a crash", crash),
        Kind("listeners killed", kill_listeners),
        Kind("all connections killed", kill_all),
        Kind(f"{silent:.0f} s of silence, connections gone", gone),
        Kind(f"{silent:.0f} s of silence, connections stay", stay),
        Kind("pgbouncer, transaction mode", calm, is_pooled=True),
        Kind("pgbouncer killed", kill_pooler, is_pooled=True),
        Kind("a machine 120 s ahead dies", die_ahead, is_ahead=True),
    )


async def run(folder: Path, kind: Kind) -> Figures:
    async with AsyncExitStack() as stack:
        stage = await _set(folder, kind, stack)
        machines = stage.machines
        await machines.say(range(PEOPLE), 0)
        await machines.scene.all_sent(PEOPLE)
        writing = asyncio.create_task(_write(machines))
        await asyncio.sleep(0.7)
        await kind.happens(stage)
        well = stage.well_at or time.monotonic()
        most = await _until_answered(stage, writing)
        recovered = time.monotonic() - well
        for process in list(machines.running):
            assert await machines.stop(process) == 0
        decided, undecided = await asyncio.to_thread(_counted, stage.primary.url("postgres"))
        texts: list[str | None] = [f"Got {number}." for number in range(EACH)]
        read = answers(machines.scene)
        return Figures(
            name=kind.name,
            messages=PEOPLE * EACH,
            recovered=recovered,
            connections=most,
            lost=PEOPLE * EACH - decided - undecided,
            undecided=undecided,
            unlike=sum(read.get(person(who)) != texts for who in range(PEOPLE)),
        )


async def _set(folder: Path, kind: Kind, stack: AsyncExitStack) -> Stage:
    server = stack.enter_context(postgres.cluster("fsync = off"))
    standby = stack.enter_context(postgres.standby_of(server)) if kind.has_standby else None
    pooler = stack.enter_context(postgres.pooler(server)) if kind.is_pooled else None
    wire = await stack.enter_async_context(wire_to((pooler or server).socket))
    url, other = wire.url("postgres"), None
    if standby is not None and kind.by_name:
        other = await stack.enter_async_context(wire_to(standby.socket))
        url = f"postgresql://bot@/postgres?host=127.0.0.1:{wire.port}&host=127.0.0.1:{other.port}"
    scene = await stack.enter_async_context(scene_in(folder, follows=False))
    machines = Machines(scene, url)
    stack.callback(machines.kill_all)
    stage = Stage(server, wire, other, machines, standby, pooler)
    if kind.is_ahead:
        stage.clock = folder / "clock"
        stage.clock.write_text("+0s")
        await machines.serve(**_faked(stage.clock))
        return stage
    for command in (("serve", "--port", "0"), ("serve", "--port", "0"), ("worker",)):
        await machines.start(*command)
    return stage


def _faked(clock: Path) -> dict[str, str]:
    """For a process whose clock is as wrong as the file says."""
    found = faketime()
    assert found is not None, NO_FAKETIME
    return {
        "LD_PRELOAD": found,
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_CACHE_DURATION": "1",  # seconds; without a cache each look at a clock is slow
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


def faketime() -> str | None:
    found = list(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    return str(found[0]) if found else None


async def _write(machines: Machines) -> None:
    async def one(who: int) -> None:
        for number in range(1, EACH):
            await machines.deliver(who, number)
            await asyncio.sleep(0.2)

    await asyncio.gather(*(one(who) for who in range(PEOPLE)))


async def _until_answered(stage: Stage, writing: asyncio.Task[None]) -> int:
    """The most connections at once meanwhile. Gives up after a while: then it is told as it is."""
    most, provider, ends = 0, stage.machines.scene.provider, time.monotonic() + 3 * WITHIN
    wires = [wire for wire in (stage.wire, stage.other_wire) if wire is not None]
    while time.monotonic() < ends:
        most = max(most, sum(wire.held for wire in wires))
        if writing.done() and len(provider.sent) >= PEOPLE * EACH:
            return most
        await asyncio.sleep(0.05)
    writing.cancel()
    return most


def _counted(url: str) -> tuple[int, int]:
    """Messages that are decided, and that are not."""
    with closing(open_database(url)) as database, database.transaction() as connection:
        many = select(inbox.c.status, func.count().label("many")).group_by(inbox.c.status)
        by_status = {row.status: row.many for row in connection.execute(many)}
    return by_status.get("decided", 0), by_status.get("waiting", 0)


def missing() -> str | None:
    """What must be installed first."""
    needed = {
        postgres.MISSING: postgres.programs(),
        postgres.NO_POOLER: postgres.pgbouncer(),
        NO_FAKETIME: faketime(),
    }
    return next((text for text, found in needed.items() if found is None), None)


def report() -> bool:
    print("postgres: two servers and a worker on one PostgreSQL, people write all the while")
    if (text := missing()) is not None:
        print(f"  {text}")
        return False
    print("  recovered  connections  lost  undecided  unlike")
    held = True
    for kind in kinds():
        with tempfile.TemporaryDirectory() as folder:
            found = asyncio.run(run(Path(folder), kind))
        print(
            f"  {found.recovered:7.1f} s  {found.connections:11}  {found.lost:4}"
            f"  {found.undecided:9}  {found.unlike:6}  {found.name}",
            flush=True,
        )
        held = held and found.is_good
    return held
