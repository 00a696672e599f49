"""Bad days of the provider, one after the other: all is sent in the end, once and in order.

Over a real connection. The intervals between trials are over at once, but for that nothing helps.
"""

from __future__ import annotations

import asyncio
import gzip
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from random import Random
from typing import Final

from sqlalchemy import select, update

from bot.ledger.database import Database, open_database
from bot.ledger.schema import lanes, outbox
from bot.sandbox import Fault
from tests.faults.inside import Inside, running
from tests.support import until
from tests.system.scene import person

PEOPLE: Final = 4
"""Who write on each day, others each day: nobody writes so much that the bot suspects a machine."""
TEXTS: Final = 2
"""That each of them sends at once."""
_DEADLINE: Final = 0.5
"""Seconds for a call; of a drip nothing else is the end."""
_PACKED: Final = {"Content-Encoding": "gzip"}


@cache
def _zeros() -> bytes:
    return gzip.compress(bytes(2**27))


def _soon() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)


KINDS: Final[dict[str, Callable[[], Fault]]] = {
    "301": lambda: Fault(status=301, headers={"Location": "/v4/send"}),
    "307": lambda: Fault(status=307, headers={"Location": "/v4/send"}),
    "402": lambda: Fault(status=402),
    "403": lambda: Fault(status=403),
    "405": lambda: Fault(status=405),
    "404 for all": lambda: Fault(status=404),
    "a date to wait for": lambda: Fault(status=503, retry_after=_soon()),
    "a drip": lambda: Fault(drip=0.05),
    "a drip, and taken": lambda: Fault(drip=0.05, taken=True),
    "too large": lambda: Fault(body=_zeros(), headers=_PACKED, taken=True),
    "202 without a body": lambda: Fault(status=202, body=b"", taken=True),
    "a web page": Fault.garbage,
    "reset after": Fault.reset_after,
}


@dataclass(slots=True)
class Days:
    """What was seen."""

    of: Counter[str] = field(default_factory=Counter)
    paused: int = 0
    """Days on which the lane was paused."""
    messages: int = 0
    missing: int = 0
    doubled: int = 0
    out_of_order: int = 0
    dead: int = 0

    @property
    def held(self) -> bool:
        return not (self.missing or self.doubled or self.out_of_order or self.dead)


def report(days: int, seed: int) -> bool:
    found = asyncio.run(run(days, seed))
    print(f"the provider: {days} bad days, seed {seed}: {dict(sorted(found.of.items()))}")
    print(
        f"  {found.messages} messages, the lane paused on {found.paused} days: {found.missing}"
        f" missing, {found.doubled} doubled, {found.out_of_order} out of order,"
        f" {found.dead} dead letters"
    )
    return found.held


async def run(days: int, seed: int) -> Days:
    dice, found = Random(seed), Days()  # noqa: S311  the same dice for the same seed
    kinds = sorted(KINDS)
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(open_database(f"sqlite:///{Path(folder) / 'bot.db'}")) as database,
    ):
        async with running(database, deadline=_DEADLINE) as bot:
            for day in range(1, days + 1):
                # Each at least once, then as the dice fall.
                kind = kinds[day - 1] if day <= len(kinds) else dice.choice(kinds)
                many = 2 if kind == "404 for all" else 1
                found.of[kind] += 1
                bot.provider.faults.extend(KINDS[kind]() for _ in range(many + dice.randrange(3)))
                await _day(bot, database, day, found)
            read = bot.answers()
        with database.transaction() as connection:
            statuses = list(connection.scalars(select(outbox.c.status)))
    wanted = [f"Got {number}." for number in range(TEXTS)]
    for who in range(days * PEOPLE):
        texts = read.get(person(who), [])
        found.missing += len(set(wanted) - set(texts))
        found.doubled += len(texts) - len(set(texts))
        found.out_of_order += [text for text in wanted if text in texts] != texts
    found.messages, found.dead = days * PEOPLE * TEXTS, statuses.count("dead")
    return found


async def _day(bot: Inside, database: Database, day: int, found: Days) -> None:
    people = [person((day - 1) * PEOPLE + who) for who in range(PEOPLE)]
    for number in range(TEXTS):
        await asyncio.gather(*(bot.post(who, number) for who in people))
    was_paused = False

    def is_over() -> bool:
        nonlocal was_paused
        with database.transaction() as connection:
            stands = connection.execute(select(lanes.c.paused, lanes.c.trial_at)).first()
            if stands is not None and stands.trial_at is not None:
                was_paused = True
                connection.execute(update(lanes).values(trial_at=datetime.now(UTC)))
            waits = select(outbox.c.id).where(outbox.c.status.in_(("due", "sending"))).limit(1)
            return connection.execute(waits).first() is None and bot.has_answered(people, TEXTS)

    await until(is_over, seconds=120)
    bot.provider.faults.clear()
    found.paused += was_paused
