"""Canned replies: what rules say, filled in for one person, for a person of ours to send."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.engine import body
from bot.errors import ReplyError
from bot.model import Match, RuleId
from bot.rules.matchers.base import MessageView
from bot.rules.rule import OneOf, Rule
from bot.rules.ruleset import Ruleset


@dataclass(frozen=True, slots=True)
class Canned:
    """A text of a rule."""

    rule: RuleId
    description: str
    """Of the rule."""
    text: str
    fits: bool
    """The rule takes what they wrote last."""


def canned(ruleset: Ruleset, seen: MessageView, search: str = "") -> Iterator[Canned]:
    """What rules say to who wrote this, those that take it first, the fallback last.

    A text is left out that needs what is not there: a piece of a text that the rule does not take.
    `search` stands in the rule's id, its description or the text.
    """
    enabled = [rule for rule in ruleset.rules if rule.is_enabled and rule.replies]
    asked = [(rule, rule.when.match(seen)) for rule in enabled]
    matched = [(rule, match) for rule, match in asked if isinstance(match, Match)]
    others = [(rule, Match()) for rule, match in asked if not isinstance(match, Match)]
    if ruleset.fallback is not None:
        others.append((ruleset.fallback, Match()))
    for at, (rule, match) in enumerate((*matched, *others)):
        fits = at < len(matched)
        for text in _texts(rule, match, seen):
            whole = f"{rule.id}\n{rule.description}\n{text}"
            if search.casefold() in whole.casefold():
                yield Canned(rule.id, rule.description, text, fits)


def _texts(rule: Rule, match: Match, seen: MessageView) -> Iterator[str]:
    names = body.names_of(rule, match, seen) if rule.fills_in else {}
    for spec in rule.replies:
        template = spec.choices[0] if isinstance(spec, OneOf) else spec
        try:
            text = template.text.render(names)
        except ReplyError:
            continue
        if text:
            yield text
