"""In the ledger: what waits for somebody is held with them, and let go by who decides."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.ledger import contacts, inbox_items
from bot.ledger.database import Database
from bot.ledger.outbox import Status
from bot.ledger.schema import holds
from bot.ledger.schema import outbox as table
from bot.ledger.writer import Writer
from bot.messaging import opt_outs
from bot.messaging.timers import Timekeeper
from bot.model import LongcodeId
from bot.provider.client import Gateway
from bot.sandbox import Number, Provider
from tests.build import OUR_NUMBER, PERSON, ruleset
from tests.support import KEY, LINE, OTHER_PERSON, outbound, queue
from tests.unit.messaging.test_processing import SETTINGS, Scene, Wire

pytestmark = pytest.mark.anyio

RULES = ruleset("""
guards: {opt_out: {likely: ask, reply: Bye., question: Sure?}}
rules:
  - {hours: 9-5}
  - {id: later, when: {keywords: [later]}, reply: {text: "Your result is ready.", delay: 1h}}
  - id: move
    when: {keywords: [move]}
    ask: {as: day, text: "Which day?", accept: {date: true}}
    expires: 1h
    on_expiry: "Left as it was."
fallback: {reply: "What?"}
""")
LIKELY = "please stop texting me"


@pytest.fixture
async def scene(either_database: Database) -> AsyncIterator[Scene]:
    provider = Provider(numbers=[Number(id=LINE, number=OUR_NUMBER)], send_limit=None)
    wire = Wire(provider)
    gateway = Gateway("http://mta/v3", KEY, transport=wire)
    writer = Writer(either_database)
    settings = replace(SETTINGS, longcode_id=LongcodeId(LINE))
    yield Scene(either_database, writer, gateway, provider, wire, settings, RULES)
    await gateway.close()
    await asyncio.to_thread(writer.close)


async def sent(scene: Scene) -> list[str]:
    """What leaves now."""
    before = len(scene.wire.sent)
    for _ in range(5):
        await scene.deliver()
    return [body["message"] for body in scene.wire.sent[before:]]


def outbox(scene: Scene) -> list[tuple[str, str, str]]:
    return [(row.text, row.status, row.reason) for row in scene.rows(table)]


def decide(scene: Scene, verb: str, item_id: str = "in-2") -> None:
    """What a person of ours does about what is listed."""
    with scene.database.transaction() as connection:
        item = inbox_items.one(connection, item_id)
        assert item is not None
        match verb:
            case "done":
                inbox_items.done(connection, item, "ana", scene.clock())
            case "answer":
                inbox_items.answer(connection, item, "ana", scene.clock())
            case "opt-out":
                number = str(item.number)
                opt_outs.opt_out(connection, number, item.id, "ana", scene.clock())


@pytest.mark.parametrize(
    ("wish", "reason", "says"),
    [("wrong number", "wrong-number", []), (LIKELY, "likely-opt-out", ["Sure?"])],
)
async def test_what_waits_is_held_until_a_person_has_looked(
    wish: str, reason: str, says: list[str], scene: Scene
) -> None:
    scene.take("later")
    scene.take(wish)
    assert outbox(scene)[0] == ("Your result is ready.", "held", reason)
    with scene.database.transaction() as connection:
        [item] = inbox_items.listed(connection, scene.clock())
        queue(connection, outbound("We begin."), now=scene.clock())
        queue(connection, outbound("Hi.", to=OTHER_PERSON), now=scene.clock())
    assert (item.kind, item.number, item.text) == (reason, PERSON, wish)
    scene.clock.move(7_200)
    assert sorted(await sent(scene)) == sorted([*says, "Hi."])
    decide(scene, "done")
    assert sorted(await sent(scene)) == ["We begin.", "Your result is ready."]


async def test_an_ordinary_text_lets_go_after_a_likely_opt_out(scene: Scene) -> None:
    scene.take("later")
    scene.take(LIKELY)
    scene.clock.move(7_200)
    scene.take("hours")
    assert await sent(scene) == ["Your result is ready.", "Sure?", "9-5"]
    with scene.database.transaction() as connection:  # it stays listed
        assert [item.id for item in inbox_items.listed(connection, scene.clock())] == ["in-2"]


async def test_no_ordinary_text_lets_go_after_a_wrong_number(scene: Scene) -> None:
    scene.take("later")
    scene.take("wrong number")
    scene.clock.move(7_200)
    scene.take("hours")
    assert await sent(scene) == []
    scene.take("START")
    assert await sent(scene) == ["Your result is ready."]
    assert scene.rows(holds) == []


@pytest.mark.parametrize("wish", [LIKELY, "wrong number"])
async def test_who_is_opted_out_gets_nothing_of_it(wish: str, scene: Scene) -> None:
    scene.take("later")
    scene.take(wish)
    decide(scene, "opt-out")
    scene.clock.move(7_200)
    assert (await sent(scene), scene.rows(holds)) == ([], [])
    assert outbox(scene)[0] == ("Your result is ready.", "dropped", "opt-out")


async def test_an_answer_is_decided_by_the_rules_and_lets_go(scene: Scene) -> None:
    scene.take("later")
    scene.take("wrong number")
    decide(scene, "answer")
    scene.clock.move(7_200)
    with scene.database.transaction() as connection:
        assert contacts.known(connection, PERSON).held is None
    assert await sent(scene) == ["Your result is ready."]


async def test_yes_to_the_question_that_was_sent_opts_out(scene: Scene) -> None:
    scene.take("later")
    scene.take(LIKELY)
    assert scene.take("yes").rule == "fallback"  # nobody has asked yet, and that lets go
    scene.clock.move(60)
    scene.take(LIKELY)
    assert "Sure?" in await sent(scene)
    assert scene.take("yes").reason == "opt-out"
    assert outbox(scene)[0][1] == Status.DROPPED
    with scene.database.transaction() as connection:
        assert inbox_items.listed(connection, scene.clock()) == []


async def test_timers_of_the_person_wait_and_happen_then(scene: Scene) -> None:
    scene.take("move")
    assert await sent(scene) == ["Which day?"]
    scene.take("wrong number", received_at=scene.clock())
    scene.clock.move(3_700)
    keeper = Timekeeper(scene.resources())
    assert await keeper.fire() == 0
    decide(scene, "done")
    assert await keeper.fire() == 1
    assert outbox(scene)[-1][0] == "Left as it was."


async def test_what_waited_too_long_is_for_a_person(scene: Scene) -> None:
    scene.settings = replace(scene.settings, reply_max_age=timedelta(hours=3))
    scene.take("later")
    scene.take("wrong number")
    scene.clock.move(5 * 3_600)
    decide(scene, "done")
    assert (await sent(scene), outbox(scene)[0][1:]) == ([], ("dead", "too-old"))
