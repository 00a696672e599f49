"""What is said later, in the ledger: once, in its time, unless something comes between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.ledger import conversations, retention
from bot.ledger.schema import decisions
from bot.ledger.schema import outbox as table
from bot.ledger.schema import timers as timers_table
from bot.messaging import handoff, opt_outs
from bot.messaging.handoff import PersonText, Wish
from bot.messaging.timers import Timekeeper
from bot.model import Decision, LongcodeId
from tests.build import OUR_NUMBER, PERSON, ruleset
from tests.support import LINE, OTHER_PERSON
from tests.unit.engine.test_timers import CLOCKS
from tests.unit.messaging.test_processing import Scene
from tests.unit.messaging.test_timers import OTHER_NUMBER, scene

__all__ = ["scene"]
pytestmark = pytest.mark.anyio

HOUR = 3_600
TEXT = """
timezone: UTC
rules:
  - id: quote
    when: {says: "quote [for {what}]"}
    reply: ["On its way.", {text: "Still there?", delay: 30m, unless: replied}]
    follow_up: {after: 2h, unless: replied, reply: "Any question, {{ what }}?"}
  - id: remind
    when: {says: "remind [me] {day:date}"}
    reply: "I will."
    follow_up: {on: "{{ day }}", before: 1d, at: "17:00", key: reminder, reply: "{{ day }} it is."}
  - {id: later, when: {says: later}, follow_up: {after: 1h, key: reminder, reply: "It is later."}}
  - {id: person, when: {says: person}, handoff: {reply: "One moment."}}
  - {id: hi, when: {says: hi}, reply: Hello., quiet_hours: "18:00-19:00"}
  - id: ho
    when: {says: "ho {n:int}"}
    reply: "Ho {{ n }}."
    quiet_hours: {hours: "18:00-19:00", on_end: latest, keep: 50m}
  - id: ask
    when: {says: ask}
    ask: {as: day, text: "Which day?"}
    expires: 1h
    on_expiry: "Nothing then."
    then: {reply: "{{ day }}."}
    quiet_hours: "18:00-19:00"
