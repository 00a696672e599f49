"""Nothing lost and nothing doubled: the provider away, the server killed, the server stopped."""

from __future__ import annotations

import asyncio
import random
import socket
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.sandbox import Fault, create_app, serving
from tests.build import OUR_NUMBER, PERSON
from tests.end_to_end.scene import Scene, scene_in
from tests.support import KEY

pytestmark = pytest.mark.anyio


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with scene_in(tmp_path, follows=False) as scene:
        yield scene


def person(number: int) -> str:
    return f"+1555555{1000 + number}"


async def say(scene: Scene, people: range, number: int) -> None:
    """Each of them writes `number N`; until all of it is accepted."""
    await asyncio.gather(
        *(
            scene.deliver(
                fromNumber=person(who), message=f"number {number}", replyId=f"r-{who}-{number}"
            )
            for who in people
        )
    )


def answers(scene: Scene) -> dict[str, list[str | None]]:
    """What each person has read, in order."""
    read: dict[str, list[str | None]] = {}
    for message in scene.provider.sent:
        read.setdefault(message.to, []).append(message.text)
    return read


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


async def test_while_the_provider_does_not_listen_the_replies_wait(scene: Scene) -> None:
    port = free_port()
    away = replace(scene, api=f"http://127.0.0.1:{port}")
    await away.start()
    await say(away, range(10), 1)
    await away.deliver(fromNumber=PERSON, message="number 1", replyId="r-1")
    await away.deliver(fromNumber=PERSON, message="number 2", replyId="r-2")
    assert away.provider.attempts == []
    async with serving(create_app(scene.provider, api_key=KEY), port=port):
        await away.all_sent(12)
    assert answers(away) == {
        **{person(who): ["Got 1."] for who in range(10)},
        PERSON: ["Got 1.", "Got 2."],
    }
    assert await away.stop() == 0


async def test_a_provider_that_fails_in_every_way_gets_each_message_once(scene: Scene) -> None:
    await scene.start(BOT_LONGCODE_ID="123")
    kinds = [
        Fault(status=500),
        Fault(status=503, taken=True),
        Fault.reset_before(),
        Fault.reset_after(),
        Fault.garbage(),
        Fault(status=429, retry_after=1),
    ]
    scene.provider.faults.extend(kinds * 2)
    await say(scene, range(20), 1)
    await scene.all_sent(20)
    assert answers(scene) == {person(who): ["Got 1."] for who in range(20)}
    await quiet(scene)
    tries = Counter(attempt.request_id for attempt in scene.provider.attempts)
    # One id for each message, the same at each of its tries.
    assert set(tries) == {message.request_id for message in scene.provider.sent}
    assert sum(tries.values()) == 20 + len(kinds) * 2
    assert 409 in {attempt.status for attempt in scene.provider.attempts}


async def quiet(scene: Scene) -> None:
    """Until no try has come for longer than the longest first pause."""
    seen = -1
    while seen != len(scene.provider.attempts):
        seen = len(scene.provider.attempts)
        await asyncio.sleep(1.5)


async def test_a_server_that_is_killed_answers_each_message_once_and_in_order(
    scene: Scene,
) -> None:
    """Ten times, at whatever moment: while it accepts, decides, sends or records."""
    people, rounds, moments = range(20), 10, random.Random(1)  # noqa: S311  to be repeated
    await scene.start()
    for number in range(rounds):
        scene.provider.faults.extend([Fault.slow(0.01)] * 10)
        saying = asyncio.create_task(say(scene, people, number))
        await asyncio.sleep(moments.uniform(0.01, 0.25))
        scene.kill()
        await scene.start()
        await saying
    await scene.all_sent(len(people) * rounds)
    await asyncio.sleep(0.2)
    expected = [f"Got {number}." for number in range(rounds)]
    assert answers(scene) == {person(who): expected for who in people}
    assert len({message.external_id for message in scene.provider.sent}) == 200
    assert await scene.stop() == 0
    assert scene.command("dead-letters", "list") == []


async def test_a_server_that_is_stopped_finishes_and_leaves_the_rest_for_the_next(
    scene: Scene,
) -> None:
    await scene.start()
    scene.provider.faults.extend([Fault.slow(0.03)] * 40)
    await say(scene, range(40), 1)
    assert await scene.stop() == 0
    before = len(scene.provider.sent)
    assert 0 < before < 40
    # The send under way was waited for: no try is left without its answer, and none is repeated.
    await scene.start()
    await scene.all_sent(40)
    assert await scene.stop() == 0
    assert answers(scene) == {person(who): ["Got 1."] for who in range(40)}
    assert len(scene.provider.attempts) == 40


async def test_a_wrong_key_loses_nothing(scene: Scene) -> None:
    await scene.start(MTA_API_KEY="wrong")
    await say(scene, range(3), 1)
    await asyncio.sleep(0.3)
    assert await scene.stop() == 0
    assert scene.command("dead-letters", "list") == []
    await scene.start()
    await scene.all_sent(3)
    assert answers(scene) == {person(who): ["Got 1."] for who in range(3)}


async def test_never_more_than_the_rate_over_a_kill(scene: Scene) -> None:
    await scene.start(BOT_SEND_RATE="10/1s")
    await say(scene, range(25), 1)
    await scene.all_sent(5)
    scene.kill()
    await scene.start(BOT_SEND_RATE="10/1s")
    await scene.all_sent(25)
    times = [attempt.at.timestamp() for attempt in scene.provider.attempts]
    assert [b - a for a, b in zip(times, times[10:], strict=False) if b - a < 0.999] == []


async def test_what_came_in_while_no_server_ran_is_not_known_and_the_next_goes_on(
    scene: Scene,
) -> None:
    """MTA gives up after two repetitions; nothing of ours can hold that up."""
    await scene.start()
    scene.kill()
    [lost] = await scene.courier.inbound(PERSON, "number 1", OUR_NUMBER)
    assert not lost.arrived
    await scene.start()
    [kept] = await scene.courier.inbound(PERSON, "number 2", OUR_NUMBER)
    assert kept.arrived
    await scene.all_sent(1)
    assert answers(scene) == {PERSON: ["Got 2."]}
