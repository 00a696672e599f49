"""From an inbound message to its reply: `answer` decides and applies, `deliver` sends.

Both are idempotent: a runner only says when. One decision is applied in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from sqlalchemy import Connection

from bot.engine import decide as decides
from bot.engine import outbound
from bot.engine.bursts import combined, joined
from bot.engine.conversation import Thread, tagged_rule
from bot.engine.decide import decide
from bot.engine.outbound import Ids
from bot.ledger import conversations, decisions, history, media, outbox, threads
from bot.ledger.conversations import Answered, Arrival, Conversation
from bot.ledger.decisions import Closed, Recorded
from bot.ledger.history import Turn
from bot.ledger.inbox import InboxId, Waiting
from bot.ledger.locks import advisory_lock
from bot.ledger.numbers import OurNumbers
from bot.ledger.outbox import Queued, Status
from bot.messaging import colleagues, longcodes, notifications
from bot.messaging.outgoing import in_parts
from bot.messaging.resources import Resources
from bot.messaging.timers import happen
from bot.model import (
    ChangeKind,
    Context,
    Decision,
    InboundMessage,
    LongcodeId,
    Outcome,
    Reason,
    Reply,
)
from bot.rules.guards import colleague, tapback
from bot.rules.ruleset import Ruleset
from bot.settings import Settings
from bot.text.phone_numbers import can_be_answered

Burst: TypeAlias = Sequence[Waiting]
"""Texts of one person that are decided as one; mostly there is one."""


def answer(
    connection: Connection,
    bursts: Sequence[Burst],
    ruleset: Ruleset,
    resources: Resources,
    now: datetime,
) -> list[tuple[Waiting, Decision]]:
    """Decide texts of different people, all in this transaction.

    Of each person it is one inbound message, or texts that are decided as one: the last of them is
    answered, the others with it. Where nothing is sent, the replies are kept as dropped: decided
    and recorded.
    """
    if ruleset.counts_all:
        advisory_lock(connection, "uses of all")
    wholes = [joined([one.message for one in burst]) for burst in bursts]
    origins = _origins(connection, wholes, resources.longcodes.ours, now)
    chains = [origin.conversation for origin in origins]
    loaded = threads.load(connection, chains, ruleset.looks_back, now)
    work = _Work(connection, ruleset, resources, now)
    answers = [
        work.decided(burst, origin, origin.completed(whole), thread)
        for burst, whole, origin, thread in zip(bursts, wholes, origins, loaded, strict=True)
    ]
    decisions.record(connection, [closed for one in answers for closed in one.closed(ruleset, now)])
    history.store(connection, [one.turn for one in answers], now)
    for one in answers:
        work.keep(one)
    outbox.put(connection, [part for one in answers for part in work.parts(one)], now)
    return [done for one in answers for done in one.told]


@dataclass(frozen=True, slots=True)
class _Answer:
    """What has been decided about a burst, nothing of it stored yet."""

    burst: Burst
    origin: _Origin
    message: InboundMessage
    """All that its texts say."""
    loaded: Thread
    after: Thread
    decision: Decision

    @property
    def told(self) -> list[tuple[Waiting, Decision]]:
        """The decision about each of its texts."""
        *others, last = self.burst
        return [*((one, combined()) for one in others), (last, self.decision)]

    @property
    def turn(self) -> Turn:
        because = f"in-{self.burst[-1].id}"
        return Turn(self.origin.conversation, self.loaded, self.after, because)

    def closed(self, ruleset: Ruleset, now: datetime) -> list[Closed]:
        last, digest = self.burst[-1].id, ruleset.digest
        rule = None if self.decision.rule is None else ruleset.rule(self.decision.rule)
        place = "" if rule is None else rule.place.in_file
        *others, (answered, decision) = self.told
        return [
            *(
                self.origin.closed(one.id, Recorded(with_it, digest, now, last))
                for one, with_it in others
            ),
            self.origin.closed(answered.id, Recorded(decision, digest, now, place=place)),
        ]


@dataclass(frozen=True, slots=True)
class _Work:
    """Deciding in one transaction, at one time."""

    connection: Connection
    ruleset: Ruleset
    resources: Resources
    now: datetime

    def decided(
        self, burst: Burst, origin: _Origin, message: InboundMessage, loaded: Thread
    ) -> _Answer:
        connection, now = self.connection, self.now
        until = burst[0].message.received_at
        before = happen(
            connection, origin.conversation, loaded, until, self.ruleset, self.resources, now
        )
        if tapback.is_quoting(message.text):
            before = replace(before, sent_texts=history.sent_texts(connection, origin.conversation))
        for one in burst[:-1]:
            before = before.after(one.message, combined(), now)
        context = origin.context(before, message, self.resources.settings, now)
        context = _passing_on(connection, message, context)
        decision = decide(message, context, self.ruleset)
        after = before.after(replace(message, text=burst[-1].message.text), decision, now)
        return _Answer(burst, origin, message, loaded, after, decision)

    def keep(self, answer: _Answer) -> None:
        """What few decisions bring beside their replies."""
        connection, message, now = self.connection, answer.message, self.now
        decision, conversation = answer.decision, answer.origin.conversation
        if self.resources.settings.media_dir is not None:
            for one in answer.burst:
                media.queue(connection, one.id, one.message, now)
        if any(change.kind is ChangeKind.HANDOFF for change in decision.changes):
            outbox.drop_said_by_rules(connection, conversation.id, now)
        if decision.rule == colleague.NAME:
            colleagues.pass_on(connection, message, self.resources, now)
        notifications.keep(
            connection, decision, message, conversation, answer.after, self.resources, now
        )

    def parts(self, answer: _Answer) -> Iterator[Queued]:
        """The messages that leave."""
        resources, message = self.resources, answer.message
        unsent = _why_unsent(message, resources)
        for reply in answer.decision.leaving:
            queued = answer.origin.queued(
                answer.burst[-1].id, message, reply, self.now, resources.new_ids()
            )
            if answer.decision.reason is Reason.OPT_OUT:
                queued = replace(queued, confirms_opt_out=True)
            policy = reply.long_texts or resources.settings.long_texts
            for part in in_parts(queued, policy, resources.new_ids):
                yield replace(part, status=Status.DROPPED, reason=unsent) if unsent else part


def is_signed(text: str) -> bool:
    """It may be a colleague's, whose text goes to somebody else."""
    return text.lstrip().startswith(colleagues.SIGN)


