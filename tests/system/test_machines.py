"""Several machines behind a balancer, on one PostgreSQL: any of them may die."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator

import pytest

from bot.sandbox import Fault
from tests.support import until
from tests.system.machines import Machines
from tests.system.scene import Scene, answers, person

pytestmark = pytest.mark.anyio


@pytest.fixture
async def machines(silent: Scene, postgres_url: str) -> AsyncIterator[Machines]:
    machines = Machines(silent, postgres_url)
    yield machines
    machines.kill_all()


async def test_two_servers_and_a_worker_answer_each_message_once_and_in_order(
    machines: Machines,
) -> None:
    first, second = await machines.serve(), await machines.serve()
    worker = await machines.start("worker")
    people, rounds = range(6), 4
    for number in range(rounds):
        await machines.say(people, number)
    await machines.scene.all_sent(len(people) * rounds)
    expected = [f"Got {number}." for number in range(rounds)]
    assert answers(machines.scene) == {person(who): expected for who in people}
    assert [await machines.stop(one) for one in (first, second, worker)] == [0, 0, 0]
    assert "Traceback" not in machines.scene.logs()


async def test_machines_that_are_killed_lose_nothing_and_say_nothing_twice(
    machines: Machines,
) -> None:
    """The others take over what a dead one was deciding or sending, in half a minute at most."""
    people, rounds, moments = range(8), 6, random.Random(1)  # noqa: S311  to be repeated
    servers = [await machines.serve(), await machines.serve()]
    for number in range(rounds):
        machines.scene.provider.faults.extend([Fault.slow(0.05)] * 4)
        saying = asyncio.create_task(machines.say(people, number))
        await asyncio.sleep(moments.uniform(0.02, 0.4))
        machines.kill(servers.pop(0))
        servers.append(await machines.serve())
        await saying
    await machines.scene.all_sent(len(people) * rounds, seconds=90)
    expected = [f"Got {number}." for number in range(rounds)]
    assert answers(machines.scene) == {person(who): expected for who in people}
    assert len({message.external_id for message in machines.scene.provider.sent}) == 48


async def test_a_worker_alone_answers_what_a_server_has_left(machines: Machines) -> None:
    server = await machines.serve()
    machines.scene.provider.faults.append(Fault.slow(5))
    await machines.say(range(2), 0)
    await until(lambda: machines.scene.provider.sent)
    machines.kill(server)
    await machines.start("worker")
    await machines.scene.all_sent(2, seconds=60)
    assert answers(machines.scene) == {person(0): ["Got 0."], person(1): ["Got 0."]}


async def test_rules_that_change_count_on_every_machine(machines: Machines) -> None:
    await machines.serve()
    await machines.serve()
    rules = machines.scene.folder / "rules" / "shop.yaml"
    rules.write_text(rules.read_text().replace("Got ", "Taken: "))
    await until(lambda: machines.scene.logs().count("rules reloaded") == 2)
    await machines.say(range(4), 0)
    await machines.scene.all_sent(4)
    assert answers(machines.scene) == {person(who): ["Taken: 0."] for who in range(4)}
