"""From an inbound message to its reply: `answer` decides and applies, `deliver` sends.

Both are idempotent: a runner only says when. One decision is applied in one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.engine import bursts, outbound
from bot.engine import decide as decides
from bot.engine.conversation import Thread, tagged_rule
from bot.engine.decide import decide
from bot.engine.outbound import Ids
from bot.ledger import conversations, decisions, history, media, outbox
from bot.ledger.conversations import Answered, Conversation
from bot.ledger.database import advisory_lock
from bot.ledger.decisions import Recorded
from bot.ledger.history import store
from bot.ledger.inbox import InboxId, Waiting
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


def answer(
    connection: Connection,
    burst: Sequence[Waiting],
    ruleset: Ruleset,
    resources: Resources,
    now: datetime,
) -> list[tuple[Waiting, Decision]]:
    """Decide one inbound message, or texts that are decided as one, all in this transaction.

    The last of them is answered, the others with it. Where nothing is sent, the replies are kept
    as dropped: decided and recorded.
    """
    settings, last = resources.settings, burst[-1]
    if ruleset.counts_all:
        advisory_lock(connection, "uses of all")
    whole = bursts.joined([one.message for one in burst])
    origin = _origin(connection, whole, resources.longcodes.ours, now)
    message = origin.completed(whole)
    loaded = history.load(connection, origin.conversation, ruleset.looks_back, now)
    until = burst[0].message.received_at
    before = happen(connection, origin.conversation, loaded, until, ruleset, resources, now)
    if tapback.is_quoting(message.text):
        before = replace(before, sent_texts=history.sent_texts(connection, origin.conversation))
    decided: list[tuple[Waiting, Decision]] = []
    for one in burst[:-1]:
        together = bursts.combined()
        before = before.after(one.message, together, now)
        recorded = Recorded(together, ruleset.digest, now, last.id)
        origin.record(connection, one.id, recorded)
        decided.append((one, together))
    context = _passing_on(connection, message, origin.context(before, message, settings, now))
    decision = decide(message, context, ruleset)
    after = before.after(replace(message, text=last.message.text), decision, now)
    origin.record(connection, last.id, Recorded(decision, ruleset.digest, now))
    if settings.media_dir is not None:
        for one in burst:
            media.queue(connection, one.id, one.message, now)
    store(connection, origin.conversation, loaded, after, because=f"in-{last.id}", now=now)
    if any(change.kind is ChangeKind.HANDOFF for change in decision.changes):
        outbox.drop_said_by_rules(connection, origin.conversation.id, now)
    if decision.rule == colleague.NAME:
        colleagues.pass_on(connection, message, resources, now)
    notifications.keep(connection, decision, message, origin.conversation, after, resources, now)
    for reply in decision.leaving:
        queued = origin.queued(last.id, message, reply, now, resources.new_ids())
        if decision.reason is Reason.OPT_OUT:
            queued = replace(queued, confirms_opt_out=True)
        parts = in_parts(queued, reply.long_texts or settings.long_texts, resources.new_ids)
        if reason := _why_unsent(message, resources):
            parts = [replace(part, status=Status.DROPPED, reason=reason) for part in parts]
        outbox.put(connection, parts, now)
    return [*decided, (last, decision)]


def is_for_guard(
    connection: Connection, one: Waiting, ruleset: Ruleset, resources: Resources, now: datetime
) -> bool:
    """Whether a guard takes it by itself, whatever comes after it."""
    origin = _origin(connection, one.message, resources.longcodes.ours, now)
    message = origin.completed(one.message)
    thread = history.load(connection, origin.conversation, ruleset.looks_back, now)
    if tapback.is_quoting(message.text):
        thread = replace(thread, sent_texts=history.sent_texts(connection, origin.conversation))
    context = origin.context(thread, message, resources.settings, now)
    context = _passing_on(connection, message, context)
    return decides.is_for_guard(message, context, ruleset)


def _passing_on(connection: Connection, message: InboundMessage, context: Context) -> Context:
    """The context, which knows whether a colleague answers a notice."""
    if not message.text.lstrip().startswith(colleagues.SIGN):
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

    def record(self, connection: Connection, message: InboxId, recorded: Recorded) -> None:
        decisions.record(
            connection,
            message,
            recorded,
            conversation_id=self.conversation.id,
            answers_id=None if self.answered is None else self.answered.id,
        )

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


def _origin(
    connection: Connection,
    message: InboundMessage,
    ours: OurNumbers,
    now: datetime,
) -> _Origin:
    answered = conversations.answered(connection, message)
    stated = longcodes.stated(message, answered, ours)
    conversation = conversations.conversation_of(connection, message, answered, stated, ours, now)
    if answered is not None and answered.conversation_id != conversation.id:
        answered = conversations.answered(connection, message)  # the chains may be one now
        if answered is not None and answered.conversation_id != conversation.id:
            answered = None
    return _Origin(conversation, answered, stated)


def fail(
    connection: Connection, waiting: Waiting, ruleset: Ruleset, because: str, now: datetime
) -> None:
    """Close a message that could not be processed, so that those behind it go on."""
    ours = OurNumbers()
    conversation = conversations.conversation_of(connection, waiting.message, None, None, ours, now)
    decision = Decision(outcome=Outcome.FAILED, detail=because)
    recorded = Recorded(decision, ruleset.digest, now)
    _Origin(conversation, None, None).record(connection, waiting.id, recorded)
