"""Several machines on one PostgreSQL: each does its share, none does another's twice."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import anyio
import pytest
from sqlalchemy import text

from bot.errors import LedgerUnavailable
from bot.ledger import inbox, lane, sending
from bot.ledger.locks import advisory_lock
from bot.ledger.schema import attempts, decisions
from bot.ledger.schema import outbox as outbox_table
from bot.messaging.resources import utc_now
from bot.model import Rate
from bot.runtime.cluster import Timing
from bot.sandbox import Fault, Number, Provider
from tests import postgres
from tests.build import NOW, OUR_NUMBER, PERSON, inbound
from tests.support import LINE, outbound, queue, until
from tests.system.clusters import FREE, Machines, keep

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("logged")]


async def test_what_comes_in_is_answered_and_leaves_no_jobs(machines: Machines) -> None:
    machine = await machines.start()
    await keep(machine, "Hours?", "order #48213")
    await until(lambda: len(machines.provider.sent) == 2)
    assert machines.sent() == ["We're open 9-5.", "Order 48213 is on its way."]
    await until(lambda: not [job for job in machines.jobs() if job[1] == "doing"])
    assert {job for job in machines.jobs() if job[1] not in ("todo", "doing")} == set()


async def test_one_machine_takes_what_another_one_answers(machines: Machines) -> None:
    """As with web machines and `bot worker`."""
    web = machines.make()
    await keep(web, "Hours?")
    await machines.start()
    await until(lambda: machines.sent() == ["We're open 9-5."])


async def test_a_message_whose_job_was_lost_is_swept_up(machines: Machines) -> None:
    machine = machines.make(timing=Timing(overdue=0.0))
    await keep(machine, "Hours?")
    assert machines.jobs() == []
    await machines.start(timing=Timing(overdue=0.0))
    await until(lambda: machines.sent() == ["We're open 9-5."])


async def test_each_conversation_is_answered_once_and_in_order(machines: Machines) -> None:
    first, second = await machines.start(), await machines.start()
    people = [f"+1555555{n:04}" for n in range(20, 28)]
    for n in range(6):
        for person in people:
            # Both machines get the webhook: the provider repeats it, the balancer chooses.
            said = inbound(
                f"{person[-2:]} says {n}",
                key=f"{person} {n}",
                sender=person,
                received_at=datetime.now(UTC),
            )
            kept = await asyncio.gather(
                first.intake.keep_message(said), second.intake.keep_message(said)
            )
            assert sorted(item.duplicate for item in kept) == [False, True]
    await until(lambda: len(machines.provider.sent) >= 48)
    by_person = {
        person: [message.text for message in machines.provider.sent if message.to == person]
        for person in people
    }
    assert by_person == {person: [f"{person[-2:]} says {n}" for n in range(6)] for person in people}
    assert len(machines.rows(decisions)) == 48


async def test_the_rate_holds_across_machines(machines: Machines) -> None:
    rate = Rate(4, 1.0)
    first, second = await machines.start(rate=rate), await machines.start(rate=rate)
    for n in range(6):
        await keep(first, f"a{n}", sender=f"+1555555{n:04}")
        await keep(second, f"b{n}", sender=f"+1555556{n:04}")
    await until(lambda: len(machines.provider.sent) == 12)
    at = sorted(row.finished_at for row in machines.rows(attempts))
    gaps = [(last - begin).total_seconds() for begin, last in zip(at, at[4:], strict=False)]
    assert [gap for gap in gaps if gap < 0.99] == []


async def test_the_work_of_a_machine_that_died_is_taken_over(machines: Machines) -> None:
    """It died while it was sending: the lane is locked, the message on its way for ever."""
    with machines.ledger() as connection:
        queue(connection, outbound("On its way"), now=NOW)
        claimed = sending.claim(connection, FREE, NOW)
        assert isinstance(claimed, sending.Claim)
        connection.execute(text(_DEAD_SENDER))
    await machines.start(timing=Timing(looks_for_dead_every=0.1))
    await until(lambda: machines.sent() == ["On its way"])
    assert machines.provider.sent[0].request_id == claimed.message.request_id
    [row] = machines.rows(outbox_table)
    assert (row.status, row.tries) == ("accepted", 2)


async def test_a_machine_that_lives_keeps_its_work(machines: Machines) -> None:
    machines.provider.faults.append(Fault(delay=1.5))
    first = await machines.start(timing=Timing(looks_for_dead_every=0.1))
    await keep(first, "Hours?")
    await until(lambda: machines.provider.sent)
    await machines.start(timing=Timing(looks_for_dead_every=0.1))
    await until(lambda: [row.status for row in machines.rows(outbox_table)] == ["accepted"])
    assert [row.answer for row in machines.rows(attempts)] == ["accepted"]


_DEAD_SENDER = """
    WITH dead AS (
        INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')
        RETURNING id
    )
    INSERT INTO procrastinate_jobs
        (queue_name, task_name, lock, queueing_lock, args, status, worker_id)
    SELECT 'send', 'send', 'send', 'send', '{}'::jsonb, 'doing'::procrastinate_job_status, id
    FROM dead
    UNION ALL SELECT 'send', 'send', 'send', 'send', '{}', 'todo', NULL
