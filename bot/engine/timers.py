"""Timers: what happens in a conversation by itself, and what one that is due decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from bot.engine import body
from bot.engine.asking import END
from bot.engine.body import Collected, Failed
from bot.engine.conversation import Thread
from bot.model import (
    CaptureValue,
    Change,
    ChangeKind,
    Context,
    Decision,
    Handoff,
    InboundMessage,
    Match,
    Outcome,
    Question,
    Reason,
    RuleId,
    Timer,
    TimerKind,
)
from bot.rules.guards import paused
from bot.rules.matchers.base import MessageView
from bot.rules.questions import find, part_of
from bot.rules.rule import Rule
from bot.rules.ruleset import Ruleset
from bot.rules.templates.template import Template
from bot.timezones import is_timezone, local

QUIET_FROM: Final = time(21)
QUIET_TO: Final = time(8)
"""What nobody has just asked for leaves not between these, by the clock of who gets it:
47 CFR 64.1200(c)(1)."""


def timers_of(thread: Thread) -> tuple[Timer, ...]:
    """What will happen in it by itself, the next first."""
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
    return tuple(sorted(found, key=lambda timer: (timer.due_at, timer.kind)))


def decide_timer(
    timer: Timer, thread: Thread, context: Context, message: InboundMessage, ruleset: Ruleset
) -> Decision:
    """What comes of a timer that is due; pure, as `decide` is.

    `message` stands for the one that is not there: who is meant, and the tags of what was asked.
    """
    if timer.kind is TimerKind.HANDOFF and thread.handoff is not None:
        return _handoff_ends(thread.handoff, MessageView(message, context), ruleset)
    if timer.kind is TimerKind.QUESTION and thread.question is not None:
        context = replace(context, question=thread.question)
        return _question_expires(thread.question, MessageView(message, context), ruleset)
    decision = _state_ends(thread, MessageView(message, context), ruleset)
    if thread.handoff is None or not decision.replies:
        return decision
    return replace(decision, outcome=Outcome.SUPPRESSED, reason=Reason.PAUSED, replies=())


def carried(timer: Timer, thread: Thread) -> Mapping[str, str]:
    """Tags that what it says carries over: of what was asked, or upon which it was handed over."""
    of = thread.handoff if timer.kind is TimerKind.HANDOFF else thread.question
    return {} if of is None else of.tags


def _question_expires(question: Question, seen: MessageView, ruleset: Ruleset) -> Decision:
    rule = ruleset.rule(question.rule)
    found = find(rule, question.step) if rule is not None and rule.is_enabled else None
    if found is None:
        return _stale(question.rule, [END])
    part, ask, _ = found
    return _said(part, ask.on_expiry, seen, [END])


def _state_ends(thread: Thread, seen: MessageView, ruleset: Ruleset) -> Decision:
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
    return replace(
        decision, replies=tuple(replace(one, of_handoff=True) for one in decision.replies)
    )


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
    decision = so_far.decision(part, nothing)
    wait = quiet_until(seen.context.now, zone_of(part, seen.context))
    return replace(decision, replies=tuple(replace(one, send_at=wait) for one in decision.replies))


def zone_of(rule: Rule, context: Context) -> str:
    """Whose clock counts: the person's, where it is stored, else the rule's."""
    theirs = context.contact.get("timezone", "")
    return theirs if is_timezone(theirs) else rule.timezone


def quiet_until(at: datetime, zone: str) -> datetime | None:
    """When the night ends in which that instant lies there; None where it lies in no night."""
    here = local(at, zone)
    if QUIET_TO <= here.time() < QUIET_FROM:
        return None
    day = here.date() + timedelta(days=1 if here.time() >= QUIET_FROM else 0)
    return datetime.combine(day, QUIET_TO, ZoneInfo(zone))
