"""Others are told what was decided: programs by POST until one takes it, colleagues by texts."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.ledger import conversations, inbox_items, notifications
from bot.ledger.database import Database
from bot.ledger.notifications import Kind, Notification
from bot.ledger.schema import inbox_items as items_table
from bot.ledger.schema import notifications as table
from bot.ledger.schema import outbox
from bot.ledger.writer import Writer
from bot.messaging import colleagues, opt_outs
from bot.messaging.hooks import Hooks
from bot.messaging.notifications import Notifier
from bot.model import Decision, LongcodeId
from bot.provider.client import Gateway
from bot.sandbox import Number, Provider, serving, signature
from tests.build import NOW, OUR_NUMBER, PERSON, inbound, ruleset
from tests.support import KEY, LINE
from tests.unit.messaging.test_processing import SETTINGS, Scene, Wire

pytestmark = pytest.mark.anyio

COLLEAGUE = "+15555550142"
SECRET = "notify-secret"
HOUR = 3_600
A_TEXT = Notification(1, "r-1", "a" * 32, 1, Kind.TEXT, COLLEAGUE, "x", 1, NOW, NOW)


@dataclass
class Hook:
    """A program that is told."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    told: list[tuple[dict[str, Any], str]] = field(default_factory=list)
    """Bodies, with their request id."""

    async def __call__(self, request: Request) -> Response:
        body = await request.body()
        assert request.headers["x-signature"] == signature(SECRET, body)
        self.told.append((json.loads(body), request.headers["x-request-id"]))
        return Response(status_code=self.answers.pop(0) if self.answers else 204)


@asynccontextmanager
async def hooked() -> AsyncIterator[Hook]:
    hook = Hook()
    app = Starlette(routes=[Route("/hook", hook.__call__, methods=["POST"])])
    async with serving(app) as origin:
        hook.url = f"{origin}/hook"
        yield hook


def rules(url: str = "http://127.0.0.1:9/hook") -> Any:
    return ruleset(f"""
timezone: UTC
rules:
  - id: order
    when: {{regex: 'order (?P<n>\\d+)'}}
    set: {{conversation: {{last: "{{{{ n }}}}"}}}}
    reply: "Thanks."
    notify: {url}
  - id: human
    when: {{keywords: [human]}}
    handoff:
      reply: "A moment."
      notify: {{to: "{COLLEAGUE}", text: "{{{{ message.sender | phone }}}} asks."}}
  - {{id: both, when: {{keywords: [both]}}, notify: {url}, handoff: {{notify: {url}}}}}
fallback: {{reply: "What?"}}
""")


@pytest.fixture
async def scene(either_database: Database) -> AsyncIterator[Scene]:
    lines = [Number(id=LINE, number=OUR_NUMBER)]
    provider = Provider(numbers=lines, send_limit=None)
    wire = Wire(provider)
    gateway = Gateway("http://mta/v3", KEY, transport=wire)
    writer = Writer(either_database)
    settings = replace(SETTINGS, longcode_id=LongcodeId(LINE), notify_secret=SECRET)
    yield Scene(either_database, writer, gateway, provider, wire, settings, rules())
    await gateway.close()
    await asyncio.to_thread(writer.close)


def say(scene: Scene, text: str, sender: str = PERSON) -> Decision:
    return scene.take(text, sender=sender, received_at=scene.clock())


async def tell(scene: Scene) -> None:
    """All that is due, and what leaves by it."""
    notifier = Notifier(scene.resources())
    while await notifier.tell():
        pass
    await notifier.close()
    for _ in range(6):
        await scene.deliver()


def stands(scene: Scene) -> list[tuple[str, str]]:
    return [(row.status, row.reason) for row in scene.rows(table)]


def sent(scene: Scene, to: str) -> list[str]:
    return [body["message"] for body in scene.wire.sent if body["subscribers"] == [to]]


async def test_a_program_is_told_once_with_what_was_decided(scene: Scene) -> None:
    async with hooked() as hook:
        scene.rules = rules(hook.url)
        say(scene, "order 48213")
        await tell(scene)
        await tell(scene)
        [(body, _)] = hook.told
        assert body == {
            "event": "notify",
            "at": "2026-01-15T17:04:05Z",
            "number": PERSON,
            "ourNumber": OUR_NUMBER,
            "text": "order 48213",
            "rule": "order",
            "captures": {"n": "48213"},
            "conversation": {
                "state": None,
                "values": {"last": "48213"},
                "contact": {},
                "handedOver": False,
                "received": 1,
            },
            "mediaUrl": None,
            "tags": {},
        }
        say(scene, "both")
        await tell(scene)
        assert sorted(body["event"] for body, _ in hook.told[1:]) == ["handoff", "notify"]
    assert stands(scene) == [("done", "")] * 3


