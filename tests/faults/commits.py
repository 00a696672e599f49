"""The bot dies right before and right after every commit of a short chain, from the first on.

`python -m tests.faults.commits CHAIN PLACE API STEP AT_ONCE` runs in a process of its own: it
loads the bot once and forks a child for each death, and another that goes on with what the first
has left.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy.engine.default import DefaultDialect

from bot import log
from bot.errors import LedgerUnavailable
from bot.ledger.database import open_database
from bot.ledger.writer import Writer
from bot.messaging.intake import Intake
from bot.messaging.resources import Resources
from bot.model import InboundMessage, Rate
from bot.provider.client import Gateway
from bot.rules.ruleset import Ruleset
from bot.runtime.cluster import Cluster
from bot.runtime.runner import Runner
from bot.sandbox import Number, Provider, create_app, serving
from bot.settings import Settings
from tests import postgres
from tests.build import OUR_NUMBER, inbound, ruleset
from tests.faults import ledgers
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
_SAW_ITS_END: Final = 3
"""How a process ends whose life had fewer commits."""


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


def die_at_each(name: str, place: str, api: str, *, step: int, at_once: int) -> None:
    """Print one JSON line for each death; every `step`-th commit, until a life sees its end.

    `place` is as in `ledgers`; `at_once` commits are tried at the same time.
    """
    log.configure(quiet=True)
    chain = CHAINS[name]
    life = Life(chain.texts, ruleset(chain.rules), api)
    numbers = range(1, MOST, step)
    with ledgers.made_in(place):
        for first in range(0, len(numbers), at_once):
            deaths = [
                _forked(partial(_die, place, life, number, side))
                for number in numbers[first : first + at_once]
                for side in ("before", "after")
            ]
            codes = [_ended(death) for death in deaths]
            assert {*codes} <= {0, _SAW_ITS_END}, codes
            if _SAW_ITS_END in codes:
                return


def _die(place: str, life: Life, commit: int, side: str) -> int:
    """Print what came of it; how this process ends."""
    people = tuple(f"+1555{commit:03}{who}{side == 'after':d}00" for who in (1, 2))
    url = ledgers.new(place, f"{commit}-{side}", is_empty=commit == 1)  # it makes the tables
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "said"
        ended = _ended(_forked(lambda: _live(url, life, people, said, (commit, side))))
        acknowledged = said.read_text().split() if said.exists() else []
        kept = [key for [key] in ledgers.rows(url, "SELECT key FROM inbox")]
        if ended == 0:
            ledgers.remove(place, url)
            return _SAW_ITS_END
        assert ended == -signal.SIGKILL, ended
        assert _ended(_forked(lambda: _live(url, life, people, said, None))) == 0
    death = {
        "commit": commit,
        "side": side,
        "people": people,
        "acknowledged": acknowledged,
        "kept": kept,
        "answered": _answered(url),
    }
    ledgers.remove(place, url)
    os.write(sys.stdout.fileno(), f"{json.dumps(death)}\n".encode())  # whole, beside others
    return 0


def _answered(url: str) -> list[list[str]]:
    """Of each message that is in the outbox: the keys of what it answers."""
    found = """
        SELECT outbox.id, inbox.key FROM outbox
        JOIN decisions ON outbox.inbox_id IN (decisions.inbox_id, decisions.answered_with)
        JOIN inbox ON inbox.id = decisions.inbox_id ORDER BY outbox.id, inbox.id
    """
    answered: dict[int, list[str]] = {}
    for message, key in ledgers.rows(url, found):
        answered.setdefault(message, []).append(key)
    return list(answered.values())


def _forked(live: Callable[[], int]) -> int:
    """A child that does this."""
    child = os.fork()
    if child == 0:
        try:
            os._exit(live())
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    return child


def _ended(child: int) -> int:
    """Its exit code; minus the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _live(
    url: str,
    life: Life,
    people: tuple[str, ...],
    said: Path,
    end: tuple[int, str] | None,
) -> int:
    if end is not None:
        _die_at(*end)
    database = open_database(url)
    asyncio.run(_chain(Writer(database), life, people, said, url))
    database.close()
    return 0


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
    url: str,
) -> None:
    """Everybody writes, whatever was accepted before; until all of it is answered."""
    gateway = Gateway(f"{life.api}/v3", KEY)
    settings = Settings(api_key=KEY, send_rate=Rate(1_000, 1.0), database_url=url)
    resources = Resources(
        settings=settings, writer=writer, rules=lambda: life.rules, gateway=gateway
    )
    runner = Cluster(resources) if settings.shares_database else Runner(resources)
    await runner.start()
    try:
        await _said(runner.intake, life.texts, people, said)
        # The writer would commit each look; what a dead machine was at stays its own for a while.
        await until(lambda: not _waiting(url), seconds=90.0)
    finally:
        await runner.stop()
        await gateway.close()
        await asyncio.to_thread(writer.close)