"""


async def test_a_dry_run_sends_nothing_and_queues_nothing_to_send(machines: Machines) -> None:
    machine = await machines.start(sends=False)
    await keep(machine, "Hours?")
    await until(lambda: [row.reason for row in machines.rows(outbox_table)] == ["dry run"])
    assert (machines.sent(), machines.sender_seen_at()) == ([], None)


async def test_one_that_sends_gives_a_sign_of_life_by_the_time_of_the_database(
    machines: Machines,
) -> None:
    await machines.start(clock=lambda: utc_now() + timedelta(hours=1))
    await until(lambda: machines.sender_seen_at() is not None)
    first = machines.sender_seen_at()
    assert first is not None
    assert abs(first - utc_now()) < lane.SENDER_GONE_AFTER
    await until(lambda: machines.sender_seen_at() != first)


async def test_a_machine_that_sends_nothing_takes_no_job_to_send(machines: Machines) -> None:
    await machines.start(sends=False)
    with machines.ledger() as connection:
        queue(connection, outbound("due"), now=datetime.now(UTC))
        connection.execute(text(_WAITING_SENDER))
    await asyncio.sleep(1.5)  # it looks for jobs every second
    assert machines.jobs() == [("send", "todo")]
    await machines.start()
    await until(lambda: machines.sent() == ["due"])


_WAITING_SENDER = """
    INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args)
    VALUES ('send', 'send', 'send', 'send', '{}')
"""


async def test_a_pause_by_hand_holds_everywhere_until_it_ends(machines: Machines) -> None:
    with machines.ledger() as connection:
        lane.pause(connection, lane.BY_HAND)
    first, second = await machines.start(), await machines.start()
    await keep(first, "Hours?")
    await keep(second, "order #48213", sender="+15555550199")
    await until(lambda: len(machines.rows(decisions)) == 2)
    assert machines.sent() == []
    with machines.ledger() as connection:
        lane.resume(connection)
    await until(lambda: len(machines.provider.sent) == 2)


async def test_a_delayed_message_leaves_when_it_is_due(machines: Machines) -> None:
    now = datetime.now(UTC)
    with machines.ledger() as connection:
        queue(connection, outbound("Later"), now=now, due_at=now + timedelta(seconds=1))
    machine = await machines.start()
    await until(lambda: machines.sent() == ["Later"])
    [row] = machines.rows(outbox_table)
    assert row.done_at >= row.due_at
    assert machine.intake.clock() > row.due_at


async def test_the_rate_is_counted_by_the_time_of_the_database(machines: Machines) -> None:
    """The clock of one machine is a minute ahead: to the ledger it is not."""
    machine = await machines.start(clock=lambda: utc_now() + timedelta(minutes=1))
    await keep(machine, "Hours?")
    await until(lambda: machines.sent())
    [row] = machines.rows(attempts)
    assert abs(row.started_at - datetime.now(UTC)) < timedelta(seconds=30)


async def test_a_clock_that_is_set_while_the_machine_runs_counts_for_nothing(
    machines: Machines,
) -> None:
    """Else a message of two minutes later would be nobody's if the machine died right then."""
    ahead = timedelta()
    machine = await machines.start(
        clock=lambda: utc_now() + ahead, timing=Timing(sweeps_every=60.0)
    )
    ahead = timedelta(minutes=2)
    assert abs(machine.intake.clock() - datetime.now(UTC)) < timedelta(seconds=30)


