"""The bot dies right before and right after every commit of a short chain, from the first on.

`python -m tests.faults.commits CHAIN FOLDER API STEP` runs in a process of its own: it loads the
bot once and forks a child for each death, and another that goes on with what the first has left.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy.engine.default import DefaultDialect

from bot import log
from bot.ledger.database import open_database
from bot.ledger.writer import Writer
from bot.messaging.resources import Resources
from bot.model import Rate
from bot.provider.client import Gateway
from bot.rules.ruleset import Ruleset
from bot.runtime.runner import Runner
from bot.sandbox import Number, Provider, create_app, serving
from bot.settings import Settings
from tests.build import OUR_NUMBER, inbound, ruleset
from tests.integration.cli.test_cli import clean_environment
from tests.support import KEY, LINE, ROOT, until
from tests.system.scene import RULES

BURSTS: Final = """
combine: {wait: 1s, at_most: 4s}
rules: [{id: got, when: always, reply: "Got {{ message.text }}."}]
"""
_AHEAD: Final = 12 - datetime.now(UTC).hour
TIMERS: Final = f"""
timezone: Etc/GMT{-_AHEAD:+d}  # where it is about noon: by night nothing leaves by itself
rules:
  - id: quote
    when: {{keywords: [quote]}}
    reply: "On its way."
    follow_up: {{after: 1s, reply: "Any question?"}}
  - id: move
    when: {{keywords: [move]}}
    ask: {{as: day, text: "Which day?", accept: {{date: true}}}}
    expires: 1s
    on_expiry: "Left as it was."
"""


@dataclass(frozen=True, slots=True)
class Chain:
    """What each of two people writes, one text after the other, and by which rules."""

    rules: str
    texts: tuple[str, ...]


CHAINS: Final = {
    "single": Chain(RULES, ("number 1", "number 2")),
    "bursts": Chain(BURSTS, ("one", "two", "three")),
    "timers": Chain(TIMERS, ("quote", "move")),
}
MOST: Final = 200
"""Commits of a chain, at the very most."""


@dataclass(frozen=True, slots=True)
class Life:
    """What is the same in all of them."""

    texts: tuple[str, ...]
    rules: Ruleset
    api: str


@dataclass(frozen=True, slots=True)
class Death:
    """One life that ended at a commit, and the next, which finished."""

    commit: int
    side: str
    """before or after"""
    people: tuple[str, str]
    acknowledged: tuple[str, ...]
    """Keys of which the first life said that they are durable."""
    kept: tuple[str, ...]
    """Keys in the inbox when it had ended."""
    answered: tuple[tuple[str, ...], ...]
    """Keys that were answered as one in the end: each time those of a reply, the last one last."""


def die_at_each(name: str, folder: Path, api: str, *, step: int) -> None:
    """Print one JSON line for each death; every `step`-th commit, until a life sees its end."""
    log.configure(quiet=True)
    chain = CHAINS[name]
    life = Life(chain.texts, ruleset(chain.rules), api)
    open_database(f"sqlite:///{folder / 'new.db'}").close()
    for number in range(1, MOST, step):
        sides = [_die(folder, life, number, side) for side in ("before", "after")]
        for death in sides:
            if death is not None:
                print(json.dumps(death), flush=True)
        if None in sides:
            return


def _die(folder: Path, life: Life, commit: int, side: str) -> dict[str, Any] | None:
    path, said = folder / f"{commit}-{side}.db", folder / f"{commit}-{side}.said"
    people = tuple(f"+1555{commit:03}{who}{side == 'after':d}00" for who in (1, 2))
    if commit > 1:  # the first one makes the tables
        shutil.copy(folder / "new.db", path)
    ended = _fork(lambda: _live(path, life, people, said, (commit, side)))
    acknowledged = said.read_text().split() if said.exists() else []
    kept = _kept(path)
    if ended == 0:
        return None
    assert ended == -signal.SIGKILL, ended
    assert _fork(lambda: _live(path, life, people, said, None)) == 0
    return {
        "commit": commit,
        "side": side,
        "people": people,
        "acknowledged": acknowledged,
        "kept": kept,
        "answered": _answered(path),
    }


def _kept(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection, suppress(sqlite3.OperationalError):
        return [row[0] for row in connection.execute("SELECT key FROM inbox")]
    return []  # it died before there was a table


def _answered(path: Path) -> list[list[str]]:
    """Of each message that is in the outbox: the keys of what it answers."""
    found = """
        SELECT outbox.id, inbox.key FROM outbox
        JOIN decisions ON outbox.inbox_id IN (decisions.inbox_id, decisions.answered_with)
        JOIN inbox ON inbox.id = decisions.inbox_id ORDER BY outbox.id, inbox.id
    """
    answered: dict[int, list[str]] = {}
    with closing(sqlite3.connect(path)) as connection:
        for message, key in connection.execute(found):
            answered.setdefault(message, []).append(key)
    return list(answered.values())


def _fork(live: Callable[[], None]) -> int:
    """The exit code of a child that does this; minus the signal that ended it."""
    child = os.fork()
    if child == 0:
        try:
            live()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _live(
    path: Path,
    life: Life,
    people: tuple[str, ...],
    said: Path,
    end: tuple[int, str] | None,
) -> None:
    if end is not None:
        _die_at(*end)
    database = open_database(f"sqlite:///{path}")
    asyncio.run(_chain(Writer(database), life, people, said, path))
    database.close()


def _die_at(commit: int, side: str) -> None:
    """SQLAlchemy's event comes before a commit only, so its call of the driver is replaced."""
    original: Any = DefaultDialect.do_commit
    count = 0

    def do_commit(self: Any, connection: Any) -> None:
        nonlocal count
        count += 1
        if count == commit and side == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        original(self, connection)
        if count == commit:
            os.kill(os.getpid(), signal.SIGKILL)

    DefaultDialect.do_commit = do_commit  # type: ignore[method-assign]


