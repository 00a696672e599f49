"""Sends what waits in the outbox: one message at a time, within the rate, while the key is good."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection

from bot.ledger import lane, sending
from bot.ledger.lane import Nothing
from bot.ledger.sending import Claim
from bot.ledger.writer import Writer
from bot.log import logger
from bot.messaging import longcodes
from bot.messaging.longcodes import Numbers
from bot.messaging.metrics import Metrics
from bot.messaging.processing import Clock, Fence
from bot.messaging.rate_limit import Pace
from bot.model import Accepted, Reason, Refused, RetryLater
from bot.provider.client import Gateway
from bot.settings import Settings, UnknownLongcode
from bot.text.segments import fits


class Sender:
    """The lane of one account. At most one call of it runs at a time."""

    def __init__(
        self,
        *,
        writer: Writer,
        gateway: Gateway,
        settings: Settings,
        numbers: longcodes.Numbers,
        metrics: Metrics,
        clock: Clock,
    ) -> None:
        self._writer = writer
        self._gateway = gateway
        self._settings = settings
        self._numbers = numbers
        self._metrics = metrics
        self._clock = clock
        self._pace = Pace(settings.send_rate)
        self._trial = KeyTrial()
        self._failed = False

    async def send_next(self, is_ours: Fence = lambda _: True) -> float | None:
        """Send the next message that may leave now, if the lane `is_ours`.

        Seconds until it is worth to call it again, zero where that is at once; None where it is
        not until something changes. Raises what went wrong with the ledger; the message stays.
        """
        pace = self._pace.wait(time.monotonic())
        if pace > 0:
            return pace
        begin = time.monotonic()
        try:
            result = await self._deliver(is_ours)
        except Exception:
            self._failed = True
            self._pace.sent(time.monotonic(), None)  # perhaps
            raise
        if isinstance(result, Nothing):
            if result.until is None:
                return None
            return max((result.until - self._clock()).total_seconds(), 0.01)
        if result.posted:
            after = result.answer.after if isinstance(result.answer, RetryLater) else None
            self._pace.sent(time.monotonic(), after)
        self._note(result, time.monotonic() - begin)
        return 0.0

    async def take_back(self) -> None:
        """What another machine or process was sending when it ended is due again."""
        await self._writer.run(self._take_back)

    async def _deliver(self, is_ours: Fence) -> Delivered | Nothing:
        if self._failed:
            await self.take_back()
            self._failed = False
        result = await deliver(
            self._writer, self._gateway, self._numbers, self._settings, self._clock, is_ours
        )
        if isinstance(result, Nothing) and result.until is None and await self._key_is_good_again():
            return Nothing(self._clock())
        return result

    def _take_back(self, connection: Connection) -> None:
        sending.take_back(connection, "the answer could not be kept", self._clock())

    async def _key_is_good_again(self) -> bool:
        """A pause that the provider's answer brought ends when the key is good again."""
        because = (await self._writer.run(lane.state)).paused
        if because in (None, lane.BY_HAND) or not self._trial.is_due(time.monotonic()):
            return False
        failed = (await self._gateway.verify_key()).failed
        if failed is not None:
            logger().warning("sending is paused still", because=failed.because)
            return False
        await self._writer.run(lane.end_pause_of_provider)
        logger().info("sending goes on: the key is good")
        return True

    def _note(self, result: Delivered, seconds: float) -> None:
        claim = result.claim
        ids = {"id": f"out-{claim.outbox_id}"}
        if claim.inbox_id is not None:
            ids["answers"] = f"in-{claim.inbox_id}"
        match result.answer:
            case Accepted(message_id):
                self._trial.succeeded()
                self._metrics.sent("accepted", seconds)
                logger().info("sent", **ids, message_id=message_id)
            case RetryLater(because):
                self._metrics.sent("retry", seconds)
                logger().warning("will be tried again", **ids, because=because)
            case Refused(because, pauses):
                self._metrics.sent("refused", seconds)
                event = "sending is paused" if pauses else "dead letter"
                logger().error(event, **ids, because=because)


@dataclass(frozen=True, slots=True)
class Delivered:
    """One try to send: what the provider answered."""

    claim: Claim
    answer: object
    posted: bool = False
    """There was a `POST /send`."""


async def deliver(
    writer: Writer,
    gateway: Gateway,
    numbers: Numbers,
    settings: Settings,
    clock: Clock,
    is_ours: Fence = lambda _: True,
) -> Delivered | Nothing:
    """Send the next message that may leave now. At most one call of this runs at a time.

    `is_ours` says, in the transaction that claims the message, whether the lane is ours still.
    """

    def claim(connection: Connection) -> Claim | Nothing:
        lane.lock(connection)
        if not is_ours(connection):
            return Nothing(None)
        return sending.claim(connection, settings.send_rate, clock())

    claimed = await writer.run(claim)
    if isinstance(claimed, Nothing):
        return claimed
    message = claimed.message
    if not fits(message.text, is_mms=message.is_mms or bool(message.image)):
        return await _hold(writer, claimed, Reason.TOO_LONG, clock)
    if message.longcode_id is None:
        found = await longcodes.find(claimed, gateway, numbers, settings, clock())
        if isinstance(found, RetryLater | Refused):
            because = found.because
            put_off = sending.pause if isinstance(found, Refused) else sending.postpone
            await writer.run(lambda c: put_off(c, claimed, because, clock()))
            return Delivered(claimed, found)
        if found is None and settings.unknown_longcode is UnknownLongcode.HOLD:
            return await _hold(writer, claimed, Reason.LONGCODE_UNKNOWN, clock)
        message = replace(message, longcode_id=found)
        # The look-up may have taken long.
        if not await writer.run(lambda c: sending.may_still_be_sent(c, claimed, clock())):
            return Nothing(clock())
    answer = await gateway.send(message)
    await writer.run(lambda c: sending.record(c, claimed, answer, message, clock()))
    return Delivered(claimed, answer, posted=True)


async def _hold(writer: Writer, claimed: Claim, reason: Reason, clock: Clock) -> Delivered:
    await writer.run(lambda c: sending.hold(c, claimed, reason, clock()))
    return Delivered(claimed, Refused(reason))


_FIRST: Final = 60.0


_LONGEST: Final = 3_600.0
"""Seconds."""


class KeyTrial:
    def __init__(self) -> None:
        self._wait = _FIRST
        self._at: float | None = None

    def is_due(self, now: float) -> bool:
        """Asked again and again while sending is paused; True is for one try."""
        if self._at is None:
            self._at = now + self._wait
        if now < self._at:
            return False
        self._wait = min(2 * self._wait, _LONGEST)
        self._at = now + self._wait
        return True

    def succeeded(self) -> None:
        """A message was taken: the next pause begins anew."""
        self._wait, self._at = _FIRST, None