async def test_what_is_not_taken_is_tried_again_by_the_same_id_for_a_day(scene: Scene) -> None:
    async with hooked() as hook:
        scene.rules, hook.answers = rules(hook.url), [500, 302, 404]
        say(scene, "order 48213")
        for _ in range(4):
            await tell(scene)
            scene.clock.move(HOUR)
        assert len(hook.told) == 4
        assert len({request_id for _, request_id in hook.told}) == 1
        assert stands(scene) == [("done", "answered 404")]
        hook.answers = [500] * 3
        say(scene, "order 48213")
        await tell(scene)
        scene.clock.move(25 * HOUR)
        await tell(scene)
        assert stands(scene)[1] == ("dead", "answered 500")
        with scene.database.transaction() as connection:
            [item] = inbox_items.listed(connection, scene.clock())
            assert (item.id, item.kind, item.number) == ("notify-2", "dead-letter", PERSON)
            notifications.retry(connection, 2, scene.clock())
        hook.answers = []
        await tell(scene)
        assert stands(scene)[1][0] == "done"
    assert scene.rows(items_table) == []


async def test_who_died_with_it_leaves_it_when_the_lease_ends(scene: Scene) -> None:
    async with hooked() as hook:
        scene.rules = rules(hook.url)
        say(scene, "order 48213")
        with scene.database.transaction() as connection:
            [mine] = notifications.claim(connection, 8, scene.clock())
            assert notifications.claim(connection, 8, scene.clock()) == []
        await tell(scene)
        assert hook.told == []
        scene.clock.move(31)
        await tell(scene)
        assert len(hook.told) == 1
        with scene.database.transaction() as connection:
            assert not notifications.taken(connection, mine, scene.clock())


async def test_a_dry_run_tells_nobody(scene: Scene) -> None:
    scene.process(inbound("order 48213", received_at=scene.clock()), sends=False)
    assert stands(scene) == [("dropped", "dry run")]


@pytest.mark.parametrize(
    ("url", "private", "because"),
    [
        ("http://127.0.0.1:9/", False, "it cannot be reached (ConnectError)"),
        ("http://localhost:9/", False, "it cannot be reached (ConnectError)"),
        ("http://10.0.0.1:9/", False, "its address is private"),
        ("http://169.254.169.254/", False, "its address is private"),
        ("http://[fd00::1]:9/", False, "its address is private"),
        ("http://[::ffff:10.0.0.1]:9/", False, "its address is private"),
        ("http://0.0.0.0:9/", False, "its address is private"),
        ("http://0.0.0.0:9/", True, "it cannot be reached (ConnectError)"),
    ],
)
async def test_private_addresses_are_for_who_wants_them(
    url: str, private: bool, because: str
) -> None:
    hooks = Hooks(SECRET, private=private)
    assert (await hooks.post(url, "{}", "a" * 32)).startswith(because)
    await hooks.close()


async def test_without_a_secret_it_waits(scene: Scene) -> None:
    scene.settings = replace(scene.settings, notify_secret=None)
    say(scene, "order 48213")
    await tell(scene)
    assert stands(scene) == [("due", "BOT_NOTIFY_SECRET is not set")]


async def asked(scene: Scene) -> str:
    """A colleague is told; the code."""
    say(scene, "human")
    await tell(scene)
    [text] = sent(scene, COLLEAGUE)
    said, code = text.rsplit(" ", 1)
    assert (said, code[0], len(code)) == ("(555) 555-0123 asks.", "#", 5)
    return code


async def test_a_colleague_answers_the_person_from_the_same_number(scene: Scene) -> None:
    code = await asked(scene)
    decision = say(scene, f"{code.upper()}: I call you at five.", COLLEAGUE)
    assert (decision.rule, decision.replies) == ("$colleague", ())
    await tell(scene)
    assert sent(scene, PERSON) == ["A moment.", "I call you at five."]
    [*_, row] = scene.rows(outbox)
    assert (row.by, row.longcode_id) == ("colleague …0142", LINE)
    assert say(scene, "thanks").reason == "paused"
    assert stands(scene) == [("done", "")] * 2


