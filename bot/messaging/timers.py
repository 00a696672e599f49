"""What happens in conversations by itself: decided when it is due, in order with what came in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from bot.engine import outbound
from bot.engine.conversation import Thread
from bot.engine.timers import carried, decide_timer, timers_of
from bot.errors import LedgerUnavailable
from bot.ledger import conversations, history, outbox, timers
from bot.ledger.conversations import Conversation
from bot.ledger.database import advisory_lock
from bot.ledger.inbox import contact_lock
from bot.ledger.outbox import Queued, Status
from bot.ledger.timers import DueTimer
from bot.log import logger
from bot.messaging.outgoing import in_parts
from bot.messaging.resources import Resources
from bot.model import Decision, InboundMessage, Outcome, Reason, Reply, Timer
from bot.rules.ruleset import Ruleset

_BATCH: Final = 8
_GRACE: Final = timedelta(seconds=0.25)
"""What came in just before is on disk by then, and is decided first."""


def happen(
    connection: Connection,
    conversation: Conversation,
    thread: Thread,
    until: datetime,
    ruleset: Ruleset,
    resources: Resources,
    now: datetime,
) -> Thread:
    """Decide what is due in a conversation until then, and queue what it says.

    The thread after it, which is not stored yet. Of somebody to whom nothing leaves it waits on.
    """
    if thread.held is not None:
        return thread
    while (due := timers_of(thread)) and due[0].due_at <= until:
        message = _nobody(conversation, thread, due[0])
        context = thread.context(
            message, now, answered_rule=None, longcode_id=conversation.longcode_id
        )
        decision = decide_timer(due[0], thread, context, message, ruleset)
        if now - due[0].due_at > resources.settings.reply_max_age:
            decision = _too_late(decision)
        for reply in decision.replies:
            _queue(connection, conversation, message, reply, resources, now)
        if decision.reason is Reason.STALE:
            timers.drop(connection, conversation.id, due[0], Reason.STALE, now)
        thread = thread.changed(decision.changes, now)
        _note(conversation, due[0], decision)
    return thread


def _nobody(conversation: Conversation, thread: Thread, timer: Timer) -> InboundMessage:
    """Stands for the message that is not there."""
    return InboundMessage(
        key=f"timer-{conversation.id}-{timer.kind}",
        sender=conversation.contact,
        number=conversation.number,
        tags=carried(timer, thread),
        received_at=timer.due_at,
    )


def _too_late(decision: Decision) -> Decision:
    """It was due while nobody was there to say it."""
    return replace(decision, outcome=Outcome.SUPPRESSED, reason=Reason.STALE, replies=())


def _queue(
    connection: Connection,
    conversation: Conversation,
    message: InboundMessage,
    reply: Reply,
    resources: Resources,
    now: datetime,
) -> None:
    whole = Queued(
        message=outbound.message_of(reply, message, None, resources.new_ids()),
        conversation_id=conversation.id,
        inbox_id=None,
        rule=reply.rule,
        due_at=reply.send_at or now,
        of_handoff=reply.of_handoff,
    )
    policy = reply.long_texts or resources.settings.long_texts
    parts = in_parts(whole, policy, resources.new_ids)
    if resources.gateway is None:
        parts = [replace(part, status=Status.DROPPED, reason="dry run") for part in parts]
    outbox.put(connection, parts, now)


def _note(conversation: Conversation, timer: Timer, decision: Decision) -> None:
    logger().info(
        "timer",
        conversation=conversation.id,
        kind=str(timer.kind),
        outcome=str(decision.outcome),
        rule=decision.rule,
        reason=decision.reason and str(decision.reason),
    )


class Timekeeper:
    """Finds what is due and lets it happen; each once, also where several machines look."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources

    async def fire(self) -> int:
        """Let happen what is due, up to a batch; how many it were.

        Raises OperationalError or LedgerUnavailable where the database is at fault.
        """
        writer, clock = self._resources.writer, self._resources.clock
        found = await writer.run(lambda c: timers.due(c, clock() - _GRACE, _BATCH))
        fired = 0
        for timer in found:
            try:
                fired += await writer.run(partial(self._fire, timer))
            except (OperationalError, LedgerUnavailable):
                raise
            except Exception:
                logger().exception("a timer cannot be decided")
                self._resources.health.fault()
                await writer.run(partial(timers.give_up, timer=timer, now=clock()))
        return fired

    def _fire(self, timer: DueTimer, connection: Connection) -> int:
        """In the writer's thread; may run twice, so it touches nothing but the connection."""
        resources, now = self._resources, self._resources.clock()
        ruleset = resources.rules()
        advisory_lock(connection, contact_lock(timer.contact))
        if not timers.is_due(connection, timer, now):
            return 0
        conversation = conversations.by_id(connection, timer.conversation_id)
        before = history.load(connection, conversation, ruleset.looks_back, now)
        after = happen(connection, conversation, before, now, ruleset, resources, now)
        because = f"timer-{timer.id}"
        history.store(connection, conversation, before, after, because=because, now=now)
        if after == before:  # the row says what the thread does not
            timers.keep(connection, conversation.id, timers_of(after))
        return 1
