"""What rules name that must be somewhere: other rules."""

from __future__ import annotations

from collections.abc import Iterable

from bot.model import FALLBACK
from bot.rules.guards import REGISTRY as GUARDS
from bot.rules.guards import failed
from bot.rules.problems import Problems
from bot.rules.questions import parts
from bot.rules.rule import Rule


def check_rules(rules: Iterable[Rule], fallback: Rule | None, problems: Problems) -> None:
    """`in_reply_to` and `interrupt` name rules that exist, states are not named as questions."""
    rules = [*rules, *([fallback] if fallback is not None else [])]
    known = {*(rule.id for rule in rules), FALLBACK, failed.NAME}
    known.update(guard.NAME for guard in GUARDS)
    asking = {rule.id for rule in rules if rule.ask is not None}
    for part in (part for rule in rules for part in parts(rule)):
        questions = () if part.ask is None else part.ask.questions
        conditions = [part.when, *(one.accept for one in questions if one.accept is not None)]
        named = [name for when in conditions for one in when.walk() for name in one.rule_ids()]
        named += part.ask.interrupt or () if part.ask is not None else ()
        for scalar in named:
            if scalar.text not in known:
                problems.unknown(scalar, "rule", scalar.text, known)
        if part.state is not None and part.state.name in {*asking, "any"}:
            _state_name(part, part.state.name, problems)


def _state_name(part: Rule, name: str, problems: Problems) -> None:
    what = f"state `{name}` is what `when` calls an open question of that rule"
    if name == "any":
        what = "state `any` is what `when` calls every state"
    problems.error(part.place, "state-name", what, "choose another name")
