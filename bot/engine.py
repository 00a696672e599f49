"""Decide first, act later: a message, its context and the rules give a Decision.

Pure and total: the time is in the context, choices go by a hash, nothing a message can hold
raises, and time is bounded by RE2 and by bounded templates.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import Final
from zoneinfo import ZoneInfo

from bot import segments
from bot.errors import ReplyError
from bot.guard import Guard, Verdict
from bot.index import Index
from bot.matcher import Seen
from bot.model import (
    FALLBACK,
    CaptureValue,
    Change,
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
from bot.rules import MAX_SEGMENTS, OneOf, ReplySpec, ReplyTemplate, Rule
from bot.templates import Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruleset:
    """Everything that decides, whole: built by the loader, swapped in one piece."""

    guards: tuple[Guard, ...]
    rules: tuple[Rule, ...]
    fallback: Rule | None
    timezone: str
    """Of guards, and of rules whose file names none; IANA name."""
    variables: Mapping[str, object]
    """`vars` of all files, for the texts of guards."""
    digest: str
    """SHA-256 of the files: which rules decided."""
    index: Index
    passed: Decision
    """Of a message that has no sign of any guard or rule, where there is no fallback."""

    @classmethod
    def build(
        cls,
        *,
        guards: tuple[Guard, ...],
        rules: tuple[Rule, ...],
        fallback: Rule | None,
        timezone: str,
        variables: Mapping[str, object],
        digest: str,
    ) -> Ruleset:
        """With what deciding looks up at every message."""
        return cls(
            guards=guards,
            rules=rules,
            fallback=fallback,
            timezone=timezone,
            variables=variables,
            digest=digest,
            index=Index(guards, rules),
            passed=Decision(
                outcome=Outcome.UNMATCHED,
                trace=tuple(Step(guard.NAME, guard.miss()) for guard in guards),
            ),
        )

    def rule(self, rule_id: str) -> Rule | None:
        if rule_id == FALLBACK:
            return self.fallback
        return next((rule for rule in self.rules if rule.id == rule_id), None)


def decide(
    message: InboundMessage, context: Context, ruleset: Ruleset, *, ask_all: bool = False
) -> Decision:
    """Answer a message: guards first, then the first rule that matches wins.

    `ask_all` asks every rule in turn instead of those that the index names: the same decision,
    a longer trace.
    """
    seen = Seen(message, context)
    guards, rules = ruleset.guards, ruleset.rules
    numbers = range(len(guards) + len(rules)) if ask_all else ruleset.index.candidates(seen)
    trace: list[Step] | None = None
    asked = 0
    for number in numbers:
        if number >= len(guards):
            break
        asked += 1
        guard = guards[number]
        verdict = guard.examine(seen)
        if verdict is guard.miss():
            continue
        trace = trace or list(ruleset.passed.trace)
        if isinstance(verdict, Verdict):
            trace[number:] = [Step(guard.NAME, _MATCHED)]
            return _guarded(guard, verdict, seen, ruleset, trace)
        trace[number] = Step(guard.NAME, verdict)
    if asked == len(numbers) and trace is None and ruleset.fallback is None:
        return ruleset.passed
    candidates = [rules[number - len(guards)] for number in numbers[asked:]]
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


def _search(rules: Iterable[Rule], seen: Seen, ruleset: Ruleset, trace: list[Step]) -> Decision:
    so_far = _Collected()
    last: tuple[Rule, Match] | None = None
    for rule in rules:
        result = rule.when.match(seen)
        trace.append(Step(rule.id, result))
        if isinstance(result, Miss):
            continue
        last = rule, result
        failed = _apply(rule, result, seen, so_far, trace)
        if failed is not None:
            return failed
        if not rule.goes_on:
            return _decision(rule, result, so_far, trace)
    if so_far.replies and last is not None:
        return _decision(*last, so_far, trace)
    if ruleset.fallback is not None:
        # Rules that only set something and go on have not answered.
        trace.append(Step(FALLBACK, _MATCHED))
        failed = _apply(ruleset.fallback, _MATCHED, seen, so_far, trace)
        return failed or _decision(ruleset.fallback, _MATCHED, so_far, trace)
    return Decision(outcome=Outcome.UNMATCHED, changes=tuple(so_far.changes), trace=tuple(trace))


def _apply(
    rule: Rule, match: Match, seen: Seen, so_far: _Collected, trace: list[Step]
) -> Decision | None:
    """Add what a rule does; a Decision only where it fails, which ends the search."""
    try:
        names = _names(seen, match.captures, rule.timezone, rule.variables) if rule.fills_in else {}
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
    return None


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
    guard: Guard, verdict: Verdict, seen: Seen, ruleset: Ruleset, trace: list[Step]
) -> Decision:
    replies: tuple[Reply, ...] = ()
    outcome, reason, detail = verdict.outcome, verdict.reason, ""
    if verdict.reply is not None:
        try:
            names = _names(seen, {}, ruleset.timezone, ruleset.variables)
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


def _reply(rule: Rule, template: ReplyTemplate, names: Mapping[str, object], seen: Seen) -> Reply:
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


def _names(
    seen: Seen,
    captures: Mapping[str, CaptureValue],
    timezone: str,
    variables: Mapping[str, object],
) -> Mapping[str, object]:
    """What a template may name; captures first, since the loader lets none hide a built-in."""
    message, context = seen.message, seen.context
    return {
        **captures,
        "message": {
            "text": message.text,
            "sender": message.sender,
            "number": message.number,
            "media_url": message.media_url or "",
            "tags": message.tags,
            "external_id": message.external_id or "",
            "received_at": _local(message.received_at, timezone),
        },
        "tags": message.tags,
        "contact": context.contact,
        "conversation": {
            "state": context.state or "",
            "values": context.values,
            "count": context.count,
        },
        "vars": variables,
        "now": _local(context.now, timezone),
    }


def _local(instant: datetime, timezone: str) -> datetime:
    return instant.astimezone(_zone(timezone))


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
