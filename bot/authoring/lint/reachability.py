"""Rules, keywords and patterns that no message can reach."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from bot.authoring.lint.phrases import Cover, Reason
from bot.authoring.lint.sources import Written, warning
from bot.errors import Problem
from bot.model import Context, InboundMessage
from bot.rules.guards.base import Guard, Verdict
from bot.rules.matchers.base import Inner, Literal, Matcher, MessageView, Phrase, When
from bot.rules.rule import Rule
from bot.rules.ruleset import Ruleset
from bot.text.patterns import Pattern
from bot.text.words import words


@dataclass(slots=True)
class _Earlier:
    """What the rules before the one in question surely take."""

    phrases: Cover
    patterns: dict[tuple[str, bool], str]

    def add(self, rule: Rule) -> None:
        for literal in rule.when.sufficient():
            if isinstance(literal, Pattern):
                self.patterns.setdefault((literal.source, literal.ignore_case), rule.id)
            else:
                by = f"rule `{rule.id}` before it takes"
                self.phrases.add([literal], by, is_rule=True)

    def takes(self, pattern: Pattern) -> Reason | None:
        by = self.patterns.get((pattern.source, pattern.ignore_case))
        return Reason(f"rule `{by}` before it takes the same pattern", True) if by else None


def unreachable(ruleset: Ruleset, written: Written) -> Iterator[Problem]:
    earlier = _Earlier(Cover(), {})
    takes_all: Reason | None = None
    for rule in ruleset.rules:
        because = takes_all or _never(rule, earlier)
        if because:
            place = written.place(rule, "id", rule.id.__eq__)
            hint = "move it up, or delete it" if because.is_rule else "mend its `when`"
            what = f"rule `{rule.id}` can never fire: {because.words}"
            yield warning(place, "never", what, hint)
        else:
            yield from _idle_keywords(rule, earlier, written)
        if rule.goes_on or rule.is_shadow or rule.from_date or rule.until or not rule.is_enabled:
            continue
        if not rule.when.parts:
            words = f"rule `{rule.id}` before it takes every message"
            takes_all = takes_all or Reason(words, is_rule=True)
        earlier.add(rule)


def _never(rule: Rule, earlier: _Earlier) -> Reason | None:
    if rule.from_date and rule.until and rule.until < rule.from_date:
        return Reason(f"it ends on {rule.until}, before it begins on {rule.from_date}")
    return _dead(rule.when, earlier, ())


def _dead(when: When, earlier: _Earlier, forbidden: tuple[Cover, ...]) -> Reason | None:
    """Why no message can match that is not taken before, where that is sure."""
    forbidden = (*forbidden, _forbidden(when))
    for part in when.parts:
        because = _dead_part(part, earlier, forbidden)
        if because:
            return because
    return None


def _dead_part(part: Matcher, earlier: _Earlier, forbidden: tuple[Cover, ...]) -> Reason | None:
    if part.INNER is Inner.NONE:
        return None
    inner = [_dead(when, earlier, forbidden) for when in part.inner()]
    if part.INNER is Inner.ALL:
        return next(filter(None, inner), None)
    if part.INNER is Inner.ANY:
        return inner[0] if inner and all(inner) else None
    covers = (*forbidden, earlier.phrases)
    for phrase in part.required():
        if because := _covered(phrase, covers):
            return because
    for group in part.choices():
        reasons = [_taken(literal, earlier, covers) for literal in group]
        if all(reasons):
            return reasons[0]
    return None


def _taken(literal: Literal, earlier: _Earlier, covers: tuple[Cover, ...]) -> Reason | None:
    if isinstance(literal, Pattern):
        return earlier.takes(literal)
    return _covered(literal, covers)


def _covered(phrase: Phrase, covers: Iterable[Cover]) -> Reason | None:
    return next((because for cover in covers if (because := cover.of(phrase))), None)


def _idle_keywords(rule: Rule, earlier: _Earlier, written: Written) -> Iterator[Problem]:
    """Keywords without effect in a rule that has others."""
    for part, forbidden in _leaves(rule.when, ()):
        for phrase in (one for group in part.choices() for one in group):
            if isinstance(phrase, Pattern):
                continue
            because = _covered(phrase, (*forbidden, earlier.phrases))
            if because:
                yield warning(
                    written.place(rule, "when", _says(phrase)),
                    "idle-keyword",
                    f"keyword `{' '.join(phrase)}` has no effect: {because.words}",
                    "delete one of the two",
                )


def _says(phrase: Phrase) -> Callable[[str], bool]:
    return lambda text: words(text) == phrase


def _leaves(
    when: When, forbidden: tuple[Cover, ...]
) -> Iterator[tuple[Matcher, tuple[Cover, ...]]]:
    """All that must hold for a message, with what must not stand beside it."""
    forbidden = (*forbidden, _forbidden(when))
    for part in when.parts:
        if part.INNER is None:
            yield part, forbidden
        elif part.INNER is not Inner.NONE:
            for inner in part.inner():
                yield from _leaves(inner, forbidden)


def _forbidden(when: When) -> Cover:
    cover = Cover()
    for part in when.parts:
        cover.add(part.forbidden(), f"its own `{part.FORBIDS}` forbids")
    return cover


def taken_by_guards(ruleset: Ruleset, written: Written, today: date) -> Iterator[Problem]:
    """Keywords that never reach a rule when they are the whole message."""
    now = datetime(today.year, today.month, today.day, tzinfo=UTC)
    for rule in ruleset.rules:
        for part, _ in _leaves(rule.when, ()):
            for phrase in part.alone():
                guard = _guard_that_takes(" ".join(phrase), ruleset.guards, now)
                if guard is not None:
                    yield warning(
                        written.place(rule, "when", _says(phrase)),
                        "taken-by-guard",
                        f"`{' '.join(phrase)}` alone goes to {guard}, never to this rule",
                        "ask for more words, for example `cancel my order`",
                    )


def _guard_that_takes(text: str, guards: Iterable[Guard], now: datetime) -> str | None:
    message = InboundMessage(key="lint", sender="+15555550123", text=text, received_at=now)
    seen = MessageView(message, Context(now=now))
    return next((g.NAME for g in guards if isinstance(g.examine(seen), Verdict)), None)
