"""A person of ours has a conversation in hand: what leaves, what does not, what waits for them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import OptedOutError, UnknownError, UsageError
from bot.ledger import inbox_items, sending
from bot.ledger.database import Database
from bot.ledger.inbox_items import Kind
from bot.ledger.schema import conversations, outbox, timers
from bot.ledger.writer import Writer
from bot.messaging import handoff, opt_outs
from bot.messaging import inbox_items as messaging
from bot.messaging.handoff import PersonText, Wish
from bot.messaging.timers import Timekeeper
from bot.model import Handoff, LongcodeId, OutboundMessage
from bot.provider.client import Gateway
from bot.sandbox import Fault, Number, Provider
from tests.build import OUR_NUMBER, PERSON, ruleset
from tests.support import KEY, LINE, OTHER_PERSON, outbound, queue
from tests.unit.messaging.test_processing import SETTINGS, Scene, Wire

pytestmark = pytest.mark.anyio

RULES = ruleset("""
timezone: UTC
guards: {help: {reply: "Call us."}}
rules:
  - id: human
    when: {keywords: [human]}
    handoff: {reply: "A moment.", unclaimed: {after: 30m, reply: "Nobody is free."}}
  - {id: quiet, when: {keywords: [quiet]}, handoff: true}
  - id: nudge
    when: {keywords: [nudge]}
    reply: ["Now.", {text: "Later.", delay: 10m}]
  - {id: move, when: {keywords: [move]}, ask: {text: "Which day?"}, expires: 1h, on_expiry: "Late."}
