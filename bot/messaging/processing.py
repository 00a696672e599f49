"""From an inbound message to its reply: `process` decides and applies, `deliver` sends.

Both are idempotent: a runner only says when. One decision is applied in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from bot.engine import outbound
from bot.engine.conversation import Thread, tagged_rule
from bot.engine.decide import decide
from bot.engine.outbound import Ids
from bot.errors import LedgerUnavailable
from bot.ledger import conversations, decisions, history, media, outbox
from bot.ledger.conversations import Answered, Conversation
from bot.ledger.database import advisory_lock
from bot.ledger.decisions import Recorded
from bot.ledger.history import store
from bot.ledger.inbox import InboxId, Waiting
from bot.ledger.numbers import OurNumbers
from bot.ledger.outbox import Queued, Status
from bot.log import Seen, logger
from bot.messaging import longcodes
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
from bot.rules.guards import tapback
from bot.rules.ruleset import Ruleset
from bot.settings import Settings
from bot.text.phone_numbers import can_be_answered


def process(
    connection: Connection,
    waiting: Waiting,
    ruleset: Ruleset,
    resources: Resources,
    now: datetime,
) -> Decision:
    """Decide one inbound message and apply the decision, all in the transaction of `connection`.

    Where nothing is sent, the replies are kept as dropped: decided and recorded.
    """
    settings = resources.settings
    if ruleset.counts_all:
        advisory_lock(connection, "uses of all")
    origin = _origin(connection, waiting.message, resources.longcodes.ours, now)
    message = origin.completed(waiting.message)
    loaded = history.load(connection, origin.conversation, ruleset.looks_back, now)
    until = message.received_at
    before = happen(connection, origin.conversation, loaded, until, ruleset, resources, now)
    if tapback.is_quoting(message.text):
        before = replace(before, sent_texts=history.sent_texts(connection, origin.conversation))
    decision = decide(message, origin.context(before, message, settings, now), ruleset)
    after = before.after(message, decision, now)
    origin.record(connection, waiting.id, Recorded(decision, ruleset.digest, now))
    if settings.media_dir is not None:
        media.queue(connection, waiting.id, message, now)
    store(connection, origin.conversation, loaded, after, because=f"in-{waiting.id}", now=now)
    if any(change.kind is ChangeKind.OPT_OUT for change in decision.changes):
        outbox.drop_queued(connection, message.sender, Reason.OPT_OUT, now)
    if any(change.kind is ChangeKind.HANDOFF for change in decision.changes):
        outbox.drop_said_by_rules(connection, origin.conversation.id, now)
    for reply in decision.leaving:
        whole = origin.queued(waiting.id, message, reply, now, resources.new_ids())
        if decision.reason is Reason.OPT_OUT:
            whole = replace(whole, confirms_opt_out=True)
        parts = in_parts(whole, reply.long_texts or settings.long_texts, resources.new_ids)
        if reason := _why_unsent(message, resources):
            parts = [replace(part, status=Status.DROPPED, reason=reason) for part in parts]
        outbox.put(connection, parts, now)
    return decision


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


Next = Callable[[Connection, int], Sequence[Waiting]]
"""Up to so many messages that wait, in their order."""


class Decider:
    """Decides what waits in the inbox; a message that cannot be processed stops no other."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources

    async def decide(self, waiting: Next, limit: int) -> int:
        """Decide up to `limit` messages in one transaction; their number.

        Raises OperationalError or LedgerUnavailable where the database is at fault; no message is
        then.
        """
        try:
            decided = await self._resources.writer.run(
                lambda c: self._process(c, waiting(c, limit))
            )
        except (OperationalError, LedgerUnavailable):
            raise
        except Exception:
            if limit > 1:
                return await self.decide(waiting, 1)
            return await self._close_failed(waiting)
        for item, decision in decided:
            self._note(item, decision)
        return len(decided)

    def _process(
        self, connection: Connection, waiting: Sequence[Waiting]
    ) -> list[tuple[Waiting, Decision]]:
        """In the writer's thread; may run twice, so it touches nothing but the connection."""
        resources = self._resources
        ruleset, at = resources.rules(), resources.clock()
        decided = []
        for item in waiting:
            begin = resources.steady()
            decision = process(connection, item, ruleset, resources, at)
            resources.metrics.processed(resources.steady() - begin)
            decided.append((item, decision))
        return decided

    async def _close_failed(self, waiting: Next) -> int:
        """The oldest message cannot be processed: a fault of ours, which must not stop the rest."""
        logger().exception("a message cannot be processed")
        resources = self._resources
        resources.health.fault()

        def work(connection: Connection) -> int:
            for item in waiting(connection, 1):
                because = "a fault in the bot, see its log"
                fail(connection, item, resources.rules(), because, resources.clock())
                if resources.settings.media_dir is not None:
                    media.queue(connection, item.id, item.message, resources.clock())
                return 1
            return 0

        return await self._resources.writer.run(work)

    def _note(self, waiting: Waiting, decision: Decision) -> None:
        now = self._resources.clock()
        self._resources.metrics.decided(decision, waiting.message.received_at, now)
        self._resources.health.decided()
        failed = decision.outcome is Outcome.FAILED
        (logger().error if failed else logger().info)(
            "decided",
            id=f"in-{waiting.id}",
            outcome=str(decision.outcome),
            rule=decision.rule,
            reason=decision.reason and str(decision.reason),
            replies=len(decision.replies),
            seen=Seen(waiting.message.sender, waiting.message.text),
            **({"see": f"bot inbox show in-{waiting.id}"} if failed else {}),
        )
