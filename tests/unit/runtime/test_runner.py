"""The runner: says when to decide and when to send; nothing that fails stops the rest."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, Row, event, select

from bot.ledger import inbox, lane
from bot.ledger.database import Database
from bot.ledger.schema import decisions, notices
from bot.ledger.schema import inbox as inbox_table
from bot.ledger.schema import outbox as outbox_table
from bot.ledger.writer import Writer
from bot.messaging.health import Troubles
from bot.messaging.outgoing import FirstMessage
from bot.messaging.resources import Resources
from bot.model import Rate
from bot.provider.client import Gateway
from bot.rules.ruleset import Ruleset
from bot.runtime.runner import Runner, Timing
from bot.sandbox import Fault, Number, Provider, create_app
from bot.settings import Settings
from tests.build import NOW, OUR_NUMBER, PERSON, inbound, ruleset
from tests.conftest import Logged
from tests.support import HOURS, KEY, LINE, OTHER_PERSON, until

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("logged")]


@dataclass(slots=True)
class Running:
    runner: Runner
    writer: Writer
    database: Database
    provider: Provider

    async def keep(self, *texts: str, sender: str = PERSON) -> None:
        for text in texts:
            await self.runner.intake.keep_message(
                inbound(
                    text,
                    key=f"{sender} {text}",
                    sender=sender,
                    received_at=datetime.now(UTC),
                )
            )

    def rows(self, table: Any) -> list[Row[Any]]:
        with self.database.transaction() as connection:
            return list(connection.execute(select(table).order_by(*table.primary_key)))

    def outcomes(self) -> list[tuple[str, str]]:
        return [(row.outcome, row.detail) for row in self.rows(decisions)]

    async def limit(self, pages: int) -> None:
        """How far the database file may grow; SQLite keeps the pages that there are."""
        await self.writer.run(lambda c: _limit(c, pages))


def _limit(connection: Connection, pages: int) -> None:
    connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")


Run = Callable[..., Running]


@pytest.fixture
async def run(database: Database) -> AsyncIterator[Run]:
    """Makes a runner that is not started yet."""
    async with AsyncExitStack() as stack:

        def make(
            *,
            sends: bool = True,
            slow: float = 0.0,
            timing: Timing | None = None,
            written: str = HOURS,
            **settings: Any,
        ) -> Running:
            """A `slow` disk takes so many seconds for each batch that is decided."""
            provider = Provider(numbers=[Number(id=LINE, number=OUR_NUMBER)], send_limit=None)
            transport = httpx.ASGITransport(create_app(provider, api_key=KEY))
            gateway = Gateway("http://mta/v3", KEY, transport=transport) if sends else None
            writer = Writer(database)
            stack.push_async_callback(asyncio.to_thread, writer.close)
            if gateway is not None:
                stack.push_async_callback(gateway.close)
            rules = ruleset(written)

            def current() -> Ruleset:
                time.sleep(slow)
                return rules

            resources = Resources(
                settings=Settings(api_key=KEY, send_rate=Rate(1_000, 1.0), **settings),
                writer=writer,
                rules=current,
                gateway=gateway,
            )
            return Running(Runner(resources, timing), writer, database, provider)

        yield make


@pytest.fixture
async def running(run: Run) -> AsyncIterator[Running]:
    running = run()
    await running.runner.start()
    yield running
    await running.runner.stop()


async def test_what_comes_in_is_answered_in_order(running: Running) -> None:
    await running.keep("Hours?", "order #48213")
    await until(lambda: len(running.provider.sent) == 2)
    assert [message.text for message in running.provider.sent] == [
        "We're open 9-5.",
        "Order 48213 is on its way.",
    ]


async def test_what_waited_before_the_start_is_answered_too(run: Run) -> None:
    running = run()
    await running.keep("Hours?")
    await running.runner.start()
    await until(lambda: running.provider.sent)
    await running.runner.stop()


@pytest.mark.parametrize("sends", [True, False])
async def test_others_know_whether_it_sends(sends: bool, run: Run) -> None:
    running = run(sends=sends)
    with running.database.transaction() as connection:
        lane.note_sender(connection, NOW)  # of an earlier start
    before = datetime.now(UTC)
    await running.runner.start()
    with running.database.transaction() as connection:
        at = lane.state(connection).sender_seen_at
    await running.runner.stop()
    assert (at is not None and at >= before) if sends else at is None


async def test_a_message_that_cannot_be_processed_is_closed_and_the_next_go_on(
    running: Running, logged: Logged
) -> None:
    """A fault for one person only, as a bug of ours would be: their replies cannot be stored."""
    with running.database.transaction() as connection:
        connection.exec_driver_sql(
            f"CREATE TRIGGER trap BEFORE INSERT ON outbox WHEN new.recipient = '{PERSON}' "
            "BEGIN SELECT RAISE(ABORT, 'a fault'); END"
        )
    await running.keep("Hours?", "Hours, please")
    await running.keep("Hours?", sender=OTHER_PERSON)
    await until(lambda: running.provider.sent)
    fault = ("failed", "a fault in the bot, see its log")
    assert running.outcomes() == [fault, fault, ("replied", "")]
    assert [message.to for message in running.provider.sent] == [OTHER_PERSON]
    assert "a message cannot be processed" in logged()
    assert PERSON not in logged()


async def test_a_full_disk_closes_no_message(run: Run) -> None:
    """The database is at fault and not the message: it waits until there is room again."""
    running = run()
    await running.keep(*(f"Hours? {number}" for number in range(5)))
    with running.database.transaction() as connection:  # each reply needs room
        connection.exec_driver_sql(
            "CREATE TRIGGER large BEFORE INSERT ON outbox "
            "BEGIN INSERT INTO notices (key, event, body, received_at) "
            "VALUES ('', '', zeroblob(100000), 0); DELETE FROM notices; END"
        )
    await running.limit(1)
    await running.runner.start()
    await asyncio.sleep(0.2)
    assert running.outcomes() == []
    await running.limit(2**31 - 2)
    await until(lambda: len(running.provider.sent) == 5)
    assert set(running.outcomes()) == {("replied", "")}
    await running.runner.stop()


async def test_an_answer_that_cannot_be_kept_costs_no_restart(running: Running) -> None:
    """The provider has the message: it is sent again with the same id, which it takes once."""
    with running.database.transaction() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER broken BEFORE UPDATE OF finished_at ON attempts "
            "BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END"
        )
    await running.keep("Hours?")
    await until(lambda: running.provider.sent)
    await asyncio.sleep(0.1)
    with running.database.transaction() as connection:
        connection.exec_driver_sql("DROP TRIGGER broken")
    await running.keep("order #48213")
    await until(lambda: done(running) == 2, seconds=5)
    assert [message.text for message in running.provider.sent] == [
        "We're open 9-5.",
        "Order 48213 is on its way.",
    ]


async def test_a_provider_that_is_away_costs_nothing_but_time(running: Running) -> None:
    running.provider.faults.extend([Fault(status=500), Fault.reset_after(), Fault.garbage()])
    await running.keep("Hours?")
    await running.keep("Hours?", sender=OTHER_PERSON)
    await until(lambda: done(running) == 2)
    assert {message.to for message in running.provider.sent} == {PERSON, OTHER_PERSON}
    assert (len(running.provider.sent), len(running.provider.attempts)) == (2, 4)


def done(running: Running) -> int:
    return sum(row.status == "accepted" for row in running.rows(outbox_table))


async def test_a_lane_that_waits_does_not_spin(running: Running) -> None:
    """Two for one conversation, the first of them tried again later: nothing to do meanwhile."""
    running.provider.faults.extend([Fault(status=500)] * 3)
    await running.keep("Hours?", "Hours, please")
    await until(lambda: len(running.provider.attempts) >= 2)
    begun: list[Connection] = []
    event.listen(running.database.engine, "begin", begun.append)
    await asyncio.sleep(0.5)
    assert len(begun) < 10


@pytest.mark.parametrize("slow", [0.0, 0.3])
async def test_stopping_decides_what_has_been_accepted(run: Run, slow: float) -> None:
    """Also on a slow disk, where deciding had given way for seconds to what comes in."""
    running = run(slow=slow)
    await running.runner.start()
    texts = [f"Hours? {number}" for number in range(20)]
    await asyncio.gather(*map(running.keep, texts))
    async with asyncio.TaskGroup() as repeats:
        for _ in range(200):
            repeats.create_task(running.keep(texts[0]))
            await asyncio.sleep(slow / 50)
        await running.runner.stop()
    assert {row.status for row in running.rows(inbox_table)} == {"decided"}
    # What has not left waits for the next start.
    assert {row.status for row in running.rows(outbox_table)} <= {"accepted", "due"}
    assert done(running) == len(running.provider.sent)


async def test_without_a_gateway_nothing_is_sent_and_all_is_recorded(run: Run) -> None:
    running = run(sends=False)
    await running.runner.start()
    await running.keep("Hours?")
    await until(running.outcomes)
    await running.runner.stop()
    assert running.outcomes() == [("replied", "")]
    assert [(row.status, row.reason) for row in running.rows(outbox_table)] == [
        ("dropped", "dry run")
    ]


async def test_a_first_message_leaves_at_once(running: Running) -> None:
    await asyncio.sleep(0.05)  # both loops rest
    await running.runner.intake.first_message(
        FirstMessage(to=OTHER_PERSON, text="Ready?", longcode_id=LINE, external_id="shop-1")
    )
    await until(lambda: running.provider.sent, seconds=0.5)
    assert [message.external_id for message in running.provider.sent] == ["shop-1"]


async def test_what_is_too_old_is_forgotten_while_it_runs(run: Run, database: Database) -> None:
    running = run(keep_days=30)
    now = datetime.now(UTC)
    with database.transaction() as connection:
        for days in (100, 31, 29, 0):
            at = now - timedelta(days=days)
            inbox.keep_notice(connection, "message-send", b"%d" % days, at)
    await running.runner.start()

    def left() -> list[bytes]:
        with database.transaction() as connection:
            return list(connection.scalars(select(notices.c.body).order_by(notices.c.id)))

    await until(lambda: left() == [b"29", b"0"])
    await running.runner.stop()


async def paused(database: Database, because: str, run: Run) -> Running:
    running = run(timing=Timing(first_probe=0.01))
    with database.transaction() as connection:
        lane.pause(connection, because)
    await running.keep("Hours?")
    return running


async def test_a_pause_of_the_provider_ends_when_the_key_is_good(
    run: Run, database: Database
) -> None:
    running = await paused(database, "the API key is missing or wrong", run)
    await running.runner.start()
    with database.transaction() as connection:  # a start ends such a pause too
        lane.pause(connection, "the API key is missing or wrong")
    await until(lambda: running.provider.sent)
    await running.runner.stop()


async def test_a_pause_by_hand_outlasts_a_good_key_and_a_start(
    run: Run, database: Database
) -> None:
    running = await paused(database, lane.BY_HAND, run)
    await running.runner.start()
    await until(lambda: [row.outcome for row in running.rows(decisions)] == ["replied"])
    await asyncio.sleep(0.2)
    assert running.provider.sent == []
    await running.runner.stop()


async def troubles(running: Running) -> Troubles:
    return running.runner.intake.troubles(await running.runner.intake.backlog())


async def test_three_faults_in_a_row_are_no_fault_of_the_messages(running: Running) -> None:
    with running.database.transaction() as connection:
        connection.exec_driver_sql(
            f"CREATE TRIGGER trap BEFORE INSERT ON outbox WHEN new.recipient = '{PERSON}' "
            "BEGIN SELECT RAISE(ABORT, 'a fault'); END"
        )

    async def is_told(expected: int) -> bool:
        """Counted right after the commit that shows the outcome."""
        found = await troubles(running)
        return len(running.outcomes()) == expected and (
            (found.warnings != (), found.deciding != ()) == (expected < 3, expected == 3)
        )

    for count in (1, 2, 3):
        await running.keep(f"Hours {count}?")
        await until(partial(is_told, count))
    assert await troubles(running) == Troubles(
        deciding=("the last 3 messages could not be decided, see the log",)
    )
    await running.keep("Hours?", sender=OTHER_PERSON)

    async def is_well() -> bool:
        return len(running.outcomes()) == 4 and await troubles(running) == Troubles()

    await until(is_well)


async def test_a_template_that_fails_is_a_warning(run: Run) -> None:
    running = run(written="rules:\n- {id: a, when: always, reply: '{{ 1 / tags.n | int }}'}")
    await running.runner.start()
    for count in range(5):
        await running.keep(f"Hours {count}?")
    await until(lambda: len(running.outcomes()) == 5)
    found = await troubles(running)
    await running.runner.stop()
    assert {outcome for outcome, _ in running.outcomes()} == {"failed"}
    assert (found.deciding, found.sender) == ((), ())
    assert [text.partition(" at ")[0] for text in found.warnings] == ["rule a could not answer"]


async def test_an_answer_that_fails_is_an_error_in_the_log_and_the_person_is_answered(
    run: Run, logged: Logged
) -> None:
    running = run(
        written="rules:\n- {id: visit, when: always, reply: '{{ tags[message.text] }}'}\n"
        "fallback: {reply: Sorry.}"
    )
    await running.runner.start()
    await running.keep("my secret visit")
    await until(lambda: len(running.outcomes()) == 1)
    await running.runner.stop()
    lines = [json.loads(line) for line in logged().splitlines()]
    [line] = [line for line in lines if line["event"] == "decided"]
    assert {name: line[name] for name in ("level", "outcome", "rule", "reason", "replies")} == {
        "level": "error",
        "outcome": "failed",
        "rule": "visit",
        "reason": "template-error",
        "replies": 1,
    }
    assert line["see"] == f"bot inbox show {line['id']}"
    assert not any(word in logged() for word in ("secret", PERSON, "Sorry"))


async def test_what_ends_by_itself_is_named_and_what_is_stopped_is_not(running: Running) -> None:
    assert running.runner.ended() == ()
    [deciding] = [task for task in asyncio.all_tasks() if task.get_name() == "deciding"]
    deciding.cancel()
    await until(deciding.done)
    assert running.runner.ended() == ("deciding",)
    await running.runner.stop()
    assert running.runner.ended() == ()
