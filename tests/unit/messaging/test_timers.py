"""Questions and timers in the ledger: open when sent, closed when not, and each happens once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from bot.ledger import conversations, sending, timers
from bot.ledger.database import Database
from bot.ledger.outbox import Status
from bot.ledger.schema import conversations as chains
from bot.ledger.schema import outbox as table
from bot.ledger.schema import timers as timers_table
from bot.ledger.writer import Writer
from bot.messaging.timers import Timekeeper
from bot.model import Decision, LongcodeId, Question
from bot.provider.client import Gateway
from bot.sandbox import Fault, Number, Provider
from tests.build import OUR_NUMBER, PERSON, ruleset
from tests.support import KEY, LINE, OTHER_PERSON
from tests.unit.messaging.test_processing import SETTINGS, Scene, Wire

pytestmark = pytest.mark.anyio

TEXT = """
rules:
  - id: move
    when: {keywords: [move]}
    ask: [{as: day, text: "Which day?", accept: {date: true}}, {as: part, text: "Which part?"}]
    expires: 1h
    on_expiry: "Left as it was."
    then: {reply: "{{ day }}, {{ part }}."}
  - id: book
    when: {keywords: [book]}
    reply: "Which?"
    state: {name: which, expires: 2h, on_expiry: "Then not."}
