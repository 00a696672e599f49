"""The embedded runner: says when to decide and when to send, in one process, by the ledger."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from bot import pipeline
from bot.arrivals import Arrivals
from bot.engine import Ruleset
from bot.gateway import Gateway
from bot.ledger import chains, inbox, outbox
from bot.ledger.database import Writer, try_to_write
from bot.ledger.inbox import Kept, Waiting
from bot.ledger.outbox import Nothing
from bot.log import logger
from bot.metrics import Metrics
from bot.model import Accepted, Decision, InboundMessage, LongcodeId, Refused, RetryLater
from bot.settings import Settings
from bot.wire import DeliveryStatus

_BATCH: Final = 8
"""Messages decided in one transaction: few enough that no webhook waits long behind them."""
_GIVES_WAY: Final = 19.0
"""While webhooks pour in, deciding pauses for so many times the time that it took: they come
first, since the provider repeats them only twice, and what is decided meanwhile is still twenty
times what it lets us send."""
_PATIENCE_AT_END: Final = 5.0
"""Seconds."""
_LONGEST_SLEEP: Final = 1.0
"""Seconds; a command in another process may have queued something."""
_AFTER_TROUBLE: Final = 1.0
"""Seconds."""


def now() -> datetime:
    return datetime.now(UTC)


class Runner:
    """Keeps what comes in, decides it, and sends, until it is stopped."""

    def __init__(
        self,
        *,
        writer: Writer,
        gateway: Gateway | None,
        settings: Settings,
        rules: Callable[[], Ruleset],
        metrics: Metrics,
        clock: pipeline.Clock = now,
    ) -> None:
        """Without a gateway it decides and records, but sends nothing."""
        self.writer = writer
        self.gateway = gateway
        self.settings = settings
        self.rules = rules
        self.metrics = metrics
        self.clock = clock
        self._numbers = pipeline.Numbers()
        self._arrivals = Arrivals(writer)
        self._inbox_changed = asyncio.Event()
        self._outbox_changed = asyncio.Event()
        self._stopping = False
        self._give_up_at = math.inf
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        await self.writer.run(lambda connection: outbox.recover(connection, self.clock()))
        self._tasks = [asyncio.create_task(self._decide_for_ever(), name="decide")]
        if self.gateway is not None:
            self._tasks.append(asyncio.create_task(self._send_for_ever(), name="send"))

    async def stop(self) -> None:
        """Finish what is under way: decisions for a few seconds, the send to its answer.

        What is left stays in the ledger, for the next start.
        """
        self._stopping = True
        self._give_up_at = time.monotonic() + _PATIENCE_AT_END
        self._inbox_changed.set()
        self._outbox_changed.set()
        await asyncio.gather(*self._tasks)

    async def keep_message(self, message: InboundMessage) -> Kept:
        """Durable when it returns."""
        kept = await self._arrivals.keep(message)
        self.metrics.received("message-reply", duplicate=kept.duplicate)
        if not kept.duplicate:
            self._inbox_changed.set()
        return kept

    async def keep_unreadable(self, event: str, body: bytes, because: str) -> Kept:
        at = self.clock()
        kept = await self.writer.run(
            lambda connection: inbox.keep_unreadable(connection, event, body, because, at)
        )
        self.metrics.quarantined(event)
        logger().warning("quarantined", event_kind=event, because=because, id=kept.id)
        return kept

    async def keep_notice(self, event: str, body: bytes, status: DeliveryStatus | None) -> Kept:
        at = self.clock()

        def work(connection: Connection) -> Kept:
            kept = inbox.keep_notice(connection, event, body, at)
            if status is not None and not kept.duplicate:
                _note_delivery(connection, status, at)
            return kept

        kept = await self.writer.run(work)
        self.metrics.received(event, duplicate=kept.duplicate)
        return kept

    async def first_message(
        self,
        *,
        to: str,
        text: str,
        longcode: LongcodeId,
        tags: Mapping[str, str],
        image: str | None,
        external_id: str | None,
    ) -> str:
        """Queue a message that begins a conversation; its externalId."""
        at = self.clock()
        queued = await self.writer.run(
            lambda connection: pipeline.first_message(
                connection,
                to=to,
                text=text,
                longcode=longcode,
                tags=tags,
                image=image,
                external_id=external_id,
                now=at,
            )
        )
        self._outbox_changed.set()
        return queued

    async def try_to_store(self) -> None:
        """Raises what stands in the way."""
        await self.writer.run(try_to_write)

    async def _decide_for_ever(self) -> None:
        while time.monotonic() < self._give_up_at:
            self._inbox_changed.clear()
            begin = time.monotonic()
            try:
                decided = await self._decide_waiting(_BATCH)
            except Exception:
                logger().exception("deciding failed; the messages stay in the inbox")
                if self._stopping:
                    return
                await self._pause(self._inbox_changed, _AFTER_TROUBLE)
                continue
            if decided:
                self._outbox_changed.set()
                if self._arrivals.are_coming and not self._stopping:
                    await asyncio.sleep(_GIVES_WAY * (time.monotonic() - begin))
            elif self._stopping:
                return
            else:
                await self._pause(self._inbox_changed, _LONGEST_SLEEP)

    async def _decide_waiting(self, limit: int) -> int:
        """Decide up to `limit` messages in one transaction; their number."""
        try:
            decided = await self.writer.run(lambda connection: self._decide(connection, limit))
        except OperationalError:
            raise  # the database is at fault, no message is
        except Exception:
            if limit > 1:
                return await self._decide_waiting(1)
            return await self._close_failed()
        for waiting, decision in decided:
            self.metrics.decided(decision, waiting.message.received_at, self.clock())
            logger().info(
                "decided",
                id=f"in-{waiting.id}",
                outcome=str(decision.outcome),
                rule=decision.rule,
                reason=decision.reason and str(decision.reason),
                replies=len(decision.replies),
            )
        return len(decided)

    def _decide(self, connection: Connection, limit: int) -> list[tuple[Waiting, Decision]]:
        """In the writer's thread; may run twice, so it touches nothing but the connection."""
        ruleset, at = self.rules(), self.clock()
        return [
            (
                waiting,
                pipeline.process(
                    connection,
                    waiting,
                    ruleset,
                    self.settings,
                    self._numbers.fresh(at),
                    at,
                    sends=self.gateway is not None,
                ),
            )
            for waiting in inbox.waiting(connection, limit)
        ]

    async def _close_failed(self) -> int:
        """The oldest message cannot be processed: a fault of ours, which must not stop the rest."""
        logger().exception("a message cannot be processed")

        def work(connection: Connection) -> int:
            for waiting in inbox.waiting(connection, 1):
                because = "a fault in the bot, see its log"
                pipeline.fail(connection, waiting, self.rules(), because, self.clock())
                return 1
            return 0

        return await self.writer.run(work)

    async def _send_for_ever(self) -> None:
        assert self.gateway is not None  # noqa: S101  start() made sure
        failed = False
        while not self._stopping:
            self._outbox_changed.clear()
            try:
                if failed:
                    await self.writer.run(self._take_back)
                    failed = False
                result = await pipeline.deliver(
                    self.writer, self.gateway, self._numbers, self.settings, self.clock
                )
            except Exception:
                failed = True
                logger().exception("sending failed; the message stays in the outbox")
                await self._pause(self._outbox_changed, _AFTER_TROUBLE)
                continue
            if isinstance(result, Nothing):
                wait = _LONGEST_SLEEP
                if result.until is not None:
                    wait = (result.until - self.clock()).total_seconds()
                await self._pause(self._outbox_changed, min(max(wait, 0.01), _LONGEST_SLEEP))
                continue
            self._log_delivered(result)

    def _take_back(self, connection: Connection) -> None:
        outbox.take_back(connection, "the answer could not be kept", self.clock())

    def _log_delivered(self, result: pipeline.Delivered) -> None:
        answer, outbox_id = result.answer, f"out-{result.claim.outbox_id}"
        match answer:
            case Accepted(message_id):
                self.metrics.sent("accepted")
                logger().info("sent", id=outbox_id, message_id=message_id)
            case RetryLater(because):
                self.metrics.sent("retry")
                logger().warning("will be tried again", id=outbox_id, because=because)
            case Refused(because, pauses):
                self.metrics.sent("refused")
                event = "sending is paused" if pauses else "dead letter"
                logger().error(event, id=outbox_id, because=because)

    async def _pause(self, event: asyncio.Event, seconds: float) -> None:
        if self._stopping:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await event.wait()


def _note_delivery(connection: Connection, status: DeliveryStatus, at: datetime) -> None:
    recipient = outbox.delivered(
        connection,
        external_id=status.external_id,
        message_id=status.message_id,
        word=status.word,
        is_final=status.is_final,
    )
    number = status.number or recipient
    if status.opted_out and number is not None:
        chains.opt_out(connection, number, "delivery-status 11", at)
        outbox.drop_queued(connection, number, "opt-out", at)