fallback: {reply: "What?"}
""")
OTHER_NUMBER = "+18005550101"
MINUTE = 60
HOUR = 60 * MINUTE


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


def say(scene: Scene, *texts: str, number: str = OUR_NUMBER) -> list[str]:
    """What came of each."""
    found = [scene.take(text, received_at=scene.clock(), number=number) for text in texts]
    return [decision.reason or decision.outcome for decision in found]


def write(scene: Scene, text: str = "Ann here.", number: str | None = None) -> str:
    with scene.database.transaction() as connection:
        said = PersonText(Wish(PERSON, number, "ann"), text)
        return handoff.write(connection, said, scene.resources(), scene.clock())


def take(scene: Scene, *, gives: bool = False, number: str | None = None) -> None:
    with scene.database.transaction() as connection:
        wanted, now = Wish(PERSON, number, "ann"), scene.clock()
        if gives:
            handoff.release(connection, wanted, now)
        else:
            handoff.hand_over(connection, wanted, 3_600, now)


async def send(scene: Scene) -> list[str]:
    """All that leaves now."""
    before = len(scene.wire.sent)
    for _ in range(6):
        await scene.deliver()
    return [body["message"] for body in scene.wire.sent[before:]]


async def fire(scene: Scene) -> int:
    return await Timekeeper(scene.resources()).fire()


def dropped(scene: Scene) -> list[str]:
    return [row.text for row in scene.rows(outbox) if row.reason == "paused"]


def items(scene: Scene) -> list[tuple[str, Kind]]:
    with scene.database.transaction() as connection:
        return [(one.id, one.kind) for one in inbox_items.listed(connection, scene.clock())]


async def test_what_is_queued_is_dropped_but_for_its_own_words_and_those_of_guards(
    scene: Scene,
) -> None:
    assert say(scene, "x", "nudge", "HELP", "human", "y") == [
        *("replied", "replied", "replied", "replied", "paused")
    ]
    with scene.database.transaction() as connection:
        queue(connection, outbound("Ours."), conversation=1)  # a program's, which is not a reply
    assert await send(scene) == ["Call us.", "A moment.", "Ours."]
    assert dropped(scene) == ["What?", "Now.", "Later."]
    scene.clock.move(20 * MINUTE)
    assert await send(scene) == []


async def test_another_conversation_goes_on(scene: Scene) -> None:
    say(scene, "x", number=OTHER_NUMBER)
    assert say(scene, "human", "x") == ["replied", "paused"]
    assert say(scene, "x", number=OTHER_NUMBER) == ["replied"]
    assert sorted(await send(scene)) == ["A moment.", "What?", "What?"]


@pytest.mark.parametrize("status", [500, 429])
async def test_what_was_being_sent_is_not_tried_again(status: int, scene: Scene) -> None:
    say(scene, "x")
    scene.provider.faults.append(Fault(status=status))
    with scene.database.transaction() as connection:
        claimed = sending.claim(connection, scene.settings.send_rate, scene.clock())
    assert isinstance(claimed, sending.Claim)
    take(scene)
    with scene.database.transaction() as connection:
        assert not sending.may_still_be_sent(connection, claimed, scene.clock())
    assert (await send(scene), dropped(scene)) == ([], ["What?"])


async def test_a_retry_that_comes_due_meanwhile_is_dropped(scene: Scene) -> None:
    say(scene, "x")
    scene.provider.faults.append(Fault(status=500))
    assert await send(scene) == ["What?"]
    with scene.database.transaction() as connection:
        silent = Handoff(since=scene.clock(), ends_at=scene.clock() + timedelta(hours=1))
        connection.execute(conversations.update().values(handoff=silent.as_object()))
    scene.clock.move(MINUTE)
    assert (await send(scene), dropped(scene)) == ([], ["What?"])


async def test_nobody_comes_that_is_said_once_and_the_bot_goes_on(scene: Scene) -> None:
    say(scene, "human", "x")
    await send(scene)
    assert items(scene) == [("handoff-1", Kind.HANDOFF)]
    scene.clock.move(30 * MINUTE + 1)
    assert (await fire(scene), await fire(scene)) == (1, 0)
    assert await send(scene) == ["Nobody is free."]
    assert items(scene) == [("in-2", Kind.HELD)]  # what they wrote meanwhile was not answered
    assert say(scene, "x") == ["replied"]


async def at_night(scene: Scene) -> None:
    """Handed over in the evening; that nobody came waits for the morning."""
    scene.clock.move(4 * HOUR)
    say(scene, "human")
    await send(scene)
    scene.clock.move(30 * MINUTE + 1)
    await fire(scene)
    assert ("reply", "due") in [(row.kind, row.status) for row in scene.rows(timers)]
    scene.clock.move(MINUTE)


async def in_the_morning(scene: Scene) -> list[str]:
    scene.clock.move(11 * HOUR)
    while await fire(scene):
        pass
    return await send(scene)


def of_replies(scene: Scene) -> list[str]:
    return [row.reason for row in scene.rows(timers) if row.kind == "reply"]


async def test_what_waits_for_the_morning_leaves_where_nobody_writes(scene: Scene) -> None:
    await at_night(scene)
    assert await in_the_morning(scene) == ["Nobody is free."]
    assert scene.rows(timers) == []


async def test_what_waits_for_the_morning_ends_where_they_write(scene: Scene) -> None:
    await at_night(scene)
    assert say(scene, "I'm driving right now") == ["auto-reply"]
    assert of_replies(scene) == [""]
    assert say(scene, "x") == ["replied"]
    assert (await send(scene), of_replies(scene)) == (["What?"], ["superseded"])
    assert await in_the_morning(scene) == []


@pytest.mark.parametrize("act", [write, take])
async def test_what_waits_for_the_morning_ends_where_one_of_ours_does(
    act: Callable[[Scene], object], scene: Scene
) -> None:
    await at_night(scene)
    act(scene)
    assert of_replies(scene) == ["paused"]
    await send(scene)
    assert await in_the_morning(scene) == []


async def test_what_waited_for_its_turn_when_the_night_began_ends_likewise(scene: Scene) -> None:
    scene.clock.move(205 * MINUTE)  # 20:29
    say(scene, "human")
    await send(scene)
    scene.clock.move(30 * MINUTE + 1)
    await fire(scene)
    scene.clock.move(MINUTE)
    assert await send(scene) == []  # it was due before nine, and its turn came after
    say(scene, "x")
    assert await send(scene) == ["What?"]
    assert await in_the_morning(scene) == []
    [nobody] = [row for row in scene.rows(outbox) if row.text == "Nobody is free."]
    assert (nobody.status, nobody.reason) == ("dropped", "superseded")


async def test_that_nobody_came_does_not_leave_where_somebody_comes_at_the_last_moment(
    scene: Scene,
) -> None:
    """While the list of our numbers is asked for."""
    say(scene, "human")
    await send(scene)
    scene.clock.move(30 * MINUTE + 1)
    await fire(scene)
    with scene.database.transaction() as connection:
        claimed = sending.claim(connection, scene.settings.send_rate, scene.clock())
    assert isinstance(claimed, sending.Claim)
    take(scene)
    with scene.database.transaction() as connection:
        assert not sending.may_still_be_sent(connection, claimed, scene.clock())
    assert dropped(scene) == ["Nobody is free."]


async def test_that_nobody_came_does_not_leave_behind_somebody(scene: Scene) -> None:
    """The lane was not free when its time came."""
    say(scene, "human")
    await send(scene)
    scene.clock.move(30 * MINUTE + 1)
    await fire(scene)
    write(scene)
    assert await send(scene) == ["Ann here."]
    assert dropped(scene) == ["Nobody is free."]


async def test_somebody_comes_and_nothing_of_the_bot_does(scene: Scene) -> None:
    say(scene, "human")
    await send(scene)
    scene.clock.move(5 * MINUTE)
    external_id = write(scene)
    assert await send(scene) == ["Ann here."]
    [*_, posted] = scene.wire.sent
    assert (posted["longcodeId"], posted["externalId"]) == (LINE, external_id)
    scene.clock.move(60 * MINUTE)
    assert (await fire(scene), say(scene, "thanks")) == (0, ["paused"])
    assert await send(scene) == []


async def test_a_text_of_ours_takes_what_the_bot_was_about_to_say(scene: Scene) -> None:
    say(scene, "nudge", "move")
    assert await send(scene) == ["Now.", "Which day?"]
    write(scene)
    scene.clock.move(10 * MINUTE)
    assert say(scene, "tuesday") == ["paused"]
    scene.clock.move(60 * MINUTE)
    assert await fire(scene) == 1
    assert say(scene, "tuesday") == ["replied"]
    assert await send(scene) == ["Ann here.", "What?"]
    assert dropped(scene) == ["Later."]
    assert [(row.status, row.kind) for row in scene.rows(timers)] == []


async def test_what_ours_write_carries_the_tags_of_the_conversation(scene: Scene) -> None:
    scene.take("x", tags={"campaign": "may"})
    await send(scene)
    write(scene)
    await send(scene)
    assert [body["tags"] for body in scene.wire.sent] == [
        {"campaign": "may", "rule": "fallback"},
        {"campaign": "may"},
    ]


async def test_texts_that_were_held_wait_until_one_of_ours_writes_or_gives_it_back(
    scene: Scene,
) -> None:
    write_first = OutboundMessage(external_id="a", request_id="b" * 32, to=PERSON, text="Hi")
    with scene.database.transaction() as connection:
        queue(connection, write_first)
    write(scene)
    scene.clock.move(MINUTE)
    say(scene, "thanks", "one more thing")
    assert items(scene) == [("in-1", Kind.HELD), ("in-2", Kind.HELD)]
    scene.clock.move(MINUTE)
    write(scene, "Sure.")
    assert items(scene) == []
    scene.clock.move(MINUTE)
    say(scene, "and?")
    take(scene)
    assert items(scene) == [("handoff-1", Kind.HANDOFF)]
    take(scene, gives=True)
    assert items(scene) == []


async def test_done_gives_it_back_and_an_answer_waits_for_that(scene: Scene) -> None:
    say(scene, "quiet")
    scene.clock.move(1)
    say(scene, "take me off this list")
    assert items(scene) == [("handoff-1", Kind.HANDOFF), ("in-2", Kind.LIKELY_OPT_OUT)]
    with scene.database.transaction() as connection:
        with pytest.raises(UsageError, match=r"bot conversations release \+15555550123"):
            messaging.answer(connection, "in-2", "ann", scene.clock())
        messaging.done(connection, "handoff-1", "ann", scene.clock())
        messaging.answer(connection, "in-2", "ann", scene.clock())
    assert items(scene) == []
    assert scene.rows(timers) == []


async def test_who_leaves_takes_it_out_of_every_hand(scene: Scene) -> None:
    say(scene, "human", number=OTHER_NUMBER)
    say(scene, "human", "STOP")
    assert (items(scene), scene.rows(timers)) == ([], [])
    for work in (write, take):
        with pytest.raises(OptedOutError):
            work(scene)
    with scene.database.transaction() as connection:
        opt_outs.opt_in(connection, PERSON, "call", "ann", scene.clock())
    assert say(scene, "x") == ["replied"]


async def test_it_is_where_they_wrote_last_unless_a_number_is_named(scene: Scene) -> None:
    say(scene, "x", number=OTHER_NUMBER)
    scene.clock.move(1)
    say(scene, "x")
    take(scene, number=OTHER_NUMBER)
    take(scene)
    assert [row.handoff is not None for row in scene.rows(conversations)] == [True, True]
    take(scene, gives=True)
    held = {row.number: row.handoff is not None for row in scene.rows(conversations)}
    assert held == {OTHER_NUMBER: True, OUR_NUMBER: False}
    for contact, number in ((OTHER_PERSON, None), (PERSON, "+18005550199")):
        with scene.database.transaction() as connection, pytest.raises(UnknownError):
            handoff.release(connection, Wish(contact, number, "ann"), scene.clock())
