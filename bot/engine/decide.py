"""Decide first, act later: a message, its context and the rules give a Decision.

Pure and total: the time is in the context, choices go by a hash, nothing a message can hold
raises, and time is bounded by RE2 and by bounded templates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.engine import asking, questions, tagged
from bot.engine.asking import END
from bot.engine.body import Collected, Failed, do, throttle_of
from bot.engine.quiet import held
from bot.engine.search import search
from bot.errors import ReplyError
from bot.model import Context, Decision, InboundMessage, Outcome, Reason, Reply, Step
from bot.rules.guards import loop
from bot.rules.guards.base import Guard, Verdict
from bot.rules.matchers.base import HIT, MessageView
from bot.rules.ruleset import Ruleset
from bot.rules.templates.values import template_names

_FAILED: Final = Outcome.FAILED
"""Looked up once: CPython 3.11 takes as long for it as for splitting a text into words."""


def decide(
    message: InboundMessage, context: Context, ruleset: Ruleset, *, ask_all: bool = False
) -> Decision:
    """Answer a message: guards first, then the first rule that matches wins.

    `ask_all` asks every rule in turn instead of those that the index names: the same decision,
    a longer trace.
    """
    return decide_view(MessageView(message, context), ruleset, ask_all=ask_all)


def decide_view(seen: MessageView, ruleset: Ruleset, *, ask_all: bool = False) -> Decision:
    """The same of a message that is split already, for who asks several rule sets."""
    values = tagged.told(seen, ruleset.contact_tags) if ruleset.contact_tags else {}
    if values:
        seen = tagged.knowing(seen, values)
    decision = _first(seen, ruleset, ask_all)
    if decision is not ruleset.passed:
        if decision.outcome is _FAILED:
            decision = _excused(decision, seen, ruleset)
        decision = held(decision, seen.context, ruleset)
    return tagged.storing(decision, values) if values else decision


def is_for_guard(message: InboundMessage, context: Context, ruleset: Ruleset) -> bool:
    """Whether a guard takes it, and no rule is asked."""
    seen = MessageView(message, context)
    guards, _ = ruleset.index.candidates(seen)
    return any(isinstance(ruleset.checks[number][0](seen), Verdict) for number in guards)


def _first(seen: MessageView, ruleset: Ruleset, ask_all: bool) -> Decision:
    checks, rules = ruleset.checks, ruleset.rules
    guards: Sequence[int]
    asked: Sequence[int]
    if ask_all:
        guards, asked = range(len(checks)), range(len(rules))
    else:
        guards, asked = ruleset.index.candidates(seen)
    trace: list[Step] | None = None
    for number in guards:
        examine, miss = checks[number]
        verdict = examine(seen)
        if verdict is miss:
            continue
        guard, trace = ruleset.guards[number], trace or list(ruleset.passed.trace)
        if isinstance(verdict, Verdict):
            trace[number:] = [Step(guard.NAME, HIT)]
            return _guarded(guard, verdict, seen, ruleset, trace)
        trace[number] = Step(guard.NAME, verdict)
    question = seen.context.question
    if not asked and trace is None and ruleset.fallback is None and question is None:
        return ruleset.passed
    candidates = [rules[number] for number in asked]
    so_far = Collected(trace or list(ruleset.passed.trace))
    if question is not None:
        if questions.is_gone(question, ruleset):
            so_far.changes.append(END)
            seen = MessageView(seen.message, replace(seen.context, question=None))
        elif not questions.is_about_another(question, seen.context.answered_rule, ruleset):
            return questions.answer(question, candidates, seen, ruleset, so_far)
    return search(candidates, seen, ruleset.fallback, so_far)


def _excused(decision: Decision, seen: MessageView, ruleset: Ruleset) -> Decision:
    """With what the person gets instead; as it is where that fails too, or would be too much."""
    rule = ruleset.failed
    if rule is None or loop.has_too_many_failures(seen.context) or throttle_of(rule, seen):
        return decision
    instead = Collected([])
    try:
        do(rule, HIT, seen, instead)
    except Failed:
        return decision
    excuse = instead.decision(rule, HIT)
    changes = (*decision.changes, *excuse.changes)
    return replace(decision, replies=excuse.replies, changes=changes, notices=excuse.notices)


def _guarded(
    guard: Guard, verdict: Verdict, seen: MessageView, ruleset: Ruleset, trace: list[Step]
) -> Decision:
    replies: tuple[Reply, ...] = ()
    outcome, reason, detail = verdict.outcome, verdict.reason, ""
    changes = verdict.changes
    if verdict.reply is not None:
        try:
            names = template_names(
                *(seen.message, seen.context, {}),
                *(ruleset.timezone, ruleset.variables, ruleset.calendars),
            )
            text = verdict.reply.render(names)
            asks = seen.message.key if verdict.asks else None
            replies = (Reply(text=text, rule=guard.NAME, asks=asks),) if text else ()
            if outcome is Outcome.REPLIED and not replies:
                outcome, reason = Outcome.SUPPRESSED, reason or Reason.SILENT
            if replies and verdict.asks:
                changes = (*changes, asking.of_guard(guard.NAME, seen))
        except ReplyError as error:
            # What the guard protects matters more than the text it would have sent.
            detail = str(error)
            if outcome is Outcome.REPLIED:
                outcome, reason = Outcome.FAILED, Reason.TEMPLATE_ERROR
    return Decision(
        outcome=outcome,
        rule=guard.NAME,
        reason=reason,
        detail=detail,
        replies=replies,
        changes=changes,
        trace=tuple(trace),
    )
