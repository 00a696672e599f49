"""Over HTTP on this machine: signed webhooks in, POST /send out."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from bot.sandbox import Courier, SentMessage, Shape
from tests.build import OUR_NUMBER, PERSON
from tests.support import KEY, LINE, OTHER_PERSON, SECRET, signed, texts_in, until, webhook
from tests.system.scene import SECOND_NUMBER, Scene

pytestmark = pytest.mark.anyio


def about(message: SentMessage) -> tuple[str, str | None, int, dict[str, str]]:
    return message.to, message.text, message.longcode_id, dict(message.tags)


async def test_a_whole_conversation(scene: Scene) -> None:
    """We write, they answer, we answer, they answer that: one chain from one number of ours."""
    await scene.start()
    first = await scene.client.post(
        f"{scene.origin}/api/messages",
        json={
            "to": PERSON,
            "text": "Hello!",
            "longcodeId": 124,
            "externalId": "shop-1",
            "tags": {"campaign": "spring"},
        },
    )
    assert (first.status_code, first.json()) == (202, {"externalId": "shop-1"})
    await scene.all_sent(1)
    for count, text in ((2, "Hours?"), (3, "number 7")):
        [delivery] = await scene.courier.inbound(PERSON, text)
        assert delivery.arrived
        await scene.all_sent(count)
    tags = {"campaign": "spring"}
    assert [about(message) for message in scene.provider.sent] == [
        (PERSON, "Hello!", 124, tags),
        (PERSON, "We're open 9-5.", 124, {**tags, "rule": "hours"}),
        (PERSON, "Got 7.", 124, {**tags, "rule": "number"}),
    ]
    assert len({message.external_id for message in scene.provider.sent}) == 3
    assert len({message.request_id for message in scene.provider.sent}) == 3
    await scene.courier.settle()
    [chain] = scene.command("conversations", "show", PERSON)
    linked = [(m["id"], m["inReplyTo"], m.get("delivery")) for m in chain["messages"]]
    assert linked == [
        ("out-1", None, "delivered"),
        ("in-1", "out-1", None),
        ("out-2", "in-1", "delivered"),
        ("in-2", "out-2", None),
        ("out-3", "in-2", "delivered"),
    ]
    assert chain["ourNumber"] == SECOND_NUMBER
    for path in ("readyz", "healthz", "metrics"):
        assert (await scene.client.get(f"{scene.origin}/{path}")).status_code == 200
    assert await scene.stop() == 0
    logs = scene.logs()
    assert '"event": "decided"' in logs
    assert '"answers": "in-2"' in logs  # one id from the webhook to the send
    assert [word for word in (PERSON, PERSON[2:], "Hours", KEY, SECRET) if word in logs] == []


async def test_each_shape_of_a_webhook_is_answered(scene: Scene) -> None:
    await scene.start()
    shapes = [Shape(), Shape(nested=True), Shape(version=1), Shape(nested=True, version=1)]
    for number, shape in enumerate(shapes, 1):
        courier = Courier(scene.provider, scene.client, shape=shape)
        [delivery] = await courier.inbound(f"+1555555000{number}", "Hours?", OUR_NUMBER)
        assert delivery.answers == (200,)
    await scene.courier.inbound(PERSON, None, OUR_NUMBER, "https://example.com/1.jpg")
    await scene.all_sent(5)
    assert [about(message) for message in scene.provider.sent] == [
        *((f"+1555555000{n}", "We're open 9-5.", LINE, {"rule": "hours"}) for n in range(1, 5)),
        (PERSON, "Nice picture.", LINE, {"rule": "picture"}),
    ]


async def test_a_webhook_that_comes_ten_times_at_once_is_answered_once(scene: Scene) -> None:
    await scene.start()
    body = webhook()
    assert set(await asyncio.gather(*(scene.post(body) for _ in range(10)))) == {200}
    await scene.post(webhook(replyId="r-2", fromNumber=OTHER_PERSON))
    await until(lambda: scene.sent_to(OTHER_PERSON))
    assert len(scene.sent_to(PERSON)) == 1


async def test_what_is_not_signed_or_too_large_is_not_answered(scene: Scene) -> None:
    await scene.start()
    base = len(webhook(message=""))
    fits, too_large = (webhook(message="hours " + "a" * (n - base - 6)) for n in (65_536, 65_537))
    assert (len(fits), len(too_large)) == (65_536, 65_537)
    assert await scene.post(webhook(), **{"X-Signature": "0" * 64}) == 401
    assert await scene.post(webhook(), **signed(webhook(), "another secret")) == 401
    assert await scene.post(too_large) == 413
    assert scene.command("conversations", "list") == []
    assert await scene.post(fits) == 200
    await scene.all_sent(1)


async def test_someone_who_stopped_gets_nothing_more(scene: Scene) -> None:
    """Told by their word, or by the status of a message that could not be delivered."""
    scene.provider.fates[OTHER_PERSON] = (3, 11)
    await scene.start()
    for person, text in ((PERSON, "STOP"), (OTHER_PERSON, "Hours?")):
        await scene.courier.inbound(person, text, OUR_NUMBER)
    await scene.all_sent(1)
    await scene.courier.settle()
    for person in (PERSON, OTHER_PERSON):
        await scene.courier.inbound(person, "Hours?", OUR_NUMBER)
    for person in (PERSON, OTHER_PERSON):
        [chain] = scene.command("conversations", "show", person)
        assert chain["optedOut"]
        assert chain["messages"][-1]["reason"] == "opted-out"
    assert [message.to for message in scene.provider.sent] == [OTHER_PERSON]


async def test_a_second_stop_holds_whatever_its_reply_id_looks_like(scene: Scene) -> None:
    await scene.start()
    for number, text in enumerate(("STOP", "START", "STOP")):
        odd: dict[str, Any] = {"replyId": [number], "timestamp": None, "message": text}
        assert await scene.post(webhook(**odd)) == 200
    await scene.deliver(message="Hours?", replyId="r-last")
    await scene.courier.settle()

    def decided() -> tuple[bool, str] | None:
        """A text stands in its conversation once it is decided."""
        [chain] = scene.command("conversations", "show", PERSON)
        reasons = [one["reason"] for one in chain["messages"] if one["text"] == "Hours?"]
        return (chain["optedOut"], reasons[0]) if reasons else None

    await until(decided)
    assert decided() == (True, "opted-out")


async def test_a_dry_run_of_the_server_sends_nothing_and_needs_no_key(scene: Scene) -> None:
    scene.options = ["--dry-run"]
    await scene.start(MTA_API_KEY="")
    await scene.post(webhook())
    assert await scene.stop() == 0
    [chain] = scene.command("conversations", "show", PERSON)
    assert [(m["status"], m["reason"]) for m in chain["messages"]] == [
        ("decided", None),
        ("dropped", "dry run"),
    ]
    assert scene.provider.attempts == []


async def test_another_server_on_the_same_ledger_does_not_start(scene: Scene) -> None:
    await scene.start()
    other = replace(scene, process=None)
    with pytest.raises(ValueError, match="not enough values"):
        await other.start()
    assert other.process is not None
    assert other.process.returncode == 2
    assert "another `bot serve` uses this database: stop it first\n" in scene.logs()


async def test_a_port_that_is_taken_is_the_operators_mistake(scene: Scene) -> None:
    await scene.start()
    port = httpx.URL(scene.origin).port
    scene_2 = replace(scene, process=None, options=["--port", str(port)])
    with pytest.raises(ValueError, match="not enough values"):
        await scene_2.start(BOT_DATABASE_URL="sqlite:///other.db")
    assert scene_2.process is not None
    assert scene_2.process.returncode == 2
    assert "address already in use" in scene.logs().lower()
    assert "Traceback" not in scene.logs()


async def test_capture_mode_keeps_samples_without_a_word(scene: Scene) -> None:
    await scene.start(BOT_CAPTURE="samples")
    await scene.courier.inbound(PERSON, "Hours?")
    await scene.all_sent(1)
    assert await scene.stop() == 0
    found = texts_in(scene.folder / "samples")
    assert {name.rpartition("-")[0] for name in found} >= {"message-reply", "send-answer"}
    [reply] = [json.loads(found[name]) for name in found if name.startswith("message-reply")]
    assert (reply["body"]["fromNumber"], reply["body"]["message"]) == ("+15555550100", "Xxxxx?")


async def test_without_the_setting_there_are_no_samples(scene: Scene) -> None:
    await scene.start()
    before = {path.name for path in scene.folder.iterdir()}
    await scene.courier.inbound(PERSON, "Hours?")
    await scene.all_sent(1)
    assert await scene.stop() == 0
    after = {path.name for path in scene.folder.iterdir()}
    assert {name for name in after - before if not name.startswith("bot.db")} == set()


@pytest.mark.parametrize("sent_at", ["2026-01-01T00:00:00Z", "2099-01-01T00:00:00Z"])
async def test_the_whole_story_is_one_chain_for_each_pair(sent_at: str, scene: Scene) -> None:
    """They text first, we write from the campaign tool, they answer, their other number texts.

    The provider's clock is apart from ours by years; the order is that of the phone.
    """
    await scene.start()
    for number, person in ((1, PERSON), (2, OTHER_PERSON)):
        text = webhook(fromNumber=person, replyId=f"r-{number}", timestamp=sent_at)
        assert await scene.post(text) == 200
    await scene.all_sent(2)
    first = {"to": PERSON, "text": "Sale!", "longcodeId": LINE, "externalId": "shop-1"}
    told = await scene.client.post(f"{scene.origin}/api/messages", json=first)
    assert told.status_code == 202
    await scene.all_sent(3)
    bare = webhook(message="number 7", replyId="r-3", externalId="shop-1", timestamp=None)
    assert await scene.post(bare) == 200
    quoting = webhook(message="number 8", replyId="r-4", externalId="shop-1")
    assert await scene.post(quoting.replace(OUR_NUMBER.encode(), SECOND_NUMBER.encode())) == 200
    await scene.all_sent(5)
    chains = scene.command("conversations", "show", PERSON)
    assert {
        chain["ourNumber"]: [said["text"] for said in chain["messages"]] for chain in chains
    } == {
        OUR_NUMBER: ["Hours?", "We're open 9-5.", "Sale!", "number 7", "Got 7."],
        SECOND_NUMBER: ["number 8", "Got 8."],
    }
    assert [message.longcode_id for message in scene.provider.sent][-2:] == [LINE, 124]
    [other] = scene.command("conversations", "show", OTHER_PERSON)
    assert [said["text"] for said in other["messages"]] == ["Hours?", "We're open 9-5."]


async def test_who_has_left_is_a_conflict_at_the_api(scene: Scene) -> None:
    await scene.start()
    await scene.courier.inbound(PERSON, "STOP", OUR_NUMBER)
    first = {"to": PERSON, "text": "Sale!", "longcodeId": LINE}
    await until(lambda: scene.command("conversations", "show", PERSON)[0]["optedOut"])
    told = await scene.client.post(f"{scene.origin}/api/messages", json=first)
    assert told.status_code == 409
    assert scene.provider.sent == []