def is_for_guard(
    connection: Connection, one: Waiting, ruleset: Ruleset, resources: Resources, now: datetime
) -> bool:
    """Whether a guard takes it by itself, whatever comes after it."""
    [origin] = _origins(connection, [one.message], resources.longcodes.ours, now)
    message = origin.completed(one.message)
    thread = history.load(connection, origin.conversation, ruleset.looks_back, now)
    if tapback.is_quoting(message.text):
        thread = replace(thread, sent_texts=history.sent_texts(connection, origin.conversation))
    context = origin.context(thread, message, resources.settings, now)
    context = _passing_on(connection, message, context)
    return decides.is_for_guard(message, context, ruleset)


def _passing_on(connection: Connection, message: InboundMessage, context: Context) -> Context:
    """The context, which knows whether a colleague answers a notice."""
    if not is_signed(message.text):
        return context
    answers = colleagues.is_answer(connection, message.sender, message.text)
    return replace(context, passes_on=answers)


def _why_unsent(message: InboundMessage, resources: Resources) -> str:
    if resources.gateway is None:
        return "dry run"
    return "" if can_be_answered(message.sender) else Reason.CANNOT_BE_ANSWERED


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where a message belongs."""

    conversation: Conversation
    answered: Answered | None
    """The message of ours that it answers."""
    longcode_id: LongcodeId | None
    """The number of ours that it came to, where that is stated."""

    def completed(self, message: InboundMessage) -> InboundMessage:
        """Tags and number as our record has them, where the webhook brings none."""
        tags = message.tags or (self.answered.tags if self.answered is not None else {})
        return replace(message, number=message.number or self.conversation.number, tags=tags)

    def context(
        self, thread: Thread, message: InboundMessage, settings: Settings, now: datetime
    ) -> Context:
        known = self.longcode_id or self.conversation.longcode_id or settings.longcode_id
        rule = tagged_rule(message) if self.answered is None else self.answered.rule
        return thread.context(message, now, answered_rule=rule, longcode_id=known)

    def closed(self, message: InboxId, recorded: Recorded) -> Closed:
        answers = None if self.answered is None else self.answered.id
        return Closed(message, recorded, self.conversation.id, answers)

    def queued(
        self, inbox_id: InboxId, message: InboundMessage, reply: Reply, now: datetime, ids: Ids
    ) -> Queued:
        """One reply, however long."""
        return Queued(
            message=outbound.message_of(reply, message, self.longcode_id, ids),
            conversation_id=self.conversation.id,
            inbox_id=inbox_id,
            rule=reply.rule,
            due_at=reply.send_at or now,
            asks=reply.asks,
            of_handoff=reply.of_handoff,
            unless_replied=reply.unless_replied,
            # The age counts anew from when a person of ours wanted it answered.
            waited=timedelta()
            if message.is_cleared
            else max(now - message.received_at, timedelta()),
        )


def _origins(
    connection: Connection, messages: Sequence[InboundMessage], ours: OurNumbers, now: datetime
) -> list[_Origin]:
    """Of different people."""
    answered = conversations.answered(connection, messages)
    arrivals = [
        Arrival(message, answers, longcodes.stated(message, answers, ours))
        for message, answers in zip(messages, answered, strict=True)
    ]
    found = conversations.conversations_of(connection, arrivals, ours, now)
    return [
        _Origin(conversation, _answered_in(connection, conversation, arrival), arrival.longcode_id)
        for conversation, arrival in zip(found, arrivals, strict=True)
    ]


def _answered_in(
    connection: Connection, conversation: Conversation, arrival: Arrival
) -> Answered | None:
    answers = arrival.answers
    if answers is not None and answers.conversation_id != conversation.id:
        [answers] = conversations.answered(connection, [arrival.message])  # they may be one now
        if answers is not None and answers.conversation_id != conversation.id:
            return None
    return answers


def fail(
    connection: Connection, waiting: Waiting, ruleset: Ruleset, because: str, now: datetime
) -> None:
    """Close a message that could not be processed, so that those behind it go on."""
    ours = OurNumbers()
    arrival = Arrival(waiting.message)
    [conversation] = conversations.conversations_of(connection, [arrival], ours, now)
    decision = Decision(outcome=Outcome.FAILED, detail=because)
    recorded = Recorded(decision, ruleset.digest, now)
    closed = _Origin(conversation, None, None).closed(waiting.id, recorded)
    decisions.record(connection, [closed])
