"""Sends what waits in the outbox: one message at a time, within the rate, while the key is good."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
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


_REFUSED: Final[Mapping[About, str]] = {
    About.CALL: "dead letter",
    About.KEY: "sending is paused",
    About.ACCOUNT: "sending is paused",
    About.UNCLEAR: "refused",
}


class Sender:
    """The lane of one account. At most one call of it runs at a time."""

    def __init__(self, resources: Resources, gateway: Gateway, probe: KeyProbe) -> None:
        self._resources = resources
        self._gateway = gateway
        self._limiter = RateLimiter(resources.settings.send_rate)
        self._probe = probe
        self._failed = False

    async def send_next(self, is_ours: Fence = lambda _: True) -> float | None:
        """Send the next message that may leave now, if the lane `is_ours`.

        Seconds until it is worth to call it again, zero where that is at once; None where it is
        not until something changes. Raises what went wrong with the ledger; the message stays.
        """
        wait = self._limiter.wait(self._resources.steady())
        if wait > 0:
            return wait
        begin = self._resources.steady()
        try:
            result = await self._deliver(is_ours)
        except Exception:
            self._failed = True
            self._limiter.sent(self._resources.steady(), None)  # perhaps
            raise
        if isinstance(result, Nothing):
            if result.until is None:
                return None
            return max((result.until - self._resources.clock()).total_seconds(), 0.01)
        if result.posted:
            after = result.answer.after if isinstance(result.answer, RetryLater) else None
            self._limiter.sent(self._resources.steady(), after)
        self._note(result, self._resources.steady() - begin)
        return 0.0

    async def requeue(self) -> None:
        """What another machine or process was sending when it ended is due again."""
        await self._resources.writer.run(self._requeue)

    async def _deliver(self, is_ours: Fence) -> Delivered | Nothing:
        if self._failed:
            await self.requeue()
            self._failed = False
        result = await deliver(self._resources, self._gateway, is_ours)
        if isinstance(result, Nothing) and result.until is None and await self._key_is_good_again():
            return Nothing(self._resources.clock())
        return result

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
class Delivered:
    """One try to send: what the provider answered."""

    claim: Claim
    answer: object
    posted: bool = False
    """There was a `POST /send`."""


async def deliver(
    resources: Resources, gateway: Gateway, is_ours: Fence = lambda _: True
) -> Delivered | Nothing:
    """Send the next message that may leave now. At most one call of this runs at a time."""
    writer, clock = resources.writer, resources.clock

    def claim(connection: Connection) -> Claim | Nothing:
        lane.lock(connection)
        if not is_ours(connection):
            return Nothing(None)
        settings, allowed = resources.settings, resources.budget
        limits = settings.send_rate, clock(), settings.reply_max_age, allowed
        found = sending.claim(connection, *limits)
        if isinstance(found, Claim) and (until := _quiet_until(connection, resources, found)):
            sending.put_off(connection, found, until)
            return Nothing(clock())
        return found

    claimed = await writer.run(claim)
    if isinstance(claimed, Nothing):
        return claimed
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

    def record(connection: Connection) -> str | None:
        if present is not None:
            request_id = resources.new_ids().request_id
            anew = replace(message, longcode_id=present, request_id=request_id)
            sending.send_from(connection, claimed, anew, answer, clock())
            return None
        sending.record(connection, claimed, answer, message, clock())
        if isinstance(answer, Accepted):
            imports.merge(connection, claimed.outbox_id, answer.message_id)
            notices.note_early(connection, answer.message_id, clock())
            if resources.budget is not None:
                return budget.spend(connection, resources.budget, message, clock())
        return None

    told = await writer.run(record)
    if told is not None:
        logger().warning("the budget", because=told)
    if present is not None:
        answer = RetryLater(f"{answer.because}: the number has the id {present} now")
    return Delivered(claimed, answer, posted=True)


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