fallback: {reply: "What?"}
"""
RULES = ruleset(TEXT)
OTHER_NUMBER = "+18005550101"
HOUR = 3_600


@pytest.fixture
async def scene(either_database: Database) -> AsyncIterator[Scene]:
    lines = [Number(id=LINE, number=OUR_NUMBER), Number(id=124, number=OTHER_NUMBER)]
    provider = Provider(numbers=lines, send_limit=None)
    wire = Wire(provider)
    gateway = Gateway("http://mta/v3", KEY, transport=wire)
    writer = Writer(either_database)
    settings = replace(SETTINGS, longcode_id=LongcodeId(LINE))
    yield Scene(either_database, writer, gateway, provider, wire, settings, RULES)
    await gateway.close()
    await asyncio.to_thread(writer.close)


def say(scene: Scene, text: str, **members: Any) -> Decision:
    return scene.take(text, received_at=scene.clock(), **members)


async def send(scene: Scene, count: int = 1) -> None:
    for _ in range(count):
        await scene.deliver()


async def fire(scene: Scene) -> int:
    return await Timekeeper(scene.resources()).fire()


def texts(scene: Scene) -> list[tuple[str, str]]:
    """What stands in the outbox."""
    return [(row.text, row.status) for row in scene.rows(table)]


def question(scene: Scene) -> Question | None:
    [row] = scene.rows(chains)
    return None if row.question is None else Question.of(row.question)


def waiting(scene: Scene) -> list[tuple[str, timedelta]]:
    rows = scene.rows(timers_table)
    return [(row.kind, row.due_at - scene.clock()) for row in rows if row.status == "due"]


async def test_a_question_is_open_once_it_was_sent_and_its_clock_runs_from_then(
    scene: Scene,
) -> None:
    say(scene, "move")
    scene.clock.move(9 * HOUR)
    assert say(scene, "tuesday").rule == "fallback"  # nobody has asked yet
    await send(scene)
    assert waiting(scene) == [("question", timedelta(hours=1))]
    scene.clock.move(HOUR - 1)
    assert say(scene, "tuesday").captures == {"day": "2026-01-20"}
    assert waiting(scene) == []
    await send(scene, 2)
    assert waiting(scene) == [("question", timedelta(hours=1))]
    assert say(scene, "morning").rule == "move"
    assert (question(scene), waiting(scene)) == (None, [])


async def test_each_asking_restarts_the_clock(scene: Scene) -> None:
    say(scene, "move")
    await send(scene)
    scene.clock.move(HOUR / 2)
    say(scene, "x")
    assert waiting(scene) == [("question", timedelta(minutes=30))]  # as open as it was
    await send(scene)
    assert waiting(scene) == [("question", timedelta(hours=1))]


async def test_an_answer_may_come_before_the_provider_has_said_that_it_took_the_question(
    scene: Scene,
) -> None:
    say(scene, "move")
    settings = scene.settings
    with scene.database.transaction() as connection:
        claimed = sending.claim(connection, settings.send_rate, scene.clock())
    assert isinstance(claimed, sending.Claim)
    assert waiting(scene) == []
    assert say(scene, "tuesday").captures == {"day": "2026-01-20"}


@pytest.mark.parametrize(
    ("fault", "is_open", "runs"),
    [
        (Fault(status=500), True, False),  # nobody knows whether they have it
        (Fault(status=400), False, False),
        (Fault(status=401), False, False),
    ],
)
async def test_what_the_provider_does_not_take_is_not_asked(
    fault: Fault, is_open: bool, runs: bool, scene: Scene
) -> None:
    say(scene, "move")
    scene.provider.faults.append(fault)
    await send(scene)
    found = question(scene)
    assert found is not None
    assert found.is_open(scene.clock(), scene.clock()) is is_open
    assert bool(waiting(scene)) is runs


async def test_a_refused_retry_closes_the_question(scene: Scene) -> None:
    say(scene, "move")
    await send(scene)
    say(scene, "x")
    scene.provider.faults.append(Fault(status=400))
    await send(scene)
    assert say(scene, "tuesday").rule == "fallback"
    assert waiting(scene) == []


async def test_what_expires_is_said_once_and_leaves_from_the_number_of_the_chain(
    scene: Scene,
) -> None:
    say(scene, "move", tags={"campaign": "may"})
    await send(scene)
    scene.clock.move(HOUR + 1)
    assert (await fire(scene), await fire(scene)) == (1, 0)
    await send(scene)
    assert texts(scene) == [("Which day?", "accepted"), ("Left as it was.", "accepted")]
    [_, posted] = scene.wire.sent
    assert (posted["longcodeId"], posted["tags"]) == (LINE, {"campaign": "may", "rule": "move"})
    assert (question(scene), waiting(scene)) == (None, [])
    assert say(scene, "tuesday").rule == "fallback"


async def test_what_came_before_it_is_decided_first_and_what_came_later_after_it(
    scene: Scene,
) -> None:
    say(scene, "move")
    await send(scene)
    in_time = scene.clock() + timedelta(seconds=HOUR - 1)
    scene.clock.move(HOUR + 60)
    answered = scene.take("tuesday", received_at=in_time)
    assert answered.captures == {"day": "2026-01-20"}
    assert await fire(scene) == 0
    await send(scene)
    scene.clock.move(HOUR + 60)
    assert say(scene, "morning").rule == "fallback"
    assert [text for text, _ in texts(scene)] == [
        "Which day?",
        "Which part?",
        "Left as it was.",
        "What?",
    ]


async def test_a_state_that_ends_says_so(scene: Scene) -> None:
    say(scene, "book")
    assert waiting(scene) == [("state", timedelta(hours=2))]
    scene.clock.move(2 * HOUR + 1)
    assert await fire(scene) == 1
    assert [text for text, _ in texts(scene)] == ["Which?", "Then not."]
    [row] = scene.rows(chains)
    assert (row.state, row.state_until, row.state_from) == (None, None, None)


async def test_of_an_edited_rule_it_is_stale_and_nothing_is_said(scene: Scene) -> None:
    say(scene, "move")
    await send(scene)
    scene.rules = ruleset(TEXT.replace("as: day", "as: other").replace("{{ day }}", "x"))
    scene.clock.move(HOUR + 1)
    assert await fire(scene) == 1
    assert [text for text, _ in texts(scene)] == ["Which day?"]
    [row] = scene.rows(timers_table)
    assert (row.status, row.reason) == ("dropped", "stale")
    assert (question(scene), await fire(scene)) == (None, 0)
    say(scene, "move")
    await send(scene)
    assert waiting(scene) == [("question", timedelta(hours=1))]


async def test_what_was_due_days_ago_is_not_said_any_more(scene: Scene) -> None:
    say(scene, "move")
    await send(scene)
    scene.clock.move(26 * HOUR)
    assert await fire(scene) == 1
    assert ([text for text, _ in texts(scene)], question(scene)) == (["Which day?"], None)
    [row] = scene.rows(timers_table)
    assert (row.status, row.reason) == ("dropped", "stale")


@pytest.mark.parametrize("number", [OUR_NUMBER, OTHER_NUMBER])
async def test_who_leaves_is_asked_nothing_more_on_any_number(number: str, scene: Scene) -> None:
    say(scene, "move")
    say(scene, "book", sender=OTHER_PERSON)
    await send(scene, 2)
    say(scene, "STOP", number=number)
    assert [kind for kind, _ in waiting(scene)] == ["state"]
    asked = [row.question for row in scene.rows(chains) if row.contact == PERSON]
    assert set(asked) == {None}
    scene.clock.move(3 * HOUR)
    assert await fire(scene) == 1
    assert [row.text for row in scene.rows(table) if row.recipient == PERSON] == ["Which day?"]


async def test_two_chains_that_are_one_keep_the_question_and_its_timer(scene: Scene) -> None:
    await scene.numbers.refresh(scene.gateway, scene.writer, scene.clock())
    with scene.database.transaction() as connection:
        conversations.begin(connection, PERSON, "", LongcodeId(LINE), scene.clock())
    say(scene, "move")
    await send(scene)
    say(scene, "hm")
    assert len(scene.rows(chains)) == 1
    assert waiting(scene) == [("question", timedelta(hours=1))]


async def test_a_dead_letter_that_a_person_sends_again_asks(scene: Scene) -> None:
    say(scene, "move")
    scene.provider.faults.append(Fault(status=400))
    await send(scene)
    with scene.database.transaction() as connection:
        [row] = connection.execute(table.select())
        again = {"status": Status.DUE, "due_at": scene.clock()}
        connection.execute(table.update().where(table.c.id == row.id).values(**again))
    await send(scene)
    assert say(scene, "tuesday").captures == {"day": "2026-01-20"}


async def test_a_fault_of_ours_stops_no_other_timer(scene: Scene) -> None:
    say(scene, "move")
    say(scene, "move", sender=OTHER_PERSON)
    await send(scene, 2)
    with scene.database.transaction() as connection:
        broken = chains.update().where(chains.c.contact == PERSON)
        connection.execute(broken.values(question={"not": "a question"}))
    scene.clock.move(HOUR + 1)
    assert await fire(scene) == 1
    assert await fire(scene) == 0
    said = [row.recipient for row in scene.rows(table) if row.text == "Left as it was."]
    assert said == [OTHER_PERSON]


async def test_due_timers_are_found_by_an_index(scene: Scene) -> None:
    if scene.database.engine.dialect.name == "postgresql":
        pytest.skip("its plan of a small table says nothing")
    asked: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        asked.append((statement, values))

    event.listen(scene.database.engine, "before_cursor_execute", note)
    with scene.database.transaction() as connection:
        assert timers.due(connection, scene.clock(), 8) == []
        statement, values = next(one for one in asked if "FROM timers" in one[0])
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
    assert any("ix_timers_status_due_at" in row[3] for row in plan)


async def test_without_questions_there_are_no_timers(scene: Scene) -> None:
    scene.rules = ruleset("rules: [{hours: Open.}]")
    say(scene, "hours")
    assert ([row.asks for row in scene.rows(table)], waiting(scene)) == ([None], [])
