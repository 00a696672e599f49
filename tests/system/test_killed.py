"""A server that dies at whatever moment loses nothing and says nothing twice."""

from __future__ import annotations

import asyncio
import random

import pytest

from bot.sandbox import Fault
from tests.system.scene import Scene, answers, person, say

pytestmark = pytest.mark.anyio


async def test_a_server_that_is_killed_answers_each_message_once_and_in_order(
    silent: Scene,
) -> None:
    """Ten times, at whatever moment: while it accepts, decides, sends or records."""
    people, rounds, moments = range(20), 10, random.Random(1)  # noqa: S311  to be repeated
    await silent.start()
    for number in range(rounds):
        silent.provider.faults.extend([Fault.slow(0.01)] * 10)
        saying = asyncio.create_task(say(silent, people, number))
        await asyncio.sleep(moments.uniform(0.01, 0.25))
        silent.kill()
        await silent.start()
        await saying
    await silent.all_sent(len(people) * rounds)
    await asyncio.sleep(0.2)
    expected = [f"Got {number}." for number in range(rounds)]
    assert answers(silent) == {person(who): expected for who in people}
    assert len({message.external_id for message in silent.provider.sent}) == 200
    assert await silent.stop() == 0
    assert silent.command("dead-letters", "list") == []