async def test_of_one_share_at_most_one_job_waits(machines: Machines) -> None:
    """However many messages come while another one of theirs is being decided."""
    first = await machines.start()
    with machines.ledger() as connection:
        advisory_lock(connection, inbox.contact_lock(PERSON))
        await keep(first, "0")
        await until(lambda: machines.jobs() == [("decide-share", "doing")])
        second = await machines.start()
        for n in range(1, 6):
            await keep(second, f"{n}")
        await asyncio.sleep(0.5)
        assert machines.jobs() == [("decide-share", "doing"), ("decide-share", "todo")]
    await until(lambda: machines.sent() == [f"{n}" for n in range(6)])


@pytest.mark.usefixtures("jobs_may_fail")
@pytest.mark.skipif(postgres.programs() is None, reason=postgres.MISSING)
async def test_when_the_database_comes_back_so_does_the_work() -> None:
    with postgres.cluster("fsync = off") as server:
        async with AsyncExitStack() as stack:
            provider = Provider(numbers=[Number(id=LINE, number=OUR_NUMBER)], send_limit=None)
            machines = Machines(server.url("postgres"), provider, stack)
            machine = await machines.start()
            await keep(machine, "before")
            await until(lambda: machines.sent() == ["before"])
            await asyncio.to_thread(server.stop, "immediate")
            with pytest.raises(LedgerUnavailable):
                await keep(machine, "while it is away")
            await asyncio.to_thread(server.start)
            await keep(machine, "after")
            await until(lambda: machines.sent() == ["before", "after"])


async def test_no_phone_number_stands_in_a_job(machines: Machines) -> None:
    with machines.ledger() as connection:
        lane.pause(connection, lane.BY_HAND)
        connection.execute(
            text(
                "CREATE TABLE seen AS SELECT * FROM procrastinate_jobs;"
                "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS "
                "'BEGIN INSERT INTO seen SELECT NEW.*; RETURN NEW; END';"
                "CREATE TRIGGER note AFTER INSERT ON procrastinate_jobs "
                "FOR EACH ROW EXECUTE FUNCTION note()"
            )
        )
    machine = await machines.start()
    await keep(machine, "Hours?")
    await until(lambda: len(machines.rows(decisions)) == 1)
    with machines.ledger() as connection:
        seen = connection.execute(text("SELECT * FROM seen WHERE task_name = 'decide-share'")).all()
    assert len(seen) == 1
    assert PERSON.removeprefix("+") not in str(seen)


@pytest.mark.usefixtures("jobs_may_fail")
async def test_a_machine_that_lost_the_lane_sends_no_more(machines: Machines) -> None:
    """It was away for so long that another one took its job, and is back."""
    machine = await machines.start(rate=Rate(1, 1.0), timing=Timing(sweeps_every=60.0))
    with machines.ledger() as connection:
        for said in ("one", "two"):
            queue(connection, outbound(said), now=datetime.now(UTC) - timedelta(seconds=9))
    machine.outbox_changed()
    await until(lambda: machines.sent() == ["one"])
    with machines.ledger() as connection:
        taken = text("DELETE FROM procrastinate_jobs WHERE task_name = 'send' RETURNING status")
        assert "doing" in {row.status for row in connection.execute(taken)}
    await asyncio.sleep(1.5)
    assert machines.sent() == ["one"]
    machine.outbox_changed()
    await until(lambda: machines.sent() == ["one", "two"])