async def _said(intake: Intake, texts: Sequence[str], people: Sequence[str], said: Path) -> None:
    for text in texts:
        for who in people:
            key = f"r-{who}-{text}".replace(" ", "-")
            message = inbound(text, key=key, sender=who, received_at=datetime.now(UTC))
            await until(partial(_is_kept, intake, message))
            with said.open("a") as file:
                file.write(f"{key}\n")


async def _is_kept(intake: Intake, message: InboundMessage) -> bool:
    """Where the machine is busy it may take too long; then the provider posts it again."""
    with suppress(LedgerUnavailable):
        await intake.keep_message(message)
        return True
    return False


def _waiting(url: str) -> int:
    """Of what was kept: not decided yet, not accepted yet, or due by itself later."""
    counted = """
        SELECT (SELECT count(*) FROM inbox WHERE status = 'waiting')
        + (SELECT count(*) FROM outbox WHERE status <> 'accepted')
        + (SELECT count(*) FROM timers WHERE status = 'due')
    """
    [[count]] = ledgers.rows(url, counted)
    return int(count)


async def run(
    place: str, *, step: int, chain: str = "single", at_once: int = 1
) -> tuple[list[Death], dict[str, list[str | None]]]:
    """All deaths, and what each person has read in the end, in order."""
    provider = Provider(numbers=[Number(id=LINE, number=OUR_NUMBER)], send_limit=None)
    async with serving(create_app(provider, api_key=KEY)) as api:
        how = (chain, place, api, str(step), str(at_once))
        command = [sys.executable, "-m", "tests.faults.commits", *how]
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


_CHECKS: Final = {"single": wrong, "bursts": wrong_bursts, "timers": wrong_timers}


def report() -> bool:
    """Print the figures; whether all of them are as they must be."""
    held = []
    for chain in _CHECKS:
        with tempfile.TemporaryDirectory() as folder:
            held.append(_holds(chain, "SQLite", folder, at_once=1))
    if postgres.programs() is None:
        print(f"  {postgres.MISSING}")
        return False
    with postgres.cluster("fsync = off") as server:
        url = server.url("postgres")
        held += [_holds(chain, "PostgreSQL", url, at_once=4) for chain in _CHECKS]
    return all(held)


def _holds(chain: str, on: str, place: str, *, at_once: int) -> bool:
    deaths, read = asyncio.run(run(place, step=1, chain=chain, at_once=at_once))
    bad = _CHECKS[chain](deaths, read)
    commits = max(death.commit for death in deaths)
    print(
        f"commits, {chain}, {on}: {len(deaths)} deaths before and after {commits} commits, "
        f"{len(bad)} wrong",
        flush=True,
    )
    return not bad


def _death(found: dict[str, Any]) -> Death:
    lists = {name: tuple(found[name]) for name in ("people", "acknowledged", "kept")}
    answered = tuple(map(tuple, found["answered"]))
    return Death(commit=found["commit"], side=found["side"], answered=answered, **lists)


if __name__ == "__main__":
    die_at_each(*sys.argv[1:4], step=int(sys.argv[4]), at_once=int(sys.argv[5]))
