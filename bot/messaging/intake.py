"""Where everything that comes in is kept; each call returns when it is durable."""

from __future__ import annotations

from collections.abc import Mapping

from bot.arrivals import Arrivals
from bot.ledger import quarantine
from bot.ledger.backlog import Standing, standing
from bot.ledger.database import try_to_write
from bot.ledger.inbox import InboxId, Kept
from bot.ledger.writer import Writer
from bot.log import logger
from bot.messaging import processing
from bot.messaging.metrics import Metrics
from bot.model import InboundMessage, LongcodeId
from bot.provider.events import DeliveryStatus
from bot.settings import Settings


class Intake:
    """What a runner needs to hear about it overrides `inbox_changed` and `outbox_changed`."""

    def __init__(
        self, *, writer: Writer, settings: Settings, metrics: Metrics, clock: processing.Clock
    ) -> None:
        self.writer = writer
        self.settings = settings
        self.metrics = metrics
        self.clock = clock
        self._arrivals = Arrivals(writer)

    def inbox_changed(self, row_id: InboxId, message: InboundMessage) -> None:
        """A message waits to be decided."""

    def outbox_changed(self) -> None:
        """A message waits to be sent."""

    async def keep_message(self, message: InboundMessage) -> Kept:
        kept = await self._arrivals.keep(message)
        self.metrics.received("message-reply", duplicate=kept.duplicate)
        if not kept.duplicate:
            self.inbox_changed(InboxId(kept.id), message)
        return kept

    async def keep_unreadable(self, event: str, body: bytes, because: str) -> Kept:
        at = self.clock()
        kept = await self.writer.run(
            lambda connection: quarantine.keep_unreadable(connection, event, body, because, at)
        )
        self.metrics.quarantined(event)
        logger().warning("quarantined", event_kind=event, because=because, id=kept.id)
        return kept

    async def keep_notice(self, event: str, body: bytes, status: DeliveryStatus | None) -> Kept:
        at = self.clock()
        kept = await self.writer.run(
            lambda connection: processing.keep_notice(connection, event, body, status, at)
        )
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
            lambda connection: processing.first_message(
                connection,
                to=to,
                text=text,
                longcode=longcode,
                tags=tags,
                image=image,
                external_id=external_id,
                long_texts=self.settings.long_texts,
                now=at,
            )
        )
        self.outbox_changed()
        return queued

    async def try_to_store(self) -> None:
        """Raises what stands in the way."""
        await self.writer.run(try_to_write)

    async def standing(self) -> Standing:
        """What waits, and whether messages leave."""
        at = self.clock()
        return await self.writer.run(lambda connection: standing(connection, at))