async def test_the_code_is_the_same_in_a_conversation_and_of_nobody_else(scene: Scene) -> None:
    code = await asked(scene)
    scene.clock.move(13 * HOUR)
    with scene.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE conversations SET handoff = NULL")
    say(scene, "human")
    await tell(scene)
    assert {text[-5:] for text in sent(scene, COLLEAGUE)} == {code}
    other = "+15555550143"
    assert say(scene, f"{code} hello", other).rule == "fallback"
    assert say(scene, "#zzz9 hello", COLLEAGUE).rule == "fallback"
    assert say(scene, "I call them", COLLEAGUE).rule == "fallback"


async def test_stop_of_a_colleague_ends_the_notices(scene: Scene) -> None:
    await asked(scene)
    say(scene, "STOP", COLLEAGUE)
    scene.clock.move(13 * HOUR)
    say(scene, "human", "+15555550144")
    await tell(scene)
    assert len(sent(scene, COLLEAGUE)) == 1
    assert stands(scene)[-1] == ("dead", "opted-out")


def waiting(scene: Scene) -> dict[str, str]:
    """What `bot inbox` lists, with its detail."""
    with scene.database.transaction() as connection:
        items = inbox_items.listed(connection, scene.clock())
    return {item.id: item.detail for item in items}


async def test_a_colleague_who_was_not_told_is_seen_where_people_look(scene: Scene) -> None:
    """Once for the colleague, and with each handoff; after their START it is told again."""
    say(scene, "STOP", COLLEAGUE)
    for number in (44, 45):
        scene.clock.move(1)
        say(scene, "human", f"+155555501{number}")
        await tell(scene)
    assert stands(scene) == [("dead", "opted-out"), ("dropped", "opted-out")]
    untold = f"{COLLEAGUE} was not told: opted-out"
    assert waiting(scene) == {
        "notify-1": f"not told: {COLLEAGUE}",
        "handoff-2": f"nobody has written; {untold}",
        "handoff-3": f"nobody has written; {untold}",
    }
    say(scene, "START", COLLEAGUE)
    with scene.database.transaction() as connection:
        notifications.retry(connection, 1, scene.clock())
    await tell(scene)
    assert [text.rsplit(" ", 1)[0] for text in sent(scene, COLLEAGUE)] == ["(555) 555-0144 asks."]
    assert waiting(scene) == {
        "handoff-2": "nobody has written",
        "handoff-3": f"nobody has written; {untold}",
    }


async def test_who_has_left_is_not_written_to_and_the_colleague_hears_of_it(scene: Scene) -> None:
    code = await asked(scene)
    with scene.database.transaction() as connection:
        opt_outs.opt_out(connection, PERSON, "call", "ann", scene.clock())
    say(scene, f"{code} hello", COLLEAGUE)
    await tell(scene)
    assert sent(scene, PERSON) == ["A moment."]
    assert sent(scene, COLLEAGUE)[1:] == [f"Not sent: they have opted out of our texts. {code}"]


async def test_it_is_never_a_loop(scene: Scene) -> None:
    """Neither one who asks for themselves, nor a number of ours, nor a thousand askers."""
    say(scene, "human", COLLEAGUE)
    await tell(scene)
    assert stands(scene) == [("dead", "it is about themselves")]
    untold = f"{COLLEAGUE} was not told: it is about themselves"
    assert waiting(scene) == {
        "notify-1": f"not told: {COLLEAGUE}",
        "handoff-1": f"nobody has written; {untold}",
    }
    for number in range(25):
        say(scene, "human", f"+155555502{number:02}")
    await tell(scene)
    assert stands(scene)[1:] == [
        *[("done", "")] * 20,
        *[("dead", "limit"), *[("dropped", "limit")] * 4],
    ]
    with scene.database.transaction() as connection:
        about = conversations.by_id(connection, 2)
        for target, reason in (
            (about.contact, "it is about themselves"),
            (OUR_NUMBER, "it is a number of ours"),
        ):
            told = replace(A_TEXT, conversation_id=about.id, target=target)
            because = colleagues.tell(connection, told, scene.resources(), scene.clock())
            assert because == reason


async def test_a_notice_without_a_handoff_that_cannot_be_told_is_seen(scene: Scene) -> None:
    """A rule that tells a number of ours tells nobody, whoever writes."""
    scene.rules = ruleset(f"""
rules:
  - id: order
    when: {{keywords: [order]}}
    notify: {{to: "{OUR_NUMBER}", text: They order.}}
""")
    for number in (44, 45):
        say(scene, "order", f"+155555501{number}")
        await tell(scene)
    reason = "it is a number of ours"
    assert stands(scene) == [("dead", reason), ("dropped", reason)]
    assert waiting(scene) == {"notify-1": f"not told: {OUR_NUMBER}"}