"""


def begin(scene: Scene) -> None:
    scene.rules = ruleset(TEXT)
    # The clock of the scene stands at 17:04:05 UTC.


def say(scene: Scene, text: str, **members: Any) -> Decision:
    return scene.take(text, received_at=scene.clock(), **members)


async def pass_time(scene: Scene, seconds: float) -> None:
    """It passes, what is due happens, and what waits to leave does."""
    scene.clock.move(seconds)
    while await Timekeeper(scene.resources()).fire():
        pass
    await leave(scene)


async def leave(scene: Scene) -> None:
    for _ in range(4):
        await scene.deliver()


def texts(scene: Scene) -> list[str]:
    """What the provider got."""
    return [posted["message"] for posted in scene.wire.sent]


def dropped(scene: Scene) -> list[tuple[str, str, str]]:
    rows = scene.rows(timers_table)
    found = [(row.kind, row.key, row.reason) for row in rows if row.status == "dropped"]
    return sorted(found)


def outcomes(scene: Scene) -> list[tuple[str, str | None]]:
    return [(row.outcome, row.reason) for row in scene.rows(decisions)]


async def test_it_is_said_once_in_its_time(scene: Scene) -> None:
    begin(scene)
    say(scene, "quote for tea", tags={"campaign": "may"})
    await pass_time(scene, 60)
    assert texts(scene) == ["On its way."]
    await pass_time(scene, HOUR / 2)
    await pass_time(scene, 2 * HOUR)
    await pass_time(scene, 9 * HOUR)
    assert texts(scene) == ["On its way.", "Still there?", "Any question, tea?"]
    assert scene.wire.sent[2]["tags"] == {"campaign": "may", "rule": "quote"}
    assert scene.wire.sent[2]["longcodeId"] == LINE
    assert scene.rows(timers_table) == []
    still, any_question = scene.rows(table)[1:]
    assert (still.inbox_id, any_question.inbox_id) == (1, None)


async def test_a_text_ends_it_and_what_a_machine_sends_does_not(scene: Scene) -> None:
    begin(scene)
    say(scene, "quote")
    say(scene, "quote for tea", sender=OTHER_PERSON)
    scene.clock.move(60)
    say(scene, "thanks")
    say(scene, "I'm driving right now, I'll see your message later", sender=OTHER_PERSON)
    say(scene, 'Liked "On its way."', sender=OTHER_PERSON)
    await leave(scene)
    await pass_time(scene, 3 * HOUR)
    of_other = ["On its way.", "Still there?", "Any question, tea?"]
    assert sorted(texts(scene)) == sorted(["On its way.", *of_other])
    assert dropped(scene) == [
        ("follow-up", "quote", "superseded"),
        ("reply", "r-1/1", "superseded"),
    ]


async def test_an_answer_that_came_in_time_counts_though_it_is_decided_late(scene: Scene) -> None:
    begin(scene)
    say(scene, "quote for tea")
    in_time = scene.clock() + timedelta(hours=1)
    scene.clock.move(5 * HOUR)
    scene.take("hm", received_at=in_time)
    await pass_time(scene, 1)
    assert "Any question, tea?" not in texts(scene)


@pytest.mark.parametrize("number", [OUR_NUMBER, OTHER_NUMBER])
async def test_who_opts_out_is_told_nothing_and_nothing_waits_for_a_start(
    number: str, scene: Scene
) -> None:
    begin(scene)
    say(scene, "quote")
    say(scene, "later")
    say(scene, "STOP", number=number)
    say(scene, "START", number=number)
    await pass_time(scene, 9 * HOUR)
    assert set(texts(scene)) <= {"On its way."}
    assert ("follow-up", "reminder", "opt-out") in dropped(scene)
    assert not [row for row in scene.rows(timers_table) if row.status == "due"]


async def test_a_handoff_ends_it(scene: Scene) -> None:
    begin(scene)
    say(scene, "quote for tea")
    say(scene, "later")
    say(scene, "person")
    await pass_time(scene, 3 * HOUR)
    assert texts(scene) == ["One moment."]
    assert ("follow-up", "reminder", "paused") in dropped(scene)


async def test_who_is_opted_out_by_hand_is_told_nothing_after_a_start(scene: Scene) -> None:
    begin(scene)
    say(scene, "later")
    with scene.database.transaction() as connection:
        opt_outs.opt_out(connection, PERSON, "a letter", "ann", scene.clock())
    say(scene, "START")
    await pass_time(scene, 3 * HOUR)
    assert (texts(scene), dropped(scene)) == ([], [("follow-up", "reminder", "opt-out")])


async def test_while_a_person_of_ours_writes_it_waits(scene: Scene) -> None:
    scene.rules = ruleset("guards: {paused: {after_person: 2h}}" + TEXT)
    say(scene, "later")
    said = PersonText(Wish(PERSON, None, "ann"), "Hello, Ann here.")
    with scene.database.transaction() as connection:
        handoff.write(connection, said, scene.resources(), scene.clock())
    await pass_time(scene, HOUR + 60)
    assert texts(scene) == ["Hello, Ann here."]
    await pass_time(scene, HOUR)
    assert texts(scene) == ["Hello, Ann here.", "It is later."]


async def test_the_same_key_is_one_timer_the_later_one(scene: Scene) -> None:
    begin(scene)
    say(scene, "later")
    decision = say(scene, "remind me 2026-01-17")
    [note] = [step.note for step in decision.trace if step.note]
    assert note == "follow-up reminder replaced, due 2026-01-16 17:00 UTC"
    [row] = scene.rows(timers_table)
    assert row.due_at.isoformat() == "2026-01-16T17:00:00+00:00"
    say(scene, "remind me 2026-01-16")  # it is due in the past
    assert dropped(scene) == [("follow-up", "reminder", "replaced")]


async def test_of_a_rule_that_is_gone_it_is_stale(scene: Scene) -> None:
    begin(scene)
    say(scene, "later")
    scene.rules = ruleset(TEXT.replace("id: later", "id: other"))
    await pass_time(scene, 2 * HOUR)
    assert texts(scene) == []
    assert dropped(scene) == [("follow-up", "reminder", "stale")]


async def test_a_text_that_cannot_be_made_is_dropped_and_comes_not_again(scene: Scene) -> None:
    begin(scene)
    say(scene, "quote")  # without {{ what }}
    await pass_time(scene, 3 * HOUR)
    assert texts(scene) == ["On its way.", "Still there?"]
    assert dropped(scene) == [("follow-up", "quote", "template-error")]
    with scene.database.transaction() as connection:
        assert retention.purge(connection, scene.clock() - timedelta(hours=4), scene.clock()) == 0
        retention.purge(connection, scene.clock() + timedelta(hours=4), scene.clock())
    assert scene.rows(timers_table) == []


async def test_two_chains_that_are_one_keep_what_is_said_later(scene: Scene) -> None:
    begin(scene)
    await scene.numbers.refresh(scene.gateway, scene.writer, scene.clock())
    with scene.database.transaction() as connection:
        conversations.begin(connection, PERSON, "", LongcodeId(LINE), scene.clock())
    say(scene, "later")
    say(scene, "hm")
    await pass_time(scene, 2 * HOUR)
    assert texts(scene) == ["It is later."]


async def test_in_quiet_hours_an_answer_is_held_and_leaves_when_they_end(scene: Scene) -> None:
    begin(scene)
    assert (say(scene, "hi").outcome, outcomes(scene)) == ("replied", [("replied", None)])
    await leave(scene)
    await pass_time(scene, HOUR)  # 18:04
    say(scene, "hi")
    await pass_time(scene, 54 * 60)
    assert (texts(scene), outcomes(scene)[1]) == (["Hello."], ("held", "quiet-hours"))
    await pass_time(scene, 2 * 60)
    assert texts(scene) == ["Hello.", "Hello."]
    assert outcomes(scene) == [("replied", None), ("replied", None)]
    assert [row.inbox_id for row in scene.rows(table)] == [1, 2]


@pytest.mark.parametrize(
    ("at", "minutes"),
    [
        ("2026-03-08T01:45-06:00", 45),  # the window goes on into hours that the clocks skip
        ("2026-11-01T01:45-05:00", 105),  # it is there twice, with half an hour in between
    ],
)
async def test_in_the_night_that_clocks_are_set_it_is_sent_once(
    at: str, minutes: int, scene: Scene
) -> None:
    """Pitfall 20."""
    scene.rules = ruleset(CLOCKS)
    scene.clock.now = datetime.fromisoformat(at).astimezone(UTC)
    say(scene, "quiet")
    assert outcomes(scene) == [("held", "quiet-hours")]
    await pass_time(scene, minutes * 60 - 1)
    assert texts(scene) == []
    for _ in range(3):
        await pass_time(scene, HOUR)
    assert texts(scene) == ["Quiet."]


async def test_a_follow_up_that_is_late_and_held_is_replaced_as_before(scene: Scene) -> None:
    """The simulation found it, seed 1379: the server was off when it was due."""
    quiet = "{id: later, quiet_hours: '18:30-19:30',"
    scene.rules = ruleset(TEXT.replace("{id: later,", quiet))
    say(scene, "later")
    scene.clock.move(1.5 * HOUR)  # 18:34
    await pass_time(scene, 1)
    assert [row.due_at.hour for row in scene.rows(timers_table)] == [19]
    say(scene, "remind me 2026-01-17")
    await pass_time(scene, 2 * HOUR)
    assert texts(scene) == ["I will."]


async def test_a_held_answer_leaves_before_what_was_to_follow_it(scene: Scene) -> None:
    scene.rules = ruleset("""
