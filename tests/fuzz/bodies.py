"""Webhooks into the real application: nothing unsigned is kept, and nothing makes it stumble."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from datetime import datetime
from random import Random
from typing import Any

import structlog

from bot.ledger.backlog import Backlog
from bot.ledger.breakdown import Share
from bot.ledger.contacts import OptOut
from bot.ledger.forgetting import Forgotten
from bot.ledger.inbox import Kept
from bot.ledger.inbox_items import Item
from bot.ledger.said import Said
from bot.ledger.scheduled import Scheduled
from bot.ledger.stats import Stats
from bot.ledger.views import Chain, ConversationView
from bot.messaging.health import Troubles
from bot.messaging.metrics import Metrics
from bot.messaging.notices import Told
from bot.model import InboundMessage
from bot.provider.events import EVENTS, LARGEST_BODY, DeliveryStatus
from bot.provider.sent_events import SentNotice
from bot.web.app import Served, create_app
from tests.build import NOW
from tests.fuzz.damage import damaged
from tests.support import SECRET, post, signed, webhook

_NAMES = """
    fromNumber toNumber originationNumber destinationNumber replyId messageId externalId message
    url tags timestamp data status event type
""".split()
_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 4, 11, 10**39, 10**400, 1.5, float("nan"), float("inf"), "", " "),
    *("+15555550123", "5555550123", "STOP", "\ud800", "\0", "é" * 70, "9" * 1_001, "x" * 2_000),
    *([], ["a"], {}, {"a": "b"}, {"a": 1.5, "b": None}, {"a": {}}, {"": "", "\ud800": "\0"}),
    *("2026-01-15T17:04:05.000Z", "delivered", "Stopped Number", "٤", "{{ x }}", "🇩🇪"),
)
_TOKENS = (
    *(b"{", b"}", b"[", b"]", b'"', b",", b":", b"\\", b"\\ud800", b"\\u0000", b"\xff", b"\0"),
    *(b"null", b"NaN", b"-Infinity", b"1e999", b"[" * 2_000, b'{"data":' * 2_000, b"\xef\xbb\xbf"),
    *(b"9" * 5_000, b'"fromNumber":', b'"tags":{', b" ", b"\r\n"),
)


class _Intake:
    """Takes all that can be stored, and counts what came."""

    def __init__(self) -> None:
        self.kept = 0

    def _one_more(self) -> Kept:
        self.kept += 1
        return Kept(self.kept, duplicate=False)

    async def keep_message(self, message: InboundMessage) -> Kept:
        texts = [message.key, message.sender, message.number, message.text]
        texts += [message.media_url or "", message.external_id or "", message.message_id or ""]
        "".join([*texts, *message.tags, *message.tags.values()]).encode()
        assert len(message.key) <= 64
        assert message.sender
        return self._one_more()

    async def keep_notice(self, event: str, body: bytes, told: Told) -> Kept:
        if told is not None:
            ((told.external_id or "") + (told.message_id or "")).encode()
        match told:
            case DeliveryStatus(word=word):
                word.encode()
            case SentNotice(text=text, image=image, to=to):
                (text + (image or "") + "".join(to)).encode()
        return self._one_more()

    async def keep_unreadable(self, event: str, body: bytes, because: str) -> Kept:
        because.encode()
        return self._one_more()

    def clock(self) -> datetime:
        return NOW

    async def import_messages(self, _: object) -> int:
        raise NotImplementedError

    async def first_message(self, _: object) -> str:
        raise NotImplementedError

    async def conversations(self, *_: object) -> list[ConversationView]:
        raise NotImplementedError

    async def chains(self, _: str) -> list[Chain]:
        raise NotImplementedError

    async def opt_out(self, *_: object) -> OptOut:
        raise NotImplementedError

    async def write(self, _: object) -> str:
        raise NotImplementedError

    async def hand_over(self, *_: object) -> ConversationView:
        raise NotImplementedError

    async def release(self, _: object) -> ConversationView:
        raise NotImplementedError

    async def inbox_items(self, **_: bool) -> list[Item]:
        raise NotImplementedError

    async def stats(self, *_: object) -> tuple[Stats, list[Said], tuple[Share, ...]]:
        raise NotImplementedError

    async def scheduled(self, _: int) -> list[Scheduled]:
        raise NotImplementedError

    async def cancel(self, _: str) -> Scheduled:
        raise NotImplementedError

    async def see_to(self, _: object) -> Item:
        raise NotImplementedError

    async def forget(self, *_: object) -> Forgotten:
        raise NotImplementedError

    async def try_to_store(self) -> None: ...

    async def backlog(self) -> Backlog:
        raise NotImplementedError

    def troubles(self, _: Backlog) -> Troubles:
        raise NotImplementedError


def run(count: int, seed: int) -> Counter[str]:
    """Figures; those under `tracebacks`, `unsigned accepted` and `wrong answers` must be none."""
    before = structlog.get_config()
    structlog.configure(processors=[_drop], cache_logger_on_first_use=False)
    try:
        return asyncio.run(_run(count, Random(seed)))  # noqa: S311
    finally:
        structlog.configure(**before)


def _drop(*_: Any) -> Any:
    raise structlog.DropEvent


async def _run(count: int, random: Random) -> Counter[str]:
    intake, found = _Intake(), Counter[str](tracebacks=0)
    found["unsigned accepted"] = found["wrong answers"] = 0
    app = create_app(Served(secrets=(SECRET, "other"), bot=intake, metrics=Metrics()))
    for _ in range(count):
        body = _body(random)
        headers = _headers(random, body)
        is_signed = headers == signed(body)
        before = intake.kept
        try:
            path = f"/webhooks/{random.choice(EVENTS)}"
            status, content = await post(app, path, body, headers)
        except Exception:
            status, content = 500, b""
        kind = json.loads(content).get("status", "refused") if content else "refused"
        found[kind] += 1
        found["bodies"] += 1
        found["tracebacks"] += status >= 500
        found["unsigned accepted"] += not is_signed and (status == 200 or intake.kept > before)
        wanted = 413 if len(body) > LARGEST_BODY else 200 if is_signed else 401
        found["wrong answers"] += status != wanted
    return found


def _body(random: Random) -> bytes:
    changes = {
        random.choice(_NAMES): random.choice(_VALUES) for _ in range(random.choice([0, 1, 1, 3]))
    }
    named = changes.pop("event", None)
    body = webhook(named or random.choice([None, "message-reply"]), **changes)
    if random.random() < 0.001:
        body += b" " * (LARGEST_BODY - len(body) + random.choice([0, 1, 9_999]))
    return damaged(random, body, _TOKENS) if random.random() < 0.5 else body


def _headers(random: Random, body: bytes) -> dict[str, str]:
    right = signed(body)
    if random.random() < 0.6:
        return right
    name = right["X-Signature"]
    flipped = random.randrange(len(name))
    wrong = random.choice(
        [
            *("", "0" * 64, name[:-1], f"{name}0", name.upper() + " ", f"sha256={name}", "é" * 64),
            *(signed(body, "another")["X-Signature"], signed(body + b" ")["X-Signature"]),
            f"{name[:flipped]}{'0' if name[flipped] != '0' else '1'}{name[flipped + 1 :]}",
            None,
        ]
    )
    rest = {name: value for name, value in right.items() if name != "X-Signature"}
    return rest if wrong is None else {**rest, "X-Signature": wrong}
