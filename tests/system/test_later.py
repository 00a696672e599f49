"""What a running server says later, with durations of seconds, over restarts, kills, machines."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.build import PERSON
from tests.support import until
from tests.system.machines import Machines
from tests.system.scene import Scene
from tests.system.test_questions import ZONE, say, texts

pytestmark = pytest.mark.anyio

RULES = f"""\
timezone: {ZONE}
rules:
  - id: quote
    when: {{keywords: [quote]}}
    reply: "On its way."
    follow_up: {{after: 4s, unless: replied, reply: "Any question?"}}
fallback: {{reply: "What?"}}
"""


def following_up(scene: Scene) -> Scene:
    (scene.folder / "rules" / "shop.yaml").write_text(RULES)
    return scene


async def test_it_is_said_once_over_a_restart_and_a_kill(scene: Scene) -> None:
    following_up(scene)
    await scene.start()
    await say(scene, "quote", 1)
    assert await scene.stop() == 0
    [waits] = scene.command("scheduled", "list")
    assert (waits["kind"], waits["rule"], waits["text"]) == ("follow-up", "quote", "Any question?")
    await asyncio.sleep(4)
    await scene.start()
    await scene.all_sent(2)
    await until(lambda: scene.logs().count('"event": "sent"') == 2)
    scene.kill()
    await scene.start()
    await asyncio.sleep(1.5)
    assert texts(scene) == ["On its way.", "Any question?"]
    assert scene.command("scheduled", "list") == []


async def test_who_writes_before_is_not_told(scene: Scene) -> None:
    following_up(scene)
    await scene.start()
    await say(scene, "quote", 1)
    await say(scene, "thanks", 2)
    assert scene.command("scheduled", "list") == []
    await asyncio.sleep(4)
    assert texts(scene) == ["On its way.", "What?"]


async def test_two_machines_say_it_once(scene: Scene, postgres_url: str) -> None:
    following_up(scene)
    machines = Machines(scene, postgres_url)
    try:
        first = await machines.serve()
        await machines.serve()
        scene.origin = machines.running[first]
        await scene.deliver(fromNumber=PERSON, message="quote", replyId="r-1")
        await scene.all_sent(2)
        await asyncio.sleep(2)
        assert texts(scene) == ["On its way.", "Any question?"]
    finally:
        machines.kill_all()


def by_clock(zone: str, at: datetime) -> str:
    """Rules by which something leaves seconds after it was asked for, and at that minute."""
    return f"""\
timezone: {zone}
rules:
  - id: soon
    when: {{keywords: [soon]}}
    reply: ["At once.", {{text: "After 3 seconds.", delay: 3s}}]
  - id: clock
    when: {{keywords: [clock]}}
    reply: "Noted."
    follow_up: {{after: 1s, at: "{at:%H:%M}", reply: "It is {{{{ now | time('%H:%M') }}}}."}}
"""


async def test_a_delay_is_seconds_and_at_is_what_the_clock_shows_over_a_kill(
    scene: Scene,
) -> None:
    """Pitfall 20, live: whichever way the clock of the wall goes, both are said once."""
    zone = ZoneInfo(ZONE)
    at = (datetime.now(zone) + timedelta(seconds=75)).replace(second=0, microsecond=0)
    (scene.folder / "rules" / "shop.yaml").write_text(by_clock(ZONE, at))
    await scene.start()
    await say(scene, "clock", 1)
    begun = time.monotonic()
    await say(scene, "soon", 2)
    waits = {one["kind"]: one["due"] for one in scene.command("scheduled", "list")}
    assert datetime.fromisoformat(waits["follow-up"]) == at
    scene.kill()
    await scene.start()
    await scene.all_sent(3)
    assert 2.5 < time.monotonic() - begun < 15
    await scene.all_sent(4, 80)
    assert datetime.now(zone) >= at
    scene.kill()
    await scene.start()
    await asyncio.sleep(1.5)
    said = f"It is {at:%H:%M}."
    assert texts(scene) == ["Noted.", "At once.", "After 3 seconds.", said]
    assert scene.command("scheduled", "list") == []
