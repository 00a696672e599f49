"""The store stands still: 503 in time, `/readyz` red, SIGTERM obeyed; nothing lost, nothing twice.

Nothing here is killed: whoever has the store gives it back in the end.
"""

from __future__ import annotations

import asyncio
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.postgres import Server
from tests.support import KEY, LINE, until, webhook
from tests.system.scene import Scene, answers, person

pytestmark = pytest.mark.anyio

SERVE = ["serve", "--port", "0"]
WEBHOOKS = 13
IN_TIME = 8.0
"""Seconds: five are promised, and the machine may be busy with other tests."""
HOLDER = """
import os, signal, sys
from bot.ledger.database import open_database
with open_database(sys.argv[1]).transaction():
    os.kill(os.getpid(), signal.SIGSTOP)
"""


@dataclass(slots=True)
class Still:
    """A server, and how its store is made to stand still."""

    scene: Scene
    stands: Callable[[], AsyncIterator[None]]
    settings: dict[str, str]


async def transaction_held(folder: Path) -> AsyncIterator[None]:
    """As a `sqlite3` shell does in which somebody has gone to lunch."""
    with closing(sqlite3.connect(folder / "bot.db", isolation_level=None)) as shell:
        shell.execute("BEGIN IMMEDIATE")
        yield


async def writer_stopped(folder: Path) -> AsyncIterator[None]:
    """As a command of the bot in the middle of its work, by SIGSTOP."""
    url = f"sqlite:///{folder / 'bot.db'}"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", HOLDER, url)
    state = Path(f"/proc/{process.pid}/stat")
    await until(lambda: state.read_text().rpartition(")")[2].split()[0] == "T")
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)
        assert await process.wait() == 0


async def server_frozen(postgres: Server) -> AsyncIterator[None]:
    with postgres.frozen():
        yield


@pytest.fixture(params=["transaction held", "writer stopped", "PostgreSQL frozen"])
def still(request: pytest.FixtureRequest, silent: Scene) -> Still:
    if request.param == "PostgreSQL frozen":
        url = request.getfixturevalue("postgres_url")
        postgres = request.getfixturevalue("postgres")
        return Still(silent, lambda: server_frozen(postgres), {"BOT_DATABASE_URL": url})
    stands = transaction_held if request.param == "transaction held" else writer_stopped
    return Still(silent, lambda: stands(silent.folder), {})


def said(who: int) -> bytes:
    return webhook(fromNumber=person(who), message=f"number {who}", replyId=f"r-{who}")


async def refused(scene: Scene) -> set[int]:
    """What all say at once while it stands still: webhooks of two kinds, the API, `/readyz`."""
    first = {"to": person(99), "text": "Is Friday fine?", "longcodeId": LINE, "externalId": "first"}
    delivered = webhook(messageId="1", status=4)

    async def status(asked: Awaitable[httpx.Response]) -> int:
        return (await asked).status_code

    async with asyncio.timeout(IN_TIME):
        return set(
            await asyncio.gather(
                *(scene.post(said(who)) for who in range(WEBHOOKS)),
                scene.post(delivered, "delivery-status"),
                scene.post(webhook(fromNumber=None)),
                status(scene.client.post(f"{scene.origin}/api/messages", json=first)),
                status(scene.client.get(f"{scene.origin}/readyz")),
            )
        )


async def test_while_the_store_stands_still_all_is_refused_in_time_and_then_goes_on(
    still: Still,
) -> None:
    scene = still.scene
    await scene.start(**still.settings)
    assert await scene.post(said(WEBHOOKS)) == 200
    await scene.all_sent(1)
    async with asynccontextmanager(still.stands)():
        assert await refused(scene) == {503}
    everybody = range(WEBHOOKS + 1)
    assert {await scene.post(said(who)) for who in everybody} == {200}  # the provider repeats
    await scene.all_sent(len(everybody))
    await asyncio.sleep(0.5)
    read = answers(scene)
    assert read.pop(person(99), ["Is Friday fine?"]) == ["Is Friday fine?"]  # perhaps
    assert read == {person(who): [f"Got {who}."] for who in everybody}
    assert (await scene.client.get(f"{scene.origin}/readyz")).status_code == 200
    assert await scene.stop() == 0
    assert "Traceback" not in "".join(
        line for line in scene.logs().splitlines() if "an event could not be stored" in line
    )


