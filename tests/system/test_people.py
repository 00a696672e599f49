"""A person of ours takes a conversation of a running server, over kills and on two machines."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import cycle
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox import serving
from tests.build import OUR_NUMBER, PERSON
from tests.support import until
from tests.system.machines import Machines
from tests.system.scene import Scene, person

pytestmark = pytest.mark.anyio

_AHEAD = 12 - datetime.now(UTC).hour
ZONE = f"Etc/GMT{-_AHEAD:+d}"
"""Where it is about noon: by night nothing leaves that nobody has just asked for."""
RULES = f"""\
timezone: {ZONE}
rules:
  - id: human
    when: {{keywords: [human]}}
    handoff: {{reply: "A moment.", for: 1h, unclaimed: {{after: AFTER, reply: "Nobody is free."}}}}
fallback: {{reply: "What?"}}
"""


def handing(scene: Scene, after: str) -> None:
    (scene.folder / "rules" / "shop.yaml").write_text(RULES.replace("AFTER", after))


def texts(scene: Scene) -> list[str | None]:
    return [message.text for message in scene.sent_to(PERSON)]


async def ask(scene: Scene, act: str, **body: str) -> dict[str, Any]:
    path = f"{scene.origin}/api/conversations/{PERSON}/{act}"
    response = await scene.client.post(path, json={"by": "ann", **body})
    assert response.status_code in (200, 202), response.text
    found: dict[str, Any] = response.json()
    return found


async def test_somebody_comes_and_the_bot_is_silent_over_a_kill_until_it_is_released(
    scene: Scene,
) -> None:
    handing(scene, "4s")
    await scene.start()
    await scene.courier.inbound(PERSON, "human", OUR_NUMBER)
    await scene.all_sent(1)
    await ask(scene, "messages", text="Ann here.")
    await scene.all_sent(2)
    scene.kill()
    await asyncio.sleep(3)
    await scene.start()
    await scene.courier.inbound(PERSON, "and my order?", OUR_NUMBER)
    await until(lambda: '"reason": "paused"' in scene.logs())
    await asyncio.sleep(1.5)
    [item] = scene.command("inbox", "list")
    assert (item["kind"], item["text"]) == ("handoff", "and my order?")
    assert item["detail"] == "ann has written"
    scene.command("conversations", "release", PERSON)
    await scene.courier.inbound(PERSON, "hello?", OUR_NUMBER)
    await scene.all_sent(3)
    assert texts(scene) == ["A moment.", "Ann here.", "What?"]
    assert await scene.stop() == 0


async def test_nobody_comes_while_the_server_is_dead_and_that_is_said_once(scene: Scene) -> None:
    handing(scene, "2s")
    await scene.start()
    await scene.courier.inbound(PERSON, "human", OUR_NUMBER)
    await scene.all_sent(1)
    await until(lambda: '"event": "sent"' in scene.logs())  # else it is sent anew
    scene.kill()
    await asyncio.sleep(2)
    await scene.start()
    await scene.all_sent(2)
    scene.kill()
    await scene.start()
    await scene.courier.inbound(PERSON, "hello?", OUR_NUMBER)
    await scene.all_sent(3)
    assert texts(scene) == ["A moment.", "Nobody is free.", "What?"]


async def test_of_two_machines_one_says_that_nobody_came(scene: Scene, postgres_url: str) -> None:
    handing(scene, "3s")
    machines = Machines(scene, postgres_url)
    try:
        first, second = await machines.serve(), await machines.serve()
        scene.origin = machines.running[first]
        await scene.deliver(fromNumber=PERSON, message="human", replyId="r-1")
        await scene.all_sent(1)
        scene.origin = machines.running[second]
        await scene.deliver(fromNumber=PERSON, message="hello?", replyId="r-2")
        await scene.all_sent(2)
        await asyncio.sleep(2)
        await ask(scene, "messages", text="Ann here.")
        await scene.all_sent(3)
        scene.origin = machines.running[first]
        await scene.deliver(fromNumber=PERSON, message="hello?", replyId="r-3")
        await asyncio.sleep(2)
        assert texts(scene) == ["A moment.", "Nobody is free.", "Ann here."]
    finally:
        machines.kill_all()


NOTIFYING = """\
rules:
  - id: order
    when: {{regex: 'order (?P<n>\\d+)'}}
    reply: "Thanks."
    notify: {url}
  - id: human
    when: {{keywords: [human]}}
    handoff: {{reply: "A moment.", notify: {{to: "{colleague}", text: "Somebody asks."}}}}
"""
COLLEAGUE = "+15555550142"
NOTIFY = {"BOT_NOTIFY_SECRET": "notify-secret"}


@asynccontextmanager
async def hook() -> AsyncIterator[tuple[str, list[tuple[str, str]]]]:
    """A program that is told: where it is, and of what, each with its request id."""
    told: list[tuple[str, str]] = []

    async def take(request: Request) -> Response:
        told.append(((await request.json())["text"], request.headers["x-request-id"]))
        await asyncio.sleep(0.05)  # long enough to be killed meanwhile
        return Response(status_code=202)

    app = Starlette(routes=[Route("/hook", take, methods=["POST"])])
    async with serving(app) as origin:
        yield f"{origin}/hook", told


async def test_over_kills_each_is_told_by_one_id_and_a_colleague_once(scene: Scene) -> None:
    async with hook() as (url, told):
        rules = NOTIFYING.format(url=url, colleague=COLLEAGUE)
        (scene.folder / "rules" / "shop.yaml").write_text(rules)
        moments = random.Random(1)  # noqa: S311  to be repeated
        await scene.start(**NOTIFY)
        for number in range(6):
            await scene.deliver(message=f"order {number}", replyId=f"o-{number}")
            who = f"+1555555{2000 + number}"
            await scene.deliver(fromNumber=who, message="human", replyId=f"h-{number}")
            await asyncio.sleep(moments.uniform(0.0, 1.5))
            scene.kill()
            await scene.start(**NOTIFY)
        await until(lambda: len({text for text, _ in told}) == 6)
        await until(lambda: len(scene.sent_to(COLLEAGUE)) >= 6)
        await asyncio.sleep(2)
        ids: dict[str, set[str]] = {}
        for text, request_id in told:
            ids.setdefault(text, set()).add(request_id)
        assert {text: len(found) for text, found in ids.items()} == {
            f"order {number}": 1 for number in range(6)
        }
        codes = [str(message.text)[-5:] for message in scene.sent_to(COLLEAGUE)]
        assert len(codes) == len(set(codes)) == 6
        await scene.deliver(fromNumber=COLLEAGUE, message=f"{codes[0]} Hello!", replyId="c-1")
        await until(lambda: any(one.text == "Hello!" for one in scene.provider.sent))
        assert await scene.stop() == 0


async def test_of_two_machines_one_tells(scene: Scene, postgres_url: str) -> None:
    async with hook() as (url, told):
        rules = NOTIFYING.format(url=url, colleague=COLLEAGUE)
        (scene.folder / "rules" / "shop.yaml").write_text(rules)
        machines = Machines(scene, postgres_url, **NOTIFY)
        try:
            await machines.serve()
            await machines.serve()
            for number, origin in zip(range(20), cycle(machines.running.values()), strict=False):
                scene.origin = origin
                order = {"message": f"order {number}", "replyId": f"o-{number}"}
                await scene.deliver(fromNumber=person(number), **order)
            await until(lambda: len(told) >= 20)
            await asyncio.sleep(2)
            assert sorted(text for text, _ in told) == sorted(f"order {n}" for n in range(20))
        finally:
            machines.kill_all()
