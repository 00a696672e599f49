"""From an inbound message to its reply: `process` decides and applies, `deliver` sends.

Both are idempotent: a runner only says when. One decision is applied in one transaction.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from bot.engine.decide import decide, tagged_rule
from bot.ledger import contacts, conversations, outbox
from bot.ledger.conversations import Answered, Conversation
from bot.ledger.database import hold
from bot.ledger.decisions import record
from bot.ledger.history import history, store_uses
from bot.ledger.inbox import Waiting
from bot.ledger.writer import Writer
from bot.log import logger
from bot.messaging import longcodes
from bot.messaging.longcodes import stated_longcode_id
from bot.messaging.metrics import Metrics
from bot.messaging.outgoing import in_pieces, queued
from bot.model import (
    ChangeKind,
    Context,
    Decision,
    InboundMessage,
    LongcodeId,
    Outcome,
    Reason,
)
from bot.rules.ruleset import Ruleset
from bot.settings import Settings

Clock = Callable[[], datetime]
Fence = Callable[[Connection], bool]


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
    line = stated_longcode_id(message, hint, numbers)
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
    left_at = contacts.opted_out_at(connection, message.sender)
    return Context(
        now=now,
        contact=contacts.contact_values(connection, message.sender),
        values=conversation.values,
        longcode_id=line or conversation.longcode_id or settings.longcode_id,
        state=conversation.state_at(now),
        count=conversation.received,
        opted_out=left_at is not None,
        opted_out_at=left_at,
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
            contacts.opt_out(connection, sender, f"in-{waiting.id}", waiting.message.written_at)
            outbox.drop_queued(connection, sender, Reason.OPT_OUT, now)
        elif change.kind is ChangeKind.OPT_IN:
            contacts.opt_in(connection, sender)
    conversations.store_values(connection, conversation, decision.changes)
    conversations.store_state(connection, conversation, decision.changes)
    store_uses(connection, conversation, decision.changes, now)


Next = Callable[[Connection, int], Sequence[Waiting]]
"""Up to so many messages that wait, in their order."""


class Decider:
    def __init__(
        self,
        *,
        writer: Writer,
        settings: Settings,
        rules: Callable[[], Ruleset],
        numbers: longcodes.Numbers,
        metrics: Metrics,
        clock: Clock,
        sends: bool,
    ) -> None:
        """Without `sends` it decides and records, but nothing leaves."""
        self._writer = writer
        self._settings = settings
        self._rules = rules
        self._numbers = numbers
        self._metrics = metrics
        self._clock = clock
        self._sends = sends

    async def decide(self, waiting: Next, limit: int) -> int:
        """Decide up to `limit` messages in one transaction; their number.

        Raises OperationalError where the database is at fault; no message is then.
        """
        try:
            decided = await self._writer.run(lambda c: self._process(c, waiting(c, limit)))
        except OperationalError:
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
        ruleset, at = self._rules(), self._clock()
        decided = []
        for item in waiting:
            begin = time.monotonic()
            decision = process(
                connection,
                item,
                ruleset,
                self._settings,
                self._numbers.fresh(at),
                at,
                sends=self._sends,
            )
            self._metrics.processed(time.monotonic() - begin)
            decided.append((item, decision))
        return decided

    async def _close_failed(self, waiting: Next) -> int:
        """The oldest message cannot be processed: a fault of ours, which must not stop the rest."""
        logger().exception("a message cannot be processed")

        def work(connection: Connection) -> int:
            for item in waiting(connection, 1):
                because = "a fault in the bot, see its log"
                fail(connection, item, self._rules(), because, self._clock())
                return 1
            return 0

        return await self._writer.run(work)

    def _note(self, waiting: Waiting, decision: Decision) -> None:
        self._metrics.decided(decision, waiting.message.received_at, self._clock())
        logger().info(
            "decided",
            id=f"in-{waiting.id}",
            outcome=str(decision.outcome),
            rule=decision.rule,
            reason=decision.reason and str(decision.reason),
            replies=len(decision.replies),
        )
