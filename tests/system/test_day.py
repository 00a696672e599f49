"""What a day brings to a running server: bursts, a budget that ends, pictures on two machines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox import serving
from tests.build import PERSON
from tests.support import OTHER_PERSON, until
from tests.system.machines import Machines
from tests.system.scene import Scene, person

pytestmark = pytest.mark.anyio

COLLEAGUE = "+15555550142"
BURSTS = f"""\
combine: {{wait: 2s}}
rules:
  - {{id: call, when: {{keywords: [call me]}}, notify: {{to: "{COLLEAGUE}", text: "Call."}}}}
  - {{id: order, when: {{regex: 'my order\\s+(?P<n>\\d+)'}}, reply: "Order {{{{ n }}}}."}}
fallback: {{reply: "What?"}}
"""
PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010806000000")


def texts(scene: Scene, to: str) -> list[str | None]:
    return [message.text for message in scene.sent_to(to)]


def _has_got(scene: Scene, to: str, many: int) -> bool:
    return len(scene.sent_to(to)) >= many


async def say(scene: Scene, who: str, *said: str) -> None:
    for text in said:
        await scene.deliver(fromNumber=who, message=text, replyId=f"{who}-{text}")


async def test_a_burst_gets_one_answer_and_each_code_its_own_person(scene: Scene) -> None:
    (scene.folder / "rules" / "shop.yaml").write_text(BURSTS)
    await scene.start()
    await say(scene, PERSON, "hi", "my order", "48213")
    await scene.all_sent(1)
    assert texts(scene, PERSON) == ["Order 48213."]
    for number, who in enumerate((PERSON, OTHER_PERSON), 1):
        await say(scene, who, "call me")
        await until(partial(_has_got, scene, COLLEAGUE, number))
    one, other = (str(text).rsplit(" ", 1)[1] for text in texts(scene, COLLEAGUE))
    await say(scene, COLLEAGUE, f"{one} yes", f"{other} no", "and now?")
    await until(lambda: len(scene.sent_to(COLLEAGUE)) == 3)
    assert texts(scene, PERSON)[1:] == ["yes"]
    assert texts(scene, OTHER_PERSON) == ["no"]
    assert texts(scene, COLLEAGUE)[2] == "What?"
    assert await scene.stop() == 0


async def test_at_the_end_of_the_budget_only_guards_answer(scene: Scene) -> None:
    shop = scene.folder / "rules" / "shop.yaml"
    shop.write_text('rules: [{hours: "9-5."}]\nguards: {help: {reply: "Call us."}}\n')
    await scene.start(BOT_SEGMENTS_PER_DAY="5")
    for number in range(4):
        await say(scene, person(number), "hours?")
    await scene.all_sent(4)
    ready = (await scene.client.get(f"{scene.origin}/readyz")).json()
    assert ready["warnings"] == ["4 of 5 segments of today have left"]
    for number in range(4, 7):
        await say(scene, person(number), "hours?")
    await say(scene, person(8), "HELP")
    await until(lambda: len(scene.command("dead-letters", "list")) == 2)
    assert {letter["reason"] for letter in scene.command("dead-letters", "list")} == {"budget"}
    await until(partial(_has_got, scene, person(8), 1))
    assert texts(scene, person(8)) == ["Call us."]
    assert len([one for one in scene.provider.sent if one.to != person(8)]) == 5
    assert await scene.stop() == 0


@asynccontextmanager
async def pictures() -> AsyncIterator[tuple[str, list[str]]]:
    """Where there are some, and which were asked for."""
    asked: list[str] = []

    async def show(request: Request) -> Response:
        asked.append(request.url.path)
        await asyncio.sleep(0.3)  # long enough for the other machine to look
        return Response(PNG, media_type="image/png")

    async with serving(Starlette(routes=[Route("/{name}", show)])) as origin:
        yield origin, asked


async def test_two_machines_keep_each_picture_once(scene: Scene, postgres_url: str) -> None:
    folder = scene.folder / "media"
    kept = {"BOT_MEDIA_DIR": str(folder), "BOT_MEDIA_LOOPBACK": "allow"}
    machines = Machines(scene, postgres_url, **kept)
    async with pictures() as (origin, asked):
        try:
            await machines.serve()
            await machines.serve()
            for number in range(10):
                scene.origin = list(machines.running.values())[number % 2]
                picture = {"url": f"{origin}/{number}.png", "replyId": f"r-{number}"}
                await scene.deliver(fromNumber=person(number), message="look", **picture)
            await until(lambda: len(list(folder.glob("*.png"))) == 10)
            await asyncio.sleep(2)
            assert sorted(asked) == [f"/{number}.png" for number in range(10)]
            assert [path.read_bytes() for path in folder.iterdir()] == [PNG] * 10
        finally:
            machines.kill_all()
