"""Decide first, act later: a message, its context and the rules give a Decision.

Pure and total: the time is in the context, choices go by a hash, nothing a message can hold
raises, and time is bounded by RE2 and by bounded templates.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import accumulate
from typing import Final

from bot.errors import ReplyError
from bot.model import (
    FALLBACK,
    Change,
    ChangeKind,
    Context,
    Decision,
    InboundMessage,
    Match,
    Miss,
    Outcome,
    Reason,
    Reply,
    RuleId,
    Step,
)
from bot.rules.guards import loop
from bot.rules.guards.base import Guard, Verdict
from bot.rules.matchers.base import MessageView
from bot.rules.rule import (
    MAX_SEGMENTS,
    Else,
    Enter,
    OneOf,
    ReplySpec,
    ReplyTemplate,
    Rule,
    Throttle,
)
from bot.rules.ruleset import Ruleset
from bot.rules.templates.template import Template
from bot.rules.templates.values import template_names
from bot.text import segments
from bot.timezones import local


def decide(
    message: InboundMessage, context: Context, ruleset: Ruleset, *, ask_all: bool = False
) -> Decision:
    """Answer a message: guards first, then the first rule that matches wins.

    `ask_all` asks every rule in turn instead of those that the index names: the same decision,
    a longer trace.
    """
    seen = MessageView(message, context)
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
            trace[number:] = [Step(guard.NAME, _MATCHED)]
            return _guarded(guard, verdict, seen, ruleset, trace)
        trace[number] = Step(guard.NAME, verdict)
    if not asked and trace is None and ruleset.fallback is None:
        return ruleset.passed
    candidates = [rules[number] for number in asked]
    return _search(candidates, seen, ruleset, trace or list(ruleset.passed.trace))


_MATCHED: Final = Match()


@dataclass(slots=True)
class _Collected:
    """What the rules that matched so far add up to."""

    replies: list[Reply] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


class _Failed(Exception):
    def __init__(self, reason: Reason, detail: str) -> None:
        self.reason, self.detail = reason, detail


def _search(
    rules: Iterable[Rule], seen: MessageView, ruleset: Ruleset, trace: list[Step]
) -> Decision:
    so_far = _Collected()
    last: tuple[Rule, Match] | None = None
    for rule in rules:
        result = _ask(rule, seen)
        trace.append(Step(rule.id, result))
        if isinstance(result, Miss):
            continue
        throttle = _throttle(rule, seen)
        if throttle is not None:
            ended = _instead(rule, throttle, result, seen, so_far, trace)
            if ended is not None:
                return ended
            continue
        last = rule, result
        failed = _apply(rule, result, seen, so_far, trace)
        if failed is not None:
            return failed
        if not rule.goes_on:
            return _decision(rule, result, so_far, trace)
        if rule.sets:
            seen = MessageView(seen.message, _with_changes(seen.context, so_far.changes))
    if so_far.replies and last is not None:
        return _decision(*last, so_far, trace)
    if ruleset.fallback is not None:
        # Rules that only set something and go on have not answered.
        return _fall_back(ruleset.fallback, seen, so_far, trace)
    return Decision(outcome=Outcome.UNMATCHED, changes=tuple(so_far.changes), trace=tuple(trace))


def _fall_back(rule: Rule, seen: MessageView, so_far: _Collected, trace: list[Step]) -> Decision:
    trace.append(Step(FALLBACK, _MATCHED))
    throttle = _throttle(rule, seen)
    if throttle is not None:
        ended = _instead(rule, throttle, _MATCHED, seen, so_far, trace)
        unmatched = Decision(
            outcome=Outcome.UNMATCHED, changes=tuple(so_far.changes), trace=tuple(trace)
        )
        return ended or unmatched
    if rule.replies and loop.has_too_many_fallbacks(seen.context):
        trace[-1] = Step(loop.Loop.NAME, _MATCHED)
        return _suppressed(loop.Loop.NAME, Reason.LOOP, _MATCHED, so_far, trace)
    failed = _apply(rule, _MATCHED, seen, so_far, trace)
    return failed or _decision(rule, _MATCHED, so_far, trace)


def _ask(rule: Rule, seen: MessageView) -> Match | Miss:
    if not rule.is_enabled:
        return Miss("off: enabled is false", "mode")
    if rule.from_date is not None or rule.until is not None:
        today = local(seen.message.received_at, rule.timezone).date()
        if rule.from_date is not None and today < rule.from_date:
            return Miss(f"off before {rule.from_date}", "date")
        if rule.until is not None and today > rule.until:
            return Miss(f"off after {rule.until}", "date")
    result = rule.when.match(seen)
    if rule.is_shadow and isinstance(result, Match):
        return Miss("shadow; else it would have matched", "mode")
    return result


def _throttle(rule: Rule, seen: MessageView) -> Throttle | None:
    """The cooldown or limit that keeps a rule from answering, if any."""
    for throttle in rule.throttles:
        since = seen.context.now - timedelta(seconds=throttle.seconds)
        uses = seen.context.uses.get((throttle.per, throttle.key), ())
        if sum(at > since for at in uses) >= throttle.times:
            return throttle
    return None


def _instead(
    rule: Rule,
    throttle: Throttle,
    match: Match,
    seen: MessageView,
    so_far: _Collected,
    trace: list[Step],
) -> Decision | None:
    """What happens where a rule may not answer now; None where the search goes on."""
    if isinstance(throttle.otherwise, Template):
        template = ReplyTemplate(text=throttle.otherwise)
        try:
            reply = _reply(rule, template, _names(rule, match, seen), seen)
        except ReplyError as error:
            return _failed(rule.id, Reason.TEMPLATE_ERROR, str(error), match, trace)
        except _Failed as error:
            return _failed(rule.id, error.reason, error.detail, match, trace)
        so_far.replies.extend([reply] if reply.text else [])
    elif throttle.otherwise is Else.NEXT:
        trace[-1] = Step(rule.id, Miss(f"{throttle.reason}; the search goes on", throttle.reason))
        return None
    if rule.goes_on:
        return None
    return _suppressed(rule.id, throttle.reason, match, so_far, trace)


def _names(rule: Rule, match: Match, seen: MessageView) -> Mapping[str, object]:
    if not rule.fills_in:
        return {}
    return template_names(seen.message, seen.context, match.captures, rule.timezone, rule.variables)


def _with_changes(context: Context, changes: Iterable[Change]) -> Context:
    """What rules before have set, as those after them see it."""
    contact, values = dict(context.contact), dict(context.values)
    for change in changes:
        stored = {ChangeKind.CONTACT: contact, ChangeKind.CONVERSATION: values}.get(change.kind)
        if stored is not None:
            stored.pop(change.name, None)
            stored.update({} if change.value is None else {change.name: change.value})
    return replace(context, contact=contact, values=values)


def _apply(
    rule: Rule, match: Match, seen: MessageView, so_far: _Collected, trace: list[Step]
) -> Decision | None:
    """Add what a rule does; a Decision only where it fails, which ends the search."""
    try:
        names = _names(rule, match, seen)
        if not rule.silent:
            for spec in rule.replies:
                reply = _reply(rule, _choose(spec, seen.message.key, rule.id), names, seen)
                so_far.replies.extend([reply] if reply.text or reply.image else [])
        for item in rule.sets:
            value = None if item.value is None else item.value.render(names)
            so_far.changes.append(Change(item.kind, item.name, value))
    except ReplyError as error:
        return _failed(rule.id, Reason.TEMPLATE_ERROR, str(error), match, trace)
    except _Failed as error:
        return _failed(rule.id, error.reason, error.detail, match, trace)
    if rule.state is not None:
        so_far.changes.append(_enter(rule.state, seen))
    for throttle in rule.throttles:
        so_far.changes.append(Change(ChangeKind.USE, throttle.key, throttle.per))
    return None


def _enter(state: Enter, seen: MessageView) -> Change:
    ends = seen.context.now + timedelta(seconds=state.seconds) if state.seconds else None
    return Change(ChangeKind.STATE, state.name, None if ends is None else ends.isoformat())


def _suppressed(
    rule: RuleId, reason: Reason, match: Match, so_far: _Collected, trace: list[Step]
) -> Decision:
    """What rules before it collected still holds."""
    return Decision(
        outcome=Outcome.REPLIED if so_far.replies else Outcome.SUPPRESSED,
        rule=rule,
        reason=reason,
        captures=match.captures,
        replies=tuple(so_far.replies),
        changes=tuple(so_far.changes),
        trace=tuple(trace),
    )


def _decision(rule: Rule, match: Match, so_far: _Collected, trace: list[Step]) -> Decision:
    answered = bool(so_far.replies)
    return Decision(
        outcome=Outcome.REPLIED if answered else Outcome.SUPPRESSED,
        rule=rule.id,
        reason=None if answered else Reason.SILENT,
        captures=match.captures,
        replies=tuple(so_far.replies),
        changes=tuple(so_far.changes),
        trace=tuple(trace),
    )


def _failed(rule: RuleId, reason: Reason, detail: str, match: Match, trace: list[Step]) -> Decision:
    return Decision(
        outcome=Outcome.FAILED,
        rule=rule,
        reason=reason,
        detail=detail,
        captures=match.captures,
        trace=tuple(trace),
    )


def _guarded(
    guard: Guard, verdict: Verdict, seen: MessageView, ruleset: Ruleset, trace: list[Step]
) -> Decision:
    replies: tuple[Reply, ...] = ()
    outcome, reason, detail = verdict.outcome, verdict.reason, ""
    if verdict.reply is not None:
        try:
            names = template_names(
                seen.message, seen.context, {}, ruleset.timezone, ruleset.variables
            )
            text = verdict.reply.render(names)
            replies = (Reply(text=text, rule=guard.NAME),) if text else ()
            if outcome is Outcome.REPLIED and not replies:
                outcome, reason = Outcome.SUPPRESSED, reason or Reason.SILENT
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
        changes=verdict.changes,
        trace=tuple(trace),
    )


def _reply(
    rule: Rule, template: ReplyTemplate, names: Mapping[str, object], seen: MessageView
) -> Reply:
    text = template.text.render(names)
    measured = segments.measure(text)
    if measured.count > rule.max_segments:
        most = rule.max_segments or MAX_SEGMENTS
        raise _Failed(Reason.TOO_LONG, f"{measured.count} segments, at most {most}")
    wait = timedelta(seconds=template.delay)
    return Reply(
        text=text,
        rule=rule.id,
        image=_rendered(template.image, names) or None,
        tags={name: value.render(names) for name, value in template.tags.items()},
        send_at=seen.context.now + wait if wait else None,
        long_texts=rule.long_texts,
    )


def _rendered(template: Template | None, names: Mapping[str, object]) -> str:
    return template.render(names) if template is not None else ""


def _choose(spec: ReplySpec, key: str, rule: RuleId) -> ReplyTemplate:
    if isinstance(spec, ReplyTemplate):
        return spec
    return _draw(spec, key, rule)


def _draw(one_of: OneOf, key: str, rule: RuleId) -> ReplyTemplate:
    digest = hashlib.sha256(f"{key}\0{rule}".encode("utf-8", "replace")).digest()
    ticket = int.from_bytes(digest[:8]) % sum(one_of.weights)
    bounds = accumulate(one_of.weights)
    return next(
        choice for choice, bound in zip(one_of.choices, bounds, strict=True) if ticket < bound
    )