async def _chain(
    writer: Writer,
    life: Life,
    people: tuple[str, ...],
    said: Path,
    path: Path,
) -> None:
    """Everybody writes, whatever was accepted before; until all of it is answered."""
    gateway = Gateway(f"{life.api}/v3", KEY)
    settings = Settings(api_key=KEY, send_rate=Rate(1_000, 1.0))
    resources = Resources(
        settings=settings, writer=writer, rules=lambda: life.rules, gateway=gateway
    )
    runner = Runner(resources)
    await runner.start()
    for text in life.texts:
        for who in people:
            key = f"r-{who}-{text}".replace(" ", "-")
            await runner.intake.keep_message(
                inbound(text, key=key, sender=who, received_at=datetime.now(UTC))
            )
            with said.open("a") as file:
                file.write(f"{key}\n")
    with closing(sqlite3.connect(path)) as reader:  # the writer would commit each look
        await until(lambda: not _waiting(reader))
    await runner.stop()
    await gateway.close()
    await asyncio.to_thread(writer.close)


def _waiting(connection: sqlite3.Connection) -> int:
    """Of what was kept: not decided yet, not accepted yet, or due by itself later."""
    counted = """
        SELECT (SELECT count(*) FROM inbox WHERE status = 'waiting')
        + (SELECT count(*) FROM outbox WHERE status <> 'accepted')
        + (SELECT count(*) FROM timers WHERE status = 'due')
    """
    [[count]] = connection.execute(counted)
    return int(count)


async def run(
    folder: Path, *, step: int, chain: str = "single"
) -> tuple[list[Death], dict[str, list[str | None]]]:
    """All deaths, and what each person has read in the end, in order."""
    provider = Provider(numbers=[Number(id=LINE, number=OUR_NUMBER)], send_limit=None)
    async with serving(create_app(provider, api_key=KEY)) as api:
        command = [sys.executable, "-m", "tests.faults.commits", chain, str(folder), api, str(step)]
        mother = await asyncio.create_subprocess_exec(
            *command, env={**clean_environment(), "NO_PROXY": "*"}, cwd=ROOT, stdout=subprocess.PIPE
        )
        out, _ = await mother.communicate()
        assert mother.returncode == 0
    read: dict[str, list[str | None]] = {}
    for message in provider.sent:
        read.setdefault(message.to, []).append(message.text)
    return [_death(json.loads(line)) for line in out.splitlines()], read


def wrong(deaths: Sequence[Death], read: Mapping[str, list[str | None]]) -> list[Death]:
    """Those after which something was lost, said twice or said out of order."""
    texts = [f"Got {text.removeprefix('number ')}." for text in CHAINS["single"].texts]
    return [
        death
        for death in deaths
        if set(death.acknowledged) - set(death.kept)
        or any(read.get(who) != texts for who in death.people)
    ]


def wrong_bursts(deaths: Sequence[Death], read: Mapping[str, list[str | None]]) -> list[Death]:
    """Those after which a text is in no answer or in two, or answers are not what was written.

    Where a burst is parted may differ: a text that came after a long death begins another one.
    """
    texts = CHAINS["bursts"].texts

    def parts(who: str) -> list[str]:
        said = [str(one).removeprefix("Got ").removesuffix(".") for one in read.get(who, [])]
        return [line for one in said for line in one.split("\n")]

    return [
        death
        for death in deaths
        if set(death.acknowledged) - set(death.kept)
        or sorted(key for keys in death.answered for key in keys)
        != sorted(f"r-{who}-{text}" for who in death.people for text in texts)
        or any(parts(who) != list(texts) for who in death.people)
    ]


def wrong_timers(deaths: Sequence[Death], read: Mapping[str, list[str | None]]) -> list[Death]:
    """Those after which something was asked or said by itself twice, never, or too early."""
    pairs = [("On its way.", "Any question?"), ("Which day?", "Left as it was.")]
    texts = sorted(text for pair in pairs for text in pair)

    def is_wrong(who: str) -> bool:
        said = [str(one) for one in read.get(who, [])]
        return sorted(said) != texts or any(said.index(a) > said.index(b) for a, b in pairs)

    return [
        death
        for death in deaths
        if set(death.acknowledged) - set(death.kept) or any(map(is_wrong, death.people))
    ]


def report() -> bool:
    """Print the figures; whether all of them are as they must be."""
    checks = {"single": wrong, "bursts": wrong_bursts, "timers": wrong_timers}
    held = True
    for chain, wrong_of in checks.items():
        with tempfile.TemporaryDirectory() as folder:
            deaths, read = asyncio.run(run(Path(folder), step=1, chain=chain))
        bad = wrong_of(deaths, read)
        commits = max(death.commit for death in deaths)
        print(
            f"commits, {chain}: {len(deaths)} deaths before and after {commits} commits, "
            f"{len(bad)} wrong"
        )
        held = held and not bad
    return held


def _death(found: dict[str, Any]) -> Death:
    lists = {name: tuple(found[name]) for name in ("people", "acknowledged", "kept")}
    answered = tuple(map(tuple, found["answered"]))
    return Death(commit=found["commit"], side=found["side"], answered=answered, **lists)


if __name__ == "__main__":
    die_at_each(sys.argv[1], Path(sys.argv[2]), sys.argv[3], step=int(sys.argv[4]))
