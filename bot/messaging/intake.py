"""Where everything that comes in is kept; each call returns when it is durable."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, Protocol, TypeAlias

from sqlalchemy import Connection

from bot.errors import LedgerUnavailable
from bot.ledger import caught_up, forgetting, inbox_items, quarantine, said, search, views
from bot.ledger import scheduled as timed
from bot.ledger.backlog import Backlog, backlog
from bot.ledger.breakdown import By, Share, breakdown
from bot.ledger.contacts import OptOut
from bot.ledger.database import try_to_write
from bot.ledger.forgetting import Forgotten, Request
from bot.ledger.inbox import InboxId, Kept
from bot.ledger.inbox_items import Item
from bot.ledger.said import Said
from bot.ledger.scheduled import Scheduled
from bot.ledger.search import Wanted
from bot.ledger.stats import Span, Stats, stats
from bot.ledger.views import Chain, ConversationView
from bot.ledger.writer import T, Work, Writer, unanswered
from bot.log import logger
from bot.messaging import elsewhere, handoff, media, notices, opt_outs, outgoing, scheduled
from bot.messaging.elsewhere import SentElsewhere
from bot.messaging.handoff import PersonText, Wish
from bot.messaging.health import Troubles
from bot.messaging.notices import Told
from bot.messaging.outgoing import FirstMessage
from bot.messaging.resources import Resources
from bot.model import InboundMessage

_PATIENCE: Final = 4.5
"""Seconds: what has no answer from the database by then is to be refused within five."""


class Listener(Protocol):
    """Who is told that there is work."""

    def inbox_changed(self, row_id: InboxId, message: InboundMessage) -> None:
        """A message waits to be decided."""

    def outbox_changed(self) -> None:
        """A message waits to be sent."""


class Intake:
    """Keeps what comes in; each call returns when it is durable.

    Where that takes too long it raises LedgerUnavailable: then most likely nothing was kept, and
    what was is known again when it comes once more.
    """

    def __init__(self, resources: Resources, listener: Listener) -> None:
        self._resources = resources
        self._listener = listener
        self._arrivals = Arrivals(resources.writer)

    def clock(self) -> datetime:
        """The time, as the whole bot takes it."""
        return self._resources.clock()

    @property
    def is_busy(self) -> bool:
        """Messages are coming in right now."""
        return self._arrivals.are_coming

    async def keep_message(self, message: InboundMessage) -> Kept:
        kept = await self._arrivals.keep(message)
        self._resources.metrics.received("message-reply", duplicate=kept.duplicate)
        if not kept.duplicate:
            self._listener.inbox_changed(InboxId(kept.id), message)
        return kept

    async def keep_unreadable(self, event: str, body: bytes, because: str) -> Kept:
        at = self._resources.clock()
        kept = await self._run(
            lambda connection: quarantine.keep_unreadable(connection, event, body, because, at)
        )
        self._resources.metrics.quarantined(event)
        logger().warning("quarantined", event_kind=event, because=because, id=kept.id)
        return kept

    async def keep_notice(self, event: str, body: bytes, told: Told) -> Kept:
        at = self._resources.clock()
        kept = await self._run(
            lambda connection: notices.keep_notice(connection, event, body, told, at),
            aside=True,  # of one message there are several, and nobody's reply waits for them
        )
        self._resources.metrics.received(event, duplicate=kept.duplicate)
        return kept

    async def first_message(self, first: FirstMessage) -> str:
        """Queue a message that begins a conversation; its externalId. Raises UsageError."""
        policy, at = self._resources.settings.long_texts, self._resources.clock()
        queued = await self._run(
            lambda connection: outgoing.first_message(connection, first, policy, at)
        )
        self._listener.outbox_changed()
        return queued

    async def import_messages(self, messages: Sequence[SentElsewhere]) -> int:
        """Note what another system sent; how many of them were not known."""

        def work(connection: Connection) -> int:
            return sum(elsewhere.import_message(connection, message) for message in messages)

        return await self._run(work)

    async def conversations(self, wanted: Wanted, limit: int) -> list[ConversationView]:
        """Those that are looked for, the one with the latest change first."""
        at = self._resources.clock()
        return await self._resources.writer.read(
            lambda connection: list(search.found(connection, wanted, at, limit))
        )

    async def chains(self, contact: str) -> list[Chain]:
        """Every conversation with a person."""
        return await self._resources.writer.read(
            lambda connection: views.chains_with(connection, contact)
        )

    async def opt_out(self, contact: str, because: str, by: str) -> OptOut:
        """They get no texts any more, as one of us says; how it stands then."""
        at = self._resources.clock()
        return await self._run(
            lambda connection: opt_outs.opt_out(connection, contact, because, by, at)
        )

    async def write(self, text: PersonText) -> str:
        """Queue what a person of ours writes in a conversation; its externalId."""
        resources, at = self._resources, self._resources.clock()
        queued = await self._run(lambda connection: handoff.write(connection, text, resources, at))
        self._listener.outbox_changed()
        return queued

    async def hand_over(self, wanted: Wish, quiet: int) -> ConversationView:
        """One of us takes a conversation; it ends after so many seconds without a text."""
        at = self._resources.clock()
        return await self._run(lambda connection: handoff.hand_over(connection, wanted, quiet, at))

    async def release(self, wanted: Wish) -> ConversationView:
        """One of us gives a conversation back to the bot."""
        at = self._resources.clock()
        return await self._run(lambda connection: handoff.release(connection, wanted, at))

    async def inbox_items(self, *, unmatched: bool, snoozed: bool) -> list[Item]:
        """What waits for a person, the longest first."""
        at = self._resources.clock()
        return await self._resources.writer.read(
            lambda connection: inbox_items.listed(
                connection, at, unmatched=unmatched, snoozed=snoozed
            )
        )

    async def stats(self, span: Span, by: By | None) -> tuple[Stats, list[Said], tuple[Share, ...]]:
        """What came in over a span, what no rule answered, and that by what it is asked for."""
        zone = self._resources.rules().timezone

        def count(connection: Connection) -> tuple[Stats, list[Said], tuple[Share, ...]]:
            found = stats(connection, span)
            parts = () if by is None else breakdown(connection, found, by, zone)
            return found, said.unmatched(connection, span, said.MOST), parts

        return await self._resources.writer.read(count)

    async def see_to(self, act: Callable[[Connection, datetime], Item]) -> Item:
        """What one of us does with something that waits. Raises UsageError."""
        at = self._resources.clock()
        return await self._run(lambda connection: act(connection, at))

    async def scheduled(self, limit: int) -> Sequence[Scheduled]:
        """What waits for its time, the next so many."""
        return await self._resources.writer.read(lambda c: timed.listed(c, limit))

    async def cancel(self, written: str) -> Scheduled:
        """What has that id and waits for its time is not said. Raises UsageError."""
        at = self._resources.clock()
        return await self._run(lambda connection: scheduled.cancel(connection, written, at))

    async def change(self, work: Work[T]) -> T:
        """What a person of ours does; there may be something to send then."""
        done = await self._run(work)
        self._listener.outbox_changed()
        return done

    async def forget(self, contact: str, by: str) -> Forgotten:
        """Deletes all that is stored of a person, also from the bytes of the file."""
        writer, rate = self._resources.writer, self._resources.settings.send_rate
        request = Request(number=contact, by=by, at=self._resources.clock(), rate=rate)
        events = await writer.read(lambda connection: forgetting.bodies(connection, contact))
        gone = await self._run(lambda connection: forgetting.forget(connection, request, events))
        folder = self._resources.settings.media_dir
        if folder is not None:
            await self._run(lambda connection: media.sweep(connection, folder, request.at))
        await writer.overwrite_deleted(gone.words)
        return gone

    async def try_to_store(self) -> None:
        """Raises what stands in the way."""
        await self._run(try_to_write)

    def troubles(self, found: Backlog) -> Troubles:
        """What keeps deciding or sending from going on."""
        resources = self._resources
        return resources.health.troubles(found, resources.settings.send_rate, resources.clock())

    async def backlog(self) -> Backlog:
        """What waits, and whether messages leave."""
        at = self._resources.clock()
        allowed = self._resources.budget
        return await self._run(lambda connection: backlog(connection, at, allowed))

    async def _run(self, work: Work[T], *, aside: bool = False) -> T:
        return await self._resources.writer.run(work, within=_PATIENCE, aside=aside)


_FULL: Final = 256
"""Messages of one batch."""


_QUIET: Final = 4
"""Turns of the loop without a new message until a batch goes: a request takes up to that many."""


_Waiting: TypeAlias = list[tuple[InboundMessage, asyncio.Future[Kept]]]
"""Messages that are kept together."""


class Arrivals:
    """Keeps messages durably, as many with one statement as have come in meanwhile."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._next: _Waiting = []
        self._timer: asyncio.TimerHandle
        """Of those that go next."""
        self._keeping: asyncio.Task[None] | None = None

    @property
    def are_coming(self) -> bool:
        return self._keeping is not None

    async def keep(self, message: InboundMessage) -> Kept:
        """Durable when it returns. Raises LedgerUnavailable when that takes too long."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Kept] = loop.create_future()
        if not self._next:  # of those that come after it none waits longer than the first
            self._timer = loop.call_later(_PATIENCE, self._give_up, self._next)
        self._next.append((message, future))
        if self._keeping is None:
            self._keeping = asyncio.create_task(self._keep_all())
        return await future

    def _give_up(self, waiting: _Waiting) -> None:
        if self._next is waiting:
            self._next = []
        _fail(waiting, unanswered(_PATIENCE))

    async def _keep_all(self) -> None:
        while self._next:
            waiting, timer = self._next, self._timer
            await self._gather(waiting)
            if self._next is waiting:
                self._next = []
            # Some may have waited for too long, or nobody waits for them any more.
            wanted = [one for one in waiting if not one[1].done()]
            try:
                if wanted:
                    await self._keep(wanted)
            except LedgerUnavailable as error:
                _fail(wanted, error)
            except Exception:
                # One that cannot be stored must not take the others with it.
                for one in wanted:
                    await self._keep_one(one)
            finally:
                timer.cancel()
        self._keeping = None

    async def _gather(self, waiting: _Waiting) -> None:
        """Wait for what comes in at the same moment: a commit for each costs more than all else."""
        quiet, before = 0, len(waiting)
        while quiet < _QUIET and before < _FULL:
            await asyncio.sleep(0)
            quiet = quiet + 1 if len(waiting) == before else 0
            before = len(waiting)

    async def _keep(self, wanted: _Waiting) -> None:
        messages = [message for message, _ in wanted]
        found = await self._writer.run(lambda connection: caught_up.keep(connection, messages))
        for (_, future), kept in zip(wanted, found, strict=True):
            if not future.done():
                future.set_result(kept)

    async def _keep_one(self, one: tuple[InboundMessage, asyncio.Future[Kept]]) -> None:
        if one[1].done():
            return
        try:
            await self._keep([one])
        except Exception as error:
            _fail([one], error)


def _fail(waiting: _Waiting, error: Exception) -> None:
    for _, future in waiting:
        if not future.done():
            future.set_exception(error)
