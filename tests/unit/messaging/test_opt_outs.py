"""However somebody opts out, all that waits for them ends, and nothing comes after a START."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from bot.ledger.schema import conversations, decisions, timers
from bot.ledger.schema import outbox as table
from bot.messaging import catch_up, notices, opt_outs
from bot.messaging.catch_up import Found, Result
from bot.messaging.timers import Timekeeper
from bot.provider.events import DeliveryStatus
from bot.provider.threads import ThreadItem
from tests.build import PERSON, inbound, ruleset
from tests.unit.messaging.test_processing import Scene
from tests.unit.messaging.test_timers import OTHER_NUMBER, scene

__all__ = ["scene"]
pytestmark = pytest.mark.anyio

RULES = ruleset("""
timezone: UTC
rules:
  - id: order
    when: {keywords: [order]}
    reply: "Tea or coffee?"
    state: {name: choosing, expires: 2h, on_expiry: "Neither, then."}
  - {id: later, when: {keywords: [later]}, follow_up: {after: 3h, reply: "It is later."}}
  - {id: hi, when: {keywords: [hi]}, reply: Hello., quiet_hours: "17:00-18:00"}
  - {id: nudge, when: {keywords: [nudge]}, reply: [{text: "Still there?", delay: 30m}]}
  - {id: move, when: {keywords: [move]}, ask: {text: "Which day?"}, expires: 1h, on_expiry: "Late."}
  - id: human
    when: {keywords: [human]}
    handoff: {reply: "A moment.", unclaimed: {after: 30m, reply: "Nobody is free."}}
""")
THIRD_NUMBER = "+18005550102"
HOUR = 3_600


def by_text(scene: Scene) -> None:
    scene.take("STOP", received_at=scene.clock())


def by_hand(scene: Scene) -> None:
    with scene.database.transaction() as connection:
        opt_outs.opt_out(connection, PERSON, "a letter", "ann", scene.clock())


def by_catching_up(scene: Scene) -> None:
    stop = inbound("STOP")
    found = Found("t-1", ThreadItem(reply_id="9", tags={}), stop, Result.OPT_OUT, "too-old")
    with scene.database.transaction() as connection:
        catch_up.take_in(connection, [found], scene.clock())


def by_status(scene: Scene) -> None:
    note(scene, DeliveryStatus(None, None, PERSON, 11, "stopped-number"))


def by_the_status_of_a_message(scene: Scene) -> None:
    asked = next(row for row in scene.rows(table) if row.text == "Which day?")
    note(scene, DeliveryStatus(None, asked.message_id, None, 11, "stopped-number"))


def note(scene: Scene, told: DeliveryStatus) -> None:
    with scene.database.transaction() as connection:
        notices.keep_notice(connection, "delivery-status", b"{}", told, scene.clock())


async def pass_time(scene: Scene, seconds: float) -> None:
    scene.clock.move(seconds)
    while await Timekeeper(scene.resources()).fire():
        pass
    for _ in range(6):
        await scene.deliver()


def waiting(scene: Scene) -> list[str]:
    """What happens by itself, and what is to leave."""
    due = [row.kind for row in scene.rows(timers) if row.status == "due"]
    return sorted([*due, *(row.text for row in scene.rows(table) if row.status in ("due", "held"))])


def dropped(scene: Scene) -> list[tuple[str, str]]:
    """What does not happen any more, and why."""
    late = [(row.kind, row.reason) for row in scene.rows(timers)]
    return late + [(row.text, row.reason) for row in scene.rows(table) if row.status == "dropped"]


WAYS: Sequence[Callable[[Scene], None]] = (
    by_text,
    by_hand,
    by_catching_up,
    by_status,
    by_the_status_of_a_message,
)


@pytest.mark.parametrize("leaves", WAYS)
async def test_all_that_waits_ends_and_nothing_comes_after_a_start(
    leaves: Callable[[Scene], None], scene: Scene
) -> None:
    scene.rules = RULES
    for text in ("later", "hi", "nudge", "order"):
        scene.take(text, received_at=scene.clock())
    scene.take("human", received_at=scene.clock(), number=THIRD_NUMBER)
    scene.take("move", received_at=scene.clock(), number=OTHER_NUMBER)
    await pass_time(scene, 60)
    due = ["follow-up", "handoff", "question", "reply", "state"]
    assert waiting(scene) == ["Still there?", *due]
    leaves(scene)
    assert waiting(scene) == []
    why = "opt-out"
    assert dropped(scene) == [("follow-up", why), ("reply", why), ("Still there?", why)]
    told = [(row.rule, row.outcome, row.reason) for row in scene.rows(decisions)]
    assert ("hi", "suppressed", why) in told
    chains = scene.rows(conversations)
    assert [(row.question, row.handoff, row.state_from) for row in chains] == [(None,) * 3] * 3
    scene.take("START", received_at=scene.clock())
    said = len(scene.wire.sent)
    for _ in range(4):
        await pass_time(scene, HOUR)
    assert scene.wire.sent[said:] == []
