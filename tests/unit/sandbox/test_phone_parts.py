"""The parts of the phone: saving as test, somebody new, pictures, and the side of the bot."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import yaml

from bot.sandbox import Courier, Provider
from bot.sandbox.feed import Feed
from bot.sandbox.phone.bot_side import BotSide, Trouble
from bot.sandbox.phone.pictures import LARGEST, Pictures
from bot.sandbox.phone.replaying import Scene, our_number, say_again
from bot.sandbox.phone.saved import as_test
from tests.unit.sandbox.build import OTHER_NUMBER, OUR_NUMBER, PERSON

pytestmark = pytest.mark.anyio
BOT = "http://127.0.0.1:8080"
PNG, JPEG, GIF = b"\x89PNG\r\n\x1a\n..", b"\xff\xd8\xff..", b"GIF89a"


SECOND, TWICE = "2026-11-01T06:30:59.5Z", "2026-11-01 01:30-05:00"
"""In an hour that comes twice there."""


def heard(number: int, text: str, second: int = 0, **members: Any) -> dict[str, Any]:
    return {
        "id": f"in-{number}",
        "direction": "inbound",
        "text": text,
        "mediaUrl": None,
        "at": f"2026-01-15T17:{second // 60:02}:{second % 60:02}Z",
        "tags": {},
        "changes": [],
        "outcome": "replied",
        "rule": "hours",
        "reason": None,
        **members,
    }


def said(text: str, answers: str | None = None, second: int = 0, **members: Any) -> dict[str, Any]:
    return {
        "direction": "outbound",
        "text": text,
        "inReplyTo": answers,
        "tags": {},
        "at": f"2026-01-15T17:{second // 60:02}:{second % 60:02}Z",
        **members,
    }


def steps(*messages: dict[str, Any], **members: Any) -> Any:
    """Of the test that these become."""
    conversation = {**HEAD, "contact": {}, **members}
    [case] = yaml.safe_load(as_test({**conversation, "messages": messages}))
    return case["steps"]


HEAD = {"number": PERSON, "ourNumber": OUR_NUMBER, "timezone": "America/New_York"}


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        (
            [heard(1, 'a "b": #1'), said("We're open.", "in-1")],
            [{"say": 'a "b": #1', "rule": "hours", "reply": "We're open."}],
        ),
        (
            [heard(1, "x", rule=None, outcome="unmatched")],
            [{"say": "x", "rule": "none", "outcome": "unmatched"}],
        ),
        (
            [heard(1, "x"), said("One.", "in-1"), said("Two.", "in-1")],
            [{"say": "x", "rule": "hours", "replies": ["One.", "Two."]}],
        ),
        (
            [heard(1, "x", reason="likely-opt-out", outcome="held", rule=None)],
            [{"say": "x", "rule": "none", "outcome": "held", "reason": "likely-opt-out"}],
        ),
        ([heard(1, "x", mediaUrl="https://a.example/b.png")], "https://a.example/b.png"),
        ([heard(1, "x"), heard(2, "y", 29)], None),
        ([heard(1, "x"), heard(2, "y", 31)], None),
        ([heard(1, "x", 40), heard(2, "y", 69)], None),
        ([heard(1, "x", 40), heard(2, "y", 71)], "2026-01-15 12:01"),
        ([heard(1, "x", at="2026-11-01T04:30:50.123456Z"), heard(2, "y", at=SECOND)], TWICE),
        (
            [heard(1, "x"), said("Ann here.", second=5, by="ann")],
            [{"say": "x", "rule": "hours"}, {"agent": "Ann here."}],
        ),
        (
            [
                heard(1, "x"),
                said("Ann here.", second=5, by="ann"),
                heard(2, "y", 6, rule="$paused", outcome="held", reason="paused"),
                heard(3, "STOP", 7, rule="$opt-out", outcome="replied"),
                heard(4, "z", 8),
                heard(5, "z", 9),
            ],
            [
                {"say": "x", "rule": "hours"},
                {"agent": "Ann here."},
                {"say": "y", "rule": "$paused", "outcome": "held", "reason": "paused"},
                {"say": "STOP", "rule": "$opt-out"},
                {"release": True},
                {"say": "z", "rule": "hours"},
                {"say": "z", "rule": "hours"},
            ],
        ),
        ([heard(1, "x"), heard(2, "y", outcome=None)], [{"say": "x", "rule": "hours"}]),
        ([said("Welcome", tags={"c": "w"}), heard(1, "x", tags={"c": "w"})], None),
    ],
)
def test_each_text_is_a_step_with_what_came_of_it(messages: Any, expected: Any) -> None:
    found = steps(*messages)
    if isinstance(expected, list):
        assert found == expected
    else:
        assert (found[-1].get("at") or found[-1].get("media")) == expected


def test_what_was_known_before_is_part_of_the_test_and_what_was_learnt_is_not() -> None:
    learnt = [{"kind": "contact", "name": "name", "value": "Ann"}]
    messages = [heard(1, "I am Ann", changes=learnt)]
    whole = {**HEAD, "messages": messages}
    [case] = yaml.safe_load(as_test({**whole, "contact": {"name": "Ann", "plan b": "yes"}}))
    assert {name: case[name] for name in ("at", "from", "to", "contact")} == {
        "at": "2026-01-15 12:00",
        "from": PERSON,
        "to": OUR_NUMBER,
        "contact": {"plan b": "yes"},
    }
    assert as_test({**whole, "contact": {}, "messages": [said("Welcome")]}) == ""


@pytest.mark.parametrize(
    ("content", "name"), [(PNG, "1.png"), (JPEG, "1.jpg"), (GIF, "1.gif"), (b"<svg/>", None)]
)
def test_a_picture_is_known_by_how_it_begins(content: bytes, name: str | None) -> None:
    pictures = Pictures()
    if name is None:
        with pytest.raises(ValueError, match="not a PNG, JPEG or GIF"):
            pictures.keep(content)
    else:
        assert pictures.keep(content) == name
        assert (pictures.find(name) or (b"",))[0] == content


def test_the_last_fifty_pictures_are_kept_and_none_that_is_too_large() -> None:
    pictures = Pictures()
    names = [pictures.keep(PNG) for _ in range(51)]
    assert [name for name in names if pictures.find(name) is None] == ["1.png"]
    with pytest.raises(ValueError, match="500 KB"):
        pictures.keep(PNG.ljust(LARGEST + 1))


@asynccontextmanager
async def beside(
    provider: Provider, answer: Callable[[httpx.Request], httpx.Response], url: str = BOT
) -> AsyncIterator[Scene]:
    """The stand-in, told to post texts to a bot that answers so."""
    hook = {"event": "message-reply", "url": f"{url}/webhooks/message-reply", "secret": "s" * 16}
    provider.register(hook)
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        side = BotSide(provider, client, "token")
        yield Scene(provider, Courier(provider, client), Feed(provider.clock), side)


@pytest.mark.parametrize(
    ("status", "body", "found"),
    [
        (200, '{"messages": []}', {"messages": []}),
        (404, '{"error": "none"}', None),
        (401, '{"error": "log in"}', "asks for BOT_CONSOLE_TOKEN"),
        (503, '{"error": "busy"}', "The bot answers 503: busy"),
        (200, "[]", "The bot answers 200"),
        (200, "<html>", "The bot does not answer"),
    ],
)
async def test_what_the_bot_says_or_why_it_says_nothing(
    provider: Provider, status: int, body: str, found: Any
) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(status, content=body)

    async with beside(provider, answer) as scene:
        if isinstance(found, str):
            with pytest.raises(Trouble, match=found):
                await scene.bot.conversation(PERSON, OUR_NUMBER)
        else:
            assert await scene.bot.conversation(PERSON, OUR_NUMBER) == found
    [request] = asked
    assert request.headers["authorization"] == "Bearer token"
    assert str(request.url) == (f"{BOT}/conversations/%2B15555550123.json?all=1&to=%2B15555550100")


@pytest.mark.parametrize(
    ("url", "console"),
    [
        (BOT, BOT),
        ("http://localhost:1", "http://localhost:1"),
        ("http://[::1]:1", "http://[::1]:1"),
        ("https://bot.example", None),
        ("http://127.0.0.1.example", None),
        ("http://10.0.0.1", None),
    ],
)
async def test_a_bot_of_this_machine_is_asked_and_no_other(
    provider: Provider, url: str, console: str | None
) -> None:
    async with beside(provider, lambda _: httpx.Response(500), url) as scene:
        assert scene.bot.console == console


async def test_of_several_accounts_that_which_the_webhook_names(provider: Provider) -> None:
    url = f"{BOT}/webhooks/shop/message-reply"
    provider.register({"event": "message-reply", "url": url, "secret": "s" * 16})
    async with httpx.AsyncClient() as client:
        assert BotSide(provider, client).console == f"{BOT}/shop"


async def test_somebody_new_says_the_same_up_to_a_text(provider: Provider) -> None:
    """In their order, each when the one before it was decided."""
    heard_by_bot: dict[str, list[str]] = {}

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            body: Mapping[str, Any] = json.loads(request.content)
            heard_by_bot.setdefault(body["fromNumber"], []).append(body["message"])
            return httpx.Response(200, json={})
        person = request.url.path.removeprefix("/conversations/").removesuffix(".json")
        texts = heard_by_bot.get(person, [])
        messages = [{"direction": "inbound", "outcome": "replied", "status": "decided"}]
        return httpx.Response(200, json={"messages": messages * len(texts)})

    async with beside(provider, answer) as scene:
        for text in ("one", "two", "three"):
            await scene.courier.deliver(
                "message-reply", scene.courier.received(PERSON, text, OTHER_NUMBER, None, None)
            )
        assert our_number(provider, PERSON) == OTHER_NUMBER
        new = await say_again(scene, PERSON, 2)
    assert new not in (PERSON, OUR_NUMBER, OTHER_NUMBER)
    assert heard_by_bot == {PERSON: ["one", "two", "three"], new: ["one", "two"]}
    assert our_number(provider, new) == OTHER_NUMBER
