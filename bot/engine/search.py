"""The search for the rule that answers: one after the other, the first that matches wins."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bot.engine import asking, body
from bot.engine.body import Collected, Failed
from bot.model import FALLBACK, Decision, Match, Miss, Outcome, Reason, Step
from bot.rules.guards import loop
from bot.rules.matchers.base import HIT, MessageView
from bot.rules.rule import Rule
from bot.timezones import local

_UNMATCHED: Final = Outcome.UNMATCHED
"""Looked up once, since CPython 3.11 takes its time for it."""


def search(
    rules: Iterable[Rule], seen: MessageView, fallback: Rule | None, so_far: Collected
) -> Decision:
    """Ask the rules in turn, then do what the fallback does, if there is any."""
    last: tuple[Rule, Match] | None = None
    for rule in rules:
        result = ask(rule, seen)
        so_far.trace.append(Step(rule.id, result))
        if isinstance(result, Miss):
            continue
        try:
            throttle = body.throttle_of(rule, seen) if rule.throttles else None
            if throttle is not None:
                ended = body.instead(rule, throttle, result, seen, so_far)
                if ended is not None:
                    return ended
                continue
            last = rule, result
            body.do(rule, result, seen, so_far)
            if rule.ask is not None:
                asking.begin(rule, rule.ask, result.captures, seen, so_far)
        except Failed as error:
            return so_far.failed(rule.id, error, result)
        if not rule.goes_on:
            return so_far.decision(rule, result)
        if rule.sets:
            seen = MessageView(seen.message, body.changed(seen.context, so_far.changes))
    if so_far.replies and last is not None:
        return so_far.decision(*last)
    if fallback is not None:
        # Rules that only set something and go on have not answered.
        return _fall_back(fallback, seen, so_far)
    return _unmatched(so_far)


def ask(rule: Rule, seen: MessageView) -> Match | Miss:
    """Whether it takes the message, as it stands today."""
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


def _fall_back(rule: Rule, seen: MessageView, so_far: Collected) -> Decision:
    so_far.trace.append(Step(FALLBACK, HIT))
    try:
        throttle = body.throttle_of(rule, seen)
        if throttle is not None:
            return body.instead(rule, throttle, HIT, seen, so_far) or _unmatched(so_far)
        if rule.replies and loop.has_too_many_fallbacks(seen.context):
            so_far.trace[-1] = Step(loop.Loop.NAME, HIT)
            return so_far.suppressed(loop.Loop.NAME, Reason.LOOP, HIT)
        body.do(rule, HIT, seen, so_far)
        if rule.ask is not None:
            asking.begin(rule, rule.ask, {}, seen, so_far)
    except Failed as error:
        return so_far.failed(rule.id, error, HIT)
    return so_far.decision(rule, HIT)


def _unmatched(so_far: Collected) -> Decision:
    return Decision(
        outcome=_UNMATCHED,
        changes=tuple(so_far.changes),
        trace=tuple(so_far.trace),
    )
