"""Timers: what happens in a conversation by itself, and what one that is due decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from bot.engine import body
from bot.engine.asking import END
from bot.engine.body import Collected, Failed
from bot.engine.conversation import Thread
from bot.engine.quiet import held, quiet_of, zone_of
from bot.engine.waiting import FollowUp, Later, Timer, TimerKind
from bot.errors import ReplyError
from bot.model import (
    CaptureValue,
    Change,
    ChangeKind,
    Context,
    Decision,
    Handoff,
    InboundMessage,
    Match,
    OnEnd,
    Outcome,
    Question,
    Reason,
    Reply,
    RuleId,
)
from bot.rules.guards import paused
from bot.rules.matchers.base import MessageView
from bot.rules.questions import find, part_of
from bot.rules.rule import FollowUp as Spec
from bot.rules.rule import Rule
from bot.rules.ruleset import Ruleset
from bot.rules.templates.template import Template

_MOMENT: Final = timedelta(microseconds=1)
_KINDS: Final = (
    *(TimerKind.HANDOFF, TimerKind.QUESTION, TimerKind.STATE),
    *(TimerKind.REPLY, TimerKind.FOLLOW_UP),
)
_ORDER: Final = {kind: place for place, kind in enumerate(_KINDS)}
"""Of what is due at the same time: a reply that quiet hours held before what was to follow it."""


def timers_of(thread: Thread) -> tuple[Timer, ...]:
    """What will happen in it by itself, the next first; of a stored thread, what is due."""
    if thread.opted_out:
        return ()
    found = (*expiries_of(thread), *thread.scheduled)
    return tuple(sorted(found, key=lambda timer: (timer.due_at, _ORDER[timer.kind])))


def expiries_of(thread: Thread) -> tuple[Timer, ...]:
    """What ends in it by itself: at most one of each kind."""
    found: list[Timer] = []
    if thread.opted_out:
        return ()
    expires_at = None if thread.question is None else thread.question.expires_at
    if expires_at is not None:
        found.append(Timer(expires_at, TimerKind.QUESTION))
    if thread.state_until is not None and thread.state_from is not None and thread.state:
        found.append(Timer(thread.state_until, TimerKind.STATE))
    if thread.handoff is not None:
        found.append(Timer(thread.handoff.due_at, TimerKind.HANDOFF))
    return tuple(found)


def decide_timer(
    timer: Timer, thread: Thread, context: Context, message: InboundMessage, ruleset: Ruleset
) -> Decision:
    """What comes of a timer that is due; pure, as `decide` is.

    `message` stands for the one that is not there, see `nobody`.
    """
    decision = _decided(timer, thread, context, MessageView(message, context), ruleset)
    return held(decision, context, ruleset)


def _decided(
    timer: Timer, thread: Thread, context: Context, seen: MessageView, ruleset: Ruleset
) -> Decision:
    match timer.kind:
        case TimerKind.FOLLOW_UP | TimerKind.REPLY if _waits_for_a_person(timer, thread):
            return _after_them(timer, thread)
        case TimerKind.FOLLOW_UP:
            return _followed_up(timer, seen, ruleset)
        case TimerKind.REPLY:
            return _leaves(Later.of(timer).reply, context.now)
        case TimerKind.QUESTION if thread.question is not None:
            seen = MessageView(seen.message, replace(context, question=thread.question))
            return _question_expires(thread.question, seen, ruleset)
        case TimerKind.HANDOFF if thread.handoff is not None:
            return _handoff_ends(thread.handoff, seen, ruleset)
        case _:
            return _state_ends(thread, seen, ruleset)


def carried(timer: Timer, thread: Thread) -> Mapping[str, str]:
    """Tags that what it says carries over: of what was asked, or upon which it was handed over."""
    of = thread.handoff if timer.kind is TimerKind.HANDOFF else thread.question
    return {} if of is None else of.tags


def _waits_for_a_person(timer: Timer, thread: Thread) -> bool:
    """Nothing of the bot leaves while one of ours has the conversation."""
    if thread.handoff is None:
        return False
    return timer.kind is TimerKind.FOLLOW_UP or not Later.of(timer).reply.of_handoff


def _after_them(timer: Timer, thread: Thread) -> Decision:
    """It waits on until they have let go of it."""
    at = timer.due_at if thread.handoff is None else thread.handoff.due_at + _MOMENT
    waits = Decision(outcome=Outcome.HELD, reason=Reason.PAUSED)
    if timer.kind is TimerKind.FOLLOW_UP:
        return replace(waits, changes=(FollowUp.of(timer).later(timer, at),))
    reply = replace(Later.of(timer).reply, send_at=at)
    return replace(waits, replies=(replace(reply, on_end=reply.on_end or OnEnd.EACH),))


def _followed_up(timer: Timer, seen: MessageView, ruleset: Ruleset) -> Decision:
    put_off = FollowUp.of(timer)
    rule = ruleset.rule(put_off.rule)
    part = part_of(rule, put_off.path) if rule is not None and rule.is_enabled else None
    spec = None if part is None else next(filter(_is(timer.key), part.follow_ups), None)
    if rule is None or part is None or spec is None:
        return _stale(put_off.rule, ())
    quiet, context = quiet_of(rule, is_unasked=True), seen.context
    zone = zone_of(rule, context.contact)
    until = None if quiet is None else quiet.until(context.now, zone)
    if until is not None:  # it is late, and waits as it did: by its key, unless they reply
        waits = (put_off.later(timer, until),)
        return Decision(
            outcome=Outcome.HELD, rule=rule.id, reason=Reason.QUIET_HOURS, changes=waits
        )
    so_far, match = Collected([]), Match(put_off.captures)
    try:
        names = body.names_of(part, match, seen)
        so_far.replies.extend(body.messages(part, spec.replies, names, seen))
    except Failed as error:
        return so_far.failed(part.id, error, match)
    except ReplyError as error:
        return so_far.failed(part.id, Failed(Reason.TEMPLATE_ERROR, str(error)), match)
    decision = so_far.decision(part, match)
    return _unasked(decision, unless_replied=timer.unless_replied)


def _is(key: str) -> Callable[[Spec], bool]:
    return lambda spec: spec.key == key


def _leaves(reply: Reply, now: datetime) -> Decision:
    if reply.keep_until is not None and now > reply.keep_until:
        return Decision(outcome=Outcome.SUPPRESSED, rule=reply.rule, reason=Reason.TOO_OLD)
    return Decision(outcome=Outcome.REPLIED, rule=reply.rule, replies=(reply,))


def _question_expires(question: Question, seen: MessageView, ruleset: Ruleset) -> Decision:
    rule = ruleset.rule(question.rule)
    found = find(rule, question.step) if rule is not None and rule.is_enabled else None
    if found is None:
        return _stale(question.rule, [END])
    part, ask, _ = found
    return _said(part, ask.on_expiry, seen, [END])


def _state_ends(thread: Thread, seen: MessageView, ruleset: Ruleset) -> Decision:
    decision = _state_says(thread, seen, ruleset)
    if thread.handoff is None or not decision.replies:
        return decision
    return replace(decision, outcome=Outcome.SUPPRESSED, reason=Reason.PAUSED, replies=())


def _state_says(thread: Thread, seen: MessageView, ruleset: Ruleset) -> Decision:
    rule_id, path = thread.state_from or (RuleId(""), "")
    leaves = [Change(ChangeKind.STATE)]
    rule = ruleset.rule(rule_id)
    part = part_of(rule, path) if rule is not None and rule.is_enabled else None
    if part is None or part.state is None or part.state.name != thread.state:
        return _stale(rule_id, leaves)
    return _said(part, part.state.on_expiry, seen, leaves)


def _handoff_ends(handoff: Handoff, seen: MessageView, ruleset: Ruleset) -> Decision:
    """Silently, unless nobody of ours has come."""
    ends = [Change(ChangeKind.HANDOFF)]
    rule = None if handoff.rule is None else ruleset.rule(handoff.rule)
    if not handoff.is_unclaimed or handoff.rule is None:
        return Collected([], changes=ends).suppressed(paused.NAME, Reason.SILENT, Match())
    part = part_of(rule, handoff.path) if rule is not None and rule.is_enabled else None
    if part is None or part.handoff is None or part.handoff.unclaimed is None:
        return _stale(handoff.rule, ends)
    decision = _said(part, part.handoff.unclaimed.reply, seen, ends, handoff.captures)
    # Who writes has been answered, by the bot or by one of us, before it leaves.
    replies = (replace(one, of_handoff=True, unless_replied=True) for one in decision.replies)
    return replace(decision, replies=tuple(replies))


def _stale(rule: RuleId, changes: Iterable[Change]) -> Decision:
    """The rule set does not know it any more."""
    return Decision(
        outcome=Outcome.SUPPRESSED, rule=rule, reason=Reason.STALE, changes=tuple(changes)
    )


def _said(
    part: Rule,
    template: Template | None,
    seen: MessageView,
    changes: list[Change],
    captures: Mapping[str, CaptureValue] = MappingProxyType({}),
) -> Decision:
    so_far, nothing = Collected([], changes=changes), Match()
    if template is not None:
        try:
            text = body.text_of(part, template, captures, seen)
        except Failed as error:
            return replace(so_far.failed(part.id, error, nothing), changes=tuple(changes))
        if text:
            body.say(part, text, so_far)
    return _unasked(so_far.decision(part, nothing), unless_replied=False)


def _unasked(decision: Decision, *, unless_replied: bool) -> Decision:
    replies = (
        replace(reply, is_unasked=True, unless_replied=reply.unless_replied or unless_replied)
        for reply in decision.replies
    )
    return replace(decision, replies=tuple(replies))