async def test_a_job_that_waits_for_ever_holds_up_nobody_else(machines: Machines) -> None:
    """A message whose job was lost is handed over, whoever else waits."""
    stuck = "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, args, status) VALUES "
    with machines.ledger() as connection:
        connection.execute(text(f"{stuck} ('away', 'decide', 'somebody', '{{}}', 'todo')"))
    machine = machines.make()
    at = datetime.now(UTC) - timedelta(minutes=1)
    await machine.intake.keep_message(inbound("Hours?", received_at=at))
    await machines.start()
    await until(lambda: machines.sent() == ["We're open 9-5."])


@pytest.mark.usefixtures("jobs_may_fail")
@pytest.mark.parametrize(
    ("gone", "timing"),
    [
        # Its next heartbeat finds no table.
        ("procrastinate_workers", Timing(heartbeat=0.1)),
        # A sweep fails: the worker may have gone deaf without knowing of it.
        ("inbox", Timing(sweeps_every=0.1)),
    ],
)
async def test_a_worker_begins_again_after_trouble(
    gone: str, timing: Timing, machines: Machines
) -> None:
    machine = await machines.start(timing=timing)

    def workers() -> list[int]:
        with machines.ledger() as connection:
            return list(connection.execute(text("SELECT id FROM procrastinate_workers")).scalars())

    await until(workers)
    before = workers()
    with machines.ledger() as connection:
        connection.execute(text(f"ALTER TABLE {gone} RENAME TO gone"))
    await asyncio.sleep(0.5)
    with machines.ledger() as connection:
        connection.execute(text(f"ALTER TABLE gone RENAME TO {gone}"))
    await until(lambda: set(workers()) - set(before))
    await keep(machine, "Hours?")
    await until(lambda: machines.sent() == ["We're open 9-5."])


@pytest.mark.usefixtures("jobs_may_fail")
async def test_a_job_that_could_not_be_finished_holds_nobody_up(machines: Machines) -> None:
    """Its connection was cut right then; the machine lives, so that nobody else takes it over."""
    with machines.ledger() as connection:
        connection.execute(
            text(
                "CREATE SEQUENCE finished;"
                "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN "
                "IF nextval('finished') <= 2 THEN RAISE EXCEPTION 'cut'; END IF; RETURN OLD; "
                "END$$;"
                "CREATE TRIGGER cut BEFORE DELETE ON procrastinate_jobs "
                "FOR EACH ROW EXECUTE FUNCTION cut()"
            )
        )
    machine = await machines.start(timing=Timing(looks_for_dead_every=0.5))
    await keep(machine, "Hours?")
    await until(lambda: machines.sent() == ["We're open 9-5."])
    await keep(machine, "order #48213")
    await until(lambda: len(machines.provider.sent) == 2)
    assert machines.sent() == ["We're open 9-5.", "Order 48213 is on its way."]


async def test_what_was_not_started_can_be_stopped(machines: Machines) -> None:
    await machines.make().stop()


@pytest.mark.usefixtures("jobs_may_fail")
async def test_it_stops_while_the_database_is_away() -> None:
    if postgres.programs() is None:
        pytest.skip(postgres.MISSING)
    with postgres.cluster("fsync = off") as server:
        async with AsyncExitStack() as stack:
            provider = Provider(numbers=[Number(id=LINE, number=OUR_NUMBER)], send_limit=None)
            machines = Machines(server.url("postgres"), provider, stack)
            machine = machines.make()
            await machine.start()
            await keep(machine, "before")
            await until(lambda: machines.sent() == ["before"])
            await asyncio.to_thread(server.stop, "immediate")
            with anyio.fail_after(20):
                await machine.stop()
            await asyncio.to_thread(server.start)
