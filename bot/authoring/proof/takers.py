"""Which rules keep others from being asked, whatever both ask for."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules.questions import Ask, parts
from bot.rules.rule import Else, Rule, may_interrupt
from bot.rules.ruleset import Ruleset


def keeps_what_it_takes(rule: Rule) -> bool:
    """The search ends with each message that matches, on every day."""
    is_sure = rule.is_enabled and not (rule.is_shadow or rule.from_date or rule.until)
    passes_on = any(throttle.otherwise is Else.NEXT for throttle in rule.throttles)
    return is_sure and not rule.goes_on and not passes_on


def asked(ruleset: Ruleset) -> Sequence[Ask]:
    """The questions of all rules."""
    rules = [*ruleset.rules, *([ruleset.fallback] if ruleset.fallback else [])]
    return [part.ask for rule in rules for part in parts(rule) if part.ask is not None]


def is_asked_wherever(taker: Rule, rule: Rule, questions: Sequence[Ask]) -> bool:
    """While no question is open that the rule may interrupt and the taker may not."""
    return all(may_interrupt(taker, ask) or not may_interrupt(rule, ask) for ask in questions)
