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
from bot.engine.timers import carried, decide_timer, expiries_of, timers_of
from bot.engine.waiting import Later, Timer, TimerKind, nobody
from bot.errors import LedgerUnavailable
from bot.ledger import conversations, history, inbox, outbox, timers
from bot.ledger.conversations import Conversation
from bot.ledger.history import Turn
from bot.ledger.inbox import InboxId, contact_lock
from bot.ledger.locks import advisory_lock
from bot.ledger.outbox import Queued, Status
from bot.ledger.timers import DueTimer
from bot.log import logger
from bot.messaging.outgoing import in_parts
from bot.messaging.resources import Resources
from bot.model import Decision, InboundMessage, Outcome, Reason, Reply
from bot.rules.ruleset import Ruleset

_FAULT: Final = "a fault in the bot, see its log"
_BATCH: Final = 8
_DROPPED: Final = (Reason.STALE, Reason.TOO_OLD, Reason.TEMPLATE_ERROR, Reason.TOO_LONG)
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
        timer = due[0]
        message = nobody(timer, _about(conversation, thread, timer))
        context = thread.context(
            message, now, answered_rule=None, longcode_id=conversation.longcode_id
        )
        decision = decide_timer(timer, thread, context, message, ruleset)
        if now - timer.due_at > resources.settings.reply_max_age:
            decision = _too_late(decision)
        answers = _answered(connection, timer, decision)
        for reply in decision.leaving:
            _queue(connection, conversation, message, answers, reply, resources, now)
        if decision.reason in _DROPPED:
            timers.drop(connection, conversation.id, timer, str(decision.reason), now)
        thread = thread.happened(timer, message, decision, now)
        _note(conversation, timer, decision)
    return thread


def _about(conversation: Conversation, thread: Thread, timer: Timer) -> InboundMessage:
    """Whom it is about, and the tags of what was asked."""
    return InboundMessage(
        key="",
        sender=conversation.contact,
        number=conversation.number,
        tags=carried(timer, thread),
        received_at=timer.due_at,
    )


def _answered(connection: Connection, timer: Timer, decision: Decision) -> InboxId | None:
    """The message that it answers, which ends now as it was to end before the quiet hours."""
    if timer.kind is not TimerKind.REPLY:
        return None
    answers = inbox.id_of(connection, Later.of(timer).answers)
    if answers is not None and decision.outcome is Outcome.REPLIED:
        timers.settle(connection, [answers], Outcome.REPLIED, None)
    return answers


def _too_late(decision: Decision) -> Decision:
    """It was due while nobody was there to say it."""
    return replace(decision, outcome=Outcome.SUPPRESSED, reason=Reason.STALE, replies=())


def _queue(
    connection: Connection,
    conversation: Conversation,
    message: InboundMessage,
    answers: InboxId | None,
    reply: Reply,
    resources: Resources,
    now: datetime,
) -> None:
    whole = Queued(
        message=outbound.message_of(reply, message, None, resources.new_ids()),
        conversation_id=conversation.id,
        inbox_id=answers,
        rule=reply.rule,
        due_at=reply.send_at or now,
        of_handoff=reply.of_handoff,
        unless_replied=reply.unless_replied,
        asks=reply.asks,
    )
    policy = reply.long_texts or resources.settings.long_texts
    parts = in_parts(whole, policy, resources.new_ids)
    if resources.gateway is None:
        parts = [replace(part, status=Status.DROPPED, reason="dry run") for part in parts]
    outbox.put(connection, parts, now)


def _note(conversation: Conversation, timer: Timer, decision: Decision) -> None:
    failed = decision.outcome is Outcome.FAILED
    (logger().error if failed else logger().info)(
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
                await writer.run(partial(timers.give_up, timer=timer, reason=_FAULT, now=clock()))
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
        history.store(connection, [Turn(conversation, before, after, because)], now)
        if after == before:  # the row says what the thread does not
            timers.keep(connection, conversation.id, expiries_of(after))
            timers.give_up(connection, timer, Reason.OPT_OUT, now)
        return 1