async def test_while_the_store_stands_still_the_server_ends_when_it_is_told_to(
    still: Still,
) -> None:
    scene = still.scene
    await scene.start(**still.settings)
    assert await scene.post(said(WEBHOOKS)) == 200
    async with asynccontextmanager(still.stands)():
        waiting = [asyncio.create_task(scene.post(said(who))) for who in range(WEBHOOKS)]
        await asyncio.sleep(0.5)
        assert await scene.stop() == 0
        assert set(await asyncio.gather(*waiting)) == {503}
    await scene.start(**still.settings)
    everybody = range(WEBHOOKS + 1)
    assert {await scene.post(said(who)) for who in everybody} == {200}
    await scene.all_sent(len(everybody))
    assert await scene.stop() == 0
    assert answers(scene) == {person(who): [f"Got {who}."] for who in everybody}


@contextmanager
def removed(folder: Path) -> Iterator[None]:
    (folder / "bot.db").rename(folder / "away.db")
    yield
    (folder / "away.db").rename(folder / "bot.db")


@contextmanager
def replaced(folder: Path) -> Iterator[None]:
    shutil.copy(folder / "bot.db", folder / "copy.db")
    with removed(folder):
        (folder / "copy.db").rename(folder / "bot.db")
        yield


@pytest.mark.parametrize("change", [removed, replaced])
async def test_a_database_that_is_removed_or_replaced_is_told_and_not_written_to(
    change: Callable[[Path], Iterator[None]], silent: Scene
) -> None:
    await silent.start()
    assert await silent.post(said(0)) == 200
    await silent.all_sent(1)
    with change(silent.folder):  # type: ignore[attr-defined]
        assert await refused(silent) == {503}
        await until(lambda: f"bot.db was {change.__name__} while" in silent.logs())
    assert {await silent.post(said(who)) for who in range(3)} == {200}
    await silent.all_sent(3)
    assert await silent.stop() == 0
    assert answers(silent) == {person(who): [f"Got {who}."] for who in range(3)}


@pytest.mark.parametrize("make", ["symlink_to", "hardlink_to"])
async def test_a_database_has_one_server_whatever_it_is_called(make: str, silent: Scene) -> None:
    await silent.start()
    getattr(silent.folder / "other.db", make)(silent.folder / "bot.db")
    code, lines = await run(silent, SERVE, BOT_DATABASE_URL="sqlite:///other.db")
    because = {"symlink_to": "another `bot serve` uses", "hardlink_to": "has 2 names (hard links)"}
    assert (code, len(lines), because[make] in lines[0]) == (2, 1, True)
    assert await silent.post(said(0)) == 200
    await silent.all_sent(1)


@pytest.mark.parametrize("stands", [transaction_held, writer_stopped])
async def test_a_command_that_cannot_write_says_so(
    stands: Callable[[Path], AsyncIterator[None]], silent: Scene
) -> None:
    await silent.start()
    await silent.stop()
    message = f'{{"externalId": "a-1", "longcodeId": {LINE}, "to": "{person(1)}"}}\n'
    (silent.folder / "sent.jsonl").write_text(message)
    commands = [
        ["conversations", "list"],
        ["messages", "import", "sent.jsonl"],
        ["send", "--to", person(1), "--longcode", str(LINE), "Is Friday fine?"],
        SERVE,
    ]
    async with asynccontextmanager(stands)(silent.folder), asyncio.timeout(25):
        ended = await asyncio.gather(*(run(silent, command) for command in commands))
    # Behind one of those that wait for the transaction, the others wait for a process of the bot.
    begins = "the database sqlite:///bot.db cannot be used: another pro"
    assert [(code, len(lines), lines[0][: len(begins)]) for code, lines in ended] == [
        (2, 1, begins)
    ] * len(commands)
    assert silent.provider.attempts == []
    assert KEY not in silent.logs()


async def run(scene: Scene, command: list[str], **environment: str) -> tuple[int | None, list[str]]:
    """Its exit code, and what it says on stderr."""
    process = await asyncio.create_subprocess_exec(
        *[sys.executable, "-m", "bot", *command],
        cwd=scene.folder,
        env=scene.environment(**environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    _, err = await process.communicate()
    return process.returncode, err.decode().splitlines()
