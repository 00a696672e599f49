"""Questions and timers of a running server, with durations of seconds, over restarts and kills."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from bot.sandbox import Fault
from tests.build import OUR_NUMBER, PERSON
from tests.support import until
from tests.system.machines import Machines
from tests.system.scene import Scene

pytestmark = pytest.mark.anyio

_AHEAD = 12 - datetime.now(UTC).hour
ZONE = f"Etc/GMT{-_AHEAD:+d}"
"""Where it is about noon: by night nothing leaves that nobody has just asked for."""
RULES = f"""\
timezone: {ZONE}
rules:
  - id: move
    when: {{keywords: [move]}}
    ask:
      - {{as: day, text: "Which day?", accept: {{date: true}}, retry: "A day, please."}}
      - {{as: part, text: "Morning or afternoon?", choices: [morning, afternoon]}}
    expires: EXPIRES
    on_expiry: "Left as it was."
    then: {{reply: "Noted: {{{{ part }}}}."}}
  - {{id: hours, when: {{keywords: [hours]}}, reply: "9 to 5."}}
fallback: {{reply: "What?"}}
"""


def texts(scene: Scene) -> list[str | None]:
    return [message.text for message in scene.sent_to(PERSON)]


async def say(scene: Scene, text: str, sent: int) -> None:
    """And wait until so many messages have come back."""
    await scene.courier.inbound(PERSON, text, OUR_NUMBER)
    await scene.all_sent(sent)


def asking(scene: Scene, expires: str) -> Scene:
    (scene.folder / "rules" / "shop.yaml").write_text(RULES.replace("EXPIRES", expires))
    return scene


async def test_a_form_is_filled_in_by_who_answers_at_once(scene: Scene) -> None:
    asking(scene, "1m")
    await scene.start()
    for sent, text in enumerate(["move", "hm", "Tuesday", "2", "thanks"], 1):
        await say(scene, text, sent)
    assert texts(scene) == [
        "Which day?",
        "A day, please.",
        "Morning or afternoon?",
        "Noted: afternoon.",
        "What?",
    ]
    [chain] = scene.command("conversations", "show", PERSON)
    assert chain["question"] is None
    assert await scene.stop() == 0


async def test_an_expiry_that_came_while_the_server_was_off_is_said_once(scene: Scene) -> None:
    asking(scene, "2s")
    await scene.start()
    await say(scene, "move", 1)
    assert await scene.stop() == 0
    await asyncio.sleep(2)
    await scene.start()
    await scene.all_sent(2)
    scene.kill()
    await scene.start()
    await say(scene, "Tuesday", 3)
    await asyncio.sleep(1.5)
    assert texts(scene) == ["Which day?", "Left as it was.", "What?"]


async def test_after_a_kill_the_expiry_goes_before_what_came_later(scene: Scene) -> None:
    asking(scene, "3s")
    await scene.start()
    await say(scene, "move", 1)
    await until(lambda: '"event": "sent"' in scene.logs())  # else it is sent anew
    scene.kill()
    await asyncio.sleep(3)
    await scene.start()
    await say(scene, "Tuesday", 3)
    assert texts(scene) == ["Which day?", "Left as it was.", "What?"]


async def test_an_open_question_is_open_after_a_kill_and_not_asked_again(scene: Scene) -> None:
    asking(scene, "1m")
    await scene.start()
    await say(scene, "move", 1)
    await say(scene, "Tuesday", 2)
    scene.kill()
    await scene.start()
    [chain] = scene.command("conversations", "show", PERSON)
    question = chain["question"]
    assert (question["rule"], question["step"], question["tries"]) == ("move", "part", 0)
    await say(scene, "morning", 3)
    await asyncio.sleep(1)
    assert texts(scene) == ["Which day?", "Morning or afternoon?", "Noted: morning."]


async def test_a_question_that_was_refused_is_closed(scene: Scene) -> None:
    asking(scene, "2s")
    scene.provider.faults.append(Fault(status=400))
    await scene.start()
    await scene.courier.inbound(PERSON, "move", OUR_NUMBER)
    await until(lambda: "dead letter" in scene.logs())
    await say(scene, "Tuesday", 1)
    await asyncio.sleep(3)
    assert texts(scene) == ["What?"]


async def test_two_machines_let_a_timer_happen_once(scene: Scene, postgres_url: str) -> None:
    asking(scene, "5s")
    machines = Machines(scene, postgres_url)
    try:
        first = await machines.serve()
        await machines.serve()
        scene.origin = machines.running[first]
        await scene.deliver(fromNumber=PERSON, message="move", replyId="r-1")
        await scene.all_sent(2)
        await asyncio.sleep(3)
        await scene.deliver(fromNumber=PERSON, message="move", replyId="r-2")
        await scene.all_sent(3)
        await scene.deliver(fromNumber=PERSON, message="Tuesday", replyId="r-3")
        await scene.all_sent(4)
        assert texts(scene) == [
            "Which day?",
            "Left as it was.",
            "Which day?",
            "Morning or afternoon?",
        ]
    finally:
        machines.kill_all()
