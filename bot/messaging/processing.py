"""From an inbound message to its reply: `process` decides and applies, `deliver` sends.

Both are idempotent: a runner only says when. One decision is applied in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row

from bot.engine import outbound
from bot.engine.decide import decide, tagged_rule
from bot.errors import UsageError
from bot.ledger import contacts, conversations, dead_letters, inbox, lane, outbox, sending
from bot.ledger.conversations import Answered, Conversation
from bot.ledger.database import hold
from bot.ledger.decisions import record
from bot.ledger.history import history, store_uses
from bot.ledger.inbox import Kept, Waiting
from bot.ledger.lane import Nothing
from bot.ledger.outbox import Queued, Status
from bot.ledger.sending import Claim
from bot.ledger.writer import Writer
from bot.model import (
    ChangeKind,
    Context,
    Decision,
    InboundMessage,
    LongcodeId,
    LongTexts,
    OutboundMessage,
    Outcome,
    Reason,
    Refused,
    Reply,
    RetryLater,
)
from bot.provider.client import Gateway
from bot.provider.events import DeliveryStatus
from bot.provider.ids import new_external_id, new_request_id
from bot.rules.ruleset import Ruleset
from bot.settings import Settings, UnknownLongcode
from bot.text import phone_numbers
from bot.text.segments import fits, pieces

Clock = Callable[[], datetime]
Fence = Callable[[Connection], bool]

_FRESH: Final = timedelta(hours=1)
_ASK_AGAIN: Final = timedelta(minutes=1)
"""For a number that the list does not have: MTA allows 30 such calls a minute in all."""


def process(
    connection: Connection,
    waiting: Waiting,
    ruleset: Ruleset,
    settings: Settings,
    numbers: Mapping[str, LongcodeId],
    now: datetime,
    *,
    sends: bool = True,
) -> Decision:
    """Decide one inbound message and apply the decision, all in the transaction of `connection`.

    `sends` False keeps the replies as dropped: decided and recorded, never sent.
    """
    message = waiting.message
    if ruleset.counts_all:
        hold(connection, "uses of all")
    hint = conversations.answered(connection, message)
    line = _line(message, hint, numbers)
    conversation = conversations.conversation_of(connection, message, hint, line, now)
    context = _context(connection, message, conversation, hint, line, ruleset, settings, now)
    decision = decide(message, context, ruleset)
    record(connection, waiting, conversation, hint, decision, ruleset, now)
    conversations.received(connection, conversation, line, now)
    _apply_changes(connection, waiting, conversation, decision, now)
    for reply in decision.replies:
        whole = queued(waiting, conversation, decision, reply, line, now, sends=sends)
        policy = reply.long_texts or settings.long_texts
        outbox.put(connection, in_pieces(whole, policy), now)
    return decision


def fail(
    connection: Connection, waiting: Waiting, ruleset: Ruleset, because: str, now: datetime
) -> None:
    """Close a message that could not be processed, so that those behind it go on."""
    conversation = conversations.conversation_of(connection, waiting.message, None, None, now)
    decision = Decision(outcome=Outcome.FAILED, detail=because)
    record(connection, waiting, conversation, None, decision, ruleset, now)


def _line(
    message: InboundMessage, hint: Answered | None, numbers: Mapping[str, LongcodeId]
) -> LongcodeId | None:
    """What tells for sure which number of ours was written to, without asking the provider."""
    if hint is not None and hint.longcode_id is not None:
        return hint.longcode_id
    return phone_numbers.longcode_id(message.tags.get("longcodeId")) or numbers.get(message.number)


def _context(
    connection: Connection,
    message: InboundMessage,
    conversation: Conversation,
    hint: Answered | None,
    line: LongcodeId | None,
    ruleset: Ruleset,
    settings: Settings,
    now: datetime,
) -> Context:
    lately = history(connection, conversation, message.text, now, ruleset.looks_back)
    return Context(
        now=now,
        contact=contacts.contact_values(connection, message.sender),
        values=conversation.values,
        longcode_id=line or conversation.longcode_id or settings.longcode_id,
        state=conversation.state_at(now),
        count=conversation.received,
        opted_out=contacts.is_opted_out(connection, message.sender),
        answered_rule=hint.rule if hint is not None else tagged_rule(message),
        received_at=lately.received_at,
        unmatched_at=lately.unmatched_at,
        equal_at=lately.equal_at,
        replied_at=lately.replied_at,
        fallbacks_in_row=lately.fallbacks_in_row,
        uses=lately.uses,
    )


def _apply_changes(
    connection: Connection,
    waiting: Waiting,
    conversation: Conversation,
    decision: Decision,
    now: datetime,
) -> None:
    sender = waiting.message.sender
    for change in decision.changes:
        if change.kind is ChangeKind.OPT_OUT:
            contacts.opt_out(connection, sender, f"in-{waiting.id}", now)
            outbox.drop_queued(connection, sender, Reason.OPT_OUT, now)
        elif change.kind is ChangeKind.OPT_IN:
            contacts.opt_in(connection, sender)
    conversations.store_values(connection, conversation, decision.changes)
    conversations.store_state(connection, conversation, decision.changes)
    store_uses(connection, conversation, decision.changes, now)


def queued(
    waiting: Waiting,
    conversation: Conversation,
    decision: Decision,
    reply: Reply,
    line: LongcodeId | None,
    now: datetime,
    *,
    sends: bool,
) -> Queued:
    message = waiting.message
    return Queued(
        message=OutboundMessage(
            external_id=new_external_id(),
            request_id=new_request_id(),
            to=message.sender,
            text=reply.text,
            image=reply.image,
            longcode_id=line,
            tags=outbound.outbound_tags(message.tags, reply.tags, reply.rule),
        ),
        conversation_id=conversation.id,
        inbox_id=waiting.id,
        rule=reply.rule,
        due_at=reply.send_at or now,
        status=Status.DUE if sends else Status.DROPPED,
        reason="" if sends else "dry run",
        confirms_opt_out=decision.reason is Reason.OPT_OUT,
    )


def in_pieces(whole: Queued, policy: LongTexts) -> list[Queued]:
    """The messages that carry a text, each under ids of its own; a dead letter where none can."""
    message = whole.message
    found = pieces(message.text, policy, has_image=bool(message.image))
    if not found:
        dead = whole.status is Status.DUE
        return [replace(whole, status=Status.DEAD, reason=Reason.TOO_LONG) if dead else whole]
    first = replace(message, text=found[0].text, is_mms=found[0].is_mms)
    others = [
        replace(
            message,
            text=piece.text,
            is_mms=piece.is_mms,
            external_id=new_external_id(),
            request_id=new_request_id(),
        )
        for piece in found[1:]
    ]
    return [replace(whole, message=part) for part in (first, *others)]


@dataclass(slots=True)
class Numbers:
    """Our numbers as the provider lists them, asked for when they are needed, kept for an hour."""

    known: Mapping[str, LongcodeId] = field(default_factory=dict)
    asked_at: datetime | None = None

    def fresh(self, now: datetime) -> Mapping[str, LongcodeId]:
        """Those that need not be asked for again."""
        return self.known if self._age(now) < _FRESH else {}

    async def refresh(
        self, gateway: Gateway, wanted: str, now: datetime
    ) -> Refused | RetryLater | None:
        """Make sure of `wanted` as far as possible; why not, where that may change.

        A refusal counts as an answer, but for that of the key: the number is not to be had
        this way.
        """
        if self._age(now) < (_FRESH if wanted in self.known else _ASK_AGAIN):
            return None
        answer = await gateway.numbers()
        if isinstance(answer, RetryLater) or (isinstance(answer, Refused) and answer.pauses):
            return answer
        self.asked_at = now
        if not isinstance(answer, Refused):
            self.known = {number.number: number.longcode_id for number in answer}
        return None

    def _age(self, now: datetime) -> timedelta:
        """A clock that was set back makes it old, not new."""
        return timedelta.max if self.asked_at is None else abs(now - self.asked_at)


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
        found = await _find_longcode(claimed, gateway, numbers, settings, clock())
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


async def _find_longcode(
    claimed: Claim, gateway: Gateway, numbers: Numbers, settings: Settings, now: datetime
) -> LongcodeId | Refused | RetryLater | None:
    """The rest of the look-up: our number's id, the conversation's last one, the setting."""
    if claimed.number:
        away = await numbers.refresh(gateway, claimed.number, now)
        if away is not None:
            return away
        found = numbers.known.get(claimed.number)
        if found is not None:
            return found
    return claimed.known_longcode or settings.longcode_id


def first_message(
    connection: Connection,
    *,
    to: str,
    text: str,
    longcode: LongcodeId,
    tags: Mapping[str, str],
    image: str | None,
    external_id: str | None,
    long_texts: LongTexts = LongTexts.SPLIT,
    now: datetime,
) -> str:
    """Queue the first message of a conversation; its externalId, the first part's of a long one.

    Raises UsageError where the text is too long.
    """
    hold(connection, inbox.contact_lock(to))
    conversation = conversations.conversation_to(connection, to, longcode, now)
    message = OutboundMessage(
        external_id=external_id or new_external_id(),
        request_id=new_request_id(),
        to=to,
        text=text,
        image=image,
        longcode_id=longcode,
        tags=tags,
    )
    parts = in_pieces(Queued(message, conversation.id, None, None, now), long_texts)
    if parts[0].status is Status.DEAD:
        raise UsageError("text: is too long for one message; see BOT_LONG_TEXTS")
    outbox.put(connection, parts, now)
    return message.external_id


def retry(
    connection: Connection,
    row: Row[Any],
    policy: LongTexts,
    longcode: LongcodeId | None,
    now: datetime,
) -> bool:
    """Send a dead letter again, from `longcode` where that is given; False while it is too long.

    What was to be an MMS stays one.
    """
    message = outbox.message_of(row)
    message = replace(message, longcode_id=longcode or message.longcode_id)
    whole = Queued(
        message,
        row.conversation_id,
        row.inbox_id,
        row.rule,
        now,
        confirms_opt_out=row.confirms_opt_out,
    )
    first, *others = in_pieces(whole, LongTexts.MMS if message.is_mms else policy)
    if first.status is Status.DEAD:
        return False
    dead_letters.revive(connection, row.id, first.message, now)
    outbox.put(connection, others, now)
    return True


def keep_notice(
    connection: Connection, event: str, body: bytes, status: DeliveryStatus | None, now: datetime
) -> Kept:
    """Keep an event that is no message; what it says of one of ours is noted once."""
    kept = inbox.keep_notice(connection, event, body, now)
    if status is not None and not kept.duplicate:
        _note_delivery(connection, status, now)
    return kept


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
        contacts.opt_out(connection, number, "delivery-status 11", at)
        outbox.drop_queued(connection, number, "opt-out", at)


def import_message(
    connection: Connection,
    *,
    external_id: str,
    longcode: LongcodeId,
    to: str,
    tags: Mapping[str, str],
    at: datetime,
) -> bool:
    """Note a message that another system sent; False where its externalId is known already."""
    if outbox.is_known(connection, external_id):
        return False
    conversation = conversations.conversation_to(connection, to, longcode, at)
    message = OutboundMessage(
        external_id=external_id,
        request_id=new_request_id(),
        to=to,
        text="",
        longcode_id=longcode,
        tags=tags,
    )
    row = Queued(message, conversation.id, None, None, at, status=Status.IMPORTED)
    outbox.put(connection, [row], at)
    return True
