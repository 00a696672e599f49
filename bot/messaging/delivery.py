"""Sends what waits in the outbox: one message at a time, within the rate, while the key is good."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import Connection

from bot.engine.quiet import quiet_of, zone_of
from bot.ledger import budget, contacts, imports, lane, sending
from bot.ledger.lane import Ends, Nothing
from bot.ledger.sending import Claim
from bot.log import logger
from bot.messaging import longcodes, notices
from bot.messaging.key_probe import KeyProbe
from bot.messaging.resources import Resources
from bot.model import LongcodeId, OutboundMessage, Reason
from bot.provider.answers import About, Accepted, Answer, Refused, RetryLater
from bot.provider.client import Gateway
from bot.provider.rate_limit import RateLimiter
from bot.provider.sending import without_words
from bot.settings import UnknownLongcode
from bot.text.segments import fits

Fence = Callable[[Connection], bool]
"""Whether the lane is ours still, in the transaction that claims a message."""


_MOMENT: Final = 0.05
"""Seconds."""
_REFUSED: Final[Mapping[About, str]] = {
    About.CALL: "dead letter",
    About.KEY: "sending is paused",
    About.ACCOUNT: "sending is paused",
    About.UNCLEAR: "refused",
}


class Sender:
    """The lane of one account. As many calls as may send at once may run at a time."""

    def __init__(self, resources: Resources, gateway: Gateway, probe: KeyProbe) -> None:
        self._resources = resources
        self._gateway = gateway
        self._limiter = RateLimiter(resources.settings.send_rate)
        self._probe = probe
        self._failed = False
        self._under_way = 0
        """Messages that are claimed, or perhaps will be in a moment."""
        self._claimed: list[Claim] = []

    @property
    def holds(self) -> bool:
        """A message is claimed that the next call sends."""
        return bool(self._claimed)

    async def send_next(
        self, is_ours: Fence = lambda _: True, goes_on: Callable[[], bool] = lambda: True
    ) -> float | None:
        """Send the next message that may leave now, if the lane `is_ours`.

        Seconds until it is worth to call it again, zero where that is at once; None where it is
        not until something changes. While it `goes_on` the message after it is claimed in the
        transaction that keeps its answer. Raises what went wrong with the ledger; the message
        stays.
        """
        if not self._claimed:
            wait = await self._claim(is_ours)
            if not self._claimed:
                return wait
        claimed, begin = self._claimed.pop(), self._resources.steady()
        try:
            result = await self._deliver(claimed, is_ours, goes_on)
        except Exception:
            self._fail()
            raise
        finally:
            self._under_way -= 1
        if isinstance(result, Delivered):
            self._note(result, self._resources.steady() - begin)
        return 0.0

    async def _claim(self, is_ours: Fence) -> float | None:
        """As `send_next`, where there is nothing to send."""
        wait = self._limiter.wait(self._resources.steady(), self._under_way)
        if wait > 0:
            return wait
        if self._failed and self._under_way:  # their answers are on their way still
            return _MOMENT
        self._under_way += 1
        try:
            found = await self._next(is_ours)
        except Exception:
            self._under_way -= 1
            self._fail()
            raise
        if isinstance(found, Claim):
            self._claimed.append(found)
            return 0.0
        self._under_way -= 1
        if found.until is None:
            return None
        return max((found.until - self._resources.clock()).total_seconds(), 0.01)

    def _fail(self) -> None:
        """Nobody knows what the ledger has of it, nor whether it was sent."""
        self._failed = True
        self._limiter.sent(self._resources.steady(), None)

    async def _next(self, is_ours: Fence) -> Claim | Nothing:
        if self._failed:
            await self.requeue()
            self._failed = False
        found = await self._resources.writer.run(partial(claim, self._resources, is_ours))
        if isinstance(found, Nothing) and found.until is None and await self._key_is_good_again():
            return Nothing(self._resources.clock())
        return found

    async def _deliver(
        self, claimed: Claim, is_ours: Fence, goes_on: Callable[[], bool]
    ) -> Delivered | Nothing:
        resources = self._resources
        posted = await post(resources, self._gateway, claimed)
        if not isinstance(posted, Posted):
            return posted
        after = posted.answer.after if isinstance(posted.answer, RetryLater) else None
        self._limiter.sent(resources.steady(), after)
        others = self._under_way - 1
        may_go_on = (
            goes_on()
            and not self._failed
            and isinstance(posted.answer, Accepted)
            and self._limiter.wait(resources.steady(), others) <= 0
        )
        if not may_go_on:
            return await record(resources, posted)
        delivered, found = await record_and_claim(resources, posted, is_ours)
        if isinstance(found, Claim):
            self._under_way += 1
            self._claimed.append(found)
        return delivered

    async def requeue(self) -> None:
        """What another machine or process was sending when it ended is due again."""
        await self._resources.writer.run(self._requeue)

    def _requeue(self, connection: Connection) -> None:
        sending.requeue(connection, "the answer could not be kept", self._resources.clock())

    async def _key_is_good_again(self) -> bool:
        """A pause that a wrong key brought ends when it is good again."""
        ends = (await self._resources.writer.run(lane.state)).ends
        if ends is not Ends.KEY or not self._probe.is_due(self._resources.steady()):
            return False
        failed = (await self._gateway.verify_key()).failed
        if failed is not None:
            logger().warning("sending is paused still", because=without_words(failed.because))
            return False
        await self._resources.writer.run(lane.end_pause_of_key)
        logger().info("sending goes on: the key is good")
        return True

    def _note(self, result: Delivered, seconds: float) -> None:
        claim = result.claim
        ids = {"id": f"out-{claim.outbox_id}"}
        if claim.inbox_id is not None:
            ids["answers"] = f"in-{claim.inbox_id}"
        match result.answer:
            case Accepted(message_id):
                self._probe.succeeded()
                self._resources.metrics.sent("accepted", seconds)
                logger().info("sent", **ids, message_id=message_id)
            case RetryLater(because):
                self._resources.metrics.sent("retry", seconds)
                logger().warning("will be tried again", **ids, because=without_words(because))
            case Refused(because, about):
                self._resources.metrics.sent("refused", seconds)
                logger().error(_REFUSED[about], **ids, because=without_words(because))


@dataclass(frozen=True, slots=True)
class Posted:
    """The provider's answer to one `POST /send`; nothing of it is kept yet."""

    claim: Claim
    message: OutboundMessage
    answer: Answer
    present_id: LongcodeId | None
    """Where it was refused by the id of our number: the one that the number has now."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """One try to send: what the provider answered."""

    claim: Claim
    answer: Answer


async def deliver(resources: Resources, gateway: Gateway) -> Delivered | Nothing:
    """Send the next message that may leave now. At most one call of this runs at a time."""
    claimed = await resources.writer.run(partial(claim, resources, lambda _: True))
    if isinstance(claimed, Nothing):
        return claimed
    posted = await post(resources, gateway, claimed)
    return await record(resources, posted) if isinstance(posted, Posted) else posted


def claim(resources: Resources, is_ours: Fence, connection: Connection) -> Claim | Nothing:
    """The next message that may leave now, if the lane `is_ours`."""
    lane.lock(connection)
    if not is_ours(connection):
        return Nothing(None)
    settings, allowed = resources.settings, resources.budget
    limits = settings.send_rate, resources.clock(), settings.reply_max_age, allowed
    found = sending.claim(connection, *limits)
    if isinstance(found, Claim) and (until := _quiet_until(connection, resources, found)):
        sending.put_off(connection, found, until)
        return Nothing(resources.clock())
    return found


async def post(
    resources: Resources, gateway: Gateway, claimed: Claim
) -> Posted | Delivered | Nothing:
    """Send what is claimed, unless that shows to be impossible."""
    message = claimed.message
    if not fits(message.text, is_mms=message.is_mms or bool(message.image)):
        return await _dead(resources, claimed, Reason.TOO_LONG)
    if message.longcode_id is None:
        found = await _longcode_id(resources, gateway, claimed)
        if isinstance(found, Delivered | Nothing):
            return found
        message = replace(message, longcode_id=found)
    answer = await gateway.send(message)
    present = await _present_id(resources, gateway, claimed, message, answer)
    return Posted(claimed, message, answer, present)


async def record(resources: Resources, posted: Posted) -> Delivered:
    """Keep the answer."""
    told = await resources.writer.run(partial(_record, resources, posted))
    return _delivered(posted, told)


async def record_and_claim(
    resources: Resources, posted: Posted, is_ours: Fence
) -> tuple[Delivered, Claim | Nothing]:
    """Keep the answer and claim the next message, in one transaction."""

    def work(connection: Connection) -> tuple[str | None, Claim | Nothing]:
        lane.lock(connection)  # first, as whoever claims does
        told = _record(resources, posted, connection)
        return told, claim(resources, is_ours, connection)

    told, found = await resources.writer.run(work)
    return _delivered(posted, told), found


def _record(resources: Resources, posted: Posted, connection: Connection) -> str | None:
    """What is to be told of the budget; None where nothing is."""
    claimed, message, answer = posted.claim, posted.message, posted.answer
    now = resources.clock()
    if posted.present_id is not None:
        request_id = resources.new_ids().request_id
        anew = replace(message, longcode_id=posted.present_id, request_id=request_id)
        sending.send_from(connection, claimed, anew, answer, now)
        return None
    sending.record(connection, claimed, answer, message, now)
    if isinstance(answer, Accepted):
        imports.merge(connection, claimed.outbox_id, answer.message_id)
        notices.note_early(connection, answer.message_id, now)
        if resources.budget is not None:
            return budget.spend(connection, resources.budget, message, now)
    return None


def _delivered(posted: Posted, told: str | None) -> Delivered:
    if told is not None:
        logger().warning("the budget", because=told)
    if posted.present_id is None:
        return Delivered(posted.claim, posted.answer)
    because = f"{posted.answer.because}: the number has the id {posted.present_id} now"
    return Delivered(posted.claim, RetryLater(because))


def _quiet_until(connection: Connection, resources: Resources, claimed: Claim) -> datetime | None:
    """Quiet hours may have begun while it waited for its turn."""
    rule = None if claimed.rule is None else resources.rules().rule(claimed.rule)
    quiet = quiet_of(rule, is_unasked=claimed.inbox_id is None)
    if rule is None or quiet is None:
        return None
    person = contacts.known(connection, claimed.message.to)
    return quiet.until(resources.clock(), zone_of(rule, person.values))


async def _present_id(
    resources: Resources, gateway: Gateway, claimed: Claim, message: OutboundMessage, answer: Answer
) -> LongcodeId | None:
    """Where a refusal may be about the id of our number: the one that it has now."""
    if not isinstance(answer, Refused) or answer.about not in (About.CALL, About.UNCLEAR):
        return None
    known, now = resources.longcodes, resources.clock()
    return await longcodes.present_id(message, claimed, gateway, resources.writer, known, now)


async def _longcode_id(
    resources: Resources, gateway: Gateway, claimed: Claim
) -> LongcodeId | Delivered | Nothing | None:
    """Where the message leaves from, None is the account's default; or what came of it."""
    writer, clock = resources.writer, resources.clock
    known, settings = resources.longcodes, resources.settings
    found = await longcodes.find(claimed, gateway, writer, known, settings, clock())
    if isinstance(found, RetryLater | Refused):
        because = found.because
        put_off = sending.pause if isinstance(found, Refused) else sending.postpone
        await writer.run(lambda c: put_off(c, claimed, because, clock()))
        return Delivered(claimed, found)
    if found is None and settings.unknown_longcode is UnknownLongcode.HOLD:
        return await _dead(resources, claimed, Reason.LONGCODE_UNKNOWN)
    if not await writer.run(lambda c: _may_still_leave(c, resources, claimed)):
        return Nothing(clock())
    return found


def _may_still_leave(connection: Connection, resources: Resources, claimed: Claim) -> bool:
    """The look-up may have taken long."""
    if not sending.may_still_be_sent(connection, claimed, resources.clock()):
        return False
    until = _quiet_until(connection, resources, claimed)
    if until is not None:
        sending.put_off(connection, claimed, until)
    return until is None


async def _dead(resources: Resources, claimed: Claim, reason: Reason) -> Delivered:
    await resources.writer.run(lambda c: sending.dead_letter(c, claimed, reason, resources.clock()))
    return Delivered(claimed, Refused(reason))
