"""The page, and what it asks for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.sandbox.feed import Feed
from bot.sandbox.phone import replaying
from bot.sandbox.phone.bot_side import BotSide, Trouble
from bot.sandbox.phone.pictures import LARGEST, Pictures
from bot.sandbox.phone.saved import as_test
from bot.sandbox.phone.time_machine import TimeMachine
from bot.sandbox.provider import Provider
from bot.sandbox.texting import Endpoint, members_of, only_here, wrong
from bot.sandbox.texts import e164, iso
from bot.sandbox.values import ReceivedMessage, SentMessage
from bot.sandbox.webhooks import Courier

_FOLDER: Final = Path(__file__).parent / "static"
_TYPES: Final = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_BEAT: Final = 15.0
"""Seconds."""
_SHOWN: Final = 80
"""Events of the log."""
_FURTHEST: Final = timedelta(days=400)
"""That the clock goes forward at once."""


@dataclass(frozen=True, slots=True)
class Phone:
    """What the page works on."""

    provider: Provider
    courier: Courier
    feed: Feed
    bot: BotSide
    time: TimeMachine | None = None
    """None where the bot has its own clock."""
    pictures: Pictures = field(default_factory=Pictures)

    def routes(self) -> list[Route]:
        looks = {
            "/": self._page,
            "/_phone/state.json": self._state,
            "/_phone/why.json": self._why,
            "/_phone/test.yaml": self._test,
            "/_phone/feed": self._feed,
            "/_phone/pictures/{name}": self._picture,
            "/_phone/{name}": self._file,
        }
        acts = {
            "/_phone/pictures": self._attach,
            "/_phone/again": self._again,
            "/_phone/first": self._first,
            "/_phone/clock": self._move,
        }
        return [
            *(Route(path, only_here(look)) for path, look in looks.items()),
            *(Route(path, only_here(_told(act)), methods=["POST"]) for path, act in acts.items()),
        ]

    async def _page(self, request: Request) -> Response:
        content = (_FOLDER / "index.html").read_bytes()
        return Response(content, media_type="text/html", headers=_HEADERS)

    async def _file(self, request: Request) -> Response:
        name: str = request.path_params["name"]
        path = _FOLDER / name
        if path.suffix not in _TYPES or path.parent != _FOLDER or not path.is_file():
            return PlainTextResponse("there is no such file", status_code=404)
        return Response(path.read_bytes(), media_type=_TYPES[path.suffix], headers=_HEADERS)

    async def _state(self, request: Request) -> Response:
        """Of those people that are asked for; what the sandbox knows, and what the bot says."""
        asked = [one for one in map(e164, request.query_params.getlist("for")) if one]
        events = [event.as_object() for event in self.feed.after(self.feed.last - _SHOWN)]
        people = dict.fromkeys(person for _, person in self.provider.threads)
        phones = {person: await self._phone(person) for person in asked}
        return JSONResponse(
            {
                "ours": [number.number for number in self.provider.numbers],
                "console": self.bot.console,
                "now": iso(self.provider.clock()),
                "timezone": self._timezone(phones),
                "movesClock": self.time is not None,
                "people": list(people),
                "events": events[::-1],
                "phones": phones,
            },
            headers=_HEADERS,
        )

    def _timezone(self, phones: Mapping[str, Mapping[str, Any]]) -> str | None:
        """Of the bot, in which times are shown; None where it has not said it yet."""
        if self.time is not None:
            return self.time.timezone
        said = (one["decided"]["timezone"] for one in phones.values() if one["decided"])
        return next(said, None)

    async def _phone(self, person: str) -> Mapping[str, Any]:
        ours = replaying.our_number(self.provider, person)
        thread = self.provider.threads.get((ours, person), [])
        decided, trouble = None, None
        try:
            decided = await self.bot.conversation(person, ours)
        except Trouble as error:
            trouble = str(error)
        arrived = self._arrived()
        messages = [_message(number, one, arrived) for number, one in enumerate(thread)]
        reached = sum(one.get("answered") == 200 for one in messages)
        said = [] if decided is None else decided["messages"]
        known = sum(one["direction"] == "inbound" and bool(one["outcome"]) for one in said)
        return {
            "ours": ours,
            "messages": messages,
            "decided": decided,
            "trouble": trouble,
            "waits": trouble is None and known < reached,
        }

    def _arrived(self) -> Mapping[object, object]:
        """What the last webhook of a text was answered, by replyId; 0 for no answer."""
        told = [event.what for event in self.feed.after(0) if event.kind == "webhook"]
        found: dict[object, object] = {}
        for what in told:
            body, answers = what["body"], what["answers"]
            if isinstance(body, dict) and isinstance(answers, list) and "replyId" in body:
                found[body["replyId"]] = answers[-1] or 0
        return found

    async def _why(self, request: Request) -> Response:
        try:
            found = await self.bot.why(request.query_params.get("id", ""))
        except Trouble as error:
            return wrong(str(error), 502)
        return wrong("there is no such message", 404) if found is None else JSONResponse(found)

    async def _test(self, request: Request) -> Response:
        person = e164(request.query_params.get("for", "")) or ""
        try:
            ours = replaying.our_number(self.provider, person)
            found = await self.bot.conversation(person, ours)
        except Trouble as error:
            return wrong(str(error), 502)
        written = "" if found is None else as_test(found)
        if not written:
            return wrong("Nothing has been decided yet: text the bot first.", 404)
        return PlainTextResponse(written, headers=_HEADERS)

    async def _feed(self, request: Request) -> Response:
        return StreamingResponse(self._changes(), media_type="text/event-stream", headers=_HEADERS)

    async def _changes(self) -> AsyncIterator[str]:
        yield "retry: 1000\n\n"
        async for last in self.feed.changes(_BEAT):
            yield f"id: {last}\ndata: changed\n\n"

    async def _picture(self, request: Request) -> Response:
        found = self.pictures.find(request.path_params["name"])
        if found is None:
            return PlainTextResponse("there is no such picture", status_code=404)
        return Response(found[0], media_type=found[1], headers=_HEADERS)

    async def _attach(self, request: Request) -> Mapping[str, Any]:
        size = request.headers.get("content-length", "")
        if not size.isdecimal() or int(size) > LARGEST:
            raise ValueError("A picture may have 500 KB.")
        name = self.pictures.keep(await request.body())
        return {"url": f"http://{request.headers['host']}/_phone/pictures/{name}"}

    async def _again(self, request: Request) -> Mapping[str, Any]:
        given = await members_of(request)
        person, upto = e164(given.get("from")), given.get("upTo")
        if person is None or not isinstance(upto, int):
            raise ValueError("from, upTo: needed")
        scene = replaying.Scene(self.provider, self.courier, self.feed, self.bot)
        return {"from": await replaying.say_again(scene, person, upto)}

    async def _first(self, request: Request) -> Mapping[str, Any]:
        given = await members_of(request)
        person, text = e164(given.get("to")), given.get("text")
        if person is None or not isinstance(text, str) or not text.strip():
            raise ValueError("to, text: needed")
        ours = self.provider.numbers[0].id
        await self.bot.write_first(person, text.strip(), ours, {"campaign": "welcome"})
        return {}

    async def _move(self, request: Request) -> Mapping[str, Any]:
        given = await members_of(request)
        if self.time is None:
            raise ValueError("This bot has its own clock.")
        at, now = _time(given.get("to"), self.time.timezone), self.time.clock()
        if not now <= at <= now + _FURTHEST:
            raise ValueError("The clock goes forward, a year at most.")
        await self.time.move(at)
        self.feed.stir()
        return {"now": iso(self.time.clock())}


def _told(act: Callable[[Request], Awaitable[Mapping[str, Any]]]) -> Endpoint:
    """What comes of it as JSON, or why nothing does."""

    async def answer(request: Request) -> Response:
        try:
            return JSONResponse(await act(request))
        except ValueError as error:
            return wrong(str(error))
        except Trouble as error:
            return wrong(str(error), 502)

    return answer


def _time(written: object, timezone: str) -> datetime:
    """Without an offset it is in the zone in which the page shows times. Raises ValueError."""
    try:
        found = datetime.fromisoformat(str(written))
    except ValueError:
        raise ValueError("to: needs a time, for example 2026-01-15T17:30") from None
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(timezone))


def _message(
    number: int, one: SentMessage | ReceivedMessage, arrived: Mapping[object, object]
) -> dict[str, object]:
    common = {"number": number, "text": one.text, "at": iso(one.at)}
    if isinstance(one, SentMessage):
        ours = {"id": one.external_id, "image": one.image, "tags": dict(one.tags)}
        return {**common, "mine": False, **ours}
    answered = {"answered": arrived[one.reply_id]} if one.reply_id in arrived else {}
    return {**common, "mine": True, "id": one.reply_id, "image": one.media_url, **answered}
