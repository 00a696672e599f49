"""Bursts in the ledger: they wait on disk, and are decided once, whoever looks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.ledger import inbox
from bot.ledger.database import Database
from bot.ledger.schema import decisions
from bot.ledger.schema import inbox as messages
from bot.ledger.schema import outbox as table
from bot.ledger.writer import Writer
from bot.messaging.decider import Decider
from bot.messaging.notifications import Notifier
from bot.model import LongcodeId
from bot.provider.client import Gateway
from bot.sandbox import Number, Provider
from tests.build import OUR_NUMBER, PERSON, inbound, ruleset
from tests.support import KEY, LINE, OTHER_PERSON
from tests.unit.messaging.test_processing import SETTINGS, Scene, Wire

pytestmark = pytest.mark.anyio

TEXT = """
combine: {wait: 5s, at_most: 20s}
rules: [{id: order, when: {regex: 'my order\\s+(?P<n>\\d+)'}, reply: "Order {{ n }}."}]
fallback: {reply: "What?"}
"""


@pytest.fixture
async def scene(either_database: Database) -> AsyncIterator[Scene]:
    provider = Provider(numbers=[Number(id=LINE, number=OUR_NUMBER)], send_limit=None)
    wire = Wire(provider)
    gateway = Gateway("http://mta/v3", KEY, transport=wire)
    writer = Writer(either_database)
    settings = replace(SETTINGS, longcode_id=LongcodeId(LINE))
    yield Scene(either_database, writer, gateway, provider, wire, settings, ruleset(TEXT))
    await gateway.close()
    await asyncio.to_thread(writer.close)


async def decide(scene: Scene) -> None:
    """As a runner does that was started anew: all that it knows is in the ledger."""
    decider = Decider(scene.resources())
    while await decider.decide(inbox.waiting, 8):
        pass


async def say(scene: Scene, text: str, after: float = 0, **members: str) -> None:
    scene.clock.move(after)
    key = f"r-{len(scene.rows(messages))}"
    message = inbound(text, key=key, received_at=scene.clock(), **members)
    with scene.database.transaction() as connection:
        inbox.keep(connection, [message])
    await decide(scene)


def decided(scene: Scene) -> list[tuple[int, str, int | None]]:
    """Each text with its reason or rule, and what it was answered with."""
    rows = scene.rows(decisions)
    return [(row.inbox_id, row.reason or row.rule, row.answered_with) for row in rows]


def answers(scene: Scene) -> list[tuple[str, int, str]]:
    return [(row.text, row.inbox_id, row.status) for row in scene.rows(table)]


async def test_three_texts_get_one_answer_to_the_last(scene: Scene) -> None:
    await say(scene, "hi")
    await say(scene, "my order", 3)
    await say(scene, "48213", 3)
    assert decided(scene) == []
    scene.clock.move(4.9)
    await decide(scene)
    assert decided(scene) == []
    scene.clock.move(0.2)
    await decide(scene)
    assert decided(scene) == [(1, "combined", 3), (2, "combined", 3), (3, "order", None)]
    assert answers(scene) == [("Order 48213.", 3, "due")]


async def test_stop_acts_at_once_and_ends_the_burst(scene: Scene) -> None:
    await say(scene, "my order 1")
    await say(scene, "STOP", 2)
    assert decided(scene) == [(1, "opted-out", None), (2, "opt-out", None)]
    assert answers(scene) == []


async def test_a_colleagues_answer_is_for_its_person_alone(scene: Scene) -> None:
    """Two codes and an ordinary text within a burst: each goes where it belongs."""
    colleague = "+15555550142"
    scene.rules = ruleset(f"""
combine: {{wait: 5s}}
rules: [{{id: ask, when: {{keywords: [ask]}}, notify: {{to: "{colleague}", text: "Asked."}}}}]
fallback: {{reply: "What?"}}
""")
    notifier = Notifier(scene.resources())
    codes = []
    for person in (PERSON, OTHER_PERSON):
        await say(scene, "ask", sender=person)
        scene.clock.move(6)
        await decide(scene)
        await notifier.tell()
        codes.append(answers(scene)[-1][0].rsplit(" ", 1)[1])
    for text in (f"{codes[0]} yes", f"{codes[1]} no", "and who are you"):
        await say(scene, text, 1, sender=colleague)
    while await notifier.tell():
        pass
    await notifier.close()
    said = [(row.recipient, row.text) for row in scene.rows(table) if row.by]
    assert said == [(PERSON, "yes"), (OTHER_PERSON, "no")]
    scene.clock.move(6)
    await decide(scene)
    assert decided(scene)[-1][1] == "fallback"


async def test_a_burst_ends_though_texts_go_on(scene: Scene) -> None:
    for _ in range(7):
        await say(scene, "my order 1", 4)
    assert [row[1:] for row in decided(scene)[:6]] == [("combined", 6)] * 5 + [("order", None)]


async def test_what_came_in_while_nobody_decided_is_parted_as_it_came(scene: Scene) -> None:
    for at, text in enumerate(("hi", "my order", "1", "my order 2")):
        received = {0: 0, 1: 2, 2: 2, 3: 600}[at]
        scene.clock.move(received)
        message = inbound(text, key=f"k-{at}", received_at=scene.clock())
        with scene.database.transaction() as connection:
            inbox.keep(connection, [message])
    scene.clock.move(600)
    await decide(scene)
    assert [text for text, _, _ in answers(scene)] == ["Order 1.", "Order 2."]


async def test_others_are_decided_meanwhile_and_many_who_wait_are_in_nobodys_way(
    scene: Scene,
) -> None:
    for number in range(20):
        await say(scene, "my order 1", sender=f"+155555512{number:02}")
    scene.clock.move(5)
    await say(scene, "STOP", sender=OTHER_PERSON)
    assert len(decided(scene)) == 21


async def test_two_machines_decide_a_burst_once(scene: Scene) -> None:
    await say(scene, "my order")
    await say(scene, "48213", 3)
    scene.clock.move(6)
    machines = [Decider(scene.resources()) for _ in range(2)]
    await asyncio.gather(*(one.decide(inbox.waiting, 8) for one in machines))
    assert decided(scene) == [(1, "combined", 2), (2, "order", None)]
    assert len(answers(scene)) == 1


async def test_rules_without_it_decide_what_waited(scene: Scene) -> None:
    await say(scene, "my order 1")
    scene.rules = ruleset(TEXT.replace("combine: {wait: 5s, at_most: 20s}", ""))
    scene.clock.move(5)
    await decide(scene)
    assert answers(scene) == [("Order 1.", 1, "due")]