rules:
  - id: quote
    when: {keywords: [quote]}
    reply: ["One.", "Two."]
    follow_up: {after: 30m, reply: "Three."}
    quiet_hours: "12:00-14:00"
""")
    say(scene, "quote")  # at 12:04 of its clocks
    await pass_time(scene, 2 * HOUR)
    assert texts(scene) == ["One.", "Two.", "Three."]


async def test_what_waits_for_its_turn_when_they_begin_waits_for_their_end(scene: Scene) -> None:
    begin(scene)
    scene.clock.move(55 * 60)
    say(scene, "hi")
    scene.clock.move(2 * 60)
    await leave(scene)
    assert (texts(scene), outcomes(scene)) == ([], [("replied", None)])
    say(scene, "STOP", sender=OTHER_PERSON)
    [row] = scene.rows(table)
    assert (row.tries, row.due_at.hour, row.status) == (0, 19, "due")
    await pass_time(scene, HOUR)
    assert texts(scene) == ["Hello."]


async def test_where_they_begin_while_the_list_is_asked_for_it_waits_likewise(scene: Scene) -> None:
    begin(scene)
    scene.clock.move(55 * 60)
    say(scene, "hi")
    scene.wire.meanwhile = lambda: scene.clock.move(2 * 60)
    await leave(scene)
    assert (texts(scene), scene.wire.lists) == ([], 1)
    [row] = scene.rows(table)
    assert (row.tries, row.due_at.hour, row.status) == (0, 19, "due")
    await pass_time(scene, HOUR)
    assert texts(scene) == ["Hello."]


async def test_of_several_the_last_leaves(scene: Scene) -> None:
    """Pitfall 19."""
    begin(scene)
    scene.clock.move(HOUR + 20 * 60)
    for number in (1, 2, 3):
        say(scene, f"ho {number}")
    assert outcomes(scene) == [("suppressed", "superseded")] * 2 + [("held", "quiet-hours")]
    await pass_time(scene, 40 * 60)
    assert texts(scene) == ["Ho 3."]
    assert outcomes(scene)[2] == ("replied", None)


async def test_what_is_older_than_keep_does_not_leave(scene: Scene) -> None:
    begin(scene)
    scene.clock.move(HOUR)
    say(scene, "ho 1")
    await pass_time(scene, HOUR)
    assert (texts(scene), outcomes(scene)) == ([], [("suppressed", "too-old")])
    assert [kind for kind, _, _ in dropped(scene)] == ["reply"]


async def test_a_held_question_is_open_and_its_clock_runs_from_when_it_left(scene: Scene) -> None:
    """Pitfall 9."""
    begin(scene)
    scene.clock.move(HOUR)
    say(scene, "ask")
    await pass_time(scene, 58 * 60)
    assert texts(scene) == ["Which day?"]
    await pass_time(scene, 59 * 60)
    assert say(scene, "monday").captures == {"day": "monday"}


async def test_who_opts_out_at_night_gets_nothing_in_the_morning(scene: Scene) -> None:
    begin(scene)
    scene.clock.move(HOUR)
    say(scene, "hi")
    say(scene, "STOP")
    await pass_time(scene, 2 * HOUR)
    assert texts(scene) == []
    assert outcomes(scene)[0] == ("suppressed", "opt-out")
