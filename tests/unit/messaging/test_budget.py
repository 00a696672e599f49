"""The budget of a day: what leaves, what waits for a person, and when the day begins anew."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from bot.ledger import backlog, budget, dead_letters, inbox_items, lane
from bot.ledger.budget import Budget
from bot.ledger.database import Database
from bot.ledger.schema import outbox as table
from bot.ledger.writer import Writer
from bot.messaging import outgoing
from bot.model import LongcodeId, LongTexts
from bot.provider.client import Gateway
from bot.runtime import doctor
from bot.sandbox import Number, Provider
from tests.build import OUR_NUMBER, ruleset
from tests.support import KEY, LINE, outbound, queue
from tests.unit.messaging.test_processing import SETTINGS, Scene, Wire

pytestmark = pytest.mark.anyio

RULES = ruleset(
    """
timezone: America/Chicago
guards: {help: {reply: Call us.}}
rules:
  - {hours: 9-5}
  - {id: long, when: {keywords: [long]}, reply: LONG}
  - {id: person, when: {keywords: [person]}, handoff: {reply: One moment.}}
""".replace("LONG", "x" * 170)
)
TEN = Budget(10, "America/Chicago")


@pytest.fixture
async def scene(either_database: Database) -> AsyncIterator[Scene]:
    """At 11:04 in Chicago."""
    provider = Provider(numbers=[Number(id=LINE, number=OUR_NUMBER)], send_limit=None)
    wire = Wire(provider)
    gateway = Gateway("http://mta/v3", KEY, transport=wire)
    writer = Writer(either_database)
    settings = replace(SETTINGS, longcode_id=LongcodeId(LINE), segments_per_day=10)
    yield Scene(either_database, writer, gateway, provider, wire, settings, RULES)
    await gateway.close()
    await asyncio.to_thread(writer.close)


async def ask(scene: Scene, text: str, times: int = 1) -> None:
    """So many people write that, and what may leave does."""
    for number in range(times):
        scene.take(text, sender=f"+1555555{1000 + len(scene.rows(table)) + number}")
        await scene.deliver()


def spent(scene: Scene) -> int:
    with scene.database.transaction() as connection:
        return budget.spent(lane.state(connection), TEN.day(scene.clock()))


def last(scene: Scene) -> tuple[str, str]:
    return scene.replies()[-1]


async def test_what_is_beyond_it_waits_for_a_person_and_others_leave(scene: Scene) -> None:
    await ask(scene, "hours", 10)
    assert (spent(scene), last(scene)[0]) == (10, "accepted")
    await ask(scene, "hours")
    assert last(scene) == ("dead", "budget")
    for text in ("help", "person"):
        await ask(scene, text)
        assert last(scene)[0] == "accepted"
    with scene.database.transaction() as connection:
        queue(connection, outbound("Ann here."), now=scene.clock(), by="ann")
        [item] = [
            one for one in inbox_items.listed(connection, scene.clock()) if one.reason == "budget"
        ]
        assert (item.kind, budget.waiting(connection)) == ("dead-letter", 1)
    await scene.deliver()
    assert (last(scene)[0], spent(scene)) == ("accepted", 13)


async def test_a_text_counts_for_its_segments_and_one_that_is_too_long_waits(scene: Scene) -> None:
    scene.settings = replace(scene.settings, long_texts=LongTexts.MMS)
    await ask(scene, "hours", 8)
    await ask(scene, "long")  # an MMS, for 3
    assert (last(scene), spent(scene)) == (("dead", "budget"), 8)
    await ask(scene, "hours", 2)
    assert (last(scene)[0], spent(scene)) == ("accepted", 10)


async def test_the_day_ends_at_midnight_of_the_accounts_zone(scene: Scene) -> None:
    await ask(scene, "hours", 10)
    scene.clock.move(12.9 * 3_600)
    await ask(scene, "hours")
    assert (last(scene), spent(scene)) == (("dead", "budget"), 10)
    scene.clock.move(0.1 * 3_600)
    await ask(scene, "hours")
    assert (last(scene)[0], spent(scene)) == ("accepted", 1)


async def test_what_a_person_sends_again_leaves(scene: Scene) -> None:
    await ask(scene, "hours", 11)
    with scene.database.transaction() as connection:
        [dead] = dead_letters.listed(connection)
        assert outgoing.retry(connection, dead, LongTexts.SPLIT, None, scene.clock())
    await scene.deliver()
    assert last(scene)[0] == "accepted"


async def test_it_is_told_once_at_each_mark(scene: Scene) -> None:
    with capture_logs() as logs:
        await ask(scene, "hours", 12)
    told = [
        entry["because"].partition(" of")[0] for entry in logs if entry["event"] == "the budget"
    ]
    assert told == ["80 %", "100 %"]


async def test_readyz_doctor_and_metrics_tell_of_it(scene: Scene) -> None:
    await ask(scene, "hours", 7)
    notes = []
    for _ in range(2):
        with scene.database.transaction() as connection:
            found = backlog.backlog(connection, scene.clock(), TEN)
        warned = (
            scene.resources().health.troubles(found, SETTINGS.send_rate, scene.clock()).warnings
        )
        finding = [one.found for one in doctor.budget(found.budget)]
        notes.append((found.segments, list(warned), finding))
        await ask(scene, "hours")
    said = "8 of 10 segments of today have left"
    assert notes == [(7, [], []), (8, [said], [said])]


async def test_without_the_setting_nothing_is_counted(scene: Scene) -> None:
    scene.settings = replace(scene.settings, segments_per_day=None)
    await ask(scene, "hours", 12)
    assert (last(scene)[0], spent(scene)) == ("accepted", 0)
