"""A terminal as a phone: texts are typed, answers come over the real wires."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Final

from bot.cli import moments, options
from bot.cli.output import dim, fitted, printable
from bot.cli.stage import GREETING, OURS, PERSON, Stage, until
from bot.errors import UsageError
from bot.ledger import views
from bot.ledger.outbox import OutboundView
from bot.ledger.views import InboundView
from bot.model import Decision
from bot.sandbox.texting import say
from bot.text.durations import duration
from bot.text.words import storable
from bot.timezones import local

_SAMPLES: Final = ("Hours?", "Where are you?", "thanks!", "STOP")
_HELP: Final = """\
/after 2h               two hours pass; s, m, h, d, w
/at tomorrow 9:30       it is that time: 17:30, friday 9am, 2026-01-15 17:30
/tag K=V                a tag of the next text, in place of those that come back with it
/media URL [TEXT]       a text with a picture or another attachment
/help                   this list
//TEXT                  a text that begins with /
Ctrl-D                  the end"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """What is said, and how much is shown of it."""

    texts: Sequence[str] = ()
    media: str | None = None
    wire: bool = False


@dataclass(slots=True)
class Scene:
    """A person at the terminal."""

    stage: Stage
    talk: Talk
    seen: int
    """Messages of ours that the person has read."""
    tags: dict[str, str] = field(default_factory=dict)
    """Of the next text, where they were named."""

    async def play(self) -> None:
        print(_told("shop ‹", GREETING))
        if self.talk.texts or self.talk.media:
            await self._say_all(self.talk.texts or ("",))
        elif sys.stdin.isatty():
            print(dim("Text the bot; /help lists what else there is, Ctrl-D ends."))
            print(dim(f"Its console is {self.stage.bot}/"))
            while (text := await _typed(dim("you  › "))) is not None:
                if text.strip():
                    await self._line(text.strip())
        else:
            lines = [line.strip() for line in sys.stdin if line.strip()]
            await self._say_all(lines or _SAMPLES)

    async def _say_all(self, texts: Sequence[str]) -> None:
        media = self.talk.media
        for text in texts:
            attached = f" [{printable(media)}]" if media else ""
            print(_told("you  ›", f"{printable(text)}{attached}"))
            await self._line(text, media)
            media = None

    async def _line(self, text: str, media: str | None = None) -> None:
        """A text, or a command of the demo; what is wrong with one is said."""
        if text.startswith("//") or not text.startswith("/"):
            await self._say(text[1:] if text.startswith("//") else text, media)
            return
        name, _, rest = text[1:].partition(" ")
        try:
            await self._command(name)(rest.strip())
        except UsageError as error:
            print(fitted(f"       {printable(str(error))}", 7))

    def _command(self, name: str) -> Callable[[str], Awaitable[None]]:
        known: Mapping[str, Callable[[str], Awaitable[None]]] = {
            "after": self._after,
            "at": self._at,
            "tag": self._tag,
            "media": self._media,
            "help": _help,
        }
        if name in known:
            return known[name]
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean /{near[0]}?" if near else "/help lists what there is"
        raise UsageError(f"there is no /{name}: {hint}")

    async def _say(self, text: str, media: str | None = None) -> None:
        """Send a text, wait until it is decided and its replies are out, show them."""
        exchange, tags = self.stage.exchange, self.tags or None
        self.tags = {}
        parts = PERSON, storable(text), OURS.number, media, tags
        _, [delivery, *_] = await say(exchange.courier, exchange.feed, *parts)
        if self.talk.wire:
            print(dim(f"       POST {delivery.url} {delivery.payload.decode()}"))
            print(dim(f"       answered {delivery.answers[-1]}"))
        decision, count = await until(self._latest)
        await until(lambda: len(exchange.provider.sent) >= self.seen + count)
        self._show_sent()
        print(dim(fitted(f"       {self._because(decision)}", 7)))

    def _show_sent(self) -> None:
        sent = self.stage.exchange.provider.sent
        for message in sent[self.seen :]:
            if self.talk.wire:
                print(dim(f"       POST /send from longcodeId {message.longcode_id},"), end=" ")
                print(dim(f"externalId {message.external_id}, tags {dict(message.tags)}"))
            for line in printable(message.text).splitlines():
                print(_told("shop ‹", line))
        self.seen = len(sent)

    async def _after(self, written: str) -> None:
        seconds = duration(written)
        if seconds is None:
            raise UsageError(f"/after {written}: is not a duration, for example /after 2h")
        await self._pass(self.stage.time.clock() + timedelta(seconds=seconds))

    async def _at(self, written: str) -> None:
        now = self.stage.time.clock()
        await self._pass(moments.moment(written, self.stage.time.timezone, "/at", now))

    async def _pass(self, to: datetime) -> None:
        clock = self.stage.time.clock
        if not clock() <= to <= clock() + timedelta(days=400):
            raise UsageError("the clock goes forward, a year at most")
        await self.stage.time.move(to)
        await asyncio.sleep(0)
        self._show_sent()
        now = local(clock(), self.stage.time.timezone)
        print(dim(f"       it is {now:%a %Y-%m-%d %H:%M %Z}"))

    async def _tag(self, written: str) -> None:
        self.tags |= options.pairs([written], "/tag")

    async def _media(self, written: str) -> None:
        url, _, text = written.partition(" ")
        if not url:
            raise UsageError("/media: needs a URL, as in /media https://example.com/a.jpg")
        await self._say(text.strip(), storable(url))

    def _latest(self) -> tuple[Decision, int] | None:
        """What was decided about the last inbound message, once it is, and its replies."""
        with self.stage.database.transaction() as connection:
            said = views.chains_with(connection, PERSON)[0].messages
        inbound = [one for one in said if isinstance(one, InboundView)]
        received = self.stage.exchange.provider.received
        if len(inbound) < len(received) or inbound[-1].recorded is None:
            return None
        last, now = inbound[-1], self.stage.time.clock()
        replies = [one for one in said if isinstance(one, OutboundView) and one.inbox_id == last.id]
        at_once = [one for one in replies if one.due is None or one.due <= now]
        return inbound[-1].recorded.decision, len(at_once)

    def _because(self, decision: Decision) -> str:
        rule = self.stage.live.ruleset.rule(decision.rule or "")
        place = f" ({rule.place.in_file})" if rule is not None else ""
        reason = f", {decision.reason}" if decision.reason else ""
        return f"{decision.outcome} by {decision.rule or 'no rule'}{place}{reason}"


async def _help(_: str) -> None:
    print("\n".join(f"       {line}" for line in _HELP.splitlines()))


async def _typed(prompt: str) -> str | None:
    """A line from the terminal; None at its end.

    In a thread that may be left behind: ^C must not wait for Enter.
    """
    loop = asyncio.get_running_loop()
    typed: asyncio.Future[str | None] = loop.create_future()

    def settle(line: str | None) -> None:
        if not typed.done():
            typed.set_result(line)

    def read() -> None:
        try:
            line: str | None = input(prompt)
        except EOFError:
            print()
            line = None
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, line)

    threading.Thread(target=read, daemon=True).start()
    return await typed


async def until_told_to_end() -> None:
    """SIGTERM; ^C ends everything by itself."""
    ended = asyncio.Event()
    with suppress(NotImplementedError):  # Windows
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    await ended.wait()


def _told(who: str, text: str) -> str:
    """Lines are broken between words."""
    return dim(who) + fitted(f"{who} {text}", len(who) + 1).removeprefix(who)
