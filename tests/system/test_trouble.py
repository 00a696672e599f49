"""Nothing lost and nothing doubled: the provider away, the key wrong, the server stopped."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from dataclasses import replace

import pytest

from bot.sandbox import Fault, create_app, serving
from tests.build import OUR_NUMBER, PERSON
from tests.support import KEY
from tests.system.scene import Scene, answers, person, say

pytestmark = pytest.mark.anyio


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


async def test_while_the_provider_does_not_listen_the_replies_wait(silent: Scene) -> None:
    port = free_port()
    away = replace(silent, api=f"http://127.0.0.1:{port}")
    await away.start()
    await say(away, range(10), 1)
    await away.deliver(fromNumber=PERSON, message="number 1", replyId="r-1")
    await away.deliver(fromNumber=PERSON, message="number 2", replyId="r-2")
    assert away.provider.attempts == []
    async with serving(create_app(silent.provider, api_key=KEY), port=port):
        await away.all_sent(12)
    assert answers(away) == {
        **{person(who): ["Got 1."] for who in range(10)},
        PERSON: ["Got 1.", "Got 2."],
    }
    assert await away.stop() == 0


async def test_a_provider_that_fails_in_every_way_gets_each_message_once(silent: Scene) -> None:
    await silent.start(BOT_LONGCODE_ID="123")
    kinds = [
        Fault(status=500),
        Fault(status=503, taken=True),
        Fault.reset_before(),
        Fault.reset_after(),
        Fault.garbage(),
        Fault(status=429, retry_after=1),
    ]
    silent.provider.faults.extend(kinds * 2)
    await say(silent, range(20), 1)
    await silent.all_sent(20)
    assert answers(silent) == {person(who): ["Got 1."] for who in range(20)}
    await quiet(silent)
    tries = Counter(attempt.request_id for attempt in silent.provider.attempts)
    # One id for each message, the same at each of its tries.
    assert set(tries) == {message.request_id for message in silent.provider.sent}
    # Garbage comes with 200: it was taken, whatever the body says.
    assert sum(tries.values()) == 20 + (len(kinds) - 1) * 2
    assert 409 in {attempt.status for attempt in silent.provider.attempts}


async def quiet(silent: Scene) -> None:
    """Until no try has come for longer than the longest first pause."""
    seen = -1
    while seen != len(silent.provider.attempts):
        seen = len(silent.provider.attempts)
        await asyncio.sleep(1.5)


async def test_a_server_that_is_stopped_finishes_and_leaves_the_rest_for_the_next(
    silent: Scene,
) -> None:
    await silent.start()
    silent.provider.faults.extend([Fault.slow(0.03)] * 40)
    await say(silent, range(40), 1)
    assert await silent.stop() == 0
    before = len(silent.provider.sent)
    assert 0 < before < 40
    # The send under way was waited for: no try is left without its answer, and none is repeated.
    await silent.start()
    await silent.all_sent(40)
    assert await silent.stop() == 0
    assert answers(silent) == {person(who): ["Got 1."] for who in range(40)}
    assert len(silent.provider.attempts) == 40


async def test_a_wrong_key_loses_nothing(silent: Scene) -> None:
    await silent.start(MTA_API_KEY="wrong")
    await say(silent, range(3), 1)
    await asyncio.sleep(0.3)
    assert await silent.stop() == 0
    assert silent.command("dead-letters", "list") == []
    await silent.start()
    await silent.all_sent(3)
    assert answers(silent) == {person(who): ["Got 1."] for who in range(3)}


async def test_never_more_than_the_rate_over_a_kill(silent: Scene) -> None:
    await silent.start(BOT_SEND_RATE="10/1s")
    await say(silent, range(25), 1)
    await silent.all_sent(5)
    silent.kill()
    await silent.start(BOT_SEND_RATE="10/1s")
    await silent.all_sent(25)
    times = [attempt.at.timestamp() for attempt in silent.provider.attempts]
    assert [b - a for a, b in zip(times, times[10:], strict=False) if b - a < 0.999] == []


async def test_what_came_in_while_no_server_ran_is_not_known_and_the_next_goes_on(
    silent: Scene,
) -> None:
    """MTA gives up after two repetitions; nothing of ours can hold that up."""
    await silent.start()
    silent.kill()
    [lost] = await silent.courier.inbound(PERSON, "number 1", OUR_NUMBER)
    assert not lost.arrived
    await silent.start()
    [kept] = await silent.courier.inbound(PERSON, "number 2", OUR_NUMBER)
    assert kept.arrived
    await silent.all_sent(1)
    assert answers(silent) == {PERSON: ["Got 2."]}


@pytest.mark.parametrize(("unknown", "warns"), [("default", True), ("hold", False)])
async def test_a_default_number_that_moves_is_warned_of_at_the_start(
    unknown: str, warns: bool, silent: Scene
) -> None:
    await silent.start(BOT_UNKNOWN_LONGCODE=unknown)
    assert ("BOT_UNKNOWN_LONGCODE=default: where nothing tells" in silent.logs()) is warns
    assert await silent.stop() == 0
